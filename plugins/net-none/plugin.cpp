// SPDX-License-Identifier: MIT
// net-none: a network of the sandbox's own with nothing in it but a loopback interface that is up.
#include <microbox/sdk/network_basics.hpp>
#include <microbox/sdk/plugin.hpp>
#include <microbox/sdk/resolvers.hpp>

namespace {

using namespace microbox::sdk;

class NetNone final : public NetworkMode {
public:
    Result<Fragment> plan(const Request& request, const Facts&) override {
        MBX_TRY(const std::vector<std::string> servers, read_resolvers(request));
        const Given* given = request.one("dns");
        Fragment fragment;
        fragment.claims = {"network"};
        fragment.own_network = true;
        fragment.add(
            Stage::assemble, resolver_file(servers), given != nullptr ? given->source : "default");
        add_own_network_basics(fragment, request);
        return fragment;
    }

    std::vector<Promise> promises(const Request&, const Facts&) override {
        return {{"the internet is out of reach", {"connect", "01010101", "443"}, {"ENETUNREACH"}},
                {"the metadata service is out of reach",
                 {"connect", "a9fea9fe", "80"},
                 {"ENETUNREACH"}}};
    }
};

constexpr MbxOption options[] = {{"dns", "SERVER", dns_help, "8.8.8.8,8.8.4.4", 1, 0}};

} // namespace

MBX_PLUGIN(NetNone, "net-none", "network", "no network but loopback", "0.1.0", options, nullptr);
