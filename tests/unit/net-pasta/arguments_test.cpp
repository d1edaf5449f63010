// SPDX-License-Identifier: MIT
#include "arguments.hpp"

#include <string>

#include <gtest/gtest.h>

namespace microbox::net_pasta {

namespace {

std::string joined(const WaysOut& ways) {
    std::string text;
    for (const std::string& argument : pasta_arguments("/usr/bin/pasta", ways))
        text += argument + " ";
    return text;
}

} // namespace

TEST(NetPastaArguments, NothingIsForwardedAndTheHostsLoopbackHasNoName) {
    const std::string text = joined({{true, true}, "up0"});

    for (const char* const word : {" -t none ",
                                   " -u none ",
                                   " -T none ",
                                   " -U none ",
                                   " --no-map-gw ",
                                   " -D none ",
                                   " --foreground ",
                                   " --interface up0 "})
        EXPECT_NE(text.find(word), std::string::npos) << word << ": " << text;
    for (const char* const word :
         {"--config-net", "--pcap", "--log-file", "--dns-forward", "--runas"})
        EXPECT_EQ(text.find(word), std::string::npos) << word << ": " << text;
}

TEST(NetPastaArguments, TheFamiliesThatTheHostHas) {
    EXPECT_EQ(joined({{true, true}, ""}).find("-only"), std::string::npos);
    EXPECT_EQ(joined({{true, true}, ""}).find("--interface"), std::string::npos);
    EXPECT_NE(joined({{true, false}, "up0"}).find("--ipv4-only"), std::string::npos);
    EXPECT_EQ(joined({{true, false}, "up0"}).find("fd6d"), std::string::npos);
    EXPECT_NE(joined({{false, true}, "up0"}).find("--ipv6-only"), std::string::npos);
}

} // namespace microbox::net_pasta
