// SPDX-License-Identifier: MIT
// What stands in the tables for one sandbox.
#include "elements.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace microbox::net_bridge {

namespace {

Member member() {
    Member one;
    one.link = "mbxvabcdefgh123";
    one.mark = 0x1234;
    one.mac = {0x02, 0x6d, 10, 44, 0, 7};
    one.ip4 = *parse_address("10.44.0.7");
    one.ip6 = parse_address("fd00:1::a2c:7");
    return one;
}

sdk::Request request_with(const std::string& option, const std::vector<std::string>& values) {
    sdk::Request request;
    for (const std::string& value : values)
        request.options[option].push_back({value, "--" + option, false});
    return request;
}

Settings settings_with(const std::string& option, const std::vector<std::string>& values) {
    Settings settings = *read_settings(request_with(option, values), {});
    settings.resolvers.servers.clear();
    return settings;
}

/// Those behind the first six, which every sandbox has.
std::vector<std::string> own(const Settings& settings) {
    std::vector<std::string> all = elements_of(member(), settings);
    all.erase(all.begin(), all.begin() + 6);
    return all;
}

using Lines = std::vector<std::string>;

} // namespace

TEST(Elements, PinTheLinkToItsAddresses) {
    const Lines all = elements_of(member(), settings_with("net-allow", {}));

    EXPECT_EQ(all,
              (Lines{"inet microbox taken { 10.44.0.7 : 0x00001234 }",
                     "bridge microbox macs { \"mbxvabcdefgh123\" . 02:6d:0a:2c:00:07 }",
                     "bridge microbox pinned4 { \"mbxvabcdefgh123\" . 02:6d:0a:2c:00:07 . "
                     "10.44.0.7 }",
                     "bridge microbox pinned6 { \"mbxvabcdefgh123\" . 02:6d:0a:2c:00:07 . "
                     "fd00:1::a2c:7 }",
                     "inet microbox own4 { 10.44.0.7 . 10.44.0.7 }",
                     "inet microbox own6 { fd00:1::a2c:7 . fd00:1::a2c:7 }"}));
}

TEST(Elements, OfAHostWithoutIPv6AreOfOneFamily) {
    Member one = member();
    one.ip6.reset();

    for (const Lines& list : {elements_of(one, settings_with("publish", {"[::]:80:80"})),
                              elements_of(one, settings_with("net-allow", {"fd00::/8"})),
                              counted_of(one)})
        for (const std::string& element : list)
            EXPECT_EQ(element.find("6 {"), std::string::npos) << element;
}

TEST(Elements, OpenOneAddressWhereverItIsAndARangeOnlyBeyondTheHost) {
    EXPECT_EQ(
        own(settings_with("net-allow", {"203.0.113.2", "10.0.0.0/8", "[fd77::2]", "fd88::/16"})),
        (Lines{"inet microbox named4 { 10.44.0.7 . 203.0.113.2 }",
               "inet microbox ranges4 { 10.44.0.7 . 10.0.0.0/8 }",
               "inet microbox named6 { fd00:1::a2c:7 . fd77::2 }",
               "inet microbox ranges6 { fd00:1::a2c:7 . fd88::/16 }"}));
}

TEST(Elements, OpenAPortAlone) {
    EXPECT_EQ(own(settings_with("net-allow", {"203.0.113.2:80", "10.0.0.0/8:443"})),
              (Lines{"inet microbox named_ports4 { 10.44.0.7 . 203.0.113.2 . 80 }",
                     "inet microbox range_ports4 { 10.44.0.7 . 10.0.0.0/8 . 443 }"}));
}

TEST(Elements, OpenServersOfNamesForNamesAlone) {
    Settings settings = settings_with("net-allow", {});
    settings.resolvers.servers = {"192.168.1.1", "fd77::53"};

    EXPECT_EQ(own(settings),
              (Lines{"inet microbox named_ports4 { 10.44.0.7 . 192.168.1.1 . 53 }",
                     "inet microbox named_ports6 { fd00:1::a2c:7 . fd77::53 . 53 }"}));
}

TEST(Elements, PublishWhatARelayDoesNotServe) {
    EXPECT_EQ(own(settings_with(
                  "publish", {"8080:80", "203.0.113.2:81:80", "0.0.0.0:53:53/udp", "[::]:82:80"})),
              (Lines{"inet microbox published4 { 203.0.113.2 . tcp . 81 : 10.44.0.7 . 80 }",
                     "inet microbox led4 { 203.0.113.2 . 10.44.0.7 . tcp . 80 }",
                     "inet microbox published_any4 { udp . 53 : 10.44.0.7 . 53 }",
                     "inet microbox led_any4 { 10.44.0.7 . udp . 53 }",
                     "inet microbox published_any6 { tcp . 82 : fd00:1::a2c:7 . 80 }",
                     "inet microbox led_any6 { fd00:1::a2c:7 . tcp . 80 }"}));
}

TEST(Elements, KeysOfWhatIsPublishedSayNotWhereItLeads) {
    EXPECT_EQ(published_keys(settings_with("publish", {"8080:80", "203.0.113.2:81:80"})),
              (Lines{"inet microbox published4 { 203.0.113.2 . tcp . 81 }"}));
}

TEST(Elements, NameTheRangesThatAreTranslated) {
    const Settings settings = settings_with("subnet", {"10.99.0.0/24"});

    EXPECT_EQ(subnets_of(settings, std::nullopt),
              (Lines{"inet microbox subnets4 { 10.99.0.0/24 }"}));
    EXPECT_EQ(subnets_of(settings, *parse_network("fd00:1::/64", "test")),
              (Lines{"inet microbox subnets4 { 10.99.0.0/24 }",
                     "inet microbox subnets6 { fd00:1::/64 }"}));
}

TEST(Elements, OfEverySandboxThatCountsItsConnections) {
    EXPECT_EQ(counted_of(member()),
              (Lines{"inet microbox flows4 { 10.44.0.7 }",
                     "inet microbox flows6 { fd00:1::a2c:7 }",
                     "inet microbox rates6 { fd00:1::a2c:7 }"}));
}

} // namespace microbox::net_bridge
