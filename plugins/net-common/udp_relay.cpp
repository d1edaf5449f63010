// SPDX-License-Identifier: MIT
// A datagram that cannot be handed on now is lost, as it may be anywhere else on its way.
#include "udp_relay.hpp"

#include <cerrno>
#include <cstring>
#include <functional>
#include <iterator>
#include <string_view>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

namespace microbox::net {

namespace {

/// More than any datagram: the length in the header of UDP has 16 bits.
constexpr std::size_t most_bytes = 65536;
/// One socket does not hold up the loop.
constexpr int most_datagrams = 32;

/// ICMP says by ECONNREFUSED (or another) that an earlier datagram was lost, through the next call,
/// which then does nothing else (sk_err, net/core/sock.c): so it is made once more.
void send(int socket, const char* data, std::size_t size) {
    if (::send(socket, data, size, 0) < 0 && errno != EAGAIN && errno != EMSGSIZE)
        ::send(socket, data, size, 0);
}

} // namespace

UdpRelay::UdpRelay(sdk::Session& session,
                   sys::Fd socket,
                   const sockaddr_storage& target,
                   socklen_t target_size,
                   UdpBounds bounds,
                   int network)
    : session_(session),
      socket_(std::move(socket)),
      target_{target, target_size, network},
      bounds_(bounds),
      datagram_(most_bytes) {}

std::size_t UdpRelay::PeerHash::operator()(const Peer& peer) const {
    return std::hash<std::string_view>()({peer.data(), peer.size()});
}

sdk::Result<void> UdpRelay::start() {
    const int flags = ::fcntl(socket_.get(), F_GETFL);
    if (flags < 0 || (flags & O_NONBLOCK) == 0)
        return sdk::fail(name_of(socket_.get()) + ": the socket of a relay must not block");
    session_.watch(socket_.get(), POLLIN, [this](sdk::Session&, short) -> sdk::Result<void> {
        from_clients();
        return {};
    });
    return {};
}

void UdpRelay::from_clients() {
    for (int i = 0; i < most_datagrams; ++i) {
        Peer peer{};
        socklen_t size = peer.size();
        const ssize_t got = ::recvfrom(socket_.get(),
                                       datagram_.data(),
                                       datagram_.size(),
                                       0,
                                       reinterpret_cast<sockaddr*>(peer.data()),
                                       &size);
        if (got < 0)
            return;
        if (const auto client = client_of(peer, size); client != clients_.end())
            send(client->socket.get(), datagram_.data(), static_cast<std::size_t>(got));
    }
}

void UdpRelay::from_target(Clients::iterator client) {
    for (int i = 0; i < most_datagrams; ++i) {
        const ssize_t got = ::recv(client->socket.get(), datagram_.data(), datagram_.size(), 0);
        if (got < 0)
            return; // nothing more, or an ICMP error, which is taken away by being told
        touch(client);
        ::sendto(socket_.get(),
                 datagram_.data(),
                 static_cast<std::size_t>(got),
                 0,
                 reinterpret_cast<const sockaddr*>(client->peer.data()),
                 client->size);
    }
}

/// end() when there is no descriptor for another.
UdpRelay::Clients::iterator UdpRelay::client_of(const Peer& peer, socklen_t size) {
    const auto known = by_peer_.find(peer);
    if (known == by_peer_.end())
        return add(peer, size);
    touch(known->second);
    return known->second;
}

UdpRelay::Clients::iterator UdpRelay::add(const Peer& peer, socklen_t size) {
    if (clients_.size() >= bounds_.most)
        forget_oldest();
    sys::Fd socket = target_.socket(SOCK_DGRAM);
    int error = socket ? target_.connect(socket.get()) : errno;
    if (error == 0 && is_reserved(socket.get()))
        error = EMFILE;
    if (error != 0) {
        tell_once(error);
        return clients_.end();
    }
    const int number = socket.get();
    clients_.push_front({peer, size, std::move(socket), Clock::now()});
    const auto client = clients_.begin();
    by_peer_.emplace(peer, client);
    session_.watch(number, POLLIN, [this, client](sdk::Session&, short) -> sdk::Result<void> {
        from_target(client);
        return {};
    });
    if (!deadline_)
        call_for_idle(bounds_.idle);
    return client;
}

void UdpRelay::touch(Clients::iterator client) {
    client->used = Clock::now();
    clients_.splice(clients_.begin(), clients_, client);
}

void UdpRelay::forget_oldest() {
    const Client& oldest = clients_.back();
    session_.unwatch(oldest.socket.get());
    by_peer_.erase(oldest.peer);
    clients_.pop_back();
}

void UdpRelay::forget_idle() {
    const auto now = Clock::now();
    while (!clients_.empty() && clients_.back().used + bounds_.idle <= now)
        forget_oldest();
    if (!clients_.empty())
        call_for_idle(clients_.back().used + bounds_.idle - now);
}

void UdpRelay::call_for_idle(std::chrono::nanoseconds delay) {
    deadline_ = true;
    session_.after(delay, [this](sdk::Session&) -> sdk::Result<void> {
        deadline_ = false;
        forget_idle();
        return {};
    });
}

void UdpRelay::tell_once(int error) {
    if (!told_)
        session_.log().write(sdk::Level::warning,
                             name_of(socket_.get()) +
                                 "/udp: new clients get no answer: " + std::strerror(error));
    told_ = true;
}

} // namespace microbox::net
