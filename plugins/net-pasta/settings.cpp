// SPDX-License-Identifier: MIT
#include "settings.hpp"

#include <cerrno>

namespace microbox::net_pasta {

namespace {

using Kind = sdk::FactQuery::Kind;

sdk::Result<bool> needs_own_tun(const sdk::Request& request, const sdk::PathFact& tun) {
    const std::string device = tun_device;
    if (!tun.exists && tun.error_number != EACCES)
        return sdk::fail("--net pasta: this host has no " + device,
                         "as root: modprobe tun, or in a container: give it the device");
    if (may_be_opened_by_all(tun))
        return false;
    if (!request.privileged)
        return sdk::fail("--net pasta: " + device + " may not be opened by users here",
                         "as root: chmod 666 " + device + ", which is what udev does");
    return true;
}

} // namespace

std::vector<std::string> Settings::servers() const {
    if (relayed.empty())
        return resolvers.servers;
    return {to_text(place(AF_INET).router)};
}

bool may_be_opened_by_all(const sdk::PathFact& tun) {
    constexpr std::uint32_t others = 06;
    return tun.exists && (tun.mode & others) == others;
}

std::vector<sdk::FactQuery> questions(const sdk::Request& request) {
    std::vector<sdk::FactQuery> all = resolver_questions(request);
    all.push_back({Kind::helper, program_name});
    all.push_back({Kind::path, tun_device});
    return all;
}

sdk::Result<Settings> read_settings(const sdk::Request& request, const sdk::Facts& facts) {
    Settings settings;
    settings.isolated_ids = request.isolated_ids;
    MBX_TRY(settings.publishes, read_publishes(request));
    MBX_TRY(settings.allows, read_allows(request));
    MBX_TRY(settings.resolvers, choose_resolvers(request, facts));
    for (const std::string& server : settings.resolvers.on_loopback)
        if (const auto address = parse_address(server))
            settings.relayed.push_back(*address);
    const sdk::PathFact& program = facts.get(Kind::helper, program_name);
    if (!program.exists)
        return sdk::fail("--net pasta: there is no program pasta on the PATH",
                         "install the package passt");
    settings.program = program.link;
    if (!settings.program.starts_with('/'))
        return sdk::fail("--net pasta: " + settings.program + " was found by a relative folder",
                         "have absolute folders on the PATH");
    MBX_TRY(settings.own_tun, needs_own_tun(request, facts.path(tun_device)));
    return settings;
}

} // namespace microbox::net_pasta
