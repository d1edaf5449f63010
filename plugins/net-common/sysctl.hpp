// SPDX-License-Identifier: MIT
// Values below /proc/sys/net, of the network namespace that the thread is in (net_ctl_header_lookup
// in net/sysctl_net.c). Names as paths: "net/ipv4/ip_forward".
#pragma once

#include <microbox/sdk/result.hpp>

#include <optional>
#include <string>
#include <vector>

namespace microbox::net {

/// Without the newline; nullopt: there is none, or it cannot be read.
[[nodiscard]] std::optional<std::string> read_sysctl(const std::string& name);

[[nodiscard]] sdk::Result<void> write_sysctl(const std::string& name, const std::string& value);

/// The interfaces that have a folder in net/ipv4/conf or net/ipv6/conf, "default" and "all" among
/// them.
[[nodiscard]] std::vector<std::string> configured_interfaces(int family);

[[nodiscard]] std::string conf(int family, const std::string& interface, const std::string& key);

/// A kernel without IPv6, or a host that has switched it off.
[[nodiscard]] bool has_ipv6();

} // namespace microbox::net
