// SPDX-License-Identifier: MIT
// The laboratory itself: every host answers, and what the tests of walls take for granted is so.
#include "tests/support/network_lab.hpp"

#include <chrono>
#include <csignal>
#include <memory>
#include <string>
#include <thread>

#include <unistd.h>

namespace microbox::testing {

namespace {

class Lab : public ::testing::Test {
protected:
    void SetUp() override {
        MBX_NEEDS_ROOT();
        lab_ = std::make_unique<NetworkLab>();
    }

    [[nodiscard]] std::string client(const std::string& words) const {
        const Outcome outcome =
            lab_->on_host("exec python3 " + lab::program("client.py") + " " + words);
        EXPECT_EQ(outcome.code, 0) << outcome.describe();
        return outcome.out;
    }

    std::unique_ptr<NetworkLab> lab_;
};

} // namespace

TEST_F(Lab, HostsAnswerOverBothFamiliesAndProtocols) {
    const std::string answers =
        client("reach tcp,203.0.113.1,1000 udp,203.0.113.1,1000 tcp,198.51.100.10,1000 "
               "udp,198.51.100.10,1000 tcp,2001:db8:51::10,1000 udp,2001:db8:51::10,1000 "
               "tcp,192.168.77.2,1000 udp,fd77::2,1000 tcp,198.51.100.10,1001");

    EXPECT_EQ(answers,
              "tcp,203.0.113.1,1000 internet 203.0.113.2\n"
              "udp,203.0.113.1,1000 internet 203.0.113.2 datagram\n"
              "tcp,198.51.100.10,1000 internet 203.0.113.2\n"
              "udp,198.51.100.10,1000 internet 203.0.113.2 datagram\n"
              "tcp,2001:db8:51::10,1000 internet 2001:db8:113::2\n"
              "udp,2001:db8:51::10,1000 internet 2001:db8:113::2 datagram\n"
              "tcp,192.168.77.2,1000 private 192.168.77.1\n"
              "udp,fd77::2,1000 private fd77::1 datagram\n"
              "tcp,198.51.100.10,1001 ECONNREFUSED\n");
}

TEST_F(Lab, WhatNobodyMayReachAnswersTheHost) {
    std::string words = "reach";
    std::string wanted;
    for (const std::string& address : lab::unroutable4()) {
        words += " tcp," + address + ",1000";
        wanted += "tcp," + address + ",1000 internet 203.0.113.2\n";
    }
    for (const std::string& address : lab::unroutable6()) {
        words += " tcp," + address + ",1000";
        wanted += "tcp," + address + ",1000 internet 2001:db8:113::2\n";
    }

    EXPECT_EQ(client(words), wanted);
}

TEST_F(Lab, NamesArePagesAndTransfers) {
    EXPECT_EQ(client("resolve www.test"), "198.51.100.10\n2001:db8:51::10\n");
    EXPECT_EQ(lab_->on_host("curl -s -4 http://www.test/").out,
              "page of internet for 203.0.113.2\n");
    EXPECT_EQ(lab_->on_host("curl -s -6 http://www.test/").out,
              "page of internet for 2001:db8:113::2\n");
    EXPECT_EQ(lab_->on_host("curl -s http://www.test/100000 | wc -c").out, "100000\n");
    EXPECT_EQ(client("download 198.51.100.10 1019 3000000").rfind("bytes 3000000\n", 0), 0U);
    EXPECT_EQ(client("upload 2001:db8:51::10 1009 3000000").rfind("bytes 3000000\n", 0), 0U);
    EXPECT_EQ(client("reach dns,203.0.113.1,53"), "dns,203.0.113.1,53 answer\n");
}

TEST_F(Lab, FramesOfEveryKindArriveWhereNothingStopsThem) {
    Running holder = lab_->start_on_host("exec unshare --net sh -c 'echo UNSHARED; exec sleep 60'");
    ASSERT_TRUE(holder.wait_for_output("UNSHARED"));
    const std::string wire = "python3 " + lab::program("wire.py");
    ASSERT_EQ(lab_->on_host("ip link add br0 type bridge && ip link set br0 up && "
                            "ip link add p0 index 20 type veth peer name q0 netns " +
                            std::to_string(holder.pid()) +
                            " && ip link set p0 master br0 && ip link set p0 up")
                  .code,
              0);
    ASSERT_EQ(lab_->in_network_of(holder.pid(), "ip link set q0 up").code, 0);
    Running watcher = lab_->start_on_host("exec " + wire + " watch br0 60");
    ASSERT_TRUE(watcher.wait_for_output("READY"));

    const std::string kinds = "true4 true6 true-arp mac4 mac6 ip4 ip6 arp-ip arp-mac arp-from-mac "
                              "advertisement neighbour redirect vlan vlan-ip4 unknown ";
    const Outcome sent = lab_->in_network_of(
        holder.pid(),
        wire +
            " send q0 to=ff:ff:ff:ff:ff:ff to4=10.0.0.1 to6=fd00::1 mac=02:00:00:00:00:07 "
            "ip4=10.0.0.7 ip6=fd00::7 other4=10.0.0.8 other6=fd00::8 " +
            kinds);

    EXPECT_EQ(sent.code, 0) << sent.describe();
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    watcher.signal(SIGTERM);
    std::string seen;
    for (const std::string& kind : watcher.finish().values("seen"))
        seen += kind + " ";
    EXPECT_EQ(seen, kinds);
}

TEST_F(Lab, ForwardsNothingToBeginWith) {
    EXPECT_EQ(lab_->on_host("cat /proc/sys/net/ipv4/ip_forward "
                            "/proc/sys/net/ipv6/conf/all/forwarding "
                            "/proc/sys/net/ipv6/conf/up0/forwarding")
                  .out,
              "0\n0\n0\n");
}

TEST_F(Lab, IsGoneWithTheObject) {
    const auto links = [] {
        Options how;
        how.program = "/bin/sh";
        return run({"-c", "readlink /proc/self/ns/net; ip -o link"}, how).out;
    };
    const std::string inside = links();
    const pid_t internet = lab_->internet();
    lab_.reset();
    const std::string outside = links();

    EXPECT_NE(inside.find("up0"), std::string::npos);
    EXPECT_EQ(outside.find("up0"), std::string::npos) << outside;
    EXPECT_NE(::kill(internet, 0), 0);
}

} // namespace microbox::testing
