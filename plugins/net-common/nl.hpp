// SPDX-License-Identifier: MIT
// libnl, its objects with owners and its errors in our form; for the rtnl*.cpp files alone.
#pragma once

#include "address.hpp"
#include "rtnl.hpp"

#include <microbox/sdk/result.hpp>

#include <memory>
#include <string>

#include <netlink/addr.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/veth.h>
#include <netlink/route/neighbour.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <netlink/socket.h>

namespace microbox::net {

template <auto release>
struct Release {
    template <class Object>
    void operator()(Object* object) const {
        release(object);
    }
};

using NlAddr = std::unique_ptr<nl_addr, Release<nl_addr_put>>;
using NlMessage = std::unique_ptr<nl_msg, Release<nlmsg_free>>;

/// code: what a function of libnl has returned. Its own numbers are turned back into the errno of
/// the kernel's answer where there is one.
[[nodiscard]] sdk::Error nl_fail(const std::string& doing, int code);

[[nodiscard]] NlAddr to_nl(const Address& address, int prefix);
[[nodiscard]] NlAddr to_nl(const Mac& mac);
[[nodiscard]] Address from_nl(const nl_addr* address);

/// Sends a request of ours and waits for the kernel's word.
[[nodiscard]] sdk::Result<void>
ask_kernel(nl_sock* socket, NlMessage message, const std::string& doing);

} // namespace microbox::net
