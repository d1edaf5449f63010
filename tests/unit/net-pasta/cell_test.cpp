// SPDX-License-Identifier: MIT
#include "cell.hpp"

#include <gtest/gtest.h>

namespace microbox::net_pasta {

TEST(NetPastaCell, WhichIdsAMapHolds) {
    EXPECT_TRUE(maps_id("         0          0 4294967295\n", 65534));
    EXPECT_TRUE(maps_id("0 1000 1\n1 100000 65536\n", 65534));
    EXPECT_FALSE(maps_id("0 1000 1\n", 65534));
    EXPECT_FALSE(maps_id("0 1000 1\n1 100000 1000\n", 65534));
    EXPECT_FALSE(maps_id("", 65534));
    EXPECT_FALSE(maps_id("nonsense", 65534));
}

} // namespace microbox::net_pasta
