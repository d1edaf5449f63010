// SPDX-License-Identifier: MIT
#include "elements.hpp"

#include <cstdio>

namespace microbox::net_bridge {

namespace {

const char* digit(int family) {
    return family == AF_INET ? "4" : "6";
}

std::string in_ip_table(const std::string& set, int family, const std::string& element) {
    return "inet microbox " + set + digit(family) + " { " + element + " }";
}

const Address* own_address(const Member& member, int family) {
    if (family == AF_INET)
        return &member.ip4;
    return member.ip6 ? &*member.ip6 : nullptr;
}

/// One address is opened wherever it is; a range only beyond the host, or --net-allow 10.0.0.0/8
/// would open the sandbox's neighbours and the host too.
std::string opened(const Address& own, const Allow& allow) {
    const int family = own.family;
    const bool one = allow.network.prefix == own.bits();
    const std::string port = allow.port == 0 ? "" : " . " + std::to_string(allow.port);
    return in_ip_table(std::string(one ? "named" : "range") + (allow.port != 0 ? "_ports"
                                                               : one           ? ""
                                                                               : "s"),
                       family,
                       to_text(own) + " . " +
                           (one ? to_text(allow.network.address) : to_text(allow.network)) + port);
}

std::string protocol_word(const Publish& publish) {
    return publish.udp ? " . udp . " : " . tcp . ";
}

std::string published_key(const Publish& publish) {
    const std::string key = protocol_word(publish) + std::to_string(publish.host);
    return publish.address.is_any() ? key.substr(3) : to_text(publish.address) + key;
}

std::string published_map(const Publish& publish) {
    return publish.address.is_any() ? "published_any" : "published";
}

} // namespace

std::vector<std::string> elements_of(const Member& member, const Settings& settings) {
    char mark[16];
    static_cast<void>(std::snprintf(mark, sizeof mark, "0x%08x", member.mark));
    const std::string mac = to_text(member.mac);
    const std::string pin = "\"" + member.link + "\" . " + mac;
    std::vector<std::string> all = {
        "inet microbox taken { " + to_text(member.ip4) + " : " + mark + " }",
        "bridge microbox macs { " + pin + " }",
        "bridge microbox pinned4 { " + pin + " . " + to_text(member.ip4) + " }"};
    if (member.ip6)
        all.push_back("bridge microbox pinned6 { " + pin + " . " + to_text(*member.ip6) + " }");

    for (const int family : {AF_INET, AF_INET6})
        if (const Address* own = own_address(member, family))
            all.push_back(in_ip_table("own", family, to_text(*own) + " . " + to_text(*own)));
    if (settings.explains)
        for (const std::string& element : refused_of(member))
            all.push_back(element);

    std::vector<Allow> allows = settings.allows;
    constexpr std::uint16_t names = 53;
    for (const std::string& server : settings.resolvers.servers)
        if (const auto address = parse_address(server))
            allows.push_back({{*address, address->bits()}, names});
    for (const Allow& allow : allows)
        if (const Address* own = own_address(member, allow.network.address.family))
            all.push_back(opened(*own, allow));

    for (const Publish& publish : settings.publishes) {
        const Address* own = own_address(member, publish.address.family);
        if (own == nullptr || is_relayed(publish))
            continue;
        const int family = publish.address.family;
        const std::string port = std::to_string(publish.sandbox);
        all.push_back(in_ip_table(published_map(publish),
                                  family,
                                  published_key(publish) + " : " + to_text(*own) + " . " + port));
        const std::string inside = to_text(*own) + protocol_word(publish) + port;
        all.push_back(publish.address.is_any()
                          ? in_ip_table("led_any", family, inside)
                          : in_ip_table("led", family, to_text(publish.address) + " . " + inside));
    }
    return all;
}

std::vector<std::string> refused_of(const Member& member) {
    std::vector<std::string> all;
    for (const int family : {AF_INET, AF_INET6})
        if (const Address* own = own_address(member, family))
            all.push_back(in_ip_table("refused", family, to_text(*own)));
    return all;
}

std::vector<std::string> subnets_of(const Settings& settings,
                                    const std::optional<Network>& prefix6) {
    std::vector<std::string> all = {in_ip_table("subnets", AF_INET, to_text(settings.subnet))};
    if (prefix6)
        all.push_back(in_ip_table("subnets", AF_INET6, to_text(*prefix6)));
    return all;
}

std::vector<std::string> counted_of(const Member& member) {
    std::vector<std::string> all;
    for (const int family : {AF_INET, AF_INET6})
        if (const Address* own = own_address(member, family))
            all.push_back(in_ip_table("flows", family, to_text(*own)));
    if (member.ip6)
        all.push_back(in_ip_table("rates", AF_INET6, to_text(*member.ip6)));
    return all;
}

std::vector<std::string> published_keys(const Settings& settings) {
    std::vector<std::string> keys;
    for (const Publish& publish : settings.publishes)
        if (!is_relayed(publish))
            keys.push_back(in_ip_table(
                published_map(publish), publish.address.family, published_key(publish)));
    return keys;
}

} // namespace microbox::net_bridge
