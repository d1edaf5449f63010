// SPDX-License-Identifier: MIT
// "Did you mean": near names are found, far ones are not offered.
#include <microbox/sdk/nearest.hpp>

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace microbox::sdk {

TEST(EditDistance, CountsInsertionsDeletionsAndChanges) {
    EXPECT_EQ(edit_distance("", ""), 0U);
    EXPECT_EQ(edit_distance("", "abc"), 3U);
    EXPECT_EQ(edit_distance("abc", ""), 3U);
    EXPECT_EQ(edit_distance("open", "open"), 0U);
    EXPECT_EQ(edit_distance("open", "opem"), 1U);
    EXPECT_EQ(edit_distance("open", "opne"), 1U);
    EXPECT_EQ(edit_distance("open", "openat"), 2U);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(Nearest, FindsTheNameThatWasMeant) {
    const std::vector<std::string> names = {"chown", "clone", "close", "mount", "umount2"};

    EXPECT_EQ(nearest("mont", names), "mount");
    EXPECT_EQ(nearest("umount", names), "mount");
    EXPECT_EQ(nearest("closee", names), "close");
}

TEST(Nearest, OffersNothingThatIsFar) {
    const std::vector<std::string> names = {"tmpfs", "rootfs", "host"};

    EXPECT_EQ(nearest("warp", names), "");
    EXPECT_EQ(nearest("", names), "");
    EXPECT_EQ(nearest("x", std::vector<std::string>{}), "");
}

TEST(Nearest, LooksNoLongerAtALongWord) {
    const std::vector<std::string> names(100000, "mount");
    // A second for each of the names, were they compared letter by letter.
    EXPECT_EQ(nearest(std::string(10000000, 'm'), names), "");
    EXPECT_EQ(nearest("mounts", names), "mount");
}

TEST(Nearest, TakesTheFirstOfEquals) {
    EXPECT_EQ(nearest("cat", std::vector<std::string>{"car", "bat"}), "car");
}

} // namespace microbox::sdk
