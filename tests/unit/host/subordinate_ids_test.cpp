// SPDX-License-Identifier: MIT
#include "core/host/subordinate_ids.hpp"

#include <gtest/gtest.h>

namespace microbox::core {

TEST(SubordinateIds, TakeNamesAndNumbers) {
    const auto ranges = parse_subordinate_ids("alice:100000:65536\n1001:165536:1\n");

    ASSERT_EQ(ranges.size(), 2U);
    EXPECT_EQ(ranges[0].owner, "alice");
    EXPECT_EQ(ranges[0].first, 100000U);
    EXPECT_EQ(ranges[0].count, 65536U);
    EXPECT_EQ(ranges[1].owner, "1001");
    EXPECT_EQ(ranges[1].first, 165536U);
    EXPECT_EQ(parse_subordinate_ids("alice:5:6").size(), 1U) << "a last line without an end";
}

TEST(SubordinateIds, PassOverWhatIsNoRange) {
    EXPECT_TRUE(parse_subordinate_ids("").empty());
    for (const char* line : {"\n\nalice\nbob:1\n#carol:1:2\ndave:5:0\n:::\n",
                             "alice:1x:2\n",
                             "alice:-1:2\n",
                             "alice:4294967295:2\n",
                             "alice:1:99999999999999999999\n"})
        EXPECT_TRUE(parse_subordinate_ids(line).empty()) << line;
}

TEST(SubordinateIds, AreReadFromGetsubids) {
    const auto ranges =
        parse_getsubids("0: alice 100000 65536\n1: alice 300000 10\nno such user\n");

    ASSERT_EQ(ranges.size(), 2U);
    EXPECT_EQ(ranges[1].first, 300000U);
    EXPECT_EQ(ranges[1].count, 10U);
}

TEST(SubordinateIds, ComeFromElsewhereOnlyWhereNsswitchSaysSo) {
    EXPECT_FALSE(has_other_subid_source("passwd: files\n"));
    EXPECT_FALSE(has_other_subid_source("subid: files # sss\n"));
    EXPECT_FALSE(has_other_subid_source("#subid: sss\n"));
    EXPECT_TRUE(has_other_subid_source("passwd: files\nsubid:   files sss\n"));
}

} // namespace microbox::core
