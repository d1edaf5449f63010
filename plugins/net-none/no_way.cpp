// SPDX-License-Identifier: MIT
#include "no_way.hpp"

#include <microbox/sys/file.hpp>

#include <algorithm>
#include <charconv>
#include <string>

#include <fcntl.h>

namespace microbox::net_none {

namespace {

sys::Fd open_of(pid_t process, const char* file) {
    auto opened = sys::open("/proc/" + std::to_string(process) + "/net/" + file, O_RDONLY);
    return opened.ok() ? std::move(*opened) : sys::Fd();
}

std::string read_of(const sys::Fd& file) {
    if (!file)
        return {};
    auto text = sys::read_all(file.get(), "counters of the network");
    return text.ok() ? std::move(*text) : std::string();
}

/// The first word from a place on, which moves behind it; "" at the end of the line.
std::string_view next_word(std::string_view text, std::size_t& at) {
    at = text.find_first_not_of(' ', at);
    if (at == std::string_view::npos || text[at] == '\n') {
        at = text.size();
        return {};
    }
    const std::size_t end = std::min(text.find_first_of(" \n", at), text.size());
    const auto word = text.substr(at, end - at);
    at = end;
    return word;
}

std::uint64_t number(std::string_view word) {
    std::uint64_t value = 0;
    std::from_chars(word.data(), word.data() + word.size(), value);
    return value;
}

} // namespace

NoWay::NoWay(pid_t process) : ip4_(open_of(process, "snmp")), ip6_(open_of(process, "snmp6")) {}

std::uint64_t NoWay::count() const {
    return no_routes4(read_of(ip4_)) + no_routes6(read_of(ip6_));
}

std::uint64_t no_routes4(std::string_view snmp) {
    const std::size_t second = snmp.find("\nIp: ");
    if (!snmp.starts_with("Ip: ") || second == std::string_view::npos)
        return 0;
    std::size_t name_at = 0;
    std::size_t value_at = second + 1;
    for (;;) {
        const auto name = next_word(snmp, name_at);
        const auto value = next_word(snmp, value_at);
        if (name.empty() || value.empty())
            return 0;
        if (name == "OutNoRoutes")
            return number(value);
    }
}

std::uint64_t no_routes6(std::string_view snmp6) {
    constexpr std::string_view name = "Ip6OutNoRoutes";
    const std::size_t at = snmp6.find(name);
    if (at == std::string_view::npos)
        return 0;
    const std::size_t from = snmp6.find_first_not_of(" \t", at + name.size());
    return from == std::string_view::npos ? 0 : number(snmp6.substr(from));
}

} // namespace microbox::net_none
