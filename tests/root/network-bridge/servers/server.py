#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A host of the network laboratory: small services over TCP and UDP, IPv4 and IPv6.

usage: server.py NAME SERVICE:PORT[@ADDRESS]...

    peer   TCP, UDP  says NAME and the address that it was reached from; UDP gives the datagram back too
    http   TCP       "/": a page with NAME and the peer; "/SIZE": as many bytes
    source TCP       reads a number and sends as many bytes
    sink   TCP       reads to the end and says how many bytes there were
    dns    TCP, UDP  A and AAAA of the names below

Without an address it listens on all of both families. Prints "READY" when everything listens.
"""
import http.server
import ipaddress
import socket
import socketserver
import struct
import sys
import threading

NAMES = {
    "www.test": ("198.51.100.10", "2001:db8:51::10"),
    "metadata.test": ("169.254.169.254", "fd00:ec2::254"),
}
IP_PKTINFO = 8  # <linux/in.h>; not in every Python
BLOCK = bytes(1 << 20)


def where(address):
    """The peer without the port; an IPv4 address is shown as one."""
    return str(ipaddress.ip_address(address[0].partition("%")[0]))


class Peer(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(f"{NAME} {where(self.client_address)}\n".encode())


class Source(socketserver.BaseRequestHandler):
    def handle(self):
        left = int(self.request.makefile("r").readline())
        while left > 0:
            left -= self.request.send(BLOCK[:left])


class Sink(socketserver.BaseRequestHandler):
    def handle(self):
        room = bytearray(1 << 20)
        count = 0
        while got := self.request.recv_into(room):
            count += got
        self.request.sendall(f"{count}\n".encode())


class Http(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        size = self.path.strip("/")
        page = b"x" * int(size) if size.isdigit() else f"page of {NAME} for {where(self.client_address)}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_):
        pass


def dns_answer(query):
    """The first question of QUERY answered; NXDOMAIN for a name that is not in NAMES."""
    identity, _, _ = struct.unpack("!HHH", query[:6])
    at, labels = 12, []
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode())
        at += 1 + query[at]
    kind = struct.unpack("!H", query[at + 1 : at + 3])[0]
    known = NAMES.get(".".join(labels).lower())
    data = b""
    if known and kind in (1, 28):
        packed = ipaddress.ip_address(known[0 if kind == 1 else 1]).packed
        data = struct.pack("!HHHIH", 0xC00C, kind, 1, 60, len(packed)) + packed
    flags = 0x8180 if known else 0x8183
    return struct.pack("!HHHHHH", identity, flags, 1, 1 if data else 0, 0, 0) + query[12 : at + 5] + data


class DnsStream(socketserver.BaseRequestHandler):
    def handle(self):
        stream = self.request.makefile("rb")
        while head := stream.read(2):
            answer = dns_answer(stream.read(struct.unpack("!H", head)[0]))
            self.request.sendall(struct.pack("!H", len(answer)) + answer)


def datagrams(sock, family, answer):
    """Answers each datagram from the address that it was sent to."""
    level, kind = (socket.IPPROTO_IP, IP_PKTINFO) if family == socket.AF_INET else (socket.IPPROTO_IPV6, 50)
    while True:
        data, ancillary, _, peer = sock.recvmsg(65536, 256)
        reply = []
        for got_level, got_kind, info in ancillary:
            if (got_level, got_kind) == (level, kind):
                if family == socket.AF_INET:
                    info = bytes(4) + info[4:8] + bytes(4)
                reply = [(level, kind, info)]
        sock.sendmsg([answer(data, peer)], reply, 0, peer)


def listen(family, kind, address, port):
    sock = socket.socket(family, kind)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    sock.bind((address, port))
    return sock


def start_stream(handler, family, address, port):
    server = socketserver.ThreadingTCPServer((address, port), handler, bind_and_activate=False)
    server.daemon_threads = True
    server.socket.close()
    server.socket = listen(family, socket.SOCK_STREAM, address, port)
    server.server_activate()
    threading.Thread(target=server.serve_forever, daemon=True).start()


def start_datagrams(answer, family, address, port):
    sock = listen(family, socket.SOCK_DGRAM, address, port)
    if family == socket.AF_INET:
        sock.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
    else:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
    threading.Thread(target=datagrams, args=(sock, family, answer), daemon=True).start()


def say_peer(data, peer):
    return f"{NAME} {where(peer)} ".encode() + data


STREAMS = {"peer": Peer, "http": Http, "source": Source, "sink": Sink, "dns": DnsStream}
DATAGRAMS = {"peer": say_peer, "dns": lambda data, _: dns_answer(data)}


def start(word):
    service, _, rest = word.partition(":")
    port, _, address = rest.partition("@")
    for any_address, family in (("0.0.0.0", socket.AF_INET), ("::", socket.AF_INET6)):
        if address and (":" in address) != (family == socket.AF_INET6):
            continue
        if service in STREAMS:
            start_stream(STREAMS[service], family, address or any_address, int(port))
        if service in DATAGRAMS:
            start_datagrams(DATAGRAMS[service], family, address or any_address, int(port))


NAME = sys.argv[1]
for wanted in sys.argv[2:]:
    start(wanted)
print("READY", flush=True)
threading.Event().wait()
