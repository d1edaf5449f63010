// SPDX-License-Identifier: MIT
#include "publish.hpp"

#include <microbox/sdk/provenance.hpp>
#include <microbox/sdk/units.hpp>

#include <algorithm>
#include <optional>

#include <netinet/in.h>

namespace microbox::net {

namespace {

struct Words {
    std::optional<std::string_view> address; ///< none: loopback
    std::string_view host;
    std::string_view sandbox;
};

/// "[::1]:8080:80", "127.0.0.1:8080:80", "8080:80"; each word has something in it.
std::optional<Words> split(std::string_view text) {
    Words words;
    if (text.starts_with('[')) {
        const std::size_t end = text.find("]:");
        if (end == std::string_view::npos)
            return std::nullopt;
        words.address = text.substr(1, end - 1);
        text.remove_prefix(end + 2);
    } else if (std::count(text.begin(), text.end(), ':') == 2) {
        words.address = text.substr(0, text.find(':'));
        text.remove_prefix(words.address->size() + 1);
    }
    if (std::count(text.begin(), text.end(), ':') != 1)
        return std::nullopt;
    words.host = text.substr(0, text.find(':'));
    words.sandbox = text.substr(words.host.size() + 1);
    if (words.host.empty() || words.sandbox.empty() || (words.address && words.address->empty()))
        return std::nullopt;
    return words;
}

/// What bind(2) would take and nobody could reach, or would refuse with no more than "Invalid
/// argument". Empty: nothing is wrong.
std::string_view why_not(const Address& address) {
    const auto first = address.bytes[0];
    const auto second = address.bytes[1];
    if (is_mapped(address))
        return "is IPv4 as IPv6 writes it; write it as IPv4";
    if (address.family == AF_INET6 && first == 0xfe && (second & 0xc0) == 0x80)
        return "is link-local: it says nothing without its interface";
    if (address.family == AF_INET ? first >> 4 == 0xe : first == 0xff)
        return "is multicast, no address of a host";
    if (address == ipv4(INADDR_BROADCAST))
        return "is broadcast, no address of a host";
    return {};
}

bool clash(const Publish& a, const Publish& b) {
    return a.udp == b.udp && a.host == b.host && a.address.family == b.address.family &&
           (a.address == b.address || a.address.is_any() || b.address.is_any());
}

sdk::Result<std::vector<Publish>> read_one(const sdk::Given& given) {
    const std::string source = sdk::said("publish", given);
    std::string_view text = given.value;
    const sdk::Error malformed =
        sdk::fail(source + ": '" + given.value + "' is not [IP:]HOST:SANDBOX[/udp]",
                  "like 8080:80, 0.0.0.0:8080:80, [::1]:5353:53/udp");
    Publish publish;
    publish.source = source + " " + given.value;
    if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
        const std::string_view protocol = text.substr(slash + 1);
        if (protocol != "udp" && protocol != "tcp")
            return sdk::fail(source + ": '" + given.value + "': the protocol is udp or tcp");
        publish.udp = protocol == "udp";
        text = text.substr(0, slash);
    }
    const auto words = split(text);
    if (!words)
        return malformed;
    constexpr std::uint64_t most = 65535;
    const std::string where = source + " " + given.value;
    MBX_TRY(const std::uint64_t host,
            sdk::parse_count(words->host, where + ": the host's port", 1, most));
    MBX_TRY(const std::uint64_t sandbox,
            sdk::parse_count(words->sandbox, where + ": the sandbox's port", 1, most));
    publish.host = static_cast<std::uint16_t>(host);
    publish.sandbox = static_cast<std::uint16_t>(sandbox);
    if (!words->address) {
        publish.by_default = true;
        Publish second = publish;
        publish.address = ipv4(INADDR_LOOPBACK);
        second.address.family = AF_INET6;
        second.address.bytes[15] = 1;
        return std::vector<Publish>{publish, second};
    }
    const std::string named(*words->address);
    const auto address = parse_address(named);
    if (!address)
        return sdk::fail(where + ": '" + named + "' is not an IP address",
                         "an address of this host, 0.0.0.0 or [::] for all");
    if (const std::string_view wrong = why_not(*address); !wrong.empty())
        return sdk::fail(where + ": " + named + " " + std::string(wrong));
    publish.address = *address;
    return std::vector<Publish>{publish};
}

} // namespace

std::string to_text(const Publish& publish) {
    const std::string address = to_text(publish.address);
    return (publish.address.family == AF_INET6 ? "[" + address + "]" : address) + ":" +
           std::to_string(publish.host) + (publish.udp ? "/udp" : "");
}

sdk::Result<std::vector<Publish>> read_publishes(const sdk::Request& request) {
    std::vector<Publish> all;
    for (const sdk::Given& given : request.all("publish")) {
        MBX_TRY(const std::vector<Publish> some, read_one(given));
        for (const Publish& publish : some)
            for (const Publish& other : all)
                if (clash(publish, other))
                    return sdk::fail(publish.source + " and " + other.source + " overlap: " +
                                     to_text(publish) + " can lead to one place only");
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

} // namespace microbox::net
