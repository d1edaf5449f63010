// SPDX-License-Identifier: MIT
// A session as logind opens it: the plain user of the machine with systemd is no imitation.
#include "tests/support/outside.hpp"
#include "tests/support/plain_user.hpp"
#include "tests/support/sandbox.hpp"

namespace microbox::testing {

TEST(SystemdSession, IsAPlainUsersOwn) {
    MBX_NEEDS_PLAIN_USER();
    const std::string slice = "0::/user.slice/user-" + std::to_string(::getuid()) + ".slice/";

    EXPECT_EQ(content_of("/proc/1/comm"), "systemd\n");
    EXPECT_EQ(content_of("/proc/self/cgroup").rfind(slice + "session-", 0), 0U)
        << content_of("/proc/self/cgroup");
    EXPECT_EQ(status_field(::getpid(), "CapEff"), "0000000000000000");
    EXPECT_EQ(runtime_directory(), "/run/user/" + std::to_string(::getuid()));
}

TEST(SystemdSession, CannotLimitItself) {
    MBX_NEEDS_PLAIN_USER();
    const std::string line = content_of("/proc/self/cgroup");
    const std::string group = "/sys/fs/cgroup" + line.substr(3, line.find('\n') - 3);

    EXPECT_NE(::access((group + "/cgroup.procs").c_str(), W_OK), 0)
        << "a session's cgroup is not delegated: there a program must ask the user's systemd";
}

} // namespace microbox::testing
