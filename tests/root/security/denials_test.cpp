// SPDX-License-Identifier: MIT
// --explain-denials through the real sandbox: each refusal once, by whom, with the option that
// allows it; and the answers are what they are without it.
#include "tests/root/security/explained.hpp"

#include <algorithm>

#include <sys/syscall.h>

namespace microbox::testing {

namespace {

class Denials : public Explained {};

struct Case {
    Words probe;
    std::string what;
    std::string remedy;
};

const std::vector<Case> cases = {
    {{"unshare", "0x40000000"},
     "unshare(CLONE_NEWNET)",
     "--allow-syscall unshare --cap-add SYS_ADMIN"},
    {{"unshare", "0x10000000"}, "unshare(CLONE_NEWUSER)", "--allow-syscall unshare"},
    {{"socket", "40", "1"}, "socket(AF_VSOCK)", "--allow-syscall socket"},
    {{"tiocsti"}, "ioctl(TIOCSTI)", "--allow-syscall ioctl"},
    {{"mount", "tmpfs", "/tmp"}, "mount", "--allow-syscall mount --cap-add SYS_ADMIN"},
    {{"syscall", number_of(SYS_bpf)}, "bpf(0x0)", "--allow-syscall bpf"},
    {{"syscall", number_of(SYS_keyctl), "0", "0xfffffffd"},
     "keyctl(KEYCTL_GET_KEYRING_ID)",
     "--allow-syscall keyctl"},
};

Words split(const std::string& text) {
    Words words;
    std::string::size_type at = 0;
    while (at < text.size()) {
        const auto end = std::min(text.find(' ', at), text.size());
        words.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

} // namespace

TEST_F(Denials, AreToldWithWhoAndWhatWouldAllowThem) {
    MBX_NEEDS_ROOT();
    for (const Case& one : cases) {
        SCOPED_TRACE(one.what);
        const Outcome without = run_probe({}, one.probe);

        const Json denied = find(explained({}, one.probe), one.what);

        ASSERT_TRUE(denied.is_object()) << outcome_.describe();
        EXPECT_EQ(denied.at("plugin"), "sec-seccomp");
        EXPECT_EQ(denied.at("rule"), "default filter: EPERM");
        EXPECT_EQ(denied.at("pid"), 2); // init is 1
        EXPECT_EQ(denied.at("program"), "probe");
        EXPECT_EQ(denied.at("remedy"), one.remedy);
        EXPECT_EQ(outcome_.out, without.out);
        EXPECT_EQ(outcome_.code, without.code);
        EXPECT_NE(
            outcome_.err.find("microbox: denied: sec-seccomp: " + one.what + " by pid 2 (probe)"),
            std::string::npos)
            << outcome_.err;
        EXPECT_NE(outcome_.err.find("default filter: EPERM; " + one.remedy + " would allow it\n"),
                  std::string::npos)
            << outcome_.err;
    }
}

TEST_F(Denials, AreGoneWithWhatWouldAllowThem) {
    MBX_NEEDS_ROOT();
    for (const Case& one : cases) {
        SCOPED_TRACE(one.what);

        const Json denied = explained(split(one.remedy), one.probe);

        ASSERT_TRUE(denied.is_array()) << outcome_.describe();
        EXPECT_TRUE(find(denied, one.what).is_null()) << denied;
    }
    // Not only silent: what the kernel has no other reason to refuse works now.
    EXPECT_EQ(run_probe(split(cases[0].remedy), cases[0].probe).value("unshare"), "ok");
    EXPECT_EQ(run_probe(split(cases[1].remedy), cases[1].probe).value("unshare"), "ok");
    EXPECT_EQ(run_probe(split(cases[4].remedy), cases[4].probe).value("mount"), "ok");
}

TEST_F(Denials, AreNotKnownWithoutTheOption) {
    MBX_NEEDS_ROOT();
    outcome_ = run_probe({"--report", report_file()}, {"unshare", "0"});

    EXPECT_TRUE(report().is_null());
    EXPECT_EQ(outcome_.err.find("denied"), std::string::npos) << outcome_.err;
}

TEST_F(Denials, AreNoneForACommandThatDoesNothingRefused) {
    MBX_NEEDS_ROOT();
    const Json denied = explained({}, {"exit", "3"});

    EXPECT_EQ(denied, Json::array());
    EXPECT_EQ(outcome_.code, 3) << outcome_.describe();
    EXPECT_EQ(outcome_.err.find("denied"), std::string::npos) << outcome_.err;
}

TEST_F(Denials, OfAFileAndOfSingleCallsNameTheirRule) {
    MBX_NEEDS_ROOT();
    const std::string profile = folder_.file("profile.json", R"({
        "defaultAction": "SCMP_ACT_ALLOW",
        "syscalls": [{"names": ["bpf"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38}]})");
    const Words call = {"syscall", number_of(SYS_bpf)};

    const Json of_file = find(explained({"--seccomp", profile}, call), "bpf(0x0)");
    ASSERT_TRUE(of_file.is_object()) << outcome_.describe();
    EXPECT_EQ(of_file.at("rule"), "--seccomp " + profile + ": ENOSYS");
    EXPECT_EQ(outcome_.value("syscall"), "ENOSYS");

    const Json of_option =
        find(explained({"--seccomp", "off", "--deny-syscall", "bpf"}, call), "bpf(0x0)");
    ASSERT_TRUE(of_option.is_object()) << outcome_.describe();
    EXPECT_EQ(of_option.at("rule"), "--deny-syscall bpf: EPERM");
    EXPECT_EQ(of_option.at("remedy"), "leave out --deny-syscall bpf");

    EXPECT_TRUE(find(explained({"--seccomp", "off"}, call), "bpf(0x0)").is_null());
}

/// No call but execve needs to be allowed for the listener to arrive.
TEST_F(Denials, AreToldThoughTheFilterRefusesWriteAndSendmsg) {
    MBX_NEEDS_ROOT();
    const Json denied = explained(
        {"--deny-syscall", "write", "--deny-syscall", "sendmsg", "--deny-syscall", "read"},
        {"syscall", number_of(SYS_sendmsg)});

    EXPECT_TRUE(find(denied, "sendmsg").is_object()) << denied << outcome_.describe();
    EXPECT_TRUE(find(denied, "write").is_object()) << denied;
}

TEST_F(Denials, OfACommandThatIsMissingDoNotHangTheRun) {
    MBX_NEEDS_ROOT();
    const Outcome missing = run(
        {"--deny-syscall", "write", "--deny-syscall", "read", "--explain-denials", "--", "/none"},
        patient(std::chrono::seconds(10)));

    EXPECT_FALSE(missing.timed_out);
    EXPECT_EQ(missing.code, 127) << missing.describe();
}

TEST_F(Denials, WorkForACommandThatIsProcessOne) {
    MBX_NEEDS_ROOT();
    const Json denied =
        find(explained({"--no-init"}, {"unshare", "0x40000000"}), "unshare(CLONE_NEWNET)");

    ASSERT_TRUE(denied.is_object()) << outcome_.describe();
    EXPECT_EQ(denied.at("pid"), 1);
}

/// The listener is the supervisor's alone.
TEST_F(Denials, LeaveNoDescriptorInTheCommand) {
    MBX_NEEDS_ROOT();
    static_cast<void>(explained({}, {"fds"}));

    EXPECT_EQ(outcome_.values("fd").size(), 3U) << outcome_.describe();
}

TEST_F(Denials, QuoteWhatTheSandboxCallsItself) {
    MBX_NEEDS_ROOT();
    const Json denied =
        find(explained({}, {"named", "a\x1b[31m\nmicrobox:", number_of(SYS_bpf)}), "bpf(0x0)");

    ASSERT_TRUE(denied.is_object()) << outcome_.describe();
    EXPECT_EQ(denied.at("program"), "a\x1b[31m\nmicrobox");
    EXPECT_NE(outcome_.err.find("(a\\x1b[31m\\x0amicrobox)"), std::string::npos) << outcome_.err;
    EXPECT_EQ(outcome_.err.find('\x1b'), std::string::npos);
}

TEST_F(Denials, OfConnectionsAreCountedWithoutANetwork) {
    MBX_NEEDS_ROOT();
    const Json denied = find(explained({"--net", "none"}, {"tcp", "192.0.2.1", "80"}),
                             "a connection or datagram to elsewhere than loopback");

    ASSERT_TRUE(denied.is_object()) << outcome_.describe();
    EXPECT_EQ(denied.at("plugin"), "net-none");
    EXPECT_EQ(denied.at("count"), 1);
}

TEST_F(Denials, TellOfAStorageThatIsFull) {
    MBX_NEEDS_ROOT();
    const Json denied = explained({"--storage", "1M"}, {"fill", "/tmp/file", "2097152"});

    bool found = false;
    for (const Json& one : denied)
        found = found || one.at("remedy") == "--storage with more";
    EXPECT_TRUE(found) << denied << outcome_.describe();
}

} // namespace microbox::testing
