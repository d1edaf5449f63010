// SPDX-License-Identifier: MIT
// --net none and --net host: interfaces, loopback, and what of the host can be reached.
#include "tests/support/outside.hpp"
#include "tests/support/sandbox.hpp"

#include <microbox/sys/fd.hpp>

#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

/// Listens on 127.0.0.1 of the host, at a port that the kernel chooses.
struct HostListener {
    sys::Fd socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    std::string port;

    explicit HostListener(std::uint32_t address = INADDR_LOOPBACK) {
        sockaddr_in name{};
        name.sin_family = AF_INET;
        name.sin_addr.s_addr = htonl(address);
        socklen_t size = sizeof name;
        EXPECT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
        EXPECT_EQ(::listen(socket.get(), 16), 0);
        EXPECT_EQ(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&name), &size), 0);
        port = std::to_string(ntohs(name.sin_port));
    }
};

/// Listens on an abstract socket: a name without a file, in the network namespace.
struct AbstractListener {
    sys::Fd socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    std::string name = "microbox-" + unique_word();

    AbstractListener() {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path + 1, name.data(), name.size());
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
        EXPECT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
        EXPECT_EQ(::listen(socket.get(), 16), 0);
    }
};

} // namespace

TEST(NetNone, HasLoopbackAloneAndItIsUp) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({}, {"ifaces"});

    EXPECT_EQ(outcome.values("iface"), std::vector<std::string>{"lo up"}) << outcome.describe();
}

TEST(NetNone, LoopbackWorks) {
    MBX_NEEDS_ROOT();

    EXPECT_EQ(run_probe({"--net", "none"}, {"loopback"}).value("loopback"), "ok");
    EXPECT_EQ(run_probe({"--user", "1000"}, {"loopback"}).value("loopback"), "ok");
}

TEST(NetNone, PingNeedsNoCapability) {
    MBX_NEEDS_ROOT();

    EXPECT_EQ(run_probe({"--cap-drop", "ALL"}, {"echo", "127.0.0.1"}).value("echo"), "ok");
    EXPECT_EQ(run_probe({"--user", "1000:1000"}, {"echo", "127.0.0.1"}).value("echo"), "ok");
}

TEST(NetNone, NothingElseIsThere) {
    MBX_NEEDS_ROOT();

    EXPECT_EQ(run_probe({}, {"tcp", "8.8.8.8", "53"}).value("tcp"), "ENETUNREACH");
    EXPECT_EQ(run_probe({}, {"tcp", "169.254.169.254", "80"}).value("tcp"), "ENETUNREACH");
}

TEST(NetNone, TheHostsLoopbackIsAnother) {
    MBX_NEEDS_ROOT();
    const HostListener listener;

    EXPECT_EQ(run_probe({}, {"tcp", "127.0.0.1", listener.port}).value("tcp"), "ECONNREFUSED");
}

TEST(NetNone, TheHostsAbstractSocketsAreOthers) {
    MBX_NEEDS_ROOT();
    const AbstractListener listener;

    EXPECT_EQ(run_probe({}, {"connect", "unix-abstract", listener.name}).value("connect"),
              "ECONNREFUSED");
}

TEST(NetNone, TwoSandboxesDoNotShareALoopback) {
    MBX_NEEDS_ROOT();
    const std::string word = unique_word();
    Running other = start(probe_arguments({}, {"stubborn", "60", word}));
    ASSERT_TRUE(other.wait_for_output("READY"));

    const std::string its = namespace_of(std::to_string(process_with(word)), "net");
    EXPECT_NE(its, "");
    EXPECT_NE(run_probe({}, {"ns"}).out.find("ns net net:["), std::string::npos);
    EXPECT_EQ(run_probe({}, {"ns"}).out.find(its), std::string::npos);
}

TEST(NetNone, AnInterfaceCannotBeMadeOrChanged) {
    MBX_NEEDS_ROOT();

    // SIOCSIFFLAGS on lo without CAP_NET_ADMIN; TUNSETIFF has no /dev/net/tun.
    EXPECT_EQ(run_probe({"--cap-add", "ALL"}, {"open", "/dev/net/tun"}).value("open"), "ENOENT");
    EXPECT_EQ(run_probe({}, {"write", "/proc/sys/net/ipv4/ping_group_range", "1 0"}).value("write"),
              "EROFS");
}

TEST(NetHost, SeesWhatTheHostHas) {
    MBX_NEEDS_ROOT();
    const HostListener listener;
    const AbstractListener abstract;

    EXPECT_EQ(run_probe({"--net", "host"}, {"tcp", "127.0.0.1", listener.port}).value("tcp"), "ok");
    EXPECT_EQ(
        run_probe({"--net", "host"}, {"connect", "unix-abstract", abstract.name}).value("connect"),
        "ok");
    const std::vector<std::string> inside =
        run_probe({"--net", "host"}, {"ifaces"}).values("iface");
    struct if_nameindex* const list = ::if_nameindex();
    std::size_t count = 0;
    for (const struct if_nameindex* one = list; one != nullptr && one->if_index != 0; ++one)
        ++count;
    ::if_freenameindex(list);
    EXPECT_EQ(inside.size(), count);
}

TEST(NetHost, IsSaidToBeAWeakening) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({"--net", "host"}, {"print", "x"});

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_NE(outcome.err.find("weakened: net-host"), std::string::npos) << outcome.describe();
    EXPECT_NE(outcome.err.find("abstract sockets"), std::string::npos) << outcome.describe();
}

TEST(NetHost, ChangesNothingOfTheHost) {
    MBX_NEEDS_ROOT();
    const std::string before = content_of("/proc/sys/net/ipv4/ping_group_range") +
                               content_of("/proc/sys/net/ipv4/ip_forward");

    const Outcome outcome = run_probe({"--net", "host", "--cap-add", "ALL"},
                                      {"write", "/proc/sys/net/ipv4/ip_forward", "1"});

    EXPECT_NE(outcome.value("write"), "ok") << outcome.describe();
    EXPECT_EQ(content_of("/proc/sys/net/ipv4/ping_group_range") +
                  content_of("/proc/sys/net/ipv4/ip_forward"),
              before);
}

TEST(Net, BadModesAreRefused) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({"--net", "warp"}, {"print", "was started"});
    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(
        outcome.err.rfind(
            "microbox: unknown network mode 'warp': installed are bridge, host, none, pasta\n", 0),
        0U)
        << outcome.describe();
    for (const char* value : {"", "-1", "../none", "none,host", "NONE", "net-none"}) {
        const Outcome bad = run_probe({std::string("--net=") + value}, {"print", "was started"});
        EXPECT_EQ(bad.code, 125) << value << bad.describe();
        EXPECT_EQ(bad.out, "");
        EXPECT_NE(bad.err.find(value), std::string::npos) << bad.describe();
    }
    const Outcome twice = run_probe({"--net", "none", "--net", "host"}, {"print", "was started"});
    EXPECT_EQ(twice.code, 125) << twice.describe();
}

} // namespace microbox::testing
