// SPDX-License-Identifier: MIT
// --net-rate: its units, its bounds, and what may pass at once.
#include "rate.hpp"
#include "tests/unit/net-common/asked.hpp"

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace microbox::net_bridge {

namespace {

using test::asked;
using test::Chance;
using test::says;

} // namespace

TEST(ReadRate, ThereIsNoneUnasked) {
    EXPECT_EQ(*read_rate({}), 0U);
}

TEST(ReadRate, BitsBecomeBytes) {
    for (const auto& [value, bytes] : {std::pair<const char*, std::uint64_t>{"64kbit", 8000},
                                       {"500kbit", 62500},
                                       {"10mbit", 1250000},
                                       {"1gbit", 125000000},
                                       {"1.5mbit", 187500},
                                       {"0.064mbit", 8000},
                                       {"0.000064gbit", 8000},
                                       {"010mbit", 1250000},
                                       {"10Mbit", 1250000},
                                       {"10MBIT", 1250000},
                                       {"100gbit", 12500000000},
                                       {"100000000kbit", 12500000000}}) {
        const auto rate = read_rate(asked("net-rate", {value}));
        ASSERT_TRUE(rate.ok()) << value;
        EXPECT_EQ(*rate, bytes) << value;
    }
}

TEST(ReadRate, AFractionLosesNothing) {
    EXPECT_EQ(*read_rate(asked("net-rate", {"2.01gbit"})), 251250000U);
    for (std::uint64_t hundredths = 1; hundredths <= 9999; ++hundredths) {
        const std::string rest = std::to_string(100 + hundredths % 100).substr(1);
        const std::string value = std::to_string(hundredths / 100) + "." + rest + "gbit";
        EXPECT_EQ(*read_rate(asked("net-rate", {value})), hundredths * 1250000U) << value;
    }
}

TEST(ReadRate, MalformedValuesAreRefusedByName) {
    for (const std::string value :
         {"",        "fast",     "0",         "-1mbit",    "+1mbit",  "10",       "10mb",
          "0mbit",   "1e99gbit", "1e3kbit",   "mbit",      " 10mbit", "10mbit ",  "10 mbit",
          "10mbits", "10mbit/s", "10,5mbit",  "1.2.3mbit", ".5mbit",  "5.mbit",   "0x10mbit",
          "10Mib",   "10tbit",   "100000bit", "nanmbit",   "infmbit", "inf gbit", "10m"}) {
        const auto rate = read_rate(asked("net-rate", {value}));
        ASSERT_FALSE(rate.ok()) << value << " is " << *rate;
        EXPECT_EQ(rate.error().what.rfind("--net-rate", 0), 0U) << rate.error().what;
        EXPECT_TRUE(says(rate.error().what, value)) << rate.error().what;
    }
}

TEST(ReadRate, BoundsAreInTheMessage) {
    const std::string zeros(400, '0');
    for (const std::string& value : {std::string("63.9kbit"),
                                     std::string("0.0639mbit"),
                                     std::string("100.001gbit"),
                                     std::string("100000001kbit"),
                                     "1" + zeros + "gbit",
                                     "0." + zeros + "1gbit"}) {
        const auto rate = read_rate(asked("net-rate", {value}));
        ASSERT_FALSE(rate.ok()) << value;
        EXPECT_TRUE(says(rate.error().what, "64kbit")) << rate.error().what;
        EXPECT_TRUE(says(rate.error().what, "100gbit")) << rate.error().what;
    }
}

TEST(ReadRate, AnyBytesAreARateWithinTheBoundsOrRefused) {
    Chance chance;
    for (int i = 0; i < 50000; ++i) {
        const std::string value = i % 2 == 0 ? chance.bytes() : chance.nearly("12.5mbit");
        const auto rate = read_rate(asked("net-rate", {value}));
        if (!rate.ok())
            continue;
        EXPECT_GE(*rate, 8000U) << value;
        EXPECT_LE(*rate, 12500000000U) << value;
    }
}

TEST(BurstOf, IsATenthOfASecondWithinBounds) {
    EXPECT_EQ(burst_of(125000000), 12500000U);
    EXPECT_EQ(burst_of(8000), 131072U);
    EXPECT_EQ(burst_of(0), 131072U);
    EXPECT_EQ(burst_of(1310720), 131072U);
    EXPECT_EQ(burst_of(1310730), 131073U);
    EXPECT_EQ(burst_of(12500000000), 67108864U);
    EXPECT_EQ(burst_of(UINT64_MAX), 67108864U);
}

} // namespace microbox::net_bridge
