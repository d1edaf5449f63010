// SPDX-License-Identifier: MIT
// The grammar of sizes, durations and counts, and what it refuses.
#include <microbox/sdk/units.hpp>

#include <cstdint>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace microbox::sdk {

namespace {

constexpr std::uint64_t kibi = 1024;
constexpr std::uint64_t mebi = kibi * kibi;
constexpr std::uint64_t gibi = mebi * kibi;

bool says(const std::string& text, const std::string& word) {
    return text.find(word) != std::string::npos;
}

} // namespace

TEST(ParseSize, ReadsEverySpelling) {
    const std::pair<const char*, std::uint64_t> sizes[] = {
        {"4096", 4096},
        {"1", 1},
        {"7b", 7},
        {"7B", 7},
        {"3k", 3 * kibi},
        {"3KB", 3 * kibi},
        {"512M", 512 * mebi},
        {"512MB", 512 * mebi},
        {"512mib", 512 * mebi},
        {"1g", gibi},
        {"1GiB", gibi},
        {"1.5GB", gibi + 512 * mebi},
        {"0.5k", 512},
        {"2T", 2 * kibi * gibi},
    };
    for (const auto& [text, bytes] : sizes) {
        const auto size = parse_size(text, "--memory");
        ASSERT_TRUE(size.ok()) << text;
        EXPECT_EQ(*size, bytes) << text;
    }
}

TEST(ParseSize, RefusesWhatIsNoSize) {
    for (const char* text :
         {"",    "-1",   "+1",  " 1",  "1 ",    "1 M", "M",    ".5M", "5.M", "1.2.3M",
          "1e9", "0x10", "1X",  "1Mi", "1MBs",  "1iB", "1bb",  "inf", "nan", "1,5M",
          "1P",  "1_0",  "max", "1MM", "1kiBB", "1.M", "\n1M", "1M\n"}) {
        const auto size = parse_size(text, "--memory");
        ASSERT_FALSE(size.ok()) << text;
        EXPECT_TRUE(says(size.error().what, "--memory: '" + std::string(text) + "' is not a size"))
            << size.error().what;
    }
}

TEST(ParseSize, HoldsItsBounds) {
    EXPECT_TRUE(parse_size("1M", "--storage", mebi, gibi).ok());
    EXPECT_TRUE(parse_size("1G", "--storage", mebi, gibi).ok());
    EXPECT_TRUE(says(parse_size("1048575", "--storage", mebi, gibi).error().what, "too small"));
    EXPECT_TRUE(says(parse_size("1.1G", "--storage", mebi, gibi).error().what, "too large"));
    EXPECT_TRUE(says(parse_size("0", "--memory").error().what, "too small"));
}

TEST(ParseSize, RefusesWhatDoesNotFitSixtyFourBits) {
    for (const char* text :
         {"99999999T", "18446744073709551616", "99999999999999999999999999999999999T"})
        EXPECT_TRUE(says(parse_size(text, "--memory").error().what, "too large")) << text;
}

TEST(ParseSize, RefusesANumberLongerThanAnyDouble) {
    EXPECT_FALSE(parse_size(std::string(400, '9'), "--memory").ok());
}

TEST(ParseDuration, ReadsEveryUnit) {
    const std::pair<const char*, std::int64_t> durations[] = {
        {"30", 30'000},
        {"30s", 30'000},
        {"0.5", 500},
        {"250ms", 250},
        {"5m", 300'000},
        {"1h", 3'600'000},
        {"1.5d", 129'600'000},
        {"1ms", 1},
        {"3660d", 316'224'000'000},
    };
    for (const auto& [text, milliseconds] : durations) {
        const auto duration = parse_duration(text, "--timeout");
        ASSERT_TRUE(duration.ok()) << text;
        EXPECT_EQ(duration->count(), milliseconds) << text;
    }
}

TEST(ParseDuration, RefusesWhatIsNoDuration) {
    for (const char* text : {"",
                             "0",
                             "0s",
                             "-1",
                             "s",
                             "1S",
                             "1 s",
                             "5min",
                             "1w",
                             "0.1ms",
                             "1.s",
                             ".5s",
                             "3661d",
                             "99999999999999999999d",
                             "inf",
                             "1h30m"}) {
        const auto duration = parse_duration(text, "--timeout");
        ASSERT_FALSE(duration.ok()) << text;
        EXPECT_TRUE(says(duration.error().what, "--timeout: '" + std::string(text) + "'"));
    }
}

TEST(ParseCount, ReadsWholeNumbersWithinBounds) {
    EXPECT_EQ(*parse_count("1", "--pids", 1, 10), 1U);
    EXPECT_EQ(*parse_count("10", "--pids", 1, 10), 10U);
    EXPECT_EQ(*parse_count("18446744073709551615", "--pids", 0, UINT64_MAX), UINT64_MAX);
}

TEST(ParseCount, RefusesTheRestByName) {
    for (const char* text : {"",
                             "0",
                             "11",
                             "-1",
                             "+1",
                             " 1",
                             "1 ",
                             "1.5",
                             "1k",
                             "0x1",
                             "ten",
                             "18446744073709551616"}) {
        const auto count = parse_count(text, "--pids", 1, 10);
        ASSERT_FALSE(count.ok()) << text;
        EXPECT_EQ(count.error().what,
                  "--pids: '" + std::string(text) + "' is not a whole number from 1 to 10");
        EXPECT_EQ(count.error().exit_code, 125);
    }
}

} // namespace microbox::sdk
