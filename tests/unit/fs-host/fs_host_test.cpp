// SPDX-License-Identifier: MIT
// What --fs host plans, and what it tells about writes.
#include "tests/support/fake_host.hpp"
#include "tests/support/fragment_text.hpp"

#include <gtest/gtest.h>

namespace microbox::tests {

TEST(FsHost, BindsTheWholeTreeAndWarnsOfNobodysFiles) {
    const auto planned = plan_on(FakeHost{}, request_with());

    ASSERT_TRUE(planned.ok());
    EXPECT_EQ(
        fragment_text(*planned),
        "claim: root\n"
        "storage: 536870912 bytes [default]\n"
        "assemble: mount / = bind / recursive as-is rw,nosuid,nodev [default]\n"
        "inside: mount /sys = new sysfs ro,nosuid,nodev,noexec [default]\n"
        "inside: mask /sys/firmware [default]\n"
        "inside: mask /sys/devices/virtual/powercap [default]\n"
        "warning: --fs host: writes need permission for others: the host's files appear as "
        "nobody's; --userns host makes root the host's root, --mount-rw HOST:DEST opens a single "
        "directory\n");
}

TEST(FsHost, SaysThatHostIdsWeaken) {
    sdk::Request request = request_with();
    request.isolated_ids = false;

    const auto planned = plan_on(FakeHost{}, request);

    ASSERT_TRUE(planned.ok());
    ASSERT_EQ(planned->notices.size(), 1U);
    EXPECT_EQ(planned->notices[0].kind, sdk::Notice::Kind::weakened);
}

TEST(FsHost, HasNothingToWarnOfWhenReadOnly) {
    for (const bool isolated : {true, false}) {
        sdk::Request request = request_with();
        request.isolated_ids = isolated;
        request.read_only_root = true;

        const auto planned = plan_on(FakeHost{}, request);

        ASSERT_TRUE(planned.ok());
        const std::string text = fragment_text(*planned);
        EXPECT_NE(text.find("mount / = bind / recursive as-is ro,nosuid,nodev [--readonly]"),
                  std::string::npos)
            << text;
        for (const sdk::Notice& notice : planned->notices)
            EXPECT_EQ(notice.kind, sdk::Notice::Kind::info);
    }
}

TEST(FsHost, BindsTheHostsSysOnTheHostsNetwork) {
    sdk::Request request = request_with();
    request.own_network = false;

    const auto planned = plan_on(FakeHost{}, request);

    ASSERT_TRUE(planned.ok());
    const std::string text = fragment_text(*planned);
    EXPECT_NE(text.find("assemble: mount /sys = bind /sys single as-is ro,nosuid,nodev,noexec"),
              std::string::npos)
        << text;
    EXPECT_EQ(text.find("new sysfs"), std::string::npos);
    EXPECT_NE(text.find("mask /sys/firmware"), std::string::npos);
}

TEST(FsHost, RefusesAStorageThatIsNoSize) {
    EXPECT_EQ(refusal(FakeHost{}, request_with({{"storage", {"x"}}})).rfind("--storage: 'x'", 0),
              0U);
}

} // namespace microbox::tests
