// SPDX-License-Identifier: MIT
// --dns, /etc/resolv.conf, /etc/hosts and /etc/hostname of every root.
#include "tests/support/outside.hpp"
#include "tests/support/sandbox.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include <unistd.h>

namespace microbox::testing {

namespace {

std::string resolvers(std::vector<std::string> options) {
    const Outcome outcome = run_probe(options, {"read", "/etc/resolv.conf"});
    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    return outcome.out;
}

} // namespace

TEST(Resolver, DefaultsArePublic) {
    MBX_NEEDS_ROOT();
    EXPECT_EQ(resolvers({}), "nameserver 8.8.8.8\nnameserver 8.8.4.4\n");
}

TEST(Resolver, TheHostsNetworkHasTheHostsResolvers) {
    MBX_NEEDS_ROOT();
    const std::string host = content_of("/etc/resolv.conf");
    if (host.empty())
        EXPECT_EQ(resolvers({"--net", "host"}).rfind("#", 0), 0U);
    else
        EXPECT_EQ(resolvers({"--net", "host"}), host);
}

TEST(Resolver, OnesOfTheUsersOwnReplaceThem) {
    MBX_NEEDS_ROOT();
    const std::string own = "nameserver 1.2.3.4\nnameserver 2001:db8::1\n";

    EXPECT_EQ(resolvers({"--dns", "1.2.3.4", "--dns", "2001:db8::1"}), own);
    EXPECT_EQ(resolvers({"--net", "host", "--dns", "1.2.3.4", "--dns", "2001:db8::1"}), own);
}

TEST(Resolver, EveryRootHasTheFile) {
    MBX_NEEDS_ROOT();
    for (const char* filesystem : {"system", "host"}) {
        const Outcome outcome = run({"--fs",
                                     filesystem,
                                     "--dns",
                                     "1.2.3.4",
                                     "--hostname",
                                     "box",
                                     "--",
                                     "cat",
                                     "/etc/resolv.conf",
                                     "/etc/hostname",
                                     "/etc/hosts"});
        EXPECT_EQ(outcome.code, 0) << outcome.describe();
        EXPECT_EQ(outcome.out.rfind("nameserver 1.2.3.4\nbox\n", 0), 0U) << outcome.describe();
        EXPECT_NE(outcome.out.find("127.0.1.1\tbox"), std::string::npos) << outcome.describe();
    }
}

TEST(Resolver, ALinkOfTheRootFileSystemIsReplacedAndNotFollowed) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory outside;
    const std::string victim = outside.file("victim", "kept\n");
    TinyRoot root;
    for (const char* name : {"resolv.conf", "hosts", "hostname"})
        std::filesystem::create_symlink(victim, root.path() + "/etc/" + name);

    const Outcome outcome =
        run({"--fs", root.path(), "--dns", "1.2.3.4", "--", "/probe", "read", "/etc/resolv.conf"});

    EXPECT_EQ(outcome.out, "nameserver 1.2.3.4\n") << outcome.describe();
    EXPECT_EQ(content_of(victim), "kept\n");
    EXPECT_TRUE(std::filesystem::is_symlink(root.path() + "/etc/resolv.conf"));
}

TEST(Resolver, WhatIsNoAddressIsRefused) {
    MBX_NEEDS_ROOT();

    for (const char* value : {"",
                              "dns.example",
                              "1.2.3",
                              "1.2.3.4.5",
                              "256.1.1.1",
                              "-1",
                              "1.2.3.4:53",
                              "1.2.3.4 5.6.7.8",
                              "1.2.3.4\nsearch x",
                              ":::",
                              "fe80::1%eth0 x"}) {
        const Outcome outcome =
            run_probe({std::string("--dns=") + value}, {"print", "was started"});
        EXPECT_EQ(outcome.code, 125) << value << outcome.describe();
        EXPECT_EQ(outcome.out, "");
        EXPECT_NE(outcome.err.find("--dns"), std::string::npos) << outcome.describe();
    }
}

} // namespace microbox::testing
