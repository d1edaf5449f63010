#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The other end of server.py, for the inside of sandboxes and for the hosts of the laboratory.

usage: client.py VERB ARGUMENT...

    reach PROTOCOL,ADDRESS,PORT[,OWN PORT]...
                                    all at once; a line for each: what was answered, or why not
    resolve NAME                    the addresses of NAME, one in a line
    download ADDRESS PORT COUNT     "bytes N" and "seconds N"
    upload ADDRESS PORT COUNT       the same, as the other end has counted
    shout TEXT PORT ADDRESS...      a datagram to each, whatever becomes of it
    listen PORT                     a line for each text that was shouted, until it is "end"
    listen-after PORT ADDRESS PORT  the same, after a datagram from the first port to the others
    reach-bound INTERFACE PROTOCOL,ADDRESS,PORT...
                                    reach, by sockets that are bound to an interface
"""
import concurrent.futures
import errno
import socket
import sys
import time

PATIENCE = 1.5
INTERFACE = b""


def talk(protocol, address, port, own=0):
    kind = socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM
    family, _, _, _, name = socket.getaddrinfo(address, int(port), 0, kind)[0]
    with socket.socket(family, kind) as sock:
        sock.settimeout(PATIENCE)
        if INTERFACE:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, INTERFACE)
        sock.bind(("::" if family == socket.AF_INET6 else "", int(own)))
        sock.connect(name)
        if protocol == "udp":
            sock.send(b"datagram")
            return sock.recv(2000).decode()
        if protocol == "dns":  # a question over TCP: www.test A
            sock.sendall(b"\0\x1a" + QUESTION)
            return "answer" if len(sock.recv(2000)) > 30 else "no answer"
        answer = b""
        while got := sock.recv(2000):
            answer += got
        return answer.decode()


QUESTION = b"\0\1\1\0\0\1\0\0\0\0\0\0\3www\4test\0\0\1\0\1"


def attempt(target):
    try:
        return f"{target} {' '.join(talk(*target.split(',')).split())}"
    except TimeoutError:
        return f"{target} timeout"
    except OSError as error:
        return f"{target} {errno.errorcode.get(error.errno, error)}"


def reach(*targets):
    with concurrent.futures.ThreadPoolExecutor(len(targets)) as pool:
        for line in pool.map(attempt, targets):
            print(line)


def reach_bound(interface, *targets):
    global INTERFACE
    INTERFACE = interface.encode()
    reach(*targets)


def resolve(name):
    for family in (socket.AF_INET, socket.AF_INET6):
        for answer in socket.getaddrinfo(name, 80, family, socket.SOCK_STREAM):
            print(answer[4][0])


def say_transfer(count, began):
    print("bytes", count)
    print("seconds", round(time.monotonic() - began, 3))


def download(address, port, count):
    room = bytearray(1 << 20)
    with socket.create_connection((address, int(port)), 10) as sock:
        began = time.monotonic()
        sock.sendall(f"{count}\n".encode())
        total = 0
        while got := sock.recv_into(room):
            total += got
        say_transfer(total, began)


def upload(address, port, count):
    block = bytes(1 << 20)
    left = int(count)
    with socket.create_connection((address, int(port)), 10) as sock:
        began = time.monotonic()
        sock.settimeout(60)
        while left > 0:
            left -= sock.send(block[:left])
        sock.shutdown(socket.SHUT_WR)
        say_transfer(int(sock.makefile("r").readline()), began)


def shout(text, port, *addresses):
    for address in addresses:
        family, kind, _, _, name = socket.getaddrinfo(address, int(port), 0, socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            try:
                sock.sendto(text.encode(), name)
            except OSError as error:
                print(address, errno.errorcode[error.errno])


def listen(port, *first):
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        sock.bind(("::", int(port)))
        if first:
            sock.sendto(b"first", ("::ffff:" + first[0], int(first[1])))
            sock.recv(100)
        print("READY", flush=True)
        text = ""
        while text != "end":
            text = sock.recv(100).decode()
            print("heard", text, flush=True)


VERBS = {function.__name__: function for function in (reach, resolve, download, upload, shout, listen)}
VERBS["reach-bound"] = reach_bound
VERBS["listen-after"] = listen
VERBS[sys.argv[1]](*sys.argv[2:])
