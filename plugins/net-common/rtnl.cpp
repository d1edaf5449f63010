// SPDX-License-Identifier: MIT
#include "rtnl.hpp"

#include "nl.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace microbox::net {

sdk::Error nl_fail(const std::string& doing, int code) {
    // libnl has fewer errors than the kernel; what it does not know becomes NLE_FAILURE.
    constexpr struct {
        int nl;
        int number;
    } known[] = {{NLE_FAILURE, EXFULL}, // of a bridge; nothing else that we ask has such an answer
                 {NLE_EXIST, EEXIST},
                 {NLE_OBJ_NOTFOUND, ENOENT},
                 {NLE_NODEV, ENODEV},
                 {NLE_PERM, EPERM},
                 {NLE_NOACCESS, EACCES},
                 {NLE_BUSY, EBUSY},
                 {NLE_OPNOTSUPP, EOPNOTSUPP},
                 {NLE_AF_NOSUPPORT, EAFNOSUPPORT},
                 {NLE_NOADDR, EADDRNOTAVAIL},
                 {NLE_INVAL, EINVAL},
                 {NLE_RANGE, ERANGE},
                 {NLE_NOMEM, ENOMEM}};

    sdk::Error error = sdk::fail(doing + ": " + ::nl_geterror(code));
    for (const auto& one : known)
        if (-code == one.nl)
            error.error_number = one.number;
    return error;
}

NlAddr to_nl(const Address& address, int prefix) {
    NlAddr made(::nl_addr_build(
        address.family, address.bytes.data(), static_cast<std::size_t>(address.bits() / 8)));
    if (made)
        ::nl_addr_set_prefixlen(made.get(), prefix);
    return made;
}

NlAddr to_nl(const Mac& mac) {
    return NlAddr(::nl_addr_build(AF_LLC, mac.data(), mac.size()));
}

Address from_nl(const nl_addr* address) {
    Address made;
    made.family = ::nl_addr_get_family(address);
    std::memcpy(made.bytes.data(),
                ::nl_addr_get_binary_addr(address),
                std::min<std::size_t>(::nl_addr_get_len(address), made.bytes.size()));
    return made;
}

sdk::Result<void> ask_kernel(nl_sock* socket, NlMessage message, const std::string& doing) {
    if (!message)
        return sdk::fail_errno(doing, ENOMEM);
    // Takes the message over.
    const int code = ::nl_send_sync(socket, message.release());
    return code < 0 ? sdk::Result<void>(nl_fail(doing, code)) : sdk::Result<void>();
}

void Rtnl::Free::operator()(nl_sock* socket) const {
    ::nl_socket_free(socket);
}

sdk::Result<Rtnl> Rtnl::open() {
    nl_sock* const socket = ::nl_socket_alloc();
    if (socket == nullptr)
        return sdk::fail_errno("nl_socket_alloc", ENOMEM);
    Rtnl rtnl(socket);
    if (const int code = ::nl_connect(socket, NETLINK_ROUTE); code < 0)
        return nl_fail("rtnetlink", code);
    return rtnl;
}

std::string to_text(const Mac& mac) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : mac)
        text += std::string(text.empty() ? "" : ":") + digits[byte >> 4U] + digits[byte & 15U];
    return text;
}

} // namespace microbox::net
