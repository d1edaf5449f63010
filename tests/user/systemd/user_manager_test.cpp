// SPDX-License-Identifier: MIT
// The user's own systemd: it answers on the user's bus, and gives a scope with controllers to
// whoever asks.
#include "tests/support/plain_user.hpp"
#include "tests/support/sandbox.hpp"

namespace microbox::testing {

namespace {

Outcome run_in_session(const std::string& program, const std::vector<std::string>& arguments) {
    Options how;
    how.program = program;
    how.timeout = std::chrono::seconds(60);
    for (const char* name : {"XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"})
        if (const char* value = std::getenv(name))
            how.environment.emplace_back(name, value);
    return run(arguments, how);
}

/// What is tried in the scope: limits are set in a cgroup below it, as a sandbox needs them. The
/// shell leaves the scope's own cgroup first, because one with processes gives no controllers on.
constexpr const char* in_scope = R"sh(
    own=$(cut -d: -f3 /proc/self/cgroup)
    cd "/sys/fs/cgroup$own" || exit 1
    echo "cgroup $own"
    echo "controllers $(cat cgroup.controllers)"
    mkdir caller sandbox && echo $$ >caller/cgroup.procs
    echo '+memory +pids +cpu' >cgroup.subtree_control
    echo 7 >sandbox/pids.max && echo "pids $(cat sandbox/pids.max)"
    echo 64M >sandbox/memory.max && echo "memory $(cat sandbox/memory.max)"
    echo '50000 100000' >sandbox/cpu.max && echo "cpu $(cat sandbox/cpu.max)"
)sh";

} // namespace

TEST(SystemdUserManager, AnswersOnTheBus) {
    MBX_NEEDS_PLAIN_USER();

    const Outcome outcome = run_in_session("/usr/bin/busctl",
                                           {"--user",
                                            "get-property",
                                            "org.freedesktop.systemd1",
                                            "/org/freedesktop/systemd1",
                                            "org.freedesktop.systemd1.Manager",
                                            "Version"});

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.out.rfind("s \"2", 0), 0U) << outcome.describe();
}

TEST(SystemdUserManager, GivesADelegatedScope) {
    MBX_NEEDS_PLAIN_USER();
    const std::string uid = std::to_string(::getuid());

    const Outcome outcome = run_in_session(
        "/usr/bin/systemd-run",
        {"--user", "--scope", "--quiet", "-p", "Delegate=yes", "/bin/sh", "-c", in_scope});

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.value("cgroup").rfind(
                  "/user.slice/user-" + uid + ".slice/user@" + uid + ".service/app.slice/", 0),
              0U)
        << outcome.describe();
    for (const char* wanted : {"memory", "pids", "cpu"})
        EXPECT_NE((" " + outcome.value("controllers") + " ").find(std::string(" ") + wanted + " "),
                  std::string::npos)
            << outcome.describe();
    EXPECT_EQ(outcome.value("pids"), "7") << outcome.describe();
    EXPECT_EQ(outcome.value("memory"), "67108864") << outcome.describe();
    EXPECT_EQ(outcome.value("cpu"), "50000 100000") << outcome.describe();
}

} // namespace microbox::testing
