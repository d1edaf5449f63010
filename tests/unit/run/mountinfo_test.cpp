// SPDX-License-Identifier: MIT
#include "core/run/mountinfo.hpp"

#include <gtest/gtest.h>

namespace microbox::core {

TEST(ParseMountinfo, ReadsPointOptionsAndType) {
    const auto mounts = parse_mountinfo(
        "36 35 98:0 /mnt1 /mnt2 rw,nosuid master:1 shared:2 - ext3 /dev/root rw,errors=continue\n");

    ASSERT_EQ(mounts.size(), 1U);
    EXPECT_EQ(mounts[0].point, "/mnt2");
    EXPECT_EQ(mounts[0].type, "ext3");
    EXPECT_TRUE(mounts[0].has("nosuid"));
    EXPECT_FALSE(mounts[0].has("suid"));
    EXPECT_FALSE(mounts[0].has("errors=continue")) << "an option of the super block";
}

TEST(ParseMountinfo, UndoesTheKernelsEscapes) {
    const auto mounts =
        parse_mountinfo("1 0 0:1 / /a\\040b\\011c\\012d\\134e rw - tmpfs none rw\n");

    ASSERT_EQ(mounts.size(), 1U);
    EXPECT_EQ(mounts[0].point, "/a b\tc\nd\\e");
}

TEST(ParseMountinfo, ANameThatLooksLikeTheSeparatorIsAName) {
    const auto mounts = parse_mountinfo("1 0 0:1 / /- ro - tmpfs none rw\n");

    ASSERT_EQ(mounts.size(), 1U);
    EXPECT_EQ(mounts[0].point, "/-");
    EXPECT_EQ(mounts[0].type, "tmpfs");
}

TEST(ParseMountinfo, ALineThatIsNotUnderstoodStaysInTheList) {
    const auto mounts = parse_mountinfo("1 0 0:1 / /x\nrubbish\n\n");

    ASSERT_EQ(mounts.size(), 2U);
    EXPECT_EQ(mounts[0].type, "");
    EXPECT_EQ(mounts[1].type, "");
}

TEST(ParseMountinfo, NothingGivesNothing) {
    EXPECT_TRUE(parse_mountinfo("").empty());
}

} // namespace microbox::core
