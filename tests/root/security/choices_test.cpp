// SPDX-License-Identifier: MIT
// --allow-syscall, --deny-syscall and --seccomp: what each changes, and what bad words get.
#include "tests/support/sandbox.hpp"

#include <string>
#include <vector>

#include <unistd.h>

namespace microbox::testing {

namespace {

/// The format of Docker and podman: everything but getcwd and uname, those by rule.
constexpr const char* docker_profile = R"({
  "defaultAction": "SCMP_ACT_ALLOW",
  "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86", "SCMP_ARCH_X32"]},
              {"architecture": "SCMP_ARCH_AARCH64", "subArchitectures": ["SCMP_ARCH_ARM"]}],
  "syscalls": [
    {"names": ["getcwd"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38},
    {"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 28,
     "includes": {"caps": ["CAP_SYS_ADMIN"]}},
    {"names": ["rmdir"], "action": "SCMP_ACT_ERRNO", "errnoRet": 28,
     "excludes": {"caps": ["CAP_CHOWN"]}},
    {"names": ["symlink", "symlinkat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 28,
     "includes": {"minKernel": "99.0"}},
    {"names": ["unlink", "unlinkat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 28,
     "includes": {"minKernel": "4.8"}},
    {"names": ["personality"], "action": "SCMP_ACT_ERRNO", "errnoRet": 28,
     "args": [{"index": 0, "value": 8, "op": "SCMP_CMP_EQ"}]}
  ]
})";

} // namespace

TEST(Choices, OneCallMore) {
    MBX_NEEDS_ROOT();

    const Outcome outcome =
        run_probe({"--cap-add", "SYS_ADMIN", "--allow-syscall", "unshare"}, {"unshare", "0"});

    EXPECT_EQ(outcome.value("unshare"), "ok") << outcome.describe();
    EXPECT_NE(outcome.err.find("weakened: sec-seccomp: --allow-syscall unshare"), std::string::npos)
        << outcome.describe();
}

TEST(Choices, OneCallLess) {
    MBX_NEEDS_ROOT();

    EXPECT_EQ(run_probe({}, {"cwd"}).value("cwd"), "/");
    EXPECT_EQ(run_probe({"--deny-syscall", "getcwd"}, {"cwd"}).value("cwd"), "EPERM");
    // A call that was refused keeps its answer.
    EXPECT_EQ(run_probe({"--deny-syscall", "clone3"}, {"calls", "435"}).value("call 435"),
              "ENOSYS");
}

TEST(Choices, AllowedAndDeniedIsAContradiction) {
    MBX_NEEDS_ROOT();

    const Outcome outcome =
        run_probe({"--allow-syscall", "bpf", "--deny-syscall", "bpf"}, {"print", "was started"});

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_EQ(outcome.out, "");
    EXPECT_NE(outcome.err.find("bpf"), std::string::npos) << outcome.describe();
}

TEST(Choices, OffIsSaid) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({"--seccomp", "off"}, {"caps"});

    EXPECT_EQ(outcome.value("Seccomp"), "0") << outcome.describe();
    EXPECT_EQ(outcome.value("NoNewPrivs"), "1") << outcome.describe();
    EXPECT_NE(outcome.err.find("weakened: sec-seccomp: --seccomp off"), std::string::npos);
}

TEST(Choices, AProfileOfDockerIsEvaluated) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory scratch;
    const std::string file = scratch.file("seccomp.json", docker_profile);
    const auto run_with = [&](std::vector<std::string> options,
                              const std::vector<std::string>& words) {
        options.insert(options.end(), {"--seccomp", file});
        return run_probe(options, words);
    };

    EXPECT_EQ(run_with({}, {"cwd"}).value("cwd"), "ENOSYS");
    EXPECT_EQ(run_with({}, {"mkdir", "/tmp/d"}).value("mkdir"), "ok");
    EXPECT_EQ(run_with({"--cap-add", "SYS_ADMIN"}, {"mkdir", "/tmp/d"}).value("mkdir"), "ENOSPC");
    EXPECT_EQ(run_with({}, {"rmdir", "/none"}).value("rmdir"), "ENOENT");
    EXPECT_EQ(run_with({"--cap-drop", "CHOWN"}, {"rmdir", "/none"}).value("rmdir"), "ENOSPC");
    EXPECT_EQ(run_with({}, {"symlink", "x", "/tmp/l"}).value("symlink"), "ok");
    EXPECT_EQ(run_with({}, {"unlink", "/none"}).value("unlink"), "ENOSPC");
    EXPECT_EQ(run_with({}, {"i386"}).value("i386"), "signal 31");
}

TEST(Choices, AProfileMayRefuseEverythingButTheStart) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory scratch;
    const std::string file = scratch.file(
        "strict.json",
        R"({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": ["execve", "exit_group", "write"], "action": "SCMP_ACT_ALLOW"}]})");

    // Starts, and is as helpless as it was asked to be: it ends, instead of being killed before.
    const Outcome outcome = run_probe({"--seccomp", file}, {"print", "x"});

    EXPECT_NE(outcome.code, 125) << outcome.describe();
}

TEST(Choices, AProfileThatIsNotUnderstoodIsRefusedByName) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory scratch;

    const struct {
        const char* text;
        const char* word;
    } rows[] = {
        {"{\"defaultAction\": \"SCMP_ACT_PERHAPS\"}", "SCMP_ACT_PERHAPS"},
        {R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getcwdd"], "action": "SCMP_ACT_ERRNO"}]})",
         "getcwdd"},
        {R"({"defaultAction": "SCMP_ACT_ALLOW", "syscals": []})", "syscals"},
        {R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getcwd"], "action": "SCMP_ACT_NOTIFY"}]})",
         "SCMP_ACT_NOTIFY"},
        {R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getcwd"], "action": "SCMP_ACT_ERRNO", "includes": {"moon": ["full"]}}]})",
         "moon"},
        {"not JSON", "seccomp.json"},
        {"", "seccomp.json"},
        {"[]", "seccomp.json"},
    };

    for (const auto& [text, word] : rows) {
        const std::string file = scratch.file("seccomp.json", text);
        const Outcome outcome = run_probe({"--seccomp", file}, {"print", "was started"});
        EXPECT_EQ(outcome.code, 125) << text << outcome.describe();
        EXPECT_EQ(outcome.out, "");
        EXPECT_NE(outcome.err.find(word), std::string::npos) << text << outcome.describe();
    }
}

TEST(Choices, BadWordsAreRefused) {
    MBX_NEEDS_ROOT();

    const struct {
        const char* option;
        const char* value;
        const char* word;
    } rows[] = {
        {"--allow-syscall", "unshar", "did you mean 'unshare'?"},
        {"--deny-syscall", "getcwdd", "did you mean 'getcwd'?"},
        {"--deny-syscall", "nsenter", "nsenter"},
        {"--deny-syscall", "", "empty"},
        {"--deny-syscall", "-1", "-1"},
        {"--deny-syscall", "1", "'1'"},
        {"--deny-syscall", "execve", "execve"},
        {"--deny-syscall", "exit_group", "exit_group"},
        {"--seccomp", "", "empty"},
        {"--seccomp", "of", "of"},
        {"--seccomp", "/none.json", "/none.json"},
        {"--seccomp", "/tmp", "/tmp"},
    };

    for (const auto& [option, value, word] : rows) {
        const Outcome outcome =
            run_probe({std::string(option) + "=" + value}, {"print", "was started"});
        EXPECT_EQ(outcome.code, 125) << option << value << outcome.describe();
        EXPECT_EQ(outcome.out, "");
        EXPECT_NE(outcome.err.find(word), std::string::npos) << option << outcome.describe();
        EXPECT_NE(outcome.err.find(option), std::string::npos) << outcome.describe();
    }
}

} // namespace microbox::testing
