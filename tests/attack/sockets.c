// SPDX-License-Identifier: MIT
// Families of sockets. The type is one that the kernel refuses before it looks for the family's
// module: a family that is let through gets EINVAL, and nothing is loaded.
#define _GNU_SOURCE
#include "attack.h"
#include "tables.h"

#include <errno.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

enum { no_type = 15 };

static struct verdict family(const struct attack* attack) {
    return unless_it_was_reached(socket((int)attack->number, no_type, (int)attack->arguments[0]));
}

static struct verdict pair(const struct attack* attack) {
    int both[2];
    return unless_it_was_reached(socketpair((int)attack->number, no_type, 0, both));
}

static struct verdict open_socket(const struct attack* attack) {
    return unless_it_worked(socket(
        (int)attack->number, (int)attack->arguments[0] | SOCK_CLOEXEC, (int)attack->arguments[1]));
}

#define FAMILY(id, name)                                                                           \
    {                                                                                              \
        id, "reach the sockets of AF_" #name, family, NULL, AF_##name, {                           \
            0                                                                                      \
        }                                                                                          \
    }
#define NETLINK(id, name)                                                                          \
    {                                                                                              \
        id, "reach netlink's " #name, family, NULL, AF_NETLINK, {                                  \
            NETLINK_##name                                                                         \
        }                                                                                          \
    }

const struct attack socket_attacks[] = {
    FAMILY("T72a", VSOCK),
    {"T72b", "open a socket to the hypervisor", open_socket, NULL, AF_VSOCK, {SOCK_STREAM, 0}},
    {"T72c", "reach a pair of AF_VSOCK", pair, NULL, AF_VSOCK, {0}},
    FAMILY("T73a", ALG),
    FAMILY("T73b", KEY),
    FAMILY("T73c", RDS),
    FAMILY("T73d", TIPC),
    {"T73e", "reach the sockets of AF_XDP", family, NULL, 44, {0}},
    FAMILY("T73f", CAN),
    FAMILY("T73g", BLUETOOTH),
    FAMILY("T73h", NFC),
    {"T73i", "reach the sockets of AF_SMC", family, NULL, 43, {0}},
    {"T73j", "reach the sockets of AF_QIPCRTR", family, NULL, 42, {0}},
    {"T73k", "reach the sockets of AF_MCTP", family, NULL, 45, {0}},
    FAMILY("T73l", X25),
    FAMILY("T73m", APPLETALK),
    FAMILY("T73n", PPPOX),
    NETLINK("T73o", XFRM),
    NETLINK("T73p", NETFILTER),
    NETLINK("T73q", GENERIC),
    NETLINK("T73r", KOBJECT_UEVENT),
    NETLINK("T73s", SOCK_DIAG),
    NETLINK("T73t", CONNECTOR),
    {"T73u",
     "open a socket of netlink's AUDIT",
     open_socket,
     NULL,
     AF_NETLINK,
     {SOCK_RAW, NETLINK_AUDIT}},
    {"T73v",
     "open a socket of netlink's NETFILTER",
     open_socket,
     NULL,
     AF_NETLINK,
     {SOCK_RAW, NETLINK_NETFILTER}},
    FAMILY("T103a", PACKET),
    {"T103b", "open a socket for frames", open_socket, NULL, AF_PACKET, {SOCK_RAW, 0}},
    {"T103c", "open a raw socket, IPv4", open_socket, NULL, AF_INET, {SOCK_RAW, IPPROTO_UDP}},
    {"T103d", "open a raw socket, IPv6", open_socket, NULL, AF_INET6, {SOCK_RAW, IPPROTO_ICMPV6}},
    {NULL, NULL, NULL, NULL, 0, {0}},
};
