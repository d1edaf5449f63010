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

TEST(ParseMountinfo, SaysWhatHearsOfMountsElsewhere) {
    const auto mounts =
        parse_mountinfo("1 0 0:1 / /a rw shared:7 - tmpfs none rw\n"
                        "2 1 0:1 / /b rw master:7 propagate_from:3 - tmpfs none rw\n"
                        "3 1 0:1 / /shared:1 rw - tmpfs shared:1 rw\n"
                        "4 1 0:1 / /d rw unbindable - tmpfs none rw\n");

    ASSERT_EQ(mounts.size(), 4U);
    EXPECT_TRUE(mounts[0].hears_host);
    EXPECT_TRUE(mounts[1].hears_host);
    EXPECT_FALSE(mounts[2].hears_host);
    EXPECT_FALSE(mounts[3].hears_host);
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

TEST(VisibleMounts, ShowTheTopOfTwoOnOnePlaceWithWhatHangsOnIt) {
    const auto visible =
        visible_mounts(parse_mountinfo("1 0 0:1 / / rw - tmpfs none rw\n"
                                       "2 1 0:2 / /proc rw - proc none rw\n"
                                       "3 2 0:3 / /proc/acpi ro - tmpfs none rw\n"
                                       "4 2 0:4 / /proc ro - proc none rw\n"
                                       "5 4 0:3 / /proc/keys ro - tmpfs none rw\n"));

    ASSERT_EQ(visible.size(), 3U);
    EXPECT_EQ(visible[0].id, 1U);
    EXPECT_EQ(visible[1].id, 4U);
    EXPECT_EQ(visible[2].id, 5U);
}

TEST(VisibleMounts, LeaveOutWhatLiesBelowAnother) {
    const auto visible = visible_mounts(parse_mountinfo("10 1 0:1 / / rw - tmpfs none rw\n"
                                                        "11 10 0:2 / /a rw - tmpfs none rw\n"
                                                        "12 11 0:3 / /a/b rw - ext4 none rw\n"
                                                        "13 11 0:4 / /a rw - proc none rw\n"));

    std::vector<std::string> seen;
    for (const MountLine& mount : visible)
        seen.push_back(mount.point + " " + mount.type);
    EXPECT_EQ(seen, (std::vector<std::string>{"/ tmpfs", "/a proc"}));
}

TEST(FirstCover, IsAMountThatHidesSomething) {
    const auto mounts = parse_mountinfo("23 28 0:22 / /proc rw - proc proc rw\n"
                                        "24 23 0:23 / /proc/sys/fs/binfmt_misc rw - autofs x rw\n"
                                        "25 23 0:5 /null /proc/kcore ro - devtmpfs dev rw\n"
                                        "26 28 0:24 / /processes rw - tmpfs x rw\n");

    EXPECT_EQ(first_cover(mounts, "/proc"), "/proc/kcore");
    EXPECT_EQ(first_cover(mounts, "/sys"), std::nullopt);
}

} // namespace microbox::core
