// SPDX-License-Identifier: MIT
// --dns, which every network mode may bring: addresses in, the text of /etc/resolv.conf out. [pure]
#pragma once

#include <microbox/sdk/provenance.hpp>
#include <microbox/sdk/request.hpp>
#include <microbox/sdk/result.hpp>
#include <microbox/sdk/step.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include <arpa/inet.h>

namespace microbox::sdk {

constexpr const char* dns_help = "name server for /etc/resolv.conf, an IP address; at most 3";

namespace detail {
inline bool is_ip_address(const std::string& text) {
    // inet_pton(3) stops at a NUL, which a string may hold.
    unsigned char binary[sizeof(in6_addr)];
    return text.find('\0') == std::string::npos &&
           (::inet_pton(AF_INET, text.c_str(), binary) == 1 ||
            ::inet_pton(AF_INET6, text.c_str(), binary) == 1);
}
} // namespace detail

/// The addresses of all --dns, in order; one value may hold several with commas between. Empty when
/// there is no --dns. Errors: a word that is no address, one given twice, more than three.
[[nodiscard]] inline Result<std::vector<std::string>> read_resolvers(const Request& request) {
    // resolv.conf(5): MAXNS is 3, and the C library ignores the rest in silence.
    constexpr std::size_t most = 3;
    std::vector<std::string> servers;
    for (const Given& given : request.all("dns")) {
        const std::string option = said("dns", given);
        std::size_t begin = 0;
        while (begin <= given.value.size()) {
            const std::size_t end = std::min(given.value.find(',', begin), given.value.size());
            const std::string word = given.value.substr(begin, end - begin);
            begin = end + 1;
            if (!detail::is_ip_address(word))
                return fail(option + ": '" + word + "' is not an IP address",
                            "names cannot be looked up before there is a resolver: give an IPv4 or "
                            "IPv6 address, like --dns 9.9.9.9");
            if (std::find(servers.begin(), servers.end(), word) != servers.end())
                return fail(option + ": " + word + " is given twice");
            servers.push_back(word);
            if (servers.size() > most)
                return fail(option + ": " + word + " is one too many: the resolver reads " +
                            std::to_string(most) + " servers at most");
        }
    }
    return servers;
}

[[nodiscard]] inline File resolver_file(const std::vector<std::string>& servers) {
    std::string content;
    for (const std::string& server : servers)
        content += "nameserver " + server + "\n";
    return {"/etc/resolv.conf", content, 0644};
}

} // namespace microbox::sdk
