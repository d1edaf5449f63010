// SPDX-License-Identifier: MIT
// Hosts that hide processes or forbid user namespaces.
#include "tests/root/caller/plain_caller.hpp"

#include <sys/mount.h>

namespace microbox::testing {

namespace {

using Words = std::vector<std::string>;

const Words say_hello = {"--fs", "system", "--", "echo", "hello"};

} // namespace

class PlainCallersHost : public PlainCaller {};

TEST_F(PlainCallersHost, MayHideTheProcessesOfOthers) {
    give_ids("nobody:300000:65536\n", "nobody:300000:65536\n");
    for (const char* option : {"hidepid=1", "hidepid=2"}) {
        ASSERT_EQ(::mount("proc", "/proc", "proc", 0, option), 0) << option;

        const Outcome outcome = ask(say_hello);

        EXPECT_EQ(outcome.code, 0) << option << outcome.describe();
        EXPECT_EQ(outcome.out, "hello\n") << option << outcome.describe();
        ASSERT_EQ(::umount("/proc"), 0);
    }
}

TEST_F(PlainCallersHost, ThatForbidsUserNamespacesIsNamedWithTheSwitchAndTheRemedy) {

    // The switch is one of each user namespace's own.
    const Outcome outcome = ask_through(
        "/usr/bin/unshare",
        {"-Ur", "sh", "-c", "echo 0 > /proc/sys/user/max_user_namespaces; exec \"$@\"", "sh"},
        say_hello);

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_NE(outcome.err.find("user.max_user_namespaces"), std::string::npos)
        << outcome.describe();
    EXPECT_NE(outcome.err.find("sysctl user.max_user_namespaces=15000"), std::string::npos)
        << outcome.describe();
}

TEST_F(PlainCallersHost, WhereTheLimitIsReachedIsToldOfIt) {
    const Outcome outcome = ask_through(
        "/usr/bin/unshare",
        {"-Ur", "sh", "-c", "echo 1 > /proc/sys/user/max_user_namespaces; exec \"$@\"", "sh"},
        say_hello);

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_NE(outcome.err.find("a limit on namespaces is reached"), std::string::npos)
        << outcome.describe();
}

TEST_F(PlainCallersHost, MayHaveMadeTheCallerRootOfANamespace) {
    const Outcome outcome = ask_through("/usr/bin/unshare", {"-Ur"}, say_hello);

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.out, "hello\n") << outcome.describe();
}

TEST_F(PlainCallersHost, IsExaminedByDoctor) {
    give_ids("", "");

    const Outcome outcome = ask({"doctor"});

    EXPECT_NE(outcome.out.find("ok       microbox          a user namespace for a caller"),
              std::string::npos)
        << outcome.describe();
    EXPECT_NE(outcome.out.find("less     microbox          65536 ids"), std::string::npos)
        << outcome.describe();
    EXPECT_NE(outcome.out.find("ok       microbox          a /proc for the sandbox"),
              std::string::npos)
        << outcome.describe();
}

} // namespace microbox::testing
