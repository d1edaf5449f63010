#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Frames as they are on the wire: sent with true or forged addresses, and seen.

usage: wire.py watch INTERFACE SECONDS     "READY", then "seen KIND" for each frame of ours
       wire.py send INTERFACE KEY=VALUE... KIND...

Keys: mac, ip4, ip6: the sender's true addresses; to, to4, to6: whom it is for;
      other4, other6: addresses that are not the sender's.
Each frame carries its kind, so that whoever watches knows it again.
"""
import socket
import struct
import sys
import time

FORGED_MAC = "02:66:6f:72:67:65"
ALL_NODES = "33:33:00:00:00:01"
MARK = b"microbox-wire:"


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def ip4(text):
    return socket.inet_pton(socket.AF_INET, text)


def ip6(text):
    return socket.inet_pton(socket.AF_INET6, text)


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF or 0xFFFF


def ethernet(to, sender, kind, rest):
    return mac(to) + mac(sender) + struct.pack("!H", kind) + rest


def udp4(sender, to, payload):
    length = 8 + len(payload)
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + length, 1, 0, 64, 17, 0, ip4(sender), ip4(to))
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    return head + struct.pack("!HHHH", 4000, 4000, length, 0) + payload


def packet6(sender, to, protocol, body, at, hops):
    """BODY with its checksum written at offset AT."""
    pseudo = ip6(sender) + ip6(to) + struct.pack("!II", len(body), protocol)
    body = body[:at] + struct.pack("!H", checksum(pseudo + body)) + body[at + 2 :]
    return struct.pack("!IHBB", 0x60000000, len(body), protocol, hops) + ip6(sender) + ip6(to) + body


def udp6(sender, to, payload):
    return packet6(sender, to, 17, struct.pack("!HHHH", 4000, 4000, 8 + len(payload), 0) + payload, 6, 64)


def icmp6(sender, to, kind, rest, mark):
    """With the mark in an option of an experimental type, which every receiver skips (RFC 4727)."""
    option = mark + bytes(-(len(mark) + 2) % 8)
    rest += struct.pack("!BB", 253, (len(option) + 2) // 8) + option
    return packet6(sender, to, 58, struct.pack("!BBH", kind, 0, 0) + rest, 2, 255)


def arp(sender_mac, sender, target, mark):
    words = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1)
    return words + mac(sender_mac) + ip4(sender) + bytes(6) + ip4(target) + mark


def router_advertisement(a, mark):
    """One that every host which believes in them would take: a prefix and a default route."""
    link_local = "fe80::" + ("%02x%s:%sff:fe%s:%s%s" % ((int(a["mac"][:2], 16) ^ 2,) + tuple(a["mac"].split(":")[1:])))
    prefix = struct.pack("!BBBBIII", 3, 4, 64, 0xC0, 3600, 3600, 0) + ip6("2001:db8:bad::")
    own = struct.pack("!BB6s", 1, 1, mac(a["mac"]))
    return icmp6(link_local, "ff02::1", 134, struct.pack("!BBHII", 64, 0, 1800, 0, 0) + prefix + own, mark)


def neighbour_advertisement(a, target, mark):
    lladdr = struct.pack("!BB6s", 2, 1, mac(a["mac"]))
    return icmp6(a["ip6"], a["to6"], 136, struct.pack("!I", 0x60000000) + ip6(target) + lladdr, mark)


def redirect(a, mark):
    return icmp6(a["ip6"], a["to6"], 137, bytes(4) + ip6(a["ip6"]) + ip6(a["other6"]), mark)


def frame(kind, a):
    m = MARK + kind.encode() + b";"
    own, to = a["mac"], a["to"]
    v4, v6, a4, vlan = 0x0800, 0x86DD, 0x0806, 0x8100
    tag = struct.pack("!HH", 5, v4)
    return {
        "true4": lambda: ethernet(to, own, v4, udp4(a["ip4"], a["to4"], m)),
        "true6": lambda: ethernet(to, own, v6, udp6(a["ip6"], a["to6"], m)),
        "true-arp": lambda: ethernet("ff:ff:ff:ff:ff:ff", own, a4, arp(own, a["ip4"], a["to4"], m)),
        "mac4": lambda: ethernet(to, FORGED_MAC, v4, udp4(a["ip4"], a["to4"], m)),
        "mac6": lambda: ethernet(to, FORGED_MAC, v6, udp6(a["ip6"], a["to6"], m)),
        "ip4": lambda: ethernet(to, own, v4, udp4(a["other4"], a["to4"], m)),
        "ip6": lambda: ethernet(to, own, v6, udp6(a["other6"], a["to6"], m)),
        "arp-ip": lambda: ethernet("ff:ff:ff:ff:ff:ff", own, a4, arp(own, a["other4"], a["to4"], m)),
        "arp-mac": lambda: ethernet("ff:ff:ff:ff:ff:ff", own, a4, arp(FORGED_MAC, a["ip4"], a["to4"], m)),
        "arp-from-mac": lambda: ethernet("ff:ff:ff:ff:ff:ff", FORGED_MAC, a4, arp(own, a["ip4"], a["to4"], m)),
        "advertisement": lambda: ethernet(ALL_NODES, own, v6, router_advertisement(a, m)),
        "neighbour": lambda: ethernet(to, own, v6, neighbour_advertisement(a, a["other6"], m)),
        "redirect": lambda: ethernet(to, own, v6, redirect(a, m)),
        "vlan": lambda: ethernet(to, own, vlan, tag + udp4(a["ip4"], a["to4"], m)),
        "vlan-ip4": lambda: ethernet(to, own, vlan, tag + udp4(a["other4"], a["to4"], m)),
        "unknown": lambda: ethernet(to, own, 0x88B5, m + bytes(46)),  # an experimental protocol
    }[kind]()


def send(interface, words):
    about = dict(word.split("=", 1) for word in words if "=" in word)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
        sock.bind((interface, 0))
        for kind in (word for word in words if "=" not in word):
            sock.send(frame(kind, about))


def watch(interface, seconds):
    until = time.monotonic() + float(seconds)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) as sock:
        sock.bind((interface, 3))
        print("READY", flush=True)
        while (left := until - time.monotonic()) > 0:
            sock.settimeout(left)
            try:
                data, address = sock.recvfrom(4096)
            except TimeoutError:
                break
            at = data.find(MARK)
            if at >= 0 and address[2] != socket.PACKET_OUTGOING:
                print("seen", data[at + len(MARK) :].partition(b";")[0].decode(), flush=True)


if sys.argv[1] == "watch":
    watch(*sys.argv[2:])
else:
    send(sys.argv[2], sys.argv[3:])
