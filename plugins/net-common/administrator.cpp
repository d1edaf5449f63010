// SPDX-License-Identifier: MIT
// Seen from the process itself, which has its capabilities by now: the network is planned before
// they are.
#include "administrator.hpp"

#include <microbox/sys/file.hpp>

#include <charconv>
#include <cstdint>
#include <string>

namespace microbox::net {

namespace {

constexpr unsigned net_admin = 12; // CAP_NET_ADMIN

sdk::Result<bool> administers_network(pid_t command) {
    const std::string path = "/proc/" + std::to_string(command) + "/status";
    MBX_TRY(const std::string status, sys::read_file(path));
    constexpr std::string_view word = "CapBnd:\t";
    const std::size_t at = status.find(word);
    std::uint64_t set = 0;
    const char* const from = status.data() + (at == std::string::npos ? 0 : at + word.size());
    const auto parsed = std::from_chars(from, status.data() + status.size(), set, 16);
    if (at == std::string::npos || parsed.ec != std::errc{})
        return sdk::fail(path + ": no bounding set");
    return ((set >> net_admin) & 1U) != 0;
}

} // namespace

sdk::Result<void> check_administrator(sdk::Session& session,
                                      const std::string& mode,
                                      bool isolated_ids,
                                      bool limited) {
    MBX_TRY(const bool administers, administers_network(session.command_pid()));
    if (!administers)
        return {};
    // rtnl_get_net_ns_capable(): links of any network whose owner gives the right, by its id.
    if (!isolated_ids)
        return sdk::fail("the capability NET_ADMIN with --userns host is over the host's own "
                         "network, which --net " +
                             mode + " is to be apart from",
                         "leave out --cap-add NET_ADMIN or --userns host; or --net host, which "
                         "says what it is");
    if (limited)
        session.log().write(sdk::Level::error,
                            "weakened: --net-rate: with the capability NET_ADMIN the command can "
                            "lift its limit on what it sends");
    return {};
}

} // namespace microbox::net
