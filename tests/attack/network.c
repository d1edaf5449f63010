// SPDX-License-Identifier: MIT
// What of the host is reached by its network: abstract sockets, loopback, addresses, and changes of
// the network itself.
#define _GNU_SOURCE
#include "attack.h"
#include "tables.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct verdict abstract_socket(const struct attack* attack) {
    const char* name = told("abstract");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)attack;
    if (!name || strlen(name) + 1 >= sizeof address.sun_path)
        return untestable("no abstract= was told");
    memcpy(address.sun_path + 1, name, strlen(name));
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
    return unless_it_worked(fd < 0 ? fd : connect(fd, (struct sockaddr*)&address, size));
}

/// Somebody answers there: a connection comes about, or a datagram back.
static struct verdict reach(const char* host, int port, int type) {
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    const int is_four = inet_pton(AF_INET, host, &four.sin_addr) == 1;
    if (!is_four && inet_pton(AF_INET6, host, &six.sin6_addr) != 1)
        return untestable("'%s' is no address", host);
    const int fd = socket(is_four ? AF_INET : AF_INET6, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int result = fd < 0    ? fd
                       : is_four ? connect(fd, (struct sockaddr*)&four, sizeof four)
                                 : connect(fd, (struct sockaddr*)&six, sizeof six);
    if (result < 0 && errno != EINPROGRESS)
        return held("%s", name_of_errno());
    if (type == SOCK_DGRAM && send(fd, "?\n", 2, 0) < 0)
        return held("%s", name_of_errno());
    struct pollfd wait_for = {fd, type == SOCK_DGRAM ? POLLIN : POLLOUT, 0};
    if (poll(&wait_for, 1, 1500) != 1)
        return held("no answer");
    char byte;
    socklen_t size = sizeof errno;
    int error = 0;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    errno = error;
    if (error || (type == SOCK_DGRAM && recv(fd, &byte, 1, 0) < 0))
        return held("%s", name_of_errno());
    return escape("it answered");
}

static struct verdict service(const struct attack* attack) {
    const char* key = attack->path;
    char host[80];
    if (!told(key))
        return untestable("no %s= was told", key);
    // HOST,PORT
    const char* port = strchr(told(key), ',');
    if (!port || (size_t)(port - told(key)) >= sizeof host)
        return untestable("%s= is no HOST,PORT", key);
    snprintf(host, sizeof host, "%.*s", (int)(port - told(key)), told(key));
    return reach(host, atoi(port + 1), (int)attack->number);
}

static int is_own(const char* name) {
    return !strcmp(name, "lo");
}

static struct verdict interfaces(const struct attack* attack) {
    struct if_nameindex* list = if_nameindex();
    const char* allowed = told("interface");
    struct verdict verdict = held("none");
    (void)attack;
    if (!list)
        return held("%s", name_of_errno());
    for (struct if_nameindex* one = list; one->if_index; ++one)
        if (!is_own(one->if_name) && (!allowed || strcmp(one->if_name, allowed)))
            verdict = escape("%.40s", one->if_name);
    if_freenameindex(list);
    return verdict;
}

/// To an address of the internet: with the network that the sandbox has by default there is no way.
static struct verdict way_out(const struct attack* attack) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9)};
    if (told("interface"))
        return untestable("a way out was asked for");
    inet_pton(AF_INET, attack->path, &address.sin_addr);
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return unless_it_worked(fd < 0 ? fd : connect(fd, (struct sockaddr*)&address, sizeof address));
}

/// The flags that loopback has are set anew: who may do that may do everything with it.
static struct verdict change_interface(const struct attack* attack) {
    struct ifreq request;
    memset(&request, 0, sizeof request);
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    snprintf(request.ifr_name, sizeof request.ifr_name, "%s", attack->path);
    if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request) < 0)
        return untestable("%s: %s", attack->path, name_of_errno());
    return unless_it_worked(ioctl(fd, SIOCSIFFLAGS, &request));
}

/// A mark steers packets past the host's rules.
static struct verdict mark_packets(const struct attack* attack) {
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const int mark = 1;
    return unless_it_worked(setsockopt(fd, SOL_SOCKET, (int)attack->number, &mark, sizeof mark));
}

const struct attack network_attacks[] = {
    {"T99a", "connect to an abstract socket of the host", abstract_socket, NULL, 0, {0}},
    {"T100b", "connect to the host's loopback", service, "loopback", SOCK_STREAM, {0}},
    {"T100c", "the same by IPv6", service, "loopback6", SOCK_STREAM, {0}},
    {"T100d", "see an interface of the host", interfaces, NULL, 0, {0}},
    {"T100e", "find a way out of a sandbox without network", way_out, "203.0.113.9", 0, {0}},
    {"T101a", "connect to an address of the host", service, "host", SOCK_STREAM, {0}},
    {"T101b", "the same by UDP", service, "host", SOCK_DGRAM, {0}},
    {"T101c", "connect to the host by the gateway", service, "gateway", SOCK_STREAM, {0}},
    {"T101d", "connect to a private neighbour of the host", service, "private", SOCK_STREAM, {0}},
    {"T102a", "connect to a sibling", service, "sibling", SOCK_STREAM, {0}},
    {"T102b", "the same by UDP", service, "sibling", SOCK_DGRAM, {0}},
    {"T103e", "change loopback", change_interface, "lo", 0, {0}},
    {"T103f", "mark packets", mark_packets, NULL, SO_MARK, {0}},
    {"T104a", "connect to an address of the host by IPv6", service, "host6", SOCK_STREAM, {0}},
    {"T104b", "connect to a private address by IPv6", service, "private6", SOCK_STREAM, {0}},
    {"T105a", "connect to the metadata address", service, "metadata", SOCK_STREAM, {0}},
    {"T105b", "the same by IPv6", service, "metadata6", SOCK_STREAM, {0}},
    {NULL, NULL, NULL, NULL, 0, {0}},
};
