// SPDX-License-Identifier: MIT
// net-host: the host's network as it is, shared with everything on the host.
#include <microbox/sdk/plugin.hpp>
#include <microbox/sdk/resolvers.hpp>

namespace {

using namespace microbox::sdk;

constexpr const char* host_resolvers = "/etc/resolv.conf";

class NetHost final : public NetworkMode {
public:
    std::vector<FactQuery> ask(const Request& request, const Facts&) override {
        if (request.flag("dns"))
            return {};
        return {{FactQuery::Kind::text, host_resolvers}};
    }

    Result<Fragment> plan(const Request& request, const Facts& facts) override {
        MBX_TRY(const std::vector<std::string> servers, read_resolvers(request));
        Fragment fragment;
        fragment.claims = {"network"};
        fragment.own_network = false;
        File file = resolver_file(servers);
        if (servers.empty())
            file.content = facts.text(host_resolvers);
        if (file.content.empty())
            file.content = "# the host names no resolver\n";
        const Given* given = request.one("dns");
        fragment.add(Stage::assemble, file, given != nullptr ? given->source : "default");
        fragment.notices.push_back({Notice::Kind::weakened,
                                    "--net host: the sandbox sees the host's network, its loopback "
                                    "services and abstract sockets"});
        return fragment;
    }
};

constexpr MbxOption options[] = {{"dns", "SERVER", dns_help, nullptr, 1, 0}};

} // namespace

MBX_PLUGIN(NetHost,
           "net-host",
           "network",
           "the host's network, its loopback services and abstract sockets too",
           "0.1.0",
           options,
           nullptr);
