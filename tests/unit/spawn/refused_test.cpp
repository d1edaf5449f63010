// SPDX-License-Identifier: MIT
// Each switch of a host that refuses user namespaces is named, with its remedy.
#include "core/spawn/refused.hpp"

#include <cerrno>
#include <map>

#include <gtest/gtest.h>

namespace microbox::core {

namespace {

std::string hint(int error, const std::map<std::string, std::string>& files) {
    return hint_for_refused_namespace(error, [&](const std::string& path) {
        const auto found = files.find(path);
        return found == files.end() ? std::string() : found->second;
    });
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST(RefusedNamespace, NamesTheSwitch) {
    EXPECT_TRUE(has(hint(ENOSPC, {{"/proc/sys/user/max_user_namespaces", "0\n"}}),
                    "sysctl user.max_user_namespaces=15000"));
    EXPECT_TRUE(has(hint(EPERM, {{"/proc/sys/kernel/unprivileged_userns_clone", "0\n"}}),
                    "sysctl kernel.unprivileged_userns_clone=1"));
    EXPECT_TRUE(
        has(hint(EACCES, {{"/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n"}}),
            "apparmor_parser"));
    EXPECT_TRUE(has(hint(EACCES, {{"/proc/self/attr/current", "docker-default (enforce)\n"}}),
                    "the AppArmor profile 'docker-default'"));
    EXPECT_TRUE(has(hint(ENOSPC, {{"/proc/sys/user/max_user_namespaces", "10\n"}}),
                    "a limit on namespaces is reached"));
}

TEST(RefusedNamespace, BlamesNoSwitchThatIsOn) {
    EXPECT_TRUE(has(hint(EPERM,
                         {{"/proc/sys/user/max_user_namespaces", "01\n"},
                          {"/proc/sys/kernel/unprivileged_userns_clone", "1\n"},
                          {"/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "0\n"}}),
                    "a container's filter"));
    EXPECT_TRUE(has(hint(EPERM, {{"/proc/self/attr/current", "unconfined\n"}}), "a container's"));
    EXPECT_EQ(hint(EINVAL, {}), "");
}

} // namespace microbox::core
