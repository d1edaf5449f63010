// SPDX-License-Identifier: MIT
// Too few descriptors, too little memory, too few processes: at each limit the run is refused, or
// is as contained as ever; what is just enough is found, so that no limit between is missed.
#include "tests/faults/modes.hpp"

#include <fstream>

#include <sys/stat.h>

namespace microbox::faults {

namespace {

class Scarce : public ::testing::TestWithParam<Mode> {
protected:
    /// Each of the limits, divided among the worlds; at least one of them must suffice and at least
    /// one must not, or nothing was tried.
    static std::string each(
        const std::vector<std::string>& limits,
        const std::function<std::vector<std::string>(const std::string&)>& before,
        const std::function<void()>& furnish = [] {}) {
        constexpr std::size_t few = 10;
        const int count = limits.size() > few ? worlds_at_once() : 1;
        std::string said = in_worlds(count, [&](int index) {
            furnish();
            Subject subject(GetParam());
            std::string wrong;
            for (std::size_t i = 0; i < limits.size(); ++i)
                if (static_cast<int>(i) % count == index)
                    wrong += subject.check_start(limits[i], before(limits[i]));
            wrong += subject.tally().contained > 0 ? "" : "no limit suffices\n";
            wrong += subject.tally().refused > 0 ? "" : "every limit suffices\n";
            return wrong;
        });
        return said;
    }

    static std::vector<std::string>
    numbers(long from, long to, long step, const char* suffix = "") {
        std::vector<std::string> words;
        for (long number = from; number <= to; number += step)
            words.push_back(std::to_string(number) + suffix);
        return words;
    }
};

/// A cgroup of v1 for the launcher, with a limit that is set before each run.
void make_group(const std::string& controller) {
    ::mkdir(("/sys/fs/cgroup/" + controller + "/scarce").c_str(), 0755);
}

std::vector<std::string>
in_group(const std::string& controller, const std::string& file, const std::string& limit) {
    const std::string group = "/sys/fs/cgroup/" + controller + "/scarce/";
    return {"/bin/sh",
            "-c",
            "echo " + limit + " >" + group + file + " && echo 0 >" + group +
                "cgroup.procs && exec \"$@\"",
            "sh"};
}

bool has_v1(const char* controller) {
    struct stat status {};

    return ::stat((std::string("/sys/fs/cgroup/") + controller + "/cgroup.procs").c_str(),
                  &status) == 0;
}

} // namespace

TEST_P(Scarce, Descriptors) {
    MBX_NEEDS_ROOT();

    EXPECT_EQ(each(numbers(3, 110, 1),
                   [](const std::string& limit) -> std::vector<std::string> {
                       return {"/usr/bin/prlimit", "--nofile=" + limit + ":" + limit};
                   }),
              "");
}

TEST_P(Scarce, AddressSpace) {
    MBX_NEEDS_ROOT();

    EXPECT_EQ(each(numbers(8, 62, 1),
                   [](const std::string& limit) -> std::vector<std::string> {
                       const std::string bytes = std::to_string(std::stol(limit) * 500'000);
                       return {"/usr/bin/prlimit", "--as=" + bytes + ":" + bytes};
                   }),
              "");
}

TEST_P(Scarce, Memory) {
    MBX_NEEDS_ROOT();
    if (!has_v1("memory"))
        GTEST_SKIP() << "needs the memory controller of cgroup v1";

    EXPECT_EQ(each(
                  numbers(100, 6000, 200, "K"),
                  [](const std::string& limit) {
                      return in_group("memory", "memory.limit_in_bytes", limit);
                  },
                  [] { make_group("memory"); }),
              "");
}

TEST_P(Scarce, Processes) {
    MBX_NEEDS_ROOT();
    if (!has_v1("pids"))
        GTEST_SKIP() << "needs the pids controller of cgroup v1";

    EXPECT_EQ(each(
                  numbers(1, 8, 1),
                  [](const std::string& limit) { return in_group("pids", "pids.max", limit); },
                  [] { make_group("pids"); }),
              "");
}

INSTANTIATE_TEST_SUITE_P(Modes, Scarce, ::testing::ValuesIn(modes()), name_of_mode);

TEST(ScarceForAPlainUser, ProcessesOfAUser) {
    MBX_NEEDS_ROOT();

    EXPECT_EQ(in_worlds(1,
                        [](int) {
                            Subject subject({"plain-user", {}, true});
                            std::string wrong;
                            for (int limit = 1; limit <= 8; ++limit)
                                wrong += subject.check_start(
                                    "--nproc=" + std::to_string(limit),
                                    {"/usr/bin/prlimit", "--nproc=" + std::to_string(limit)});
                            return wrong + (subject.tally().refused > 0 ? "" : "none is too few\n");
                        }),
              "");
}

} // namespace microbox::faults
