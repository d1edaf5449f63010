// SPDX-License-Identifier: MIT
// --explain-denials: how often the walls refused this sandbox, and no other.
#include "tests/root/network-bridge/bridged.hpp"

#include <fstream>
#include <sstream>

namespace microbox::testing {

namespace {

class NetBridgeRefusals : public Bridged {
protected:
    std::string report_of(std::vector<std::string> options, const std::string& words) {
        const std::string file = folder_.path() + "/report";
        options.insert(options.end(), {"--report", file});
        (void)ask(options, words);
        std::ifstream stream(file);
        std::ostringstream text;
        text << stream.rdbuf();
        return text.str();
    }

    ScratchDirectory folder_;
};

constexpr const char* refused = "a packet to the host, a neighbour or a closed range";

} // namespace

TEST_F(NetBridgeRefusals, AreCounted) {
    const std::string report = report_of(
        {"--explain-denials"},
        "reach tcp,203.0.113.2,1000 tcp,10.44.0.1,1000 udp,10.44.0.1,1000 tcp,198.51.100.10,1000");

    EXPECT_NE(report.find(refused), std::string::npos) << report;
    EXPECT_NE(report.find("\"count\": 3"), std::string::npos) << report;
    EXPECT_NE(report.find("\"remedy\": \"--net-allow with the address it may reach\""),
              std::string::npos);
}

TEST_F(NetBridgeRefusals, AreThoseOfTheRunItself) {
    Box other({"--explain-denials"}, {"peer:1000"});
    (void)from(other.inside(), "reach tcp,10.44.0.1,1000");

    const std::string report = report_of({"--explain-denials"}, "reach tcp,198.51.100.10,1000");

    EXPECT_EQ(report.find(refused), std::string::npos) << report;
    EXPECT_NE(report.find("\"denied\": []"), std::string::npos) << report;
}

TEST_F(NetBridgeRefusals, AreNotCountedUnlessAskedFor) {
    const std::string report = report_of({}, "reach tcp,10.44.0.1,1000");

    EXPECT_NE(report.find("\"denied\": null"), std::string::npos) << report;
}

} // namespace microbox::testing
