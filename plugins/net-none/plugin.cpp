// SPDX-License-Identifier: MIT
// net-none: a network of the sandbox's own with nothing in it but a loopback interface that is up.
#include "no_way.hpp"

#include <microbox/sdk/network_basics.hpp>
#include <microbox/sdk/plugin.hpp>
#include <microbox/sdk/resolvers.hpp>

#include <optional>

namespace microbox::net_none {

using namespace microbox::sdk;

class NetNone final : public NetworkMode {
public:
    Result<Fragment> plan(const Request& request, const Facts&) override {
        explains_ = request.explain_denials;
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

    Result<void> running(Session& session) override {
        if (explains_)
            no_way_.emplace(session.command_pid());
        return {};
    }

    void exited(Session&, Report& report) override {
        const std::uint64_t count = no_way_ ? no_way_->count() : 0;
        if (count == 0)
            return;
        Denial denial;
        denial.what = "a connection or datagram to elsewhere than loopback";
        denial.rule = "no network: ENETUNREACH";
        denial.count = count;
        denial.remedy = "--net with a mode that has a way out";
        report.denied(denial);
    }

private:
    bool explains_ = false;
    std::optional<NoWay> no_way_;
};

namespace {

constexpr MbxOption options[] = {{"dns", "SERVER", dns_help, "8.8.8.8,8.8.4.4", 1, 0}};

} // namespace
} // namespace microbox::net_none

MBX_PLUGIN(microbox::net_none::NetNone,
           "net-none",
           "network",
           "no network but loopback",
           "0.1.0",
           microbox::net_none::options,
           nullptr);
