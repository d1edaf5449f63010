// SPDX-License-Identifier: MIT
// What libnl has no setter for (isolation, snooping, a token bucket) is written as attributes.
#include "nl.hpp"
#include "rtnl.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <linux/if_link.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

namespace microbox::net {

namespace {

using NlLink = std::unique_ptr<rtnl_link, Release<rtnl_link_put>>;

Link from_link(rtnl_link* one) {
    Link made;
    made.index = ::rtnl_link_get_ifindex(one);
    made.master = ::rtnl_link_get_master(one);
    made.mtu = ::rtnl_link_get_mtu(one);
    made.up = (::rtnl_link_get_flags(one) & IFF_UP) != 0;
    const char* const type = ::rtnl_link_get_type(one);
    made.bridge = type != nullptr && std::strcmp(type, "bridge") == 0;
    const char* const name = ::rtnl_link_get_name(one);
    made.name = name == nullptr ? "" : name;
    if (const nl_addr* mac = ::rtnl_link_get_addr(one);
        mac != nullptr && ::nl_addr_get_len(mac) == made.mac.size())
        std::memcpy(made.mac.data(), ::nl_addr_get_binary_addr(mac), made.mac.size());
    return made;
}

/// A message about a link with the attributes that put() writes; put() says whether there was room.
template <class Put>
NlMessage about_link(int type, int flags, int index, unsigned changed, Put put, bool on = true) {
    NlMessage message(::nlmsg_alloc_simple(type, flags));
    ifinfomsg head{};
    head.ifi_family = AF_UNSPEC;
    head.ifi_index = index;
    head.ifi_flags = on ? changed : 0;
    head.ifi_change = changed;
    if (!message || ::nlmsg_append(message.get(), &head, sizeof head, NLMSG_ALIGNTO) < 0 ||
        !put(message.get()))
        return nullptr;
    return message;
}

/// The attributes in one of nesting type.
template <class Put>
bool nested(nl_msg* message, int type, Put put) {
    nlattr* const begin = ::nla_nest_start(message, type);
    if (begin == nullptr || !put())
        return false;
    ::nla_nest_end(message, begin);
    return true;
}

} // namespace

sdk::Result<std::optional<Link>> Rtnl::link(const std::string& name) {
    rtnl_link* found = nullptr;
    const int code = ::rtnl_link_get_kernel(socket_.get(), 0, name.c_str(), &found);
    const NlLink owner(found);
    if (code == -NLE_OBJ_NOTFOUND || code == -NLE_NODEV)
        return std::optional<Link>();
    if (code < 0)
        return nl_fail("look at " + name, code);
    return std::optional<Link>(from_link(found));
}

sdk::Result<Link> Rtnl::link(int index) {
    rtnl_link* found = nullptr;
    const int code = ::rtnl_link_get_kernel(socket_.get(), index, nullptr, &found);
    const NlLink owner(found);
    if (code < 0)
        return nl_fail("look at link " + std::to_string(index), code);
    return from_link(found);
}

sdk::Result<void> Rtnl::add_bridge(const std::string& name, const Mac& mac) {
    // IPv6 finds its neighbours by multicast, which a bridge that snoops sends only to ports that
    // have asked; ours send no such thing on.
    auto message = about_link(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0, 0, [&](nl_msg* m) {
        return ::nla_put_string(m, IFLA_IFNAME, name.c_str()) == 0 &&
               ::nla_put(m, IFLA_ADDRESS, static_cast<int>(mac.size()), mac.data()) == 0 &&
               nested(m, IFLA_LINKINFO, [&] {
                   return ::nla_put_string(m, IFLA_INFO_KIND, "bridge") == 0 &&
                          nested(m, IFLA_INFO_DATA, [&] {
                              return ::nla_put_u8(m, IFLA_BR_MCAST_SNOOPING, 0) == 0 &&
                                     ::nla_put_u32(m, IFLA_BR_FORWARD_DELAY, 0) == 0;
                          });
               });
    });
    return ask_kernel(socket_.get(), std::move(message), "make the bridge " + name);
}

sdk::Result<void> Rtnl::add_cable(const std::string& name,
                                  int master,
                                  const std::string& peer,
                                  int peer_network,
                                  const Mac& peer_mac,
                                  unsigned mtu,
                                  int index) {
    const std::unique_ptr<rtnl_link, Release<rtnl_link_veth_release>> here(
        ::rtnl_link_veth_alloc());
    if (!here)
        return sdk::fail_errno("make the link " + name, ENOMEM);
    rtnl_link* const there = ::rtnl_link_veth_get_peer(here.get());
    const NlLink counted(there); // get_peer has taken a reference
    ::rtnl_link_set_name(here.get(), name.c_str());
    if (index != 0)
        ::rtnl_link_set_ifindex(here.get(), index);
    if (master != 0)
        ::rtnl_link_set_master(here.get(), master);
    ::rtnl_link_set_mtu(here.get(), mtu);
    ::rtnl_link_set_name(there, peer.c_str());
    ::rtnl_link_set_mtu(there, mtu);
    ::rtnl_link_set_addr(there, to_nl(peer_mac).get());
    ::rtnl_link_set_ns_fd(there, peer_network);
    const int code = ::rtnl_link_add(socket_.get(), here.get(), NLM_F_CREATE | NLM_F_EXCL);
    if (code < 0)
        return nl_fail("make the link " + name, code);
    return {};
}

/// Frames for 01:80:c2:00:00:00 to :0f (STP, LLDP) are the host's own business by default, and go
/// to it as if there were no bridge and no table of it (br_handle_frame); so they are none. The bit
/// of pause frames cannot be set; those are dropped.
constexpr std::uint16_t all_groups = 0xfffd;

sdk::Result<void> Rtnl::restrict_port(int link, const Mac& behind) {
    auto message = about_link(RTM_NEWLINK, 0, link, 0, [&](nl_msg* m) {
        return nested(m, IFLA_LINKINFO, [&] {
            return ::nla_put_string(m, IFLA_INFO_SLAVE_KIND, "bridge") == 0 &&
                   nested(m, IFLA_INFO_SLAVE_DATA, [&] {
                       return ::nla_put_u8(m, IFLA_BRPORT_ISOLATED, 1) == 0 &&
                              ::nla_put_u8(m, IFLA_BRPORT_LEARNING, 0) == 0 &&
                              ::nla_put_u8(m, IFLA_BRPORT_UNICAST_FLOOD, 0) == 0 &&
                              ::nla_put_u8(m, IFLA_BRPORT_MCAST_FLOOD, 0) == 0 &&
                              ::nla_put_u8(m, IFLA_BRPORT_BCAST_FLOOD, 0) == 0 &&
                              ::nla_put_u16(m, IFLA_BRPORT_GROUP_FWD_MASK, all_groups) == 0;
                   });
        });
    });
    MBX_CHECK(ask_kernel(socket_.get(), std::move(message), "isolate the port"));
    NlMessage entry(::nlmsg_alloc_simple(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE));
    ndmsg head{};
    head.ndm_family = AF_BRIDGE;
    head.ndm_ifindex = link;
    head.ndm_state = NUD_NOARP; // never ages
    head.ndm_flags = NTF_MASTER;
    if (!entry || ::nlmsg_append(entry.get(), &head, sizeof head, NLMSG_ALIGNTO) < 0 ||
        ::nla_put(entry.get(), NDA_LLADDR, static_cast<int>(behind.size()), behind.data()) < 0)
        return sdk::fail_errno("the bridge's entry", ENOMEM);
    return ask_kernel(socket_.get(), std::move(entry), "the bridge's entry for " + to_text(behind));
}

sdk::Result<void> Rtnl::set_mac(int link, const Mac& mac) {
    auto message = about_link(RTM_NEWLINK, 0, link, 0, [&](nl_msg* m) {
        return ::nla_put(m, IFLA_ADDRESS, static_cast<int>(mac.size()), mac.data()) == 0;
    });
    return ask_kernel(socket_.get(), std::move(message), "set the MAC " + to_text(mac));
}

sdk::Result<void> Rtnl::set_size(int link, unsigned mtu, unsigned queue) {
    auto message = about_link(RTM_NEWLINK, 0, link, 0, [&](nl_msg* m) {
        return ::nla_put_u32(m, IFLA_MTU, mtu) == 0 && ::nla_put_u32(m, IFLA_TXQLEN, queue) == 0;
    });
    return ask_kernel(socket_.get(), std::move(message), "set the MTU " + std::to_string(mtu));
}

sdk::Result<void> Rtnl::set_up(int link) {
    auto message = about_link(RTM_NEWLINK, 0, link, IFF_UP, [](nl_msg*) { return true; });
    return ask_kernel(socket_.get(), std::move(message), "link up");
}

sdk::Result<void> Rtnl::set_down(int link) {
    auto message = about_link(
        RTM_NEWLINK, 0, link, IFF_UP, [](nl_msg*) { return true; }, false);
    return ask_kernel(socket_.get(), std::move(message), "link down");
}

sdk::Result<void> Rtnl::remove_link(const std::string& name) {
    MBX_TRY(const std::optional<Link> there, link(name));
    if (!there)
        return {};
    auto message = about_link(RTM_DELLINK, 0, there->index, 0, [](nl_msg*) { return true; });
    auto removed = ask_kernel(socket_.get(), std::move(message), "remove " + name);
    if (!removed.ok() && removed.error().error_number == ENODEV)
        return {};
    return removed;
}

sdk::Result<void> Rtnl::shape(int link, std::uint64_t bytes_per_second, std::uint64_t burst) {
    // tbf(8). TCA_TBF_BURST gives the bucket in bytes (Linux 3.13); the rate's 32 bits are at their
    // end when the attribute with 64 bits holds it. Packets that wait: 50 ms of the rate and a
    // few large ones.
    tc_tbf_qopt options{};
    constexpr std::uint64_t most = ~std::uint32_t{0};
    options.rate.rate = static_cast<std::uint32_t>(std::min(bytes_per_second, most));
    options.rate.linklayer = TC_LINKLAYER_ETHERNET;
    options.limit = static_cast<std::uint32_t>(std::min(bytes_per_second / 20 + burst, most));
    NlMessage message(::nlmsg_alloc_simple(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE));
    tcmsg head{};
    head.tcm_family = AF_UNSPEC;
    head.tcm_ifindex = link;
    head.tcm_parent = TC_H_ROOT;
    nl_msg* const m = message.get();
    const auto put_options = [&] {
        return ::nla_put(m, TCA_TBF_PARMS, sizeof options, &options) == 0 &&
               ::nla_put_u32(m, TCA_TBF_BURST, static_cast<std::uint32_t>(burst)) == 0 &&
               (bytes_per_second < most || ::nla_put_u64(m, TCA_TBF_RATE64, bytes_per_second) == 0);
    };
    if (m == nullptr || ::nlmsg_append(m, &head, sizeof head, NLMSG_ALIGNTO) < 0 ||
        ::nla_put_string(m, TCA_KIND, "tbf") < 0 || !nested(m, TCA_OPTIONS, put_options))
        return sdk::fail_errno("limit the rate", ENOMEM);
    auto done = ask_kernel(socket_.get(), std::move(message), "limit the rate");
    if (!done.ok() && done.error().error_number == ENOENT)
        done.error().hint = "the kernel needs the token bucket filter: modprobe sch_tbf";
    return done;
}

namespace {

/// The one answer of the kernel to a question about one link.
int take_port(nl_msg* answer, void* into) {
    auto& port = *static_cast<std::optional<Port>*>(into);
    nlattr* info[IFLA_INFO_MAX + 1] = {};
    nlattr* data[IFLA_BRPORT_MAX + 1] = {};
    const nlmsghdr* const head = ::nlmsg_hdr(answer);
    nlattr* const link_info = ::nlmsg_find_attr(
        const_cast<nlmsghdr*>(head), sizeof(ifinfomsg), IFLA_LINKINFO); // it is not written to
    if (link_info == nullptr || ::nla_parse_nested(info, IFLA_INFO_MAX, link_info, nullptr) < 0 ||
        info[IFLA_INFO_SLAVE_DATA] == nullptr ||
        ::nla_parse_nested(data, IFLA_BRPORT_MAX, info[IFLA_INFO_SLAVE_DATA], nullptr) < 0)
        return NL_OK;
    const auto is = [&](int attribute, std::uint8_t value) {
        return data[attribute] != nullptr && ::nla_get_u8(data[attribute]) == value;
    };
    constexpr std::uint8_t forwarding = 3; // BR_STATE_FORWARDING
    port = Port{is(IFLA_BRPORT_STATE, forwarding),
                is(IFLA_BRPORT_ISOLATED, 1),
                !is(IFLA_BRPORT_UNICAST_FLOOD, 0) || !is(IFLA_BRPORT_MCAST_FLOOD, 0) ||
                    !is(IFLA_BRPORT_BCAST_FLOOD, 0),
                !is(IFLA_BRPORT_LEARNING, 0),
                data[IFLA_BRPORT_GROUP_FWD_MASK] != nullptr &&
                    ::nla_get_u16(data[IFLA_BRPORT_GROUP_FWD_MASK]) == all_groups};
    return NL_OK;
}

} // namespace

sdk::Result<Port> Rtnl::port(int link) {
    auto message = about_link(RTM_GETLINK, 0, link, 0, [](nl_msg*) { return true; });
    if (!message)
        return sdk::fail_errno("look at the port", ENOMEM);
    std::optional<Port> port;
    ::nl_socket_modify_cb(socket_.get(), NL_CB_VALID, NL_CB_CUSTOM, take_port, &port);
    int code = ::nl_send_auto(socket_.get(), message.get());
    if (code >= 0)
        code = ::nl_recvmsgs_default(socket_.get());
    // The acknowledgement follows the answer.
    if (code >= 0)
        code = ::nl_wait_for_ack(socket_.get());
    ::nl_socket_modify_cb(socket_.get(), NL_CB_VALID, NL_CB_DEFAULT, nullptr, nullptr);
    if (code < 0)
        return nl_fail("look at the port", code);
    if (!port)
        return sdk::fail("the link is no port of a bridge");
    return *port;
}

} // namespace microbox::net
