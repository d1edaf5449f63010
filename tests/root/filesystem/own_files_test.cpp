// SPDX-License-Identifier: MIT
// /etc/hosts, /etc/hostname and /etc/resolv.conf say what the sandbox is, in every root.
#include "tests/support/root_modes.hpp"
#include "tests/support/sandbox.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <unistd.h>

namespace microbox::testing {

namespace {

std::string content_of(const std::string& path) {
    std::ifstream file(path);
    return std::string(std::istreambuf_iterator<char>(file), {});
}

} // namespace

TEST(OwnFiles, TheHostnameIsInAllThreePlacesOfEveryRoot) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;
    const std::string hosts = content_of("/etc/hosts");

    for (const std::string& mode : root_modes(root.path())) {
        const Outcome outcome =
            probe_in(mode,
                     {"--hostname", "box"},
                     sequence({{"hostname"}, {"read", "/etc/hostname"}, {"read", "/etc/hosts"}}));

        EXPECT_EQ(outcome.out,
                  "hostname box\nbox\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost "
                  "ip6-loopback\n127.0.1.1\tbox\n")
            << mode << outcome.describe();
    }
    EXPECT_EQ(content_of("/etc/hosts"), hosts);
}

TEST(OwnFiles, TheResolversAreTheOnesThatWereNamed) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;
    const std::string resolvers = content_of("/etc/resolv.conf");

    for (const std::string& mode : root_modes(root.path())) {
        const auto read = sequence({{"read", "/etc/resolv.conf"}});
        const Outcome fallback = probe_in(mode, {}, read);
        EXPECT_EQ(fallback.out, "nameserver 8.8.8.8\nnameserver 8.8.4.4\n")
            << mode << fallback.describe();

        const Outcome named = probe_in(mode, {"--dns", "9.9.9.9", "--dns", "2620:fe::fe"}, read);
        EXPECT_EQ(named.out, "nameserver 9.9.9.9\nnameserver 2620:fe::fe\n")
            << mode << named.describe();
    }
    EXPECT_EQ(content_of("/etc/resolv.conf"), resolvers);
}

TEST(OwnFiles, OnTheHostsNetworkTheResolversAreTheHosts) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;
    const std::string resolvers = content_of("/etc/resolv.conf");
    if (resolvers.find("nameserver") == std::string::npos)
        GTEST_SKIP() << "needs a host with a nameserver in /etc/resolv.conf";

    for (const std::string& mode : root_modes(root.path())) {
        const Outcome outcome = probe_in(mode, {"--net", "host"}, {"read", "/etc/resolv.conf"});
        EXPECT_NE(outcome.out.find("nameserver"), std::string::npos) << mode << outcome.describe();
        EXPECT_EQ(outcome.out.find("8.8.4.4") == std::string::npos,
                  resolvers.find("8.8.4.4") == std::string::npos)
            << mode << outcome.describe();
    }
}

TEST(OwnFiles, CanBeChangedInsideWhereTheRootCan) {
    MBX_NEEDS_ROOT();
    const TinyRoot root;

    for (const std::string& mode : {std::string("tmpfs"), root.path()})
        for (const char* name : {"/etc/hosts", "/etc/hostname", "/etc/resolv.conf"}) {
            const Outcome outcome =
                probe_in(mode, {}, sequence({{"write", name, "mine"}, {"read", name}}));
            EXPECT_EQ(outcome.out, "write ok\nmine") << mode << outcome.describe();
        }
    EXPECT_TRUE(std::filesystem::is_empty(root.path() + "/etc"));
}

TEST(OwnFiles, OfTheHostAreCoveredAndNeverWritten) {
    MBX_NEEDS_ROOT();
    const std::string before =
        content_of("/etc/hosts") + content_of("/etc/hostname") + content_of("/etc/resolv.conf");

    for (const char* ids : {"isolated", "host"}) {
        const Outcome outcome = probe_in(
            "host",
            {"--userns", ids},
            sequence({{"write", "/etc/hosts", "mine"}, {"write", "/etc/resolv.conf", "mine"}}));
        for (const std::string& result : outcome.values("write"))
            EXPECT_NE(result, "ok") << ids << outcome.describe();
    }

    EXPECT_EQ(content_of("/etc/hosts") + content_of("/etc/hostname") +
                  content_of("/etc/resolv.conf"),
              before);
}

} // namespace microbox::testing
