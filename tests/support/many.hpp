// SPDX-License-Identifier: MIT
// Many sandboxes, one after the other and side by side: what the tests and the soak share.
#pragma once

#include "tests/support/caller.hpp"
#include "tests/support/host_state.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace microbox::testing {

/// COUNT starts in a row; nothing is left.
inline void start_in_a_row(int count) {
    const HostState before = HostState::take();

    for (int i = 0; i < count; ++i) {
        const Outcome outcome = run_probe({}, {"exit", std::to_string(i % 256)});
        ASSERT_EQ(outcome.code, i % 256) << "start " << i << "\n" << outcome.describe();
    }

    EXPECT_EQ(left_behind(before, std::chrono::seconds(20)), "");
}

/// The host's id of root inside: second word of uid_map's first line.
[[nodiscard]] inline std::string first_id_of(const std::string& uid_map) {
    std::string inside;
    std::string outside;
    std::istringstream words(uid_map);
    words >> inside >> outside;
    return outside;
}

/// COUNT at once, all alive together: each has a range of ids of its own; nothing is left.
inline void start_side_by_side(int count) {
    const HostState before = HostState::take();
    std::vector<Running> all;
    std::set<std::string> ranges;
    Options how;
    how.timeout = std::chrono::minutes(3);

    all.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i)
        all.push_back(start(shell_inside({"--memory", "64MB", "--storage", "16MB"},
                                         "cat /proc/self/uid_map; echo READY; exec sleep 600"),
                            how));
    for (Running& running : all) {
        ASSERT_TRUE(running.wait_for_output("READY\n", std::chrono::minutes(2)))
            << running.finish().describe();
        ranges.insert(first_id_of(running.output()));
    }

    EXPECT_EQ(ranges.size(), all.size()) << "two sandboxes that live have one range of ids";
    for (const std::string& first : ranges) {
        EXPECT_NE(first, "0");
        EXPECT_EQ(std::stoull(first) % 65536, 0U);
    }
    for (Running& running : all)
        running.signal(SIGTERM);
    for (Running& running : all) {
        const Outcome outcome = running.finish();
        EXPECT_EQ(outcome.code, 128 + SIGTERM) << outcome.describe();
    }
    EXPECT_EQ(left_behind(before, std::chrono::seconds(20)), "");
}

/// COUNT supervisors killed at moments spread over SPAN; nothing is left after `microbox gc`.
inline void kill_supervisors(int count, std::chrono::microseconds span) {
    const HostState before = HostState::take();

    for (int i = 0; i < count; ++i) {
        Held held;
        Running running = held.start(probe_arguments({}, {"sleep", "600"}));
        std::this_thread::sleep_for(span * i / count);
        running.signal(SIGKILL);
        (void)running.finish();
        ASSERT_TRUE(held.ends()) << "a process has outlived its supervisor, round " << i;
    }

    const Outcome collected = run({"gc"});
    EXPECT_EQ(collected.code, 0) << collected.describe();
    EXPECT_EQ(left_behind(before, std::chrono::seconds(20)), "");
}

/// How many pid namespaces a process is in (the line NSpid of proc_pid_status(5)); 0 when it has
/// gone.
[[nodiscard]] inline long depth_of(pid_t pid) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    std::string line;
    while (std::getline(status, line))
        if (line.rfind("NSpid:", 0) == 0)
            return std::count(line.begin(), line.end(), '\t');
    return 0;
}

/// The child of the supervisor that is born into namespaces, and init when it has executed that;
/// -1 when there is none yet. Without root there are others before: who writes the maps of the
/// foothold.
[[nodiscard]] inline pid_t first_process_of(pid_t supervisor) {
    const std::string pid = std::to_string(supervisor);
    std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
    const long outside = depth_of(supervisor);
    for (pid_t child = -1; children >> child;)
        if (depth_of(child) > outside)
            return child;
    return -1;
}

/// COUNT inits killed at moments spread over SPAN: the supervisor ends by itself, never as if all
/// had been well, and has given everything back.
inline void kill_inits(int count, std::chrono::microseconds span) {
    const HostState before = HostState::take();
    int killed = 0;

    for (int i = 0; i < count; ++i) {
        Running running = start(probe_arguments({}, {"sleep", "600"}));
        std::this_thread::sleep_for(span * i / count);
        pid_t init = first_process_of(running.pid());
        for (int wait = 0; init < 0 && wait < 2000; ++wait) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            init = first_process_of(running.pid());
        }
        ASSERT_GT(init, 0) << running.finish().describe();
        ::kill(init, SIGKILL);
        ++killed;
        const Outcome outcome = running.finish();
        ASSERT_FALSE(outcome.timed_out) << "round " << i << ": " << outcome.describe();
        ASSERT_TRUE(outcome.code == 125 || outcome.code == 128 + SIGKILL)
            << "round " << i << ": " << outcome.describe();
    }

    EXPECT_EQ(killed, count);
    EXPECT_EQ(left_behind(before, std::chrono::seconds(20)), "");
}

} // namespace microbox::testing
