// SPDX-License-Identifier: MIT
// Order matters twice. Frames are judged on the bridge first (family bridge): behind it an address
// is known to be the sender's own, and may be the key of what is open to the sender. A drop in any
// table is final, an accept is not: what others filter comes on top.
//
// Not used, because kernels lack them: meta ibrname, reject and conntrack of the bridge family.
#include "ruleset.hpp"

#include "closed.hpp"
#include "words.hpp"

#include <utility>
#include <vector>

namespace microbox::net_bridge {

namespace {

/// "ether type" and not "meta protocol": the kernel takes the tag of 802.1Q off before the bridge
/// sees the frame (skb_vlan_untag), and only the first shows the frame as it was sent.
///
/// Neighbour advertisements are dropped: the host knows its sandboxes by permanent entries. What
/// the host says to everybody on the bridge (mDNS and the like) no sandbox hears: a bridge's own
/// frames are flooded whatever the port says (br_flood).
constexpr const char* frames = R"(
add table bridge microbox
flush table bridge microbox
table bridge microbox {
    set macs { type ifname . ether_addr; }
    set pinned4 { type ifname . ether_addr . ipv4_addr; }
    set pinned6 { type ifname . ether_addr . ipv6_addr; }

    chain sent_arp {
        iifname . arp saddr ether . arp saddr ip @pinned4 accept
        drop
    }
    chain sent4 {
        iifname . ether saddr . ip saddr @pinned4 accept
        drop
    }
    chain sent6 {
        icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-advert, nd-redirect } drop
        iifname . ether saddr . ip6 saddr @pinned6 accept
        drop
    }
    chain sent {
        type filter hook prerouting priority -300; policy accept;
        iifname != "mbxv*" accept
        iifname . ether saddr != @macs drop
        ether type vmap { arp : goto sent_arp, ip : goto sent4, ip6 : goto sent6 }
        drop
    }
    chain between_ports {
        type filter hook forward priority -300; policy accept;
        iifname "mbxv*" drop
        oifname "mbxv*" drop
    }
    chain from_host {
        type filter hook output priority -300; policy accept;
        oifname "mbxv*" ether daddr & 01:00:00:00:00:00 == 01:00:00:00:00:00 drop
    }
}
)";

/// taken: whose an address is, until its clean-up: an address that a killed run has left open
/// ranges for is given to nobody.
/// flows: the table of connections is the host's, and one sandbox does not fill it; nor by asking
/// for neighbours (rates6) that of an uplink's /64.
///
/// refused: sandboxes that want to know how often they were (--explain-denials); finding one
/// counts.
///
/// An established connection is no free pass: it may be that of an earlier owner of the address.
/// Only answers pass by it; who has begun it is judged at each packet, led (published) or sent. An
/// error of ICMP passes when it is about a connection to the sandbox itself (own), not about
/// somebody else's that it has guessed.
///
/// wire: a link that is no port of the bridge any more sends to the host itself.
/// Translated ports are those of clients: a sandbox's own choice could be a port of the host's, or
/// of another's, whose next client it would get.
/// named: one address, wherever it is, the host and a neighbour too. ranges: what is beyond the
/// host. quiet: the interfaces of a host that forwarded nothing before we switched it on, and goes
/// on forwarding nothing between them.
constexpr const char* packets = R"(
add table inet microbox
flush table inet microbox
table inet microbox {
    map taken { type ipv4_addr : mark; }
    set subnets4 { type ipv4_addr; flags interval; }
    set subnets6 { type ipv6_addr; flags interval; }
    set flows4 { type ipv4_addr; size 65535; flags dynamic; }
    set flows6 { type ipv6_addr; size 65535; flags dynamic; }
    set rates6 { type ipv6_addr; size 65535; flags dynamic; }
    set refused4 { type ipv4_addr; counter; }
    set refused6 { type ipv6_addr; counter; }
    set own4 { type ipv4_addr . ipv4_addr; }
    set own6 { type ipv6_addr . ipv6_addr; }
    set led4 { type ipv4_addr . ipv4_addr . inet_proto . inet_service; }
    set led6 { type ipv6_addr . ipv6_addr . inet_proto . inet_service; }
    set led_any4 { type ipv4_addr . inet_proto . inet_service; }
    set led_any6 { type ipv6_addr . inet_proto . inet_service; }
    set quiet4 { type ifname; }
    set quiet6 { type ifname; }
    set named4 { type ipv4_addr . ipv4_addr; }
    set named6 { type ipv6_addr . ipv6_addr; }
    set named_ports4 { type ipv4_addr . ipv4_addr . inet_service; }
    set named_ports6 { type ipv6_addr . ipv6_addr . inet_service; }
    set ranges4 { type ipv4_addr . ipv4_addr; flags interval; }
    set ranges6 { type ipv6_addr . ipv6_addr; flags interval; }
    set range_ports4 { type ipv4_addr . ipv4_addr . inet_service; flags interval; }
    set range_ports6 { type ipv6_addr . ipv6_addr . inet_service; flags interval; }
    map published4 { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }
    map published6 { type ipv6_addr . inet_proto . inet_service : ipv6_addr . inet_service; }
    map published_any4 { type inet_proto . inet_service : ipv4_addr . inet_service; }
    map published_any6 { type inet_proto . inet_service : ipv6_addr . inet_service; }

    chain wire {
        type filter hook prerouting priority -300; policy accept;
        iifname "mbxv*" drop
    }
    chain refuse {
        ip saddr @refused4
        ip6 saddr @refused6
        meta l4proto tcp reject with tcp reset
        reject with icmpx type admin-prohibited
    }
    chain named {
        ip saddr . ip daddr @named4 accept
        ip6 saddr . ip6 daddr @named6 accept
        meta l4proto { tcp, udp } ip saddr . ip daddr . th dport @named_ports4 accept
        meta l4proto { tcp, udp } ip6 saddr . ip6 daddr . th dport @named_ports6 accept
    }
    chain ranges {
        ip saddr . ip daddr @ranges4 accept
        ip6 saddr . ip6 daddr @ranges6 accept
        meta l4proto { tcp, udp } ip saddr . ip daddr . th dport @range_ports4 accept
        meta l4proto { tcp, udp } ip6 saddr . ip6 daddr . th dport @range_ports6 accept
    }
    chain own_errors {
        meta l4proto icmp ct state related ip saddr . ct reply ip saddr @own4 accept
        meta l4proto ipv6-icmp ct state related ip6 saddr . ct reply ip6 saddr @own6 accept
    }
    chain count {
        ct state new add @flows4 { ip saddr ct count over 8192 } goto refuse
        ct state new add @flows6 { ip6 saddr ct count over 8192 } goto refuse
        ct state new add @rates6 { ip6 saddr limit rate over 200/second burst 300 packets } goto refuse
    }
    chain from_sandbox {
        ct state invalid drop
        tcp flags syn tcp option maxseg size set rt mtu
        ct direction reply ct state established accept
        jump own_errors
        jump count
        jump named
        oifname "mbx0" goto refuse
        jump ranges
        ip daddr @closed4 goto refuse
        ip6 daddr @closed6 goto refuse
    }
    chain to_sandbox {
        tcp flags syn tcp option maxseg size set rt mtu
        ct direction reply ct state established accept
        meta l4proto { icmp, ipv6-icmp } ct state related accept
        ct status dnat ct original ip daddr . ip daddr . meta l4proto . th dport @led4 accept
        ct status dnat ct original ip6 daddr . ip6 daddr . meta l4proto . th dport @led6 accept
        ct status dnat ip daddr . meta l4proto . th dport @led_any4 accept
        ct status dnat ip6 daddr . meta l4proto . th dport @led_any6 accept
        drop
    }
    chain forward {
        type filter hook forward priority -10; policy accept;
        iifname "mbx0" goto from_sandbox
        oifname "mbx0" goto to_sandbox
        meta nfproto ipv4 iifname @quiet4 oifname @quiet4 drop
        meta nfproto ipv6 iifname @quiet6 oifname @quiet6 drop
    }
    chain to_host {
        ct direction reply ct state established accept
        icmpv6 type nd-neighbor-solicit accept
        jump own_errors
        jump count
        jump named
        goto refuse
    }
    chain input {
        type filter hook input priority -10; policy accept;
        iifname "mbx0" goto to_host
    }
    chain published {
        ip daddr 127.0.0.0/8 return
        ip6 daddr ::1 return
        dnat ip to ip daddr . meta l4proto . th dport map @published4
        dnat ip6 to ip6 daddr . meta l4proto . th dport map @published6
        fib daddr type != local return
        dnat ip to meta l4proto . th dport map @published_any4
        dnat ip6 to meta l4proto . th dport map @published_any6
    }
    chain prerouting {
        type nat hook prerouting priority -100; policy accept;
        iifname != "mbx0" jump published
    }
    chain output {
        type nat hook output priority -100; policy accept;
        jump published
    }
    chain postrouting {
        type nat hook postrouting priority 100; policy accept;
        oifname "mbx0" accept
        meta l4proto { tcp, udp } ip saddr @subnets4 masquerade to :32768-60999 fully-random
        meta l4proto { tcp, udp } ip6 saddr @subnets6 masquerade to :32768-60999 fully-random
        ip saddr @subnets4 masquerade
        ip6 saddr @subnets6 masquerade
    }
}
)";

/// In the rule itself and in no set of its own, of which a listing without elements says nothing.
std::string listed(const std::vector<Network>& networks) {
    std::string elements;
    for (const Network& network : networks)
        elements += (elements.empty() ? "{ " : ", ") + to_text(network);
    return elements + " }";
}

std::string with_closed(std::string text) {
    for (const auto& [mark, networks] :
         {std::pair("@closed4", closed4()), std::pair("@closed6", closed6())})
        text.replace(text.find(mark), std::string(mark).size(), listed(networks));
    return text;
}

} // namespace

const std::string& ruleset() {
    static const std::string text = frames + with_closed(packets);
    return text;
}

} // namespace microbox::net_bridge
