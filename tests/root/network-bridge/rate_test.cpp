// SPDX-License-Identifier: MIT
// --net-rate: the one place where time is looked at. A limit makes a transfer last as long as its
// bytes need at that rate; half of that is what is asserted, for what may pass in one go.
#include "tests/root/network-bridge/bridged.hpp"

#include <cstdlib>
#include <sstream>
#include <string>

namespace microbox::testing {

namespace {

using NetBridgeRate = Bridged;

constexpr const char* two_million = "2000000"; // two seconds at 8mbit
constexpr double least = 1.0;

/// "seconds" of client.py; negative when not all bytes went.
double seconds(const std::string& output) {
    Outcome said;
    said.out = output;
    return said.value("bytes") == two_million ? std::atof(said.value("seconds").c_str()) : -1;
}

} // namespace

TEST_F(NetBridgeRate, HoldsBothWays) {
    const std::vector<std::string> options = {"--net-rate", "8mbit"};
    const std::string count = std::string(" ") + two_million;

    const std::string down = ask(options, "download 198.51.100.10 1019" + count);
    EXPECT_GT(seconds(down), least) << down;
    const std::string up = ask(options, "upload 198.51.100.10 1009" + count);
    EXPECT_GT(seconds(up), least) << up;
    const std::string up6 = ask(options, "upload 2001:db8:51::10 1009" + count);
    EXPECT_GT(seconds(up6), least) << up6;
}

TEST_F(NetBridgeRate, HoldsForWhatComesInByAPublishedPort) {
    Box box({"--net-rate", "8mbit", "-p", "203.0.113.2:8009:1009"}, {"sink:1009"});

    const std::string output =
        from(lab().internet(), std::string("upload 203.0.113.2 8009 ") + two_million);

    EXPECT_GT(seconds(output), least) << output;
}

TEST_F(NetBridgeRate, IsOneSandboxsAlone) {
    Box slow({"--net-rate", "64kbit"}, {"peer:1000"});

    // At that rate it would last four minutes: the client's own patience is shorter.
    const std::string output = ask({}, std::string("download 198.51.100.10 1019 ") + two_million);

    EXPECT_GE(seconds(output), 0) << output;
    EXPECT_LT(seconds(output), 60) << output;
}

} // namespace microbox::testing
