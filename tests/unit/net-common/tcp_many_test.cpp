// SPDX-License-Identifier: MIT
// TcpRelay: more clients than connections, or than descriptors.
#include "tests/unit/net-common/tcp_relayed.hpp"

#include <vector>

#include <gtest/gtest.h>

#include <sys/resource.h>

namespace {

using namespace microbox;
using namespace test;

class LimitOfDescriptors {
public:
    LimitOfDescriptors() { EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0); }

    LimitOfDescriptors(const LimitOfDescriptors&) = delete;
    LimitOfDescriptors& operator=(const LimitOfDescriptors&) = delete;

    ~LimitOfDescriptors() { set(before_.rlim_cur); }

    void set(rlim_t soft) const {
        const rlimit wanted = {soft, before_.rlim_max};
        EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &wanted), 0);
    }

private:
    rlimit before_{};
};

TEST_F(TcpRelayed, MoreThanTheCapWaitAndAreServed) {
    const LimitOfDescriptors limit;
    limit.set(3000);
    constexpr std::size_t all = 300;
    constexpr std::size_t cap = net::most_clients;
    start();
    std::vector<sys::Fd> clients;
    for (std::size_t i = 0; i < all; ++i) {
        clients.push_back(connected(published_));
        says(clients.back().get(), "x");
    }
    std::vector<sys::Fd> served;
    std::size_t heard = 0;
    const auto serve = [&] {
        sys::Fd fd(::accept4(target_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (fd)
            served.push_back(std::move(fd));
        for (const sys::Fd& each : served) {
            char byte = 0;
            if (::recv(each.get(), &byte, 1, 0) == 1)
                ++heard;
        }
        return heard;
    };

    EXPECT_TRUE(session_.drive([&] { return serve() == cap; })) << heard;
    EXPECT_TRUE(session_.settle());
    EXPECT_EQ(serve(), cap);
    EXPECT_EQ(session_.watches.size(), 2 * cap) << "the listener is not watched";

    clients.erase(clients.begin(), clients.begin() + (all - cap));
    served.erase(served.begin(), served.begin() + (all - cap));
    EXPECT_TRUE(session_.drive([&] { return serve() == all; })) << heard;
    served.clear();
    clients.clear();
    EXPECT_TRUE(all_connections_are_gone());
    EXPECT_TRUE(session_.log_.lines.empty());
}

TEST_F(TcpRelayed, WithoutDescriptorsClientsWaitAndTheReserveIsLeft) {
    start();
    std::vector<sys::Fd> clients;
    for (int i = 0; i < 8; ++i)
        clients.push_back(connected(published_));
    const sys::Fd highest = connected(published_);
    const LimitOfDescriptors limit;
    limit.set(static_cast<rlim_t>(highest.get()) + net::reserved_descriptors + 20);

    ASSERT_TRUE(session_.drive([&] { return !session_.deadlines.empty(); }));
    // Between the deadlines the loop has nothing to do: only the relay's rest is running out.
    for (int i = 0; i < 20; ++i) {
        EXPECT_LE(session_.step(20), 2);
        EXPECT_LE(session_.deadlines.size(), 1U);
    }
    ASSERT_EQ(session_.log_.lines.size(), 1U);
    EXPECT_EQ(session_.log_.lines[0].first, sdk::Level::warning);
    EXPECT_NE(session_.log_.lines[0].second.find(std::to_string(ntohs(port_of(published_))) +
                                                 ": new connections wait: Too many open files"),
              std::string::npos)
        << session_.log_.lines[0].second;
    std::vector<sys::Fd> left;
    for (sys::Fd fd(::dup(0)); fd; fd.reset(::dup(0)))
        left.push_back(std::move(fd));
    EXPECT_GE(left.size(), net::reserved_descriptors - 1);
    left.clear();

    limit.set(static_cast<rlim_t>(highest.get()) + 1000);
    for (const sys::Fd& client : clients) {
        const sys::Fd target = accepted();
        says(target.get(), "welcome");
        EXPECT_EQ(receive(client.get(), 7), "welcome");
    }
}

} // namespace
