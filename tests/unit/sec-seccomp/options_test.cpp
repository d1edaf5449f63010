// SPDX-License-Identifier: MIT
// --seccomp default and off, --allow-syscall and --deny-syscall: plans, notices, refusals.
#include "tests/unit/sec-seccomp/planned.hpp"

#include <cerrno>

#include <linux/audit.h>
#include <sched.h>

namespace microbox::tests {
namespace {

const FakeHost host;

sdk::Result<sdk::Fragment> plan(std::map<std::string, std::vector<std::string>> options) {
    return plan_on(host, request_with(std::move(options)));
}

std::string refused(std::map<std::string, std::vector<std::string>> options) {
    return refusal(host, request_with(std::move(options)));
}

TEST(SeccompOptions, LoadTheReadyProgramByDefault) {
    const auto planned = plan({});

    const Program program = program_of(planned);
    ASSERT_EQ(program.size(), ready_program().size());
    EXPECT_EQ(planned->steps[0].source, "default");
    EXPECT_EQ(planned->claims, std::vector<std::string>{"security.filter"});
    EXPECT_EQ(weakened(planned), "");
}

TEST(SeccompOptions, ClaimTheFilterAndWarnWhenItIsOff) {
    const auto planned = plan({{"seccomp", {"off"}}});

    ASSERT_TRUE(planned.ok());
    EXPECT_TRUE(planned->steps.empty());
    EXPECT_EQ(planned->claims, std::vector<std::string>{"security.filter"});
    EXPECT_TRUE(contains(weakened(planned), "without a system call filter"));
}

TEST(SeccompOptions, AllowSingleCallsAndSaySo) {
    const auto planned = plan({{"allow-syscall", {"ptrace", "io_uring_setup", "clone"}}});

    const Program program = program_of(planned);
    EXPECT_EQ(answer(program, "ptrace"), allowed);
    EXPECT_EQ(answer(program, "io_uring_setup"), allowed);
    EXPECT_EQ(answer(program, "clone", {CLONE_NEWUSER}), allowed);
    EXPECT_EQ(answer(program, "io_uring_enter"), ENOSYS);
    EXPECT_EQ(answer(program, "bpf"), EPERM);
    EXPECT_EQ(answer(program, "read"), allowed);
    EXPECT_TRUE(contains(weakened(planned), "--allow-syscall ptrace"));
    EXPECT_TRUE(contains(weakened(planned), "--allow-syscall clone"));
    EXPECT_EQ(planned->steps[0].source, "default, --allow-syscall");
}

TEST(SeccompOptions, SayNothingOfACallThatIsAllowedAnyhow) {
    const auto planned = plan({{"allow-syscall", {"read"}}});

    EXPECT_EQ(program_of(planned).size(), ready_program().size());
    EXPECT_EQ(weakened(planned), "");
}

TEST(SeccompOptions, DenySingleCallsWithEperm) {
    const auto planned = plan({{"deny-syscall", {"socket", "chroot", "socket"}}});

    const Program program = program_of(planned);
    EXPECT_EQ(answer(program, "socket", {1}), EPERM);
    EXPECT_EQ(answer(program, "chroot"), EPERM);
    EXPECT_EQ(answer(program, "connect"), allowed);
    EXPECT_EQ(weakened(planned), "");
}

TEST(SeccompOptions, KeepTheAnswerOfACallThatIsDeniedAlready) {
    EXPECT_EQ(answer(program_of(plan({{"deny-syscall", {"clone3"}}})), "clone3"), ENOSYS);
}

TEST(SeccompOptions, AllowAndDenyTogether) {
    const Program program =
        program_of(plan({{"allow-syscall", {"ptrace"}}, {"deny-syscall", {"connect"}}}));

    EXPECT_EQ(answer(program, "ptrace"), allowed);
    EXPECT_EQ(answer(program, "connect"), EPERM);
    EXPECT_EQ(answer(program, "mount"), EPERM);
}

// ptrace is 101 here and getuid32's or another call's number elsewhere.
TEST(SeccompOptions, OverrideNothingOnAnotherArchitecture) {
    const Program program = program_of(plan({{"allow-syscall", {"ptrace"}}}));
    const auto number = static_cast<std::uint32_t>(seccomp::find_syscall("ptrace")->number);

    EXPECT_EQ(to_answer(run_number(program, number, {}, AUDIT_ARCH_I386)), killed);
    EXPECT_EQ(to_answer(run_number(program, 0x40000000U | number)), ENOSYS);
}

TEST(SeccompOptions, OverrideEveryCallAtOnce) {
    std::vector<std::string> all;
    for (const auto& call : seccomp::syscalls())
        if (call.number >= 0)
            all.emplace_back(call.name);

    const Program program = program_of(plan({{"allow-syscall", all}}));

    for (const std::string& name : all)
        EXPECT_EQ(answer(program, name, {~0U, 0x5412}), allowed) << name;
    EXPECT_EQ(to_answer(run_number(program, 1000)), ENOSYS);
    EXPECT_EQ(to_answer(run_number(program, 1, {}, AUDIT_ARCH_I386)), killed);
    EXPECT_LE(program.size(), std::size_t{BPF_MAXINSNS});
}

TEST(SeccompOptions, DenyFromNoFilterAtAll) {
    const auto planned = plan({{"seccomp", {"off"}}, {"deny-syscall", {"ptrace"}}});

    const Program program = program_of(planned);
    EXPECT_EQ(answer(program, "ptrace"), EPERM);
    EXPECT_EQ(answer(program, "mount"), allowed);
    EXPECT_EQ(to_answer(run_number(program, 1000)), allowed);
    EXPECT_EQ(to_answer(run_number(program, 0x40000000U | 521U)), ENOSYS);
    EXPECT_EQ(to_answer(run_number(program, 26, {}, AUDIT_ARCH_I386)), killed);
    EXPECT_TRUE(contains(weakened(planned), "without a system call filter"));
}

TEST(SeccompOptions, RefuseAnUnknownCallWithTheNearest) {
    for (const char* option : {"allow-syscall", "deny-syscall"}) {
        const auto planned = plan({{option, {"opennat"}}});

        ASSERT_FALSE(planned.ok());
        EXPECT_TRUE(contains(planned.error().what, "'opennat'"));
        EXPECT_TRUE(contains(planned.error().what, std::string("--") + option));
        EXPECT_TRUE(contains(planned.error().hint, "'openat'"));
    }
}

TEST(SeccompOptions, RefuseWhatIsNoName) {
    for (const char* word : {"", "-1", "41", "OPEN", " read", "nsenter", "read,write"})
        EXPECT_TRUE(contains(refused({{"deny-syscall", {word}}}), "'" + std::string(word) + "'"));
}

TEST(SeccompOptions, RefuseACallOfAnotherMachine) {
    EXPECT_TRUE(contains(refused({{"deny-syscall", {"socketcall"}}}), "of this machine"));
}

TEST(SeccompOptions, RefuseOneCallAllowedAndDenied) {
    EXPECT_TRUE(
        contains(refused({{"allow-syscall", {"bpf"}}, {"deny-syscall", {"bpf"}}}), "'bpf'"));
}

TEST(SeccompOptions, RefuseToDenyWhatTheStartNeeds) {
    for (const char* name : {"execve", "exit_group"})
        EXPECT_TRUE(contains(refused({{"deny-syscall", {name}}}), name));
}

TEST(SeccompOptions, RefuseToAllowWithoutAFilter) {
    EXPECT_TRUE(
        contains(refused({{"seccomp", {"off"}}, {"allow-syscall", {"bpf"}}}), "contradicts"));
}

TEST(SeccompOptions, RefuseAnEmptyFilterName) {
    EXPECT_TRUE(contains(refused({{"seccomp", {""}}}), "--seccomp"));
}

TEST(SeccompOptions, NameTheProfileThatSaidIt) {
    sdk::Request request = request_with();
    request.options["deny-syscall"].push_back({"opne", "profile ci: deny-syscall", false});

    EXPECT_TRUE(contains(refusal(host, request), "profile ci: deny-syscall: "));
}

TEST(SeccompRequirements, AskTheKernelForItsActions) {
    const std::unique_ptr<sdk::Plugin, void (*)(void*)> plugin(
        static_cast<sdk::Plugin*>(microbox_plugin.create()), microbox_plugin.destroy);
    const auto needs = plugin->requirements();
    ASSERT_EQ(needs.size(), 1U);
    sdk::PathFact fact;
    fact.exists = true;
    fact.text = "kill_process kill_thread trap errno user_notif trace log allow\n";
    sdk::Facts facts;
    facts.put(needs[0].fact, fact);

    EXPECT_TRUE(needs[0].met(facts));
    EXPECT_FALSE(needs[0].met(sdk::Facts{}));
}

} // namespace
} // namespace microbox::tests
