// SPDX-License-Identifier: MIT
// Every start and end of a sandbox changes elements of sets: of a thousand supervisors none is to
// wake for that. A filter of the socket lets news pass that begins with something else than an
// element or a generation; the kernel puts what belongs to one transaction together in its order
// (nft_commit_notify), and neither we nor a flush begin with elements and go on to rules.
#include "rules_watch.hpp"

#include <cerrno>
#include <cstddef>

#include <linux/filter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>

namespace microbox::net_bridge {

namespace {

constexpr std::uint32_t type_of(int message) {
    return (NFNL_SUBSYS_NFTABLES << 8U) | static_cast<std::uint32_t>(message);
}

/// BPF loads in network order, the header is in the host's.
constexpr std::uint32_t swapped(std::uint32_t value) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return ((value & 0xffU) << 8U) | (value >> 8U);
#else
    return value;
#endif
}

} // namespace

sdk::Result<RulesWatch> RulesWatch::open() {
    sys::Fd socket(
        ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_NETFILTER));
    if (!socket)
        return sdk::fail_errno("watch the rules", errno);
    sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, offsetof(nlmsghdr, nlmsg_type)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, swapped(type_of(NFT_MSG_NEWSETELEM)), 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, swapped(type_of(NFT_MSG_DELSETELEM)), 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, swapped(type_of(NFT_MSG_NEWGEN)), 1, 0),
        BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
        BPF_STMT(BPF_RET | BPF_K, 0)};
    const sock_fprog program = {sizeof code / sizeof code[0], code};
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    const int group = NFNLGRP_NFTABLES;
    if (::setsockopt(socket.get(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) < 0 ||
        ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 ||
        ::setsockopt(socket.get(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) < 0)
        return sdk::fail_errno("watch the rules", errno);
    return RulesWatch(std::move(socket));
}

bool RulesWatch::changed() {
    bool any = false;
    char buffer[16384];
    for (;;) {
        if (::recv(socket_.get(), buffer, sizeof buffer, 0) >= 0 || errno == ENOBUFS)
            any = true;
        else if (errno != EINTR)
            return any;
    }
}

} // namespace microbox::net_bridge
