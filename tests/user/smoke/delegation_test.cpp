// SPDX-License-Identifier: MIT
// Where the host has cgroup v2, the user has a subtree with the controllers that limits need.
#include "tests/support/outside.hpp"
#include "tests/support/plain_user.hpp"

#include <fstream>

namespace microbox::testing {

namespace {

/// The cgroup of this process below /sys/fs/cgroup.
std::string own_cgroup() {
    const std::string line = content_of("/proc/self/cgroup");
    return line.rfind("0::", 0) == 0 ? "/sys/fs/cgroup" + line.substr(3, line.find('\n') - 3) : "";
}

} // namespace

TEST(V2Delegation, HasTheControllers) {
    MBX_NEEDS_PLAIN_USER();
    const std::string controllers = " " + content_of(own_cgroup() + "/cgroup.controllers");

    for (const char* wanted : {"memory", "pids", "cpu"}) {
        const std::string word = std::string(" ") + wanted;
        EXPECT_TRUE(controllers.find(word + " ") != std::string::npos ||
                    controllers.find(word + "\n") != std::string::npos)
            << wanted << " is not among" << controllers << " of " << own_cgroup();
    }
}

TEST(V2Delegation, LetsTheUserMakeAndLimitGroups) {
    MBX_NEEDS_PLAIN_USER();
    ASSERT_NE(own_cgroup(), "") << "no cgroup v2 alone";
    const std::filesystem::path parent = std::filesystem::path(own_cgroup()).parent_path();
    const std::filesystem::path group = parent / "microbox-delegation-test";

    ASSERT_TRUE(std::filesystem::create_directory(group));
    {
        std::ofstream limit(group / "pids.max");
        EXPECT_TRUE(limit << "7" << std::flush);
    }
    EXPECT_EQ(content_of(group / "pids.max"), "7\n");
    EXPECT_TRUE(std::filesystem::remove(group));
}

} // namespace microbox::testing
