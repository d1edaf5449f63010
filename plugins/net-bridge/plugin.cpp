// SPDX-License-Identifier: MIT
// net-bridge: an interface of the sandbox's own on a bridge of the host's, and through NAT the
// internet; neither the host nor its neighbours, unless an option opens them.
//
//   command -- eth0 === mbxv... -- mbx0 -- (rules, NAT) -- uplink -- internet
#include "administrator.hpp"
#include "cable.hpp"
#include "closed.hpp"
#include "commons.hpp"
#include "doors.hpp"
#include "foreign.hpp"
#include "member.hpp"
#include "refusals.hpp"
#include "rules_watch.hpp"
#include "settings.hpp"
#include "socket_count.hpp"
#include "uplinks.hpp"
#include "words.hpp"

#include <microbox/sdk/network_basics.hpp>
#include <microbox/sdk/plugin.hpp>
#include <microbox/sdk/resolvers.hpp>

#include <optional>

#include <poll.h>
#include <unistd.h>

namespace microbox::net_bridge {

namespace {

constexpr MbxOption options[] = {
    {"dns", "SERVER", sdk::dns_help, nullptr, 1, 0},
    {"publish", "[IP:]HOST:SANDBOX[/PROTO]", publish_help, nullptr, 1, 'p'},
    {"net-allow", "CIDR[:PORT]", allow_help, nullptr, 1, 0},
    {"net-rate", "RATE", "bandwidth each way: 64kbit to 100gbit", nullptr, 0, 0},
    {"subnet", "CIDR", "range of the sandboxes' IPv4 addresses", "10.44.0.0/16", 0, 0},
};

std::vector<sdk::Notice> described(const Settings& settings) {
    std::vector<sdk::Notice> notices;
    const auto say = [&](const std::string& text) {
        notices.push_back({sdk::Notice::Kind::info, text});
    };
    say("eth0 has an address of " + to_text(settings.subnet) + " (" + settings.subnet_source +
        ") and one of a private IPv6 prefix; NAT to the internet");
    for (const Publish& publish : settings.publishes)
        say(publish.source + ": " + to_text(publish) + " leads to port " +
            std::to_string(publish.sandbox));
    for (const Allow& allow : settings.allows)
        say(said_open(allow));
    if (settings.rate != 0)
        say("each way " + std::to_string(settings.rate) + " bytes a second");
    return notices;
}

} // namespace

class NetBridge final : public sdk::NetworkMode {
public:
    std::vector<sdk::Finding> examine() override { return examine_host(); }

    std::vector<sdk::FactQuery> ask(const sdk::Request& request, const sdk::Facts&) override {
        return resolver_questions(request);
    }

    sdk::Result<sdk::Fragment> plan(const sdk::Request& request, const sdk::Facts& facts) override {
        if (!request.privileged)
            return sdk::fail("--net bridge needs root",
                             "--net pasta has the same way out without root");
        MBX_TRY(settings_, read_settings(request, facts));
        sdk::Fragment fragment;
        fragment.claims = {"network"};
        fragment.own_network = true;
        fragment.add(sdk::Stage::assemble,
                     sdk::resolver_file(settings_.resolvers.servers),
                     settings_.resolvers.source);
        sdk::add_own_network_basics(fragment, request);
        fragment.notices = described(settings_);
        isolated_ids_ = request.isolated_ids;
        return fragment;
    }

    std::vector<sdk::Promise> promises(const sdk::Request& request, const sdk::Facts&) override {
        if (!request.all("net-allow").empty())
            return {};
        return {metadata_is_closed()};
    }

    sdk::Result<void> prepare(sdk::Session& session) override {
        if (::geteuid() != 0)
            return sdk::fail("--net bridge needs root",
                             "--net pasta has the same way out without root");
        MBX_TRY(rtnl_, Rtnl::open());
        MBX_TRY(nft_, Nft::open());
        MBX_TRY(const Uplinks uplinks, find_uplinks(*rtnl_, settings_));
        MBX_CHECK(check_foreign_filters(*nft_, uplinks, session.log()));
        MBX_CHECK(doors_.take(settings_.publishes));
        MBX_CHECK(session.share([&](sdk::Shared& shared) -> sdk::Result<void> {
            MBX_TRY(
                commons_,
                make_commons(shared, *rtnl_, *nft_, settings_, uplinks.families, session.log()));
            entries_ = shared.entries();
            return {};
        }));
        cable_ = {uplinks.mtu, settings_.rate, uplinks.families.ip4, uplinks.families.ip6};
        MBX_TRY(member_, join(session, *nft_, settings_, *commons_));
        session.log().write(sdk::Level::info,
                            "the sandbox's addresses: " + to_text(member_->ip4) +
                                (member_->ip6 ? ", " + to_text(*member_->ip6) : ""));
        return {};
    }

    sdk::Result<void> attach(sdk::Session& session) override {
        MBX_TRY(sockets_, SocketCount::of(session.init_pid()));
        return lay(session, *rtnl_, settings_, *commons_, *member_, cable_);
    }

    sdk::Result<void> verify(sdk::Session& session) override {
        MBX_CHECK(check_administrator(session, "bridge", isolated_ids_, settings_.rate != 0));
        // The watch first: what changes behind the look is not missed.
        MBX_TRY(watch_, RulesWatch::open());
        MBX_CHECK(mend(session));
        return check(*rtnl_, *commons_, *member_);
    }

    sdk::Result<void> running(sdk::Session& session) override {
        if (watch_->changed())
            MBX_CHECK(mend(session));
        session.watch(watch_->fd(), POLLIN, [this](sdk::Session& now, short) {
            return watch_->changed() ? mend(now) : sdk::Result<void>();
        });
        // What comes from outside is led on by the kernel's NAT, which cannot serve loopback.
        return doors_.open(session, {member_->ip4, member_->ip6, -1}, [](const Publish& publish) {
            return publish.address.is_loopback() || publish.address.is_any();
        });
    }

    void exited(sdk::Session&, sdk::Report& report) override {
        link_ends_itself_ = sockets_ && sockets_->is_zero();
        sockets_.reset();
        if (!member_)
            return;
        report.text("ip4", to_text(member_->ip4));
        if (member_->ip6)
            report.text("ip6", to_text(*member_->ip6));
        if (settings_.rate != 0)
            report.limit("net_rate_bytes_per_second", std::to_string(settings_.rate));
        tell_refusals(report);
    }

    sdk::Result<void> cleanup(const sdk::Leftovers& left, sdk::Log&) override {
        return leave(left.entries, link_ends_itself_);
    }

    sdk::Result<void> release_shared(const std::vector<std::string>& entries,
                                     sdk::Log& log) override {
        return release_commons(entries, log);
    }

private:
    void tell_refusals(sdk::Report& report) {
        const std::uint64_t count = settings_.explains && nft_ ? refusals_of(*nft_, *member_) : 0;
        if (count == 0)
            return;
        sdk::Denial denial;
        denial.what = "a packet to the host, a neighbour or a closed range";
        denial.rule = "walls of the bridge: reset, or administratively prohibited";
        denial.count = count;
        denial.remedy = "--net-allow with the address it may reach";
        report.denied(denial);
    }

    /// The walls of this sandbox stand again, or it ends: a callback's error ends the run. Until
    /// then nothing passes.
    sdk::Result<void> mend(sdk::Session& session) {
        if (check_walls(session).ok() && is_member(*nft_, *member_))
            return {};
        MBX_TRY(const std::optional<Link> port, rtnl_->link(member_->link));
        if (!port)
            return {}; // it ends just now
        MBX_CHECK(rtnl_->set_down(port->index));
        // One of all supervisors that have woken makes the rules; the others find them made.
        auto mended = session.share([&](sdk::Shared& shared) -> sdk::Result<void> {
            MBX_CHECK(make_rules_unless_known(shared));
            return is_member(*nft_, *member_) ? sdk::Result<void>()
                                              : join_again(*nft_, settings_, *commons_, *member_);
        });
        if (!mended.ok())
            return mended;
        MBX_CHECK(rtnl_->set_up(port->index));
        session.log().write(sdk::Level::warning,
                            "somebody has removed rules of the sandbox; they are made again");
        return {};
    }

    /// Of now: another version's start may have replaced them, and written that down.
    sdk::Result<void> check_walls(sdk::Session& session) {
        if (check_rules(*nft_, entries_).ok())
            return {};
        return session.share([&](sdk::Shared& shared) -> sdk::Result<void> {
            entries_ = shared.entries();
            return check_rules(*nft_, entries_);
        });
    }

    sdk::Result<void> make_rules_unless_known(sdk::Shared& shared) {
        entries_ = shared.entries();
        if (!check_rules(*nft_, entries_).ok())
            MBX_CHECK(make_rules(shared, *nft_));
        entries_ = shared.entries();
        return {};
    }

    Settings settings_;
    bool isolated_ids_ = true;
    std::optional<RulesWatch> watch_;
    std::optional<SocketCount> sockets_;
    /// Known of our own run only; whoever cleans up after a crash looks.
    bool link_ends_itself_ = false;
    std::optional<Rtnl> rtnl_;
    std::optional<Nft> nft_;
    std::optional<Commons> commons_;
    std::vector<std::string> entries_; ///< of what runs share, oldest first
    std::optional<Member> member_;
    Cable cable_;
    Doors doors_;
};

} // namespace microbox::net_bridge

MBX_PLUGIN(
    microbox::net_bridge::NetBridge,
    "net-bridge",
    "network",
    "an address of the sandbox's own and NAT to the internet, not to the host or private ranges",
    "0.1.0",
    microbox::net_bridge::options,
    nullptr);
