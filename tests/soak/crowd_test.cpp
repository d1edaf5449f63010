// SPDX-License-Identifier: MIT
// Two hundred side by side, of every mode, for ten minutes (MICROBOX_SOAK_SECONDS: another time):
// each ends as it should, and when all have ended nothing has grown. In a laboratory's network; the
// figures are printed.
#include "tests/support/host_state.hpp"
#include "tests/support/networked.hpp"

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace microbox::testing {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t crowd = 200;

std::chrono::seconds duration() {
    const char* given = ::getenv("MICROBOX_SOAK_SECONDS");
    return std::chrono::seconds(given == nullptr ? 600 : std::atoi(given));
}

/// A number of /proc: the first word of a file, or the one behind a name in it.
long number_in(const std::string& file, const std::string& name = "") {
    std::ifstream in(file);
    std::string word;
    while (!name.empty() && in >> word && word != name) {
    }
    long number = -1;
    in >> number;
    return number;
}

/// What the kernel holds, and would hold more of after each run if one of them leaked.
struct Held {
    long open_files = number_in("/proc/sys/fs/file-nr");
    long memory_kib = number_in("/proc/meminfo", "MemAvailable:");
    long slab_kib = number_in("/proc/meminfo", "SUnreclaim:");

    void print(const char* when) const {
        std::printf(
            "%s: %ld open files, %ld MiB of memory to be had, %ld MiB of the kernel's own\n",
            when,
            open_files,
            memory_kib / 1024,
            slab_kib / 1024);
    }
};

struct Guest {
    Running running;
    int wanted;
    std::string what;
};

/// The modes in turn, with exit codes and lives of their own.
Guest invite(long number) {
    const int wanted = static_cast<int>(number % 100);
    const std::string script = "echo x >/tmp/x; sleep 0." + std::to_string(number % 10) +
                               "; exit " + std::to_string(wanted);
    const std::vector<std::string> small = {"--memory", "64M", "--storage", "16M", "--cpus", "2"};
    std::vector<std::string> line;
    switch (number % 6) {
    case 0:
        line = probe_arguments({"--fs", "tmpfs"}, {"exit", std::to_string(wanted)});
        break;
    case 1:
        line = {"--fs", rootfs(), "--", "sh", "-c", script};
        break;
    case 2:
        line = {"--fs", "system", "--user", "1000:1000", "--readonly", "--", "sh", "-c", script};
        break;
    case 3:
        line = {"--fs", "system", "--net", "host", "--no-init", "--", "sh", "-c", script};
        break;
    case 4:
        line = networked("bridge", small, script);
        break;
    default:
        line = networked("pasta", small, script);
    }
    Options how;
    how.timeout = std::chrono::minutes(3);
    std::string words;
    for (const std::string& word : line)
        words += word + " ";
    return {start(line, how), wanted, words};
}

class Crowd : public Networked {};

} // namespace

TEST_F(Crowd, OfTwoHundredOfEveryModeLeavesNothing) {
    const auto end = Clock::now() + duration();
    std::deque<Guest> guests;
    long invited = 0;
    long failed = 0;
    // The first of each makes what is shared, and warms the kernel's caches.
    for (; invited < 12; ++invited)
        EXPECT_EQ(invite(invited).running.finish().code, invited);
    const HostState before = HostState::take();
    const Held at_first;

    while (Clock::now() < end || !guests.empty()) {
        while (guests.size() < crowd && Clock::now() < end)
            guests.push_back(invite(invited++));
        Guest guest = std::move(guests.front());
        guests.pop_front();
        const Outcome outcome = guest.running.finish();
        if (outcome.code == guest.wanted)
            continue;
        ++failed;
        ADD_FAILURE() << guest.what << "\n" << outcome.describe();
        ASSERT_LT(failed, 10) << "too many";
    }

    EXPECT_EQ(left_behind(before, std::chrono::seconds(30)), "");
    EXPECT_EQ(left_over(), "");
    const Held at_last;
    std::printf("%ld runs, %zu side by side, %ld failed\n", invited, crowd, failed);
    at_first.print("before");
    at_last.print("after");
    EXPECT_LT(at_last.open_files - at_first.open_files, 500);
    constexpr long leaked_kib = 128L * 1024; // less than one KiB a run would be noise here
    EXPECT_LT(at_last.slab_kib - at_first.slab_kib, leaked_kib);
}

} // namespace microbox::testing
