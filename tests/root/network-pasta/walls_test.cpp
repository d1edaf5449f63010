// SPDX-License-Identifier: MIT
// What a sandbox may not reach. Behind every wall stands a server that would answer: each test asks
// it from where it may be asked first.
//
// The router alone is what AddressesOfTheHost, AnAddressThatTheHostGetsLater and
// StandAgainstAnAdministrator... try: with the defaults the sandbox's own routes refuse the closed
// ranges before, so that PrivateRanges and LinkLocalAndMetadata hold as long as one of both does.
#include "tests/root/network-pasta/through_pasta.hpp"

#include <string>
#include <vector>

namespace microbox::testing {

using NetPastaWalls = ThroughPasta;

namespace {

std::vector<std::string> all_private() {
    std::vector<std::string> all = lab::unroutable4();
    for (const std::string& address : lab::unroutable6())
        all.push_back(address);
    all.emplace_back(lab::private4);
    all.emplace_back(lab::private6);
    return all;
}

} // namespace

TEST_F(NetPastaWalls, AddressesOfTheHost) {
    Running server = lab().serve_on_host("host", {"peer:1000"});
    const std::vector<std::string> all = {
        lab::host4, lab::host6, lab::host_private4, lab::host_private6};
    expect_all_answer(all);

    expect_none_answers({}, all);
    // The same, by an option that opens the internet's whole range: the host stays closed.
    expect_none_answers({"--net-allow", "0.0.0.0/0:1000", "--net-allow", "[::/0]:1000"}, all);
    expect_none_answers({"--net-allow", "0.0.0.0/0", "--net-allow", "::/0"}, all);
}

TEST_F(NetPastaWalls, AnAddressThatTheHostGetsLater) {
    Running server = lab().serve_on_host("host", {"peer:1000"});
    PastaBox box({}, {"peer:1000"});
    const std::string words = "reach tcp,198.51.100.77,1000 tcp,2001:db8:77::77,1000";
    ASSERT_EQ(lab()
                  .on_host("ip addr add 198.51.100.77/32 dev lo; "
                           "ip addr add 2001:db8:77::77/128 dev lo nodad")
                  .code,
              0);
    EXPECT_EQ(answered(from_host(words)), from_host(words));

    EXPECT_EQ(answered(from(box.inside(), words)), "");
}

TEST_F(NetPastaWalls, LoopbackOfTheHost) {
    Running server = lab().serve_on_host("host", {"peer:1000"});
    expect_all_answer({"127.0.0.1", "::1"});

    // The last are those by whom the router's way out is said to be: pasta leads from its gateway
    // to the host's loopback unless it is told not to.
    expect_none_answers({},
                        {"127.0.0.1",
                         "::1",
                         "127.0.0.53",
                         "0.0.0.0",
                         "192.0.0.1",
                         "192.0.0.3",
                         "fd6d:6278::1",
                         "fd6d:6278::3"});
}

TEST_F(NetPastaWalls, ThereIsNoWayByTheGatewayEvenWhenItsRangeIsOpen) {
    Running server = lab().serve_on_host("host", {"peer:1000"});

    expect_none_answers({"--net-allow", "192.0.0.0/24", "--net-allow", "fd00::/8"},
                        {"192.0.0.1", "192.0.0.3", "fd6d:6278::1", "fd6d:6278::3"});
}

TEST_F(NetPastaWalls, LinkLocalAndMetadata) {
    expect_all_answer({"169.254.169.254", "169.254.7.7", "fd00:ec2::254"});

    expect_none_answers({}, {"169.254.169.254", "169.254.7.7", "fd00:ec2::254"});
    const Outcome outcome = run_pasta({}, "curl -sS -m 2 http://metadata.test/");
    EXPECT_NE(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.out, "");
}

TEST_F(NetPastaWalls, PrivateRanges) {
    expect_all_answer(all_private());

    expect_none_answers({}, all_private());
}

TEST_F(NetPastaWalls, AreNotPassedByBindingToTheInterface) {
    // A route that refuses is no wall in the sandbox's own namespace: the kernel takes what is
    // bound to an interface for a neighbour there. The router answers for none, and would refuse.
    expect_none_answers({}, lab::unroutable4(), "reach-bound eth0 ");
}

TEST_F(NetPastaWalls, StandAgainstAnAdministratorOfTheSandboxesOwnNetwork) {
    const std::string open = "ip route flush table main; "
                             "ip route add 192.0.0.1 dev eth0; ip route add default via 192.0.0.1; "
                             "ip -6 route flush table main; ip -6 route add fd6d:6278::1 dev eth0; "
                             "ip -6 route add default via fd6d:6278::1; ";
    Running server = lab().serve_on_host("host", {"peer:1000"});
    std::vector<std::string> all = all_private();
    all.emplace_back(lab::host4);
    all.emplace_back(lab::host6);
    const std::string reach = "exec python3 /lab/client.py reach " + targets(all) + " " +
                              targets(all, "udp") + " tcp,198.51.100.10,1000";

    const Outcome outcome =
        run_pasta({"--cap-add", "NET_ADMIN", "--cap-add", "NET_RAW"}, open + reach);

    EXPECT_EQ(answered(outcome.out), "tcp,198.51.100.10,1000 internet 203.0.113.2\n")
        << outcome.describe();
    EXPECT_EQ(said(outcome).find("network"), std::string::npos) << "nothing is weaker";
}

TEST_F(NetPastaWalls, AnAdministratorOfTheHostsOwnNetworkIsRefused) {
    const Outcome outcome =
        run_pasta({"--userns", "host", "--cap-add", "NET_ADMIN"}, "echo started");

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_NE(outcome.err.find("NET_ADMIN"), std::string::npos) << outcome.err;
    EXPECT_EQ(outcome.out, "");
}

TEST_F(NetPastaWalls, AreSaidAtOnceAndNotByATimeout) {
    std::string words = "reach tcp,198.51.100.10,1000";
    for (int port = 1000; port < 1020; ++port)
        words += " tcp,10.1.2.3," + std::to_string(port) + " tcp,fc00::5," + std::to_string(port);
    const std::string output = ask({}, words);
    EXPECT_EQ(output.find("timeout"), std::string::npos) << output;
    EXPECT_NE(answered(output), "") << output;
}

TEST_F(NetPastaWalls, NothingOfTheHostListensForTheSandbox) {
    // Left to itself pasta publishes the ports that are open in its namespace: the router's, which
    // has none.
    PastaBox box({}, {"peer:1000", "peer:8080"});

    EXPECT_EQ(answered(from_host("reach tcp,127.0.0.1,1000 tcp,::1,8080 tcp,203.0.113.2,8080 "
                                 "udp,127.0.0.1,8080 udp,203.0.113.2,1000")),
              "");
    EXPECT_EQ(lab().on_host("ss -Hltn; ss -Hlun").out, "");
}

TEST_F(NetPastaWalls, WhatIsClosedCannotSendInThroughASocketThatIsOut) {
    // pasta's socket for a datagram that has gone out hears everybody.
    Running listener = start(
        networked("pasta", {}, "exec python3 /lab/client.py listen-after 5555 198.51.100.10 1000"));
    ASSERT_TRUE(listener.wait_for_output("READY")) << listener.finish().describe();

    (void)from_host("shout loopback 5555 127.0.0.1 ::1");
    (void)from_host("shout host 5555 203.0.113.2");
    (void)from(lab().neighbour(), "shout neighbour 5555 192.168.77.1");
    (void)from(lab().internet(), "shout end 5555 203.0.113.2");

    EXPECT_EQ(listener.finish().out, "READY\nheard end\n");
}

TEST_F(NetPastaWalls, StandBeforeTheFirstInstruction) {
    Running server = lab().serve_on_host("host", {"peer:1000"});
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(answered(ask({}, "reach udp,203.0.113.2,1000 udp,169.254.169.254,1000")), "");
}

TEST_F(NetPastaWalls, TheAbstractSocketsOfTheHostAreNotThere) {
    Running server = lab().start_on_host(
        "exec python3 -c 'import socket,time; s=socket.socket(socket.AF_UNIX); "
        "s.bind(\"\\0pasta-test\"); s.listen(); print(\"READY\",flush=True); time.sleep(20)'");
    ASSERT_TRUE(server.wait_for_output("READY"));
    const std::string connect = "python3 -c 'import socket; "
                                "socket.socket(socket.AF_UNIX).connect(\"\\0pasta-test\")' "
                                "2>/dev/null && echo connected";
    EXPECT_EQ(lab().on_host(connect).out, "connected\n");

    EXPECT_EQ(run_pasta({}, connect).out, "");
}

} // namespace microbox::testing
