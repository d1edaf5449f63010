// SPDX-License-Identifier: MIT
// A world of network namespaces for tests of networking: this process becomes its "host", which has
// an "internet" behind one link and a "private" neighbour behind another. Nothing of the machine's
// own network is seen or touched.
//
//   internet -- wan0 -- up0 -- host -- priv0 -- lan0 -- neighbour
//
// The internet has no route to anything behind the host, so only what is translated gets an answer.
// It holds addresses that nobody may reach too: a wall that is missing lets their answers through.
#pragma once

#include "tests/support/sandbox.hpp"

#include <microbox/sys/fd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace microbox::testing {

namespace lab {

constexpr const char* host4 = "203.0.113.2"; ///< of the uplink
constexpr const char* host6 = "2001:db8:113::2";
constexpr const char* internet4 = "203.0.113.1"; ///< the host's router, and its DNS server
constexpr const char* internet6 = "2001:db8:113::1";
constexpr const char* far4 = "198.51.100.10"; ///< beyond the router; "www.test"
constexpr const char* far6 = "2001:db8:51::10";
constexpr const char* host_private4 = "192.168.77.1"; ///< the host towards its neighbour
constexpr const char* host_private6 = "fd77::1";
constexpr const char* private4 = "192.168.77.2";
constexpr const char* private6 = "fd77::2";

constexpr const char* peer_port = "1000"; ///< says who answers and whom it sees; TCP and UDP
constexpr const char* sink_port = "1009";
constexpr const char* source_port = "1019";

/// Held by the internet too: metadata, and one of each range that is nobody's on the internet.
[[nodiscard]] std::vector<std::string> unroutable4();
[[nodiscard]] std::vector<std::string> unroutable6();

/// What the hosts of the lab serve, in the words of server.py.
[[nodiscard]] std::vector<std::string> services();

/// The path of a program of the lab: server.py, client.py, wire.py.
[[nodiscard]] std::string program(const std::string& name);

} // namespace lab

class NetworkLab {
public:
    /// Throws when the kernel or the machine lacks what the lab itself is made of.
    NetworkLab();
    NetworkLab(const NetworkLab&) = delete;
    NetworkLab& operator=(const NetworkLab&) = delete;
    NetworkLab(NetworkLab&&) = delete;
    NetworkLab& operator=(NetworkLab&&) = delete;
    /// Ends the other hosts, and brings this process back to the network that it came from.
    ~NetworkLab();

    [[nodiscard]] pid_t internet() const { return internet_->pid(); }

    [[nodiscard]] pid_t neighbour() const { return neighbour_->pid(); }

    /// sh -c SCRIPT on the host of the lab.
    [[nodiscard]] Outcome on_host(const std::string& script) const;
    [[nodiscard]] Running start_on_host(const std::string& script) const;
    /// sh -c SCRIPT in the network of a process: of internet(), neighbour(), or one in a sandbox.
    [[nodiscard]] Outcome in_network_of(pid_t pid, const std::string& script) const;
    [[nodiscard]] Running start_in_network_of(pid_t pid, const std::string& script) const;

    /// server.py NAME SERVICES... on the host, listening.
    [[nodiscard]] Running serve_on_host(const std::string& name,
                                        const std::vector<std::string>& services) const;

    /// What the host's /etc/resolv.conf holds from now on.
    void set_resolvers(const std::string& content) const;

private:
    void enter_own_host();
    [[nodiscard]] Running
    start_other_host(const std::string& name, const std::string& addresses, int begin);
    void wire_up();

    ScratchDirectory files_;
    sys::Fd outside_; ///< the network that this process came from
    std::optional<Running> internet_;
    std::optional<Running> neighbour_;
};

} // namespace microbox::testing
