// SPDX-License-Identifier: MIT
#include "names_relay.hpp"

#include "network_namespace.hpp"
#include "port.hpp"

namespace microbox::net_pasta {

namespace {

constexpr std::uint16_t names_port = 53;

} // namespace

sdk::Result<void> NamesRelay::listen(int network, const net::Address& router) {
    net::Publish names;
    names.address = router;
    names.host = names_port;
    names.source = "the relay of names";
    return net::within(network, [&]() -> sdk::Result<void> {
        MBX_TRY(stream_, net::take_port(names));
        names.udp = true;
        MBX_TRY(datagram_, net::take_port(names));
        return {};
    });
}

sdk::Result<void> NamesRelay::open(sdk::Session& session,
                                   const std::vector<net::Address>& servers) {
    const net::Endpoint first = net::endpoint(servers.front(), names_port);
    udp_.emplace(session, std::move(datagram_), first.storage, first.size);
    MBX_CHECK(udp_->start());
    tcp_.emplace(session, std::move(stream_), first.storage, first.size);
    for (std::size_t i = 1; i < servers.size(); ++i) {
        const net::Endpoint other = net::endpoint(servers[i], names_port);
        tcp_->or_else(other.storage, other.size);
    }
    return tcp_->start();
}

} // namespace microbox::net_pasta
