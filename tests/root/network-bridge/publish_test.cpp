// SPDX-License-Identifier: MIT
// --publish: from loopback and from outside, what is not reached, and ports that are taken.
#include "tests/root/network-bridge/bridged.hpp"

#include <csignal>
#include <string>

#include <unistd.h>

namespace microbox::testing {

namespace {

class NetBridgePublish : public Bridged {
protected:
    /// client.py on the internet.
    std::string from_internet(const std::string& words) { return from(lab().internet(), words); }
};

/// The answer names the box: nobody else's.
std::string by(const Box& box, const std::string& output) {
    return output.find(box.name()) == std::string::npos
               ? "no answer of " + box.name() + ": " + output
               : "";
}

} // namespace

TEST_F(NetBridgePublish, APythonServerFromLoopbackOfBothFamilies) {
    Running server = start(bridged({"-p", "8080:80"},
                                   "mkdir /tmp/www; cd /tmp/www; echo published >index.html; "
                                   "exec python3 -u -m http.server --bind :: 80"));
    ASSERT_TRUE(server.wait_for_output("Serving HTTP")) << server.finish().describe();

    EXPECT_EQ(lab().on_host("curl -sS http://127.0.0.1:8080/").out, "published\n");
    EXPECT_EQ(lab().on_host("curl -sS 'http://[::1]:8080/'").out, "published\n");
    EXPECT_EQ(lab().on_host("curl -sS http://localhost:8080/").out, "published\n");
    server.signal(SIGTERM);
    EXPECT_EQ(server.finish().code, 128 + SIGTERM);
}

TEST_F(NetBridgePublish, AServerOfOneFamilyIsFoundFromBothLoopbacks) {
    Box box({"-p", "8080:1000", "-p", "8081:1001"}, {"peer:1000@0.0.0.0", "peer:1001@::"});

    for (const char* const target :
         {"tcp,127.0.0.1,8080", "tcp,::1,8080", "tcp,127.0.0.1,8081", "tcp,::1,8081"})
        EXPECT_EQ(by(box, from_host(std::string("reach ") + target)), "") << target;
}

TEST_F(NetBridgePublish, WithoutAnAddressNobodyElseReachesIt) {
    Box box({"--publish", "8080:1000"}, {"peer:1000"});

    EXPECT_EQ(by(box, from_host("reach tcp,127.0.0.1,8080")), "");
    EXPECT_EQ(by(box, from_host("reach tcp,::1,8080")), "");
    EXPECT_EQ(answered(from_internet("reach tcp,203.0.113.2,8080 tcp,2001:db8:113::2,8080")), "");
    EXPECT_EQ(answered(from(lab().neighbour(), "reach tcp,192.168.77.1,8080 tcp,fd77::1,8080")),
              "");
    // Nor by a packet that only pretends: routed to the address of the sandbox itself.
    ASSERT_EQ(lab()
                  .in_network_of(lab().internet(),
                                 "ip route add 10.44.0.0/16 via 203.0.113.2; "
                                 "ip route add " +
                                     box.ip6() + " via 2001:db8:113::2")
                  .code,
              0);
    EXPECT_EQ(
        answered(from_internet("reach tcp," + box.ip4() + ",1000 tcp," + box.ip6() + ",1000")), "");
}

TEST_F(NetBridgePublish, OnAnAddressOfTheHostTheInternetReachesIt) {
    Box box({"-p", "203.0.113.2:8080:1000", "-p", "[2001:db8:113::2]:8080:1000"}, {"peer:1000"});

    // The peer is seen as it is: nothing is translated but the port.
    EXPECT_EQ(from_internet("reach tcp,203.0.113.2,8080"),
              "tcp,203.0.113.2,8080 " + box.name() + " 203.0.113.1\n");
    EXPECT_EQ(from_internet("reach tcp,2001:db8:113::2,8080"),
              "tcp,2001:db8:113::2,8080 " + box.name() + " 2001:db8:113::1\n");
    EXPECT_EQ(answered(from_host("reach tcp,127.0.0.1,8080 tcp,::1,8080")), "");
    EXPECT_EQ(answered(from(lab().neighbour(), "reach tcp,192.168.77.1,8080")), "");
    EXPECT_EQ(by(box, from_host("reach tcp,203.0.113.2,8080")), "");
    EXPECT_EQ(by(box, from_host("reach tcp,2001:db8:113::2,8080")), "");
}

TEST_F(NetBridgePublish, OnAllAddressesEverybodyReachesIt) {
    Box box({"-p", "0.0.0.0:8080:1000", "-p", "[::]:8080:1000"}, {"peer:1000"});

    for (const char* const target : {"tcp,203.0.113.2,8080", "tcp,2001:db8:113::2,8080"})
        EXPECT_EQ(by(box, from_internet(std::string("reach ") + target)), "") << target;
    for (const char* const target : {"tcp,192.168.77.1,8080", "tcp,fd77::1,8080"})
        EXPECT_EQ(by(box, from(lab().neighbour(), std::string("reach ") + target)), "") << target;
    for (const char* const target : {"tcp,127.0.0.1,8080",
                                     "tcp,::1,8080",
                                     "tcp,203.0.113.2,8080",
                                     "tcp,192.168.77.1,8080",
                                     "tcp,2001:db8:113::2,8080"})
        EXPECT_EQ(by(box, from_host(std::string("reach ") + target)), "") << target;
}

TEST_F(NetBridgePublish, OnAllAddressesOfTheHostMeansNobodyElses) {
    Box box({"-p", "0.0.0.0:1000:1000", "-p", "[::]:1000:1000"}, {"peer:1000"});

    // The same port of somebody else, seen from the host, which is its router too.
    EXPECT_EQ(from_host("reach " + targets({lab::far4, lab::far6, lab::private4})),
              "tcp,198.51.100.10,1000 internet 203.0.113.2\n"
              "tcp,2001:db8:51::10,1000 internet 2001:db8:113::2\n"
              "tcp,192.168.77.2,1000 private 192.168.77.1\n");
}

TEST_F(NetBridgePublish, DatagramsGoBothWays) {
    Box box({"-p", "5353:1000/udp", "-p", "203.0.113.2:5354:1000/udp", "-p", "[::]:5355:1000/udp"},
            {"peer:1000"});

    EXPECT_EQ(by(box, from_host("reach udp,127.0.0.1,5353")), "");
    EXPECT_EQ(by(box, from_host("reach udp,::1,5353")), "");
    EXPECT_EQ(from_internet("reach udp,203.0.113.2,5354"),
              "udp,203.0.113.2,5354 " + box.name() + " 203.0.113.1 datagram\n");
    EXPECT_EQ(from_internet("reach udp,2001:db8:113::2,5355"),
              "udp,2001:db8:113::2,5355 " + box.name() + " 2001:db8:113::1 datagram\n");
    // A port of UDP is none of TCP.
    EXPECT_EQ(answered(from_host("reach tcp,127.0.0.1,5353 tcp,203.0.113.2,5354")), "");
}

TEST_F(NetBridgePublish, BulkInOverBothFamilies) {
    Box box({"-p", "0.0.0.0:8009:1009", "-p", "[::]:8009:1009", "-p", "8019:1019"},
            {"sink:1009", "source:1019"});
    const std::string wanted = "bytes 300000000\n";

    EXPECT_EQ(from_internet("upload 203.0.113.2 8009 300000000").rfind(wanted, 0), 0U);
    EXPECT_EQ(from_internet("upload 2001:db8:113::2 8009 300000000").rfind(wanted, 0), 0U);
    EXPECT_EQ(from_host("upload 127.0.0.1 8009 300000000").rfind(wanted, 0), 0U);
    EXPECT_EQ(from_host("download 127.0.0.1 8019 300000000").rfind(wanted, 0), 0U);
    EXPECT_EQ(from_host("download ::1 8019 300000000").rfind(wanted, 0), 0U);
}

TEST_F(NetBridgePublish, TwoSandboxesWithPortsOfTheirOwn) {
    Box first({"-p", "8081:1000", "-p", "203.0.113.2:9081:1000"}, {"peer:1000"});
    Box second({"-p", "8082:1000", "-p", "203.0.113.2:9082:1000"}, {"peer:1000"});

    EXPECT_EQ(by(first, from_host("reach tcp,127.0.0.1,8081")), "");
    EXPECT_EQ(by(second, from_host("reach tcp,127.0.0.1,8082")), "");
    EXPECT_EQ(by(first, from_internet("reach tcp,203.0.113.2,9081")), "");
    EXPECT_EQ(by(second, from_internet("reach tcp,203.0.113.2,9082")), "");
}

TEST_F(NetBridgePublish, APortThatIsTakenNamesItsOwner) {
    for (const std::string address : {"127.0.0.1", "0.0.0.0"}) {
        Running owner = lab().serve_on_host("owner", {"peer:8080@" + address});

        for (const char* const port : {"8080:80", "0.0.0.0:8080:80"})
            EXPECT_EQ(not_refused(run_bridged({"-p", port}, "echo started"),
                                  {"8080", "python3", std::to_string(owner.pid())}),
                      "")
                << address << " " << port;
    }
    Running owner = lab().serve_on_host("owner", {"peer:8080@203.0.113.2"});
    EXPECT_EQ(not_refused(run_bridged({"-p", "203.0.113.2:8080:80"}, "echo started"),
                          {"203.0.113.2:8080", "python3", std::to_string(owner.pid())}),
              "");
    EXPECT_EQ(run_bridged({"-p", "8080:80"}, "echo started").out, "started\n");
    EXPECT_EQ(not_refused(run_bridged({"-p", "203.0.113.2:8080:80/udp"}, "echo started"),
                          {"203.0.113.2:8080", "python3", std::to_string(owner.pid())}),
              "")
        << "the owner has the port of UDP too";
}

TEST_F(NetBridgePublish, APortOfAnotherSandboxIsTaken) {
    Box box({"-p", "8080:80", "-p", "203.0.113.2:9090:80"}, {"peer:80"});

    EXPECT_EQ(not_refused(run_bridged({"-p", "8080:80"}, "echo started"), {"8080", "microbox"}),
              "");
    EXPECT_EQ(not_refused(run_bridged({"-p", "203.0.113.2:9090:81"}, "echo started"), {"9090"}),
              "");
    EXPECT_EQ(not_refused(run_bridged({"-p", "0.0.0.0:9090:81"}, "echo started"), {"9090"}), "");
    EXPECT_EQ(run_bridged({"-p", "203.0.113.2:8080:80"}, "echo started").out, "started\n");
    EXPECT_EQ(by(box, from_host("reach tcp,127.0.0.1,8080")), "") << "it is as it was";
}

TEST_F(NetBridgePublish, APortIsFreeAgainAfterTheEndHoweverItEnds) {
    const std::vector<std::string> options = {
        "-p", "8080:1000", "-p", "203.0.113.2:8080:1000", "-p", "[2001:db8:113::2]:8080:1000/udp"};
    {
        Box box(options, {"peer:1000"});
        EXPECT_EQ(box.end().code, 128 + SIGTERM);
    }
    EXPECT_EQ(left_over(), "");
    {
        Box box(options, {"peer:1000"});
        box.running().signal(SIGKILL);
        (void)box.running().finish();
    }
    Box box(options, {"peer:1000"});
    EXPECT_EQ(by(box, from_host("reach tcp,127.0.0.1,8080")), "");
    EXPECT_EQ(by(box, from_internet("reach tcp,203.0.113.2,8080")), "");
    EXPECT_EQ(by(box, from_internet("reach udp,2001:db8:113::2,8080")), "");
}

TEST_F(NetBridgePublish, APortIsTakenFromNobodyElse) {
    // The host's own service on another address keeps the port there.
    Running other = lab().serve_on_host("other", {"peer:8080@192.168.77.1"});
    Box box({"-p", "203.0.113.2:8080:1000"}, {"peer:1000"});

    EXPECT_EQ(by(box, from_internet("reach tcp,203.0.113.2,8080")), "");
    EXPECT_NE(from(lab().neighbour(), "reach tcp,192.168.77.1,8080").find("other"),
              std::string::npos);
}

TEST_F(NetBridgePublish, AnAddressThatIsNotTheHostsIsRefused) {
    EXPECT_EQ(
        not_refused(run_bridged({"-p", "203.0.113.99:8080:80"}, "echo started"), {"203.0.113.99"}),
        "");
    EXPECT_EQ(not_refused(run_bridged({"-p", "[2001:db8:113::99]:8080:80"}, "echo started"),
                          {"2001:db8:113::99"}),
              "");
}

TEST_F(NetBridgePublish, NobodyListensInsideYet) {
    Box box({"-p", "8080:81", "-p", "203.0.113.2:8080:81"}, {"peer:1000"});

    // Accepted and closed, or refused: never a hang, and the run goes on.
    const std::string local = from_host("reach tcp,127.0.0.1,8080 tcp,::1,8080");
    EXPECT_EQ(local.find("timeout"), std::string::npos) << local;
    EXPECT_EQ(from_internet("reach tcp,203.0.113.2,8080"), "tcp,203.0.113.2,8080 ECONNREFUSED\n");
    EXPECT_EQ(box.end().code, 128 + SIGTERM);
}

} // namespace microbox::testing
