// SPDX-License-Identifier: MIT
// Limits that make no sense are refused with the word and what would be right, and nothing is
// started.
#include "tests/support/sandbox.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <unistd.h>

namespace microbox::testing {

namespace {

struct Bad {
    const char* option;
    const char* value;
    const char* word; ///< the offending part of it that the message must show
};

void PrintTo(const Bad& bad, std::ostream* out) {
    *out << bad.option << " '" << bad.value << "'";
}

class BadLimit : public ::testing::TestWithParam<Bad> {};

} // namespace

TEST_P(BadLimit, IsRefusedByName) {
    MBX_NEEDS_ROOT();
    const auto& [option, value, word] = GetParam();

    const Outcome outcome =
        run_probe({std::string(option) + "=" + value}, {"print", "was started"});

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.err.rfind("microbox: ", 0), 0U) << outcome.describe();
    EXPECT_NE(outcome.err.find(option), std::string::npos) << outcome.describe();
    EXPECT_NE(outcome.err.find(word), std::string::npos) << outcome.describe();
    EXPECT_LE(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 2) << outcome.describe();
}

INSTANTIATE_TEST_SUITE_P(Cpus,
                         BadLimit,
                         ::testing::Values(Bad{"--cpus", "0", "0"},
                                           Bad{"--cpus", "-1", "-1"},
                                           Bad{"--cpus", "", "empty"},
                                           Bad{"--cpus", "two", "two"},
                                           Bad{"--cpus", "1e3", "1e3"},
                                           Bad{"--cpus", "nan", "nan"},
                                           Bad{"--cpus", "0.001", "0.001"},
                                           Bad{"--cpus", "1,5", "1,5"},
                                           Bad{"--cpus", "99999", "99999"}));
INSTANTIATE_TEST_SUITE_P(
    Memory,
    BadLimit,
    ::testing::Values(Bad{"--memory", "0", "0"},
                      Bad{"--memory", "-64M", "-64M"},
                      Bad{"--memory", "", "empty"},
                      Bad{"--memory", "much", "much"},
                      Bad{"--memory", "64Q", "64Q"},
                      Bad{"--memory", "1K", "1K"},
                      Bad{"--memory", "64 M", "64 M"},
                      Bad{"--memory", "99999999999999999999T", "99999999999999999999T"}));
INSTANTIATE_TEST_SUITE_P(
    Pids,
    BadLimit,
    ::testing::Values(Bad{"--pids", "0", "0"},
                      Bad{"--pids", "1", "1"},
                      Bad{"--pids", "-5", "-5"},
                      Bad{"--pids", "", "empty"},
                      Bad{"--pids", "1.5", "1.5"},
                      Bad{"--pids", "max", "max"},
                      Bad{"--pids", "99999999999999999999", "99999999999999999999"}));
INSTANTIATE_TEST_SUITE_P(
    Ulimit,
    BadLimit,
    ::testing::Values(Bad{"--ulimit", "nofile", "nofile"},
                      Bad{"--ulimit", "=5", "=5"},
                      Bad{"--ulimit", "", "empty"},
                      Bad{"--ulimit", "nofiles=5", "nofiles"},
                      Bad{"--ulimit", "nofile=", "''"},
                      Bad{"--ulimit", "nofile=many", "many"},
                      Bad{"--ulimit", "nofile=-7", "-7"},
                      Bad{"--ulimit", "nofile=10:5", "soft limit 10"},
                      Bad{"--ulimit", "nofile=1:2:3", "2:3"},
                      Bad{"--ulimit", "nofile=99999999999999999999", "99999999999999999999"}));

TEST(BadLimits, ALimitSaidTwiceIsRefused) {
    MBX_NEEDS_ROOT();

    for (const char* option : {"--cpus", "--memory", "--pids"}) {
        const std::string value = std::string(option) == "--memory" ? "64M" : "2";
        const Outcome outcome = run_probe({option, value, option, value}, {"print", "was started"});

        EXPECT_EQ(outcome.code, 125) << outcome.describe();
        EXPECT_NE(outcome.err.find(option), std::string::npos) << outcome.describe();
    }
}

TEST(BadLimits, ANearNameIsOffered) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({"--ulimit", "nofiles=5"}, {"print", "was started"});

    EXPECT_NE(outcome.err.find("did you mean nofile?"), std::string::npos) << outcome.describe();
}

} // namespace microbox::testing
