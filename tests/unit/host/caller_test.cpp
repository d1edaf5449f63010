// SPDX-License-Identifier: MIT
#include "core/host/caller.hpp"

#include <gtest/gtest.h>

namespace microbox::core {

TEST(IdMaps, AreReadAsTheKernelWritesThem) {
    const IdMap map =
        parse_id_map("         0       1000          1\n         1     100000      65536\n");

    ASSERT_EQ(map.size(), 2U);
    EXPECT_EQ(map[1].inside, 1U);
    EXPECT_EQ(map[1].outside, 100000U);
    EXPECT_EQ(count_of(map), 65537U);
}

TEST(CallersIds, RootOfTheHostHasAll) {
    const Caller caller;

    EXPECT_EQ(users_of(caller), 65536U);
    EXPECT_EQ(groups_of(caller), 65536U);
}

TEST(CallersIds, TheFootholdKeepsItsLast) {
    Caller caller;
    caller.has_host = false;
    caller.users = {{0, 1000, 1}, {1, 100000, 65536}};
    caller.groups = {{0, 1000, 1}, {1, 100000, 9}};

    EXPECT_EQ(users_of(caller), 65536U);
    EXPECT_EQ(groups_of(caller), 9U);
}

TEST(CallersIds, RootIsNeverTakenAway) {
    Caller caller;
    caller.has_host = false;
    caller.users = {{0, 1000, 1}};
    caller.groups = {{0, 1000, 1}, {1, 100000, 1}};

    EXPECT_EQ(users_of(caller), 1U);
    EXPECT_EQ(groups_of(caller), 1U);
}

} // namespace microbox::core
