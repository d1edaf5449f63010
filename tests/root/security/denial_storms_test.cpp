// SPDX-License-Identifier: MIT
// --explain-denials when the sandbox is hostile or the supervisor dies: floods, threads, signals.
#include "tests/root/security/explained.hpp"

#include <csignal>
#include <thread>

#include <sys/syscall.h>

namespace microbox::testing {

namespace {

class DenialStorms : public Explained {};

} // namespace

TEST_F(DenialStorms, OfAFloodAreCountedAndTheRunEnds) {
    MBX_NEEDS_ROOT();
    constexpr long many = 200000;

    const Json denied = find(explained({},
                                       {"again", number_of(many), number_of(SYS_kexec_load)},
                                       patient(std::chrono::minutes(2))),
                             "kexec_load");

    EXPECT_EQ(outcome_.value("answers"), "EPERM " + number_of(many)) << outcome_.describe();
    ASSERT_TRUE(denied.is_object());
    EXPECT_EQ(denied.at("count"), many);
    EXPECT_NE(outcome_.err.find(", " + number_of(many) + " times"), std::string::npos);
}

TEST_F(DenialStorms, OfMoreKindsThanAreListedAreCountedTogether) {
    MBX_NEEDS_ROOT();
    const Json denied = explained({}, {"kinds", "5000"});

    ASSERT_EQ(denied.size(), 101U) << outcome_.describe();
    EXPECT_EQ(denied.back().at("count"), 4900);
    EXPECT_EQ(denied.back().at("what"), "calls of further kinds");
}

TEST_F(DenialStorms, OfManyProcessesAndThreadsAllGetTheirAnswer) {
    MBX_NEEDS_ROOT();
    const Json denied = explained({},
                                  {"swarm", "8", "8", "200", number_of(SYS_ptrace), "16"},
                                  patient(std::chrono::minutes(2)));

    EXPECT_EQ(outcome_.value("bad"), "0") << outcome_.describe();
    EXPECT_EQ(outcome_.value("answers"), "EPERM 12800");
    long count = 0;
    std::vector<std::string> programs;
    for (const Json& one : denied) {
        count += one.at("count").get<long>();
        programs.push_back(one.at("program").get<std::string>());
    }
    EXPECT_EQ(count, 12800) << denied;
    EXPECT_EQ(programs.size(), 8U) << denied;
}

TEST_F(DenialStorms, KeepTheirAnswerAmongSignals) {
    MBX_NEEDS_ROOT();
    const Json denied = explained({}, {"among-signals", "5000", number_of(SYS_keyctl)});

    EXPECT_EQ(outcome_.value("signals"), "came") << outcome_.describe();
    EXPECT_EQ(outcome_.value("answers"), "EPERM 5000") << outcome_.describe();
    // A call whose answer is under way is not interrupted, and so not asked twice (Linux 5.19).
    ASSERT_EQ(denied.size(), 1U) << denied;
    EXPECT_EQ(denied[0].at("count"), 5000) << denied;
}

TEST_F(DenialStorms, DoNotKeepATimeoutWaiting) {
    MBX_NEEDS_ROOT();
    // On all processors, so that there always is a call that waits.
    const std::string cpus = std::to_string(std::thread::hardware_concurrency());
    const Json denied =
        explained({"--timeout", "500ms", "--timeout-grace", "100ms", "--cpus", cpus},
                  {"for-ever", number_of(SYS_bpf), "64"});

    EXPECT_EQ(outcome_.code, 124) << outcome_.describe();
    EXPECT_LT(outcome_.seconds, 10);
    EXPECT_TRUE(find(denied, "bpf(0x0)").is_object());
    EXPECT_EQ(find(denied, "more time").at("remedy"), "--timeout with more");
}

TEST_F(DenialStorms, DieWithTheSupervisor) {
    MBX_NEEDS_ROOT();
    auto arguments = probe_arguments({"--explain-denials"}, {"for-ever", number_of(SYS_bpf), "16"});
    Running running = start(arguments);
    ASSERT_TRUE(running.wait_for_output("calling"));

    running.signal(SIGKILL);
    const Outcome outcome = running.finish();

    // Its output ends with the last process that has it: none lives on, waiting for an answer.
    EXPECT_FALSE(outcome.timed_out);
    // Until it is dead the kernel refuses instead of the supervisor (docs/reference/denials.md).
    for (const std::string& answer : outcome.values("for-ever"))
        EXPECT_EQ(answer, "ENOSYS") << outcome.describe();
}

} // namespace microbox::testing
