// SPDX-License-Identifier: MIT
// net-pasta: the internet through sockets of pasta(1), without root too; neither the host nor its
// networks, unless an option opens them.
#include "administrator.hpp"
#include "arguments.hpp"
#include "cell.hpp"
#include "closed.hpp"
#include "doors.hpp"
#include "host.hpp"
#include "names_relay.hpp"
#include "network_namespace.hpp"
#include "pasta.hpp"
#include "router.hpp"
#include "settings.hpp"
#include "sysctl.hpp"
#include "walls.hpp"

#include <microbox/sdk/network_basics.hpp>
#include <microbox/sdk/plugin.hpp>
#include <microbox/sdk/resolvers.hpp>
#include <microbox/sys/helper_process.hpp>

#include <optional>

#include <poll.h>

namespace microbox::net_pasta {

namespace {

using Kind = sdk::FactQuery::Kind;

constexpr MbxOption options[] = {
    {"dns", "SERVER", sdk::dns_help, nullptr, 1, 0},
    {"publish", "[IP:]HOST:SANDBOX[/PROTO]", publish_help, nullptr, 1, 'p'},
    {"net-allow", "CIDR[:PORT]", allow_help, nullptr, 1, 0},
};

std::vector<sdk::Notice> described(const Settings& settings) {
    std::vector<sdk::Notice> notices;
    const auto say = [&](const std::string& text) {
        notices.push_back({sdk::Notice::Kind::info, text});
    };
    say("eth0 leads to the internet through " + settings.program);
    for (const Publish& publish : settings.publishes)
        say(publish.source + ": " + to_text(publish) + " leads to port " +
            std::to_string(publish.sandbox));
    for (const Allow& allow : settings.allows)
        say(said_open(allow));
    for (const Address& server : settings.relayed)
        say("names are asked of " + to_text(server) + " of the host, on port 53 alone");
    return notices;
}

} // namespace

class NetPasta final : public sdk::NetworkMode {
public:
    std::vector<sdk::Requirement> requirements() override {
        return {
            {"program pasta",
             {Kind::helper, program_name},
             [](const sdk::Facts& facts) { return facts.get(Kind::helper, program_name).exists; },
             "for --net pasta: install the package passt"},
            {std::string("device ") + tun_device,
             {Kind::path, tun_device},
             [](const sdk::Facts& facts) { return facts.path(tun_device).exists; },
             "for --net pasta, as root: modprobe tun"},
            {std::string(tun_device) + " may be opened by users",
             {Kind::path, tun_device},
             [](const sdk::Facts& facts) { return may_be_opened_by_all(facts.path(tun_device)); },
             std::string("for --net pasta without root, as root: chmod 666 ") + tun_device,
             false}};
    }

    std::vector<sdk::FactQuery> ask(const sdk::Request& request, const sdk::Facts&) override {
        return questions(request);
    }

    sdk::Result<sdk::Fragment> plan(const sdk::Request& request, const sdk::Facts& facts) override {
        MBX_TRY(settings_, read_settings(request, facts));
        sdk::Fragment fragment;
        fragment.claims = {"network"};
        fragment.own_network = true;
        fragment.add(sdk::Stage::assemble,
                     sdk::resolver_file(settings_.servers()),
                     settings_.resolvers.source);
        sdk::add_own_network_basics(fragment, request);
        fragment.notices = described(settings_);
        return fragment;
    }

    std::vector<sdk::Promise> promises(const sdk::Request& request, const sdk::Facts&) override {
        if (!request.all("net-allow").empty())
            return {};
        return {metadata_is_closed()};
    }

    sdk::Result<void> prepare(sdk::Session&) override {
        MBX_TRY(host_, Rtnl::open());
        MBX_TRY(ways_, find_ways_out(*host_, settings_));
        MBX_CHECK(doors_.take(settings_.publishes));
        // The watch first: an address that comes behind the look is not missed.
        MBX_TRY(watch_, AddressWatch::open());
        MBX_TRY(const std::vector<Network> own, own_networks(*host_));
        const std::vector<std::string> none;
        walls_ = raise(
            settings_.allows, own, settings_.relayed.empty() ? settings_.resolvers.servers : none);
        return {};
    }

    sdk::Result<void> attach(sdk::Session& session) override {
        MBX_TRY(cell_, make_cell());
        MBX_TRY(router_, Router::open(cell_.network.get(), has_ipv6()));
        MBX_TRY(const sys::Fd sandbox, network_of(session.init_pid()));
        MBX_CHECK(router_->build(sandbox, ways_.families, walls_));
        MBX_CHECK(pasta_.start(
            session, cell_, pasta_arguments(settings_.program, ways_), settings_.own_tun));
        MBX_CHECK(router_->join_pasta(ways_.families, walls_));
        if (settings_.relayed.empty())
            return {};
        return names_.listen(cell_.network.get(), place(AF_INET).router);
    }

    sdk::Result<void> verify(sdk::Session& session) override {
        MBX_CHECK(check_administrator(session, "pasta", settings_.isolated_ids, false));
        return router_->check(walls_);
    }

    sdk::Result<void> running(sdk::Session& session) override {
        MBX_CHECK(pasta_.watch(session));
        session.watch(watch_->fd(), POLLIN, [this](sdk::Session&, short) -> sdk::Result<void> {
            watch_->drain();
            return look_at_host();
        });
        if (!settings_.relayed.empty())
            MBX_CHECK(names_.open(session, settings_.relayed));
        const std::optional<Address> ip6 =
            has_ipv6() ? std::optional(place(AF_INET6).sandbox) : std::nullopt;
        return doors_.open(session,
                           {place(AF_INET).sandbox, ip6, cell_.network.get()},
                           [](const Publish&) { return true; });
    }

    void exited(sdk::Session&, sdk::Report& report) override {
        report.text("ip4", to_text(place(AF_INET).sandbox));
        if (has_ipv6())
            report.text("ip6", to_text(place(AF_INET6).sandbox));
    }

    sdk::Result<void> cleanup(const sdk::Leftovers& left, sdk::Log&) override {
        sdk::Result<void> first;
        for (const std::string& entry : left.entries)
            if (auto ended = sys::end_helper(journal_word, entry); !ended.ok() && first.ok())
                first = std::move(ended);
        return first;
    }

private:
    /// What the host has become is closed too.
    sdk::Result<void> look_at_host() {
        MBX_TRY(const std::vector<Network> own, own_networks(*host_));
        return router_->refuse(raise(settings_.allows, own, {}).own);
    }

    Settings settings_;
    std::optional<Rtnl> host_;
    WaysOut ways_;
    Doors doors_;
    std::optional<AddressWatch> watch_;
    Walls walls_;
    Cell cell_;
    std::optional<Router> router_;
    Pasta pasta_;
    NamesRelay names_;
};

} // namespace microbox::net_pasta

MBX_PLUGIN(microbox::net_pasta::NetPasta,
           "net-pasta",
           "network",
           "the internet through pasta, without root too",
           "0.1.0",
           microbox::net_pasta::options,
           nullptr);
