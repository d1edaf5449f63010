// SPDX-License-Identifier: MIT
#include "resolvers.hpp"

#include "address.hpp"

#include <microbox/sdk/resolvers.hpp>

#include <sstream>
#include <string_view>

namespace microbox::net {

namespace {

/// The second is what systemd-resolved has behind its own 127.0.0.53.
constexpr const char* files[] = {"/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"};
constexpr const char* public_servers[] = {"8.8.8.8", "8.8.4.4"};
constexpr std::size_t most = 3; // MAXNS, resolv.conf(5)

/// Those on the host's loopback, or the others. None of a link ("fe80::1%eth0"): that is not there
/// inside.
std::vector<std::string> servers_in(const std::string& text, bool on_loopback) {
    std::vector<std::string> servers;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line) && servers.size() < most;) {
        std::istringstream words(line);
        std::string keyword;
        std::string server;
        if (!(words >> keyword >> server) || keyword != "nameserver")
            continue;
        const auto address = parse_address(server);
        if (address && address->is_loopback() == on_loopback && !address->is_any())
            servers.push_back(server);
    }
    return servers;
}

} // namespace

std::vector<sdk::FactQuery> resolver_questions(const sdk::Request& request) {
    std::vector<sdk::FactQuery> questions;
    if (!request.flag("dns"))
        for (const char* file : files)
            questions.push_back({sdk::FactQuery::Kind::text, file});
    return questions;
}

sdk::Result<Resolvers> choose_resolvers(const sdk::Request& request, const sdk::Facts& facts) {
    MBX_TRY(std::vector<std::string> servers, sdk::read_resolvers(request));
    if (const sdk::Given* given = request.one("dns"))
        return Resolvers{std::move(servers), given->source, {}};
    for (const char* file : files)
        if (servers = servers_in(facts.text(file), false); !servers.empty())
            return Resolvers{std::move(servers), "default: the host's " + std::string(file), {}};
    return Resolvers{{std::begin(public_servers), std::end(public_servers)},
                     "default: the host names none that is not its own loopback",
                     servers_in(facts.text(files[0]), true)};
}

} // namespace microbox::net
