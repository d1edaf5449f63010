// SPDX-License-Identifier: MIT
// --publish: from loopback and from outside, what is not reached, and ports that are taken.
#include "tests/root/network-pasta/through_pasta.hpp"

#include <csignal>
#include <string>

namespace microbox::testing {

namespace {

class NetPastaPublish : public ThroughPasta {
protected:
    std::string from_internet(const std::string& words) { return from(lab().internet(), words); }
};

/// The answer names the box: nobody else's.
std::string by(const PastaBox& box, const std::string& output) {
    return output.find(box.name()) == std::string::npos
               ? "no answer of " + box.name() + ": " + output
               : "";
}

} // namespace

TEST_F(NetPastaPublish, WithoutAnAddressBothLoopbacksReachItAndNobodyElse) {
    PastaBox box({"--publish", "8080:1000", "--publish", "8081:1000/udp"}, {"peer:1000"});

    for (const char* const target :
         {"tcp,127.0.0.1,8080", "tcp,::1,8080", "udp,127.0.0.1,8081", "udp,::1,8081"})
        EXPECT_EQ(by(box, from_host(std::string("reach ") + target)), "") << target;
    EXPECT_EQ(answered(from_internet("reach tcp,203.0.113.2,8080 tcp,2001:db8:113::2,8080 "
                                     "udp,203.0.113.2,8081")),
              "");
    EXPECT_EQ(answered(from_host("reach tcp,127.0.0.1,8081 udp,127.0.0.1,8080")), "");
}

TEST_F(NetPastaPublish, OnAnAddressOfTheHostTheInternetReachesIt) {
    PastaBox box(
        {"-p", "203.0.113.2:8080:1000", "-p", "[::]:8080:1000", "-p", "203.0.113.2:8053:1000/udp"},
        {"peer:1000"});

    EXPECT_EQ(by(box, from_internet("reach tcp,203.0.113.2,8080")), "");
    EXPECT_EQ(by(box, from_internet("reach tcp,2001:db8:113::2,8080")), "");
    EXPECT_EQ(by(box, from_internet("reach udp,203.0.113.2,8053")), "");
    EXPECT_EQ(answered(from_host("reach tcp,127.0.0.1,8080")), "");
}

TEST_F(NetPastaPublish, RootsOwnPortsForRoot) {
    PastaBox box({"-p", "203.0.113.2:53:1000/udp"}, {"peer:1000"});

    EXPECT_EQ(by(box, from_internet("reach udp,203.0.113.2,53")), "");
}

TEST_F(NetPastaPublish, ANeighbourWithAPrivateAddressIsServed) {
    // Its answers go where the sandbox may not go by itself.
    PastaBox box({"-p", "0.0.0.0:8080:1000"}, {"peer:1000"});

    EXPECT_EQ(by(box, from(lab().neighbour(), "reach tcp,192.168.77.1,8080")), "");
    EXPECT_EQ(answered(from(box.inside(), "reach tcp,192.168.77.2,1000")), "");
}

TEST_F(NetPastaPublish, BulkIn) {
    PastaBox box({"-p", "0.0.0.0:8009:1009", "-p", "8019:1019"}, {"sink:1009", "source:1019"});
    const std::string wanted = "bytes 100000000\n";

    EXPECT_EQ(from_internet("upload 203.0.113.2 8009 100000000").rfind(wanted, 0), 0U);
    EXPECT_EQ(from_host("download 127.0.0.1 8019 100000000").rfind(wanted, 0), 0U);
}

TEST_F(NetPastaPublish, APortThatIsTakenNamesItsOwnerBeforeAnythingStarts) {
    Running owner = lab().serve_on_host("owner", {"peer:8080@127.0.0.1"});

    EXPECT_EQ(not_refused(run_pasta({"-p", "8080:80"}, "echo started"),
                          {"8080", "python3", std::to_string(owner.pid()), "another port"}),
              "");
    EXPECT_EQ(
        not_refused(run_pasta({"-p", "203.0.113.99:8080:80"}, "echo started"), {"203.0.113.99"}),
        "");
}

TEST_F(NetPastaPublish, APortIsFreeAgainAfterTheEnd) {
    for (int i = 0; i < 2; ++i) {
        PastaBox box({"-p", "8080:1000", "-p", "8080:1000/udp"}, {"peer:1000"});
        EXPECT_EQ(by(box, from_host("reach tcp,127.0.0.1,8080")), "");
        EXPECT_EQ(box.end().code, 128 + SIGTERM);
    }
}

} // namespace microbox::testing
