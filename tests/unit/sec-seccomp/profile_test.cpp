// SPDX-License-Identifier: MIT
// --seccomp FILE: profiles in the format of Docker and podman, evaluated through the whole plugin.
#include "tests/unit/sec-seccomp/planned.hpp"

#include <cerrno>

#include <linux/audit.h>

namespace microbox::tests {
namespace {

constexpr std::uint64_t sys_admin = std::uint64_t{1} << 21U;
const std::string start = R"({"names": ["execve", "exit_group"], "action": "SCMP_ACT_ALLOW"})";

sdk::Result<sdk::Fragment> plan(const std::string& json,
                                std::uint64_t capabilities = 0,
                                const char* kernel = "6.1.0-18-amd64\n") {
    FakeHost host;
    host.file("p.json", json);
    if (kernel != nullptr)
        host.file("/proc/sys/kernel/osrelease", kernel);
    sdk::Request request = request_with({{"seccomp", {"p.json"}}});
    request.capabilities = capabilities;
    return plan_on(host, request);
}

/// An allow list of the rules.
std::string listed(const std::string& rules) {
    return R"({"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38, "syscalls": [)" + start +
           "," + rules + "]}";
}

std::string error_of(const std::string& json) {
    const auto planned = plan(json);
    EXPECT_FALSE(planned.ok()) << json;
    return planned.ok() ? "" : planned.error().what;
}

TEST(Profile, HasActionsDefaultsAndErrnos) {
    const Program program = program_of(plan(listed(
        R"({"names": ["read", "getpid"], "action": "SCMP_ACT_ALLOW", "comment": "x", "args": null},
           {"name": "mount", "action": "SCMP_ACT_ERRNO"},
           {"names": ["bpf"], "action": "SCMP_ACT_ERRNO", "errnoRet": 13},
           {"names": ["kcmp"], "action": "SCMP_ACT_ERRNO", "errno": "EINVAL", "errnoRet": 22},
           {"names": ["reboot"], "action": "SCMP_ACT_KILL_PROCESS"}
        )")));

    EXPECT_EQ(answer(program, "read"), allowed);
    EXPECT_EQ(answer(program, "getpid"), allowed);
    EXPECT_EQ(answer(program, "mount"), EPERM);
    EXPECT_EQ(answer(program, "bpf"), 13);
    EXPECT_EQ(answer(program, "kcmp"), EINVAL);
    EXPECT_EQ(answer(program, "reboot"), killed);
    EXPECT_EQ(answer(program, "write"), 38);
    EXPECT_EQ(to_answer(run_number(program, 1000)), 38);
}

TEST(Profile, RefusesOtherAbisWholeEvenWhenItNamesThem) {
    const Program program = program_of(plan(
        R"({"defaultAction": "SCMP_ACT_ALLOW", "archMap": [{"architecture": "SCMP_ARCH_X86_64",
            "subArchitectures": ["SCMP_ARCH_X86", "SCMP_ARCH_X32"]},
            {"architecture": "SCMP_ARCH_AARCH64", "subArchitectures": ["SCMP_ARCH_ARM"]}]})"));

    EXPECT_EQ(answer(program, "read"), allowed);
    EXPECT_EQ(to_answer(run_number(program, 3, {}, AUDIT_ARCH_I386)), killed);
    EXPECT_EQ(to_answer(run_number(program, 0x40000000U)), killed);
}

TEST(Profile, ComparesArguments) {
    const Program program = program_of(plan(listed(
        R"({"names": ["socket"], "action": "SCMP_ACT_ALLOW",
            "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"},
                     {"index": 2, "value": 5, "op": "SCMP_CMP_LT"}]},
           {"names": ["clone"], "action": "SCMP_ACT_ALLOW",
            "args": [{"index": 0, "value": 2114060288, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}]},
           {"names": ["personality"], "action": "SCMP_ACT_ALLOW",
            "args": [{"index": 0, "value": 0, "op": "SCMP_CMP_EQ"},
                     {"index": 0, "value": 4294967295, "op": "SCMP_CMP_EQ"}]})")));

    EXPECT_EQ(answer(program, "socket", {1, 0, 4}), allowed);
    EXPECT_EQ(answer(program, "socket", {1, 0, 5}), 38);
    EXPECT_EQ(answer(program, "socket", {2, 0, 4}), 38);
    EXPECT_EQ(answer(program, "clone", {17}), allowed);
    EXPECT_EQ(answer(program, "clone", {0x10000000 | 17}), 38);
    EXPECT_EQ(answer(program, "personality", {0}), allowed);
    EXPECT_EQ(answer(program, "personality", {0xffffffff}), allowed);
    EXPECT_EQ(answer(program, "personality", {8}), 38);
}

TEST(Profile, IncludesByCapability) {
    const std::string json = listed(
        R"({"names": ["mount"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_SYS_ADMIN"]}},
           {"names": ["umount2"], "action": "SCMP_ACT_ALLOW",
            "includes": {"caps": ["CAP_SYS_ADMIN", "CAP_BPF"]}},
           {"names": ["mount"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1,
            "excludes": {"caps": ["CAP_SYS_ADMIN"]}})");

    EXPECT_EQ(answer(program_of(plan(json, 0)), "mount"), EPERM);
    EXPECT_EQ(answer(program_of(plan(json, sys_admin)), "mount"), allowed);
    EXPECT_EQ(answer(program_of(plan(json, sys_admin)), "umount2"), 38);
}

TEST(Profile, IncludesByKernel) {
    const std::string json = listed(
        R"({"names": ["ptrace"], "action": "SCMP_ACT_ALLOW", "includes": {"minKernel": "4.8"}},
           {"names": ["bpf"], "action": "SCMP_ACT_ALLOW", "includes": {"minKernel": "6.10"}},
           {"names": ["kcmp"], "action": "SCMP_ACT_ALLOW", "excludes": {"minKernel": "6.1"}})");

    const Program program = program_of(plan(json, 0, "6.1.0-18-amd64\n"));
    EXPECT_EQ(answer(program, "ptrace"), allowed);
    EXPECT_EQ(answer(program, "bpf"), 38);
    EXPECT_EQ(answer(program, "kcmp"), 38);
    const Program older = program_of(plan(json, 0, "4.4.0\n"));
    EXPECT_EQ(answer(older, "ptrace"), 38);
    EXPECT_EQ(answer(older, "kcmp"), allowed);
}

TEST(Profile, IsRefusedWhenTheKernelsVersionIsNotKnown) {
    const auto planned = plan(
        listed(
            R"({"names": ["bpf"], "action": "SCMP_ACT_ALLOW", "includes": {"minKernel": "4.8"}})"),
        0,
        nullptr);

    ASSERT_FALSE(planned.ok());
    EXPECT_TRUE(contains(planned.error().what, "minKernel"));
}

#if defined(__x86_64__)
TEST(Profile, IncludesByMachine) {
    const Program program = program_of(plan(listed(
        R"({"names": ["modify_ldt"], "action": "SCMP_ACT_ALLOW", "includes": {"arches": ["amd64", "x86"]}},
           {"names": ["bpf"], "action": "SCMP_ACT_ALLOW", "includes": {"arches": ["arm64"]}},
           {"names": ["kcmp"], "action": "SCMP_ACT_ALLOW", "excludes": {"arches": ["amd64"]}})")));

    EXPECT_EQ(answer(program, "modify_ldt"), allowed);
    EXPECT_EQ(answer(program, "bpf"), 38);
    EXPECT_EQ(answer(program, "kcmp"), 38);
}
#endif

TEST(Profile, SkipsCallsOfOtherMachinesAndTakesNewerOnes) {
    const Program program = program_of(plan(listed(
        R"({"names": ["socketcall", "riscv_hwprobe", "mmap2", "mseal", "listmount", "futex_wake"],
            "action": "SCMP_ACT_ALLOW"})")));

    EXPECT_EQ(answer(program, "mseal"), allowed);
    EXPECT_EQ(answer(program, "listmount"), allowed);
    EXPECT_EQ(answer(program, "futex_wake"), allowed);
}

TEST(Profile, TakesSingleCallsInFront) {
    FakeHost host;
    host.file("p.json", listed(R"({"names": ["read", "write"], "action": "SCMP_ACT_ALLOW"})"));
    const auto planned = plan_on(host,
                                 request_with({{"seccomp", {"p.json"}},
                                               {"allow-syscall", {"ptrace", "read"}},
                                               {"deny-syscall", {"write"}}}));

    const Program program = program_of(planned);
    EXPECT_EQ(answer(program, "ptrace"), allowed);
    EXPECT_EQ(answer(program, "write"), EPERM);
    EXPECT_EQ(answer(program, "read"), allowed);
    EXPECT_EQ(to_answer(run_number(program, 101, {}, AUDIT_ARCH_I386)), killed);
    EXPECT_TRUE(contains(weakened(planned), "--allow-syscall ptrace"));
    EXPECT_FALSE(contains(weakened(planned), "read"));
    EXPECT_EQ(planned->steps[0].source, "--seccomp, --allow-syscall, --deny-syscall");
}

TEST(Profile, SaysWhatItAllowsBeyondTheDefault) {
    const auto planned =
        plan(listed(R"({"names": ["read", "ptrace", "bpf"], "action": "SCMP_ACT_ALLOW"})"));

    EXPECT_TRUE(contains(weakened(planned), "refuses: bpf, ptrace\n")) << weakened(planned);
    EXPECT_EQ(weakened(plan(listed(R"({"names": ["read"], "action": "SCMP_ACT_ALLOW"})"))), "");
    EXPECT_TRUE(contains(weakened(plan(R"({"defaultAction": "SCMP_ACT_ALLOW"})")), " more"));
}

TEST(Profile, TakesFlags) {
    const auto planned = plan(
        R"({"defaultAction": "SCMP_ACT_ALLOW", "flags": ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_TSYNC"]})");

    ASSERT_TRUE(planned.ok());
    EXPECT_EQ(std::get<sdk::Filter>(planned->steps[0].step).flags, SECCOMP_FILTER_FLAG_LOG);
}

struct Wrong {
    const char* what;
    std::string json;
    const char* word; ///< that the error must have
};

TEST(Profile, RefusesByNameWhatIsNotUnderstood) {
    const auto rule = [](const std::string& text) { return listed(text); };
    const auto with = [&](const std::string& text) {
        return rule(R"({"names": ["read"], "action": "SCMP_ACT_ALLOW", )" + text + "}");
    };
    const Wrong all[] = {
        {"not JSON", "{", "JSON"},
        {"empty", "", "JSON"},
        {"trailing text", R"({"defaultAction": "SCMP_ACT_ALLOW"} x)", "JSON"},
        {"an array", "[]", "top level"},
        {"no default", "{}", "defaultAction is missing"},
        {"unknown key", R"({"defaultAction": "SCMP_ACT_ALLOW", "syscals": []})", "'syscals'"},
        {"listener",
         R"({"defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "/x"})",
         "'listenerPath'"},
        {"unknown default", R"({"defaultAction": "SCMP_ACT_ALOW"})", "'SCMP_ACT_ALOW'"},
        {"errno of allow",
         R"({"defaultAction": "SCMP_ACT_ALLOW", "defaultErrnoRet": 1})",
         "defaultErrnoRet"},
        {"unknown flag", R"({"defaultAction": "SCMP_ACT_ALLOW", "flags": ["X"]})", "'X'"},
        {"duplicate key",
         R"({"defaultAction": "SCMP_ACT_ERRNO", "defaultAction": "SCMP_ACT_ALLOW"})",
         "'defaultAction' is given twice"},
        {"two machine lists",
         R"({"defaultAction": "SCMP_ACT_ALLOW", "archMap": [], "architectures": []})",
         "archMap"},
        {"other machine",
         R"({"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_S390X"]})",
         "not for this machine"},
        {"unknown machine",
         R"({"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_Z80"]})",
         "'SCMP_ARCH_Z80'"},
        {"unknown call", rule(R"({"names": ["raed"], "action": "SCMP_ACT_ALLOW"})"), "'raed'"},
        {"unknown call of a rule that does not apply",
         rule(
             R"({"names": ["raed"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_BPF"]}})"),
         "'raed'"},
        {"no names", rule(R"({"names": [], "action": "SCMP_ACT_ALLOW"})"), "syscalls[1] names no"},
        {"name and names",
         rule(R"({"name": "read", "names": ["write"], "action": "SCMP_ACT_ALLOW"})"),
         "both name and names"},
        {"no action", rule(R"({"names": ["read"]})"), "syscalls[1].action is missing"},
        {"notify",
         rule(R"({"names": ["read"], "action": "SCMP_ACT_NOTIFY"})"),
         "'SCMP_ACT_NOTIFY'"},
        {"trace", rule(R"({"names": ["read"], "action": "SCMP_ACT_TRACE"})"), "'SCMP_ACT_TRACE'"},
        {"unknown rule key", with(R"("arg": [])"), "'arg'"},
        {"args no array", with(R"("args": {})"), "args is not an array"},
        {"unknown op",
         with(R"("args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EG"}])"),
         "'SCMP_CMP_EG'"},
        {"no op", with(R"("args": [{"index": 0, "value": 1}])"), "op is missing"},
        {"index 6", with(R"("args": [{"index": 6, "value": 1, "op": "SCMP_CMP_EQ"}])"), "index: 6"},
        {"negative value",
         with(R"("args": [{"index": 0, "value": -1, "op": "SCMP_CMP_EQ"}])"),
         "-1"},
        {"text value",
         with(R"("args": [{"index": 0, "value": "1", "op": "SCMP_CMP_EQ"}])"),
         "value"},
        {"unknown argument key",
         with(R"("args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ", "x": 1}])"),
         "'x'"},
        {"unknown capability", with(R"("includes": {"caps": ["CAP_SYS_ADMN"]})"), "'CAP_SYS_ADMN'"},
        {"unknown arch", with(R"("excludes": {"arches": ["z80"]})"), "'z80'"},
        {"unknown condition", with(R"("excludes": {"kernel": "1"})"), "'kernel'"},
        {"wrong kernel", with(R"("includes": {"minKernel": "new"})"), "'new'"},
        {"errno too large",
         rule(R"({"names": ["read"], "action": "SCMP_ACT_ERRNO", "errnoRet": 4096})"),
         "4096"},
        {"unknown errno",
         rule(R"({"names": ["read"], "action": "SCMP_ACT_ERRNO", "errno": "EPREM"})"),
         "'EPREM'"},
        {"two errnos",
         rule(
             R"({"names": ["read"], "action": "SCMP_ACT_ERRNO", "errno": "EPERM", "errnoRet": 2})"),
         "contradicts"},
        {"contradicting rules",
         rule(
             R"({"names": ["read"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}]}, {"names": ["read"], "action": "SCMP_ACT_TRAP", "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}]})"),
         "'read'"},
        {"no start", R"({"defaultAction": "SCMP_ACT_ERRNO"})", "'execve'"},
        {"start killed",
         R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["exit_group"], "action": "SCMP_ACT_KILL"}]})",
         "'exit_group'"},
    };
    for (const Wrong& wrong : all) {
        const std::string error = error_of(wrong.json);
        EXPECT_TRUE(contains(error, wrong.word)) << wrong.what << ": " << error;
        EXPECT_TRUE(contains(error, "--seccomp: p.json: ")) << wrong.what << ": " << error;
    }
}

TEST(Profile, IsRefusedWhenItsFileCannotBeRead) {
    FakeHost host;
    host.refuse(FakeHost::Kind::text, "secret.json", EACCES);

    EXPECT_TRUE(contains(refusal(host, request_with({{"seccomp", {"secret.json"}}})),
                         "secret.json: cannot be read: Permission denied"));
    EXPECT_TRUE(contains(refusal(host, request_with({{"seccomp", {"defualt"}}})), "No such file"));
}

TEST(Profile, IsRefusedWhenItsFileIsTooLarge) {
    FakeHost host;
    host.file("big.json", std::string(256 * 1024, ' '));

    EXPECT_TRUE(contains(refusal(host, request_with({{"seccomp", {"big.json"}}})), "256 KiB"));
}

} // namespace
} // namespace microbox::tests
