// SPDX-License-Identifier: MIT
// limit-cgroup: processors, memory, processes and disk rates of the whole sandbox, held by a cgroup
// of its own; what no cgroup can hold for this caller falls back, and says so.
#include "denials.hpp"
#include "fallback.hpp"
#include "hierarchy.hpp"
#include "host.hpp"
#include "leaf.hpp"
#include "removal.hpp"

#include <microbox/sdk/plugin.hpp>
#include <microbox/sys/file.hpp>

#include <algorithm>

#include <sched.h>

namespace microbox::limit_cgroup {

namespace {

using Kind = sdk::FactQuery::Kind;

constexpr MbxOption options[] = {
    {"cpus", "N", "processors' worth of time, 0.01 up to what the host has", "1", 0, 0},
    {"memory", "SIZE", "memory of all processes together, no swap", "1GB", 0, 0},
    {"pids", "N", "processes and threads together, the sandbox's init included", "512", 0, 0},
    {"io-read", "SIZE", "bytes a second that are read from each disk", nullptr, 0, 0},
    {"io-write", "SIZE", "bytes a second that are written to each disk", nullptr, 0, 0},
    {"io-weight", "N", "share of a busy disk, 1 to 10000; others have 100", nullptr, 0, 0},
    {"require-limits", nullptr, "no limit, a default neither, may be weaker", nullptr, 0, 0},
    {"weak-limits", nullptr, "take a limit that no cgroup can hold here as well", nullptr, 0, 0},
};

const char* option_of(Controller controller) {
    switch (controller) {
    case Controller::cpu:
        return "cpus";
    case Controller::memory:
        return "memory";
    case Controller::pids:
        return "pids";
    case Controller::io:
        break;
    }
    return "io";
}

Wish wish_of(const sdk::Request& request) {
    Wish wish;
    wish.privileged = request.privileged;
    for (const char* option : {"io-read", "io-write", "io-weight"})
        if (request.one(option) != nullptr && !has(wish.controllers, Controller::io))
            wish.controllers.push_back(Controller::io);
    return wish;
}

/// Nobody asked for the limit, or somebody for less.
bool may_fall_back(Controller controller, const sdk::Request& request) {
    const sdk::Given* given = request.one(option_of(controller));
    return controller != Controller::io && !request.flag("require-limits") &&
           ((given != nullptr && given->by_default) || request.flag("weak-limits"));
}

sdk::Error refusal(Controller controller,
                   const Layout& layout,
                   const Limits& limits,
                   const sdk::Request& request) {
    if (request.flag("require-limits"))
        return sdk::fail("--require-limits: no cgroup can hold the limit of " +
                             std::string(to_word(controller)) + ": " + layout.why,
                         layout.remedy);
    return sdk::fail(
        limits.source_of(controller) + ": no cgroup can hold this limit: " + layout.why,
        layout.remedy +
            (controller == Controller::io ? "" : "; or --weak-limits, which holds it less well"));
}

/// As far as is known.
bool holds_all(const sdk::Facts& facts, const Wish& wish) {
    return !facts.has({Kind::text, mountinfo_file}) ||
           choose_layout(facts, wish).held.size() == wish.controllers.size();
}

void count(sdk::Report& report, const char* key, const std::optional<std::int64_t>& figure) {
    if (figure)
        report.integer(key, *figure);
}

} // namespace

class LimitCgroup : public sdk::LimitEnforcer {
public:
    std::vector<sdk::Finding> examine() override {
        Wish wish;
        wish.privileged = is_privileged();
        return findings(choose_layout(look_at_host(wish), wish), wish);
    }

    std::vector<sdk::FactQuery> ask(const sdk::Request& request, const sdk::Facts& facts) override {
        const Wish wish = wish_of(request);
        auto questions = layout_questions(facts, wish);
        questions.push_back({Kind::text, online_processors_file});
        if (!wish.privileged || !holds_all(facts, wish))
            questions.push_back({Kind::text, own_limits_file});
        if (has(wish.controllers, Controller::io))
            for (auto& question : disk_questions(facts))
                questions.push_back(std::move(question));
        return questions;
    }

    sdk::Result<sdk::Fragment> plan(const sdk::Request& request, const sdk::Facts& facts) override {
        MBX_TRY(limits_, parse_limits(request, facts.text(online_processors_file)));
        if (request.flag("require-limits") && request.flag("weak-limits"))
            return sdk::fail("--require-limits and --weak-limits exclude each other");
        const Wish wish = wish_of(request);
        Layout layout = choose_layout(facts, wish);
        MBX_CHECK(find_disks(facts));
        loose_.clear();
        for (const Controller controller : wish.controllers) {
            if (has(layout.held, controller))
                continue;
            const bool by_kernel =
                controller == Controller::pids && Fallback::kernel_holds_pids(request);
            if (!by_kernel && !may_fall_back(controller, request))
                return refusal(controller, layout, limits_, request);
            loose_.push_back(controller);
        }
        sdk::Fragment fragment;
        fragment.claims = {"limit.cpu", "limit.memory", "limit.pids", "limit.io"};
        fragment.memory_bytes = limits_.memory_bytes;
        fallback_.plan(loose_, limits_, request, facts, fragment);
        tell(layout, fragment);
        take(std::move(layout), fragment);
        birth_cgroup_ = fragment.birth_cgroup;
        may_do_without_ = birth_cgroup_.has_value() &&
                          std::all_of(wish.controllers.begin(),
                                      wish.controllers.end(),
                                      [&](Controller c) { return may_fall_back(c, request); });
        return fragment;
    }

    /// verify() compares what the kernel says of them.
    std::vector<sdk::Promise> promises(const sdk::Request&, const sdk::Facts&) override {
        return {{"the limits of processors, memory and processes are those of the plan", {}, {}}};
    }

    sdk::Result<void> prepare(sdk::Session& session) override {
        if (hierarchy_) {
            auto given = hierarchy_->ask_for_it(session.run_id());
            if (!given.ok() && !may_do_without_)
                return given;
            if (given.ok())
                MBX_CHECK(hierarchy_->create(session, limits_));
            else
                do_without(session, given.error());
        }
        return fallback_.prepare();
    }

    sdk::Result<void> attach(sdk::Session& session) override { return fallback_.attach(session); }

    sdk::Result<void> verify(sdk::Session& session) override {
        MBX_CHECK(fallback_.verify(session));
        if (!hierarchy_)
            return {};
        MBX_TRY(const std::string cgroups,
                sys::read_file("/proc/" + std::to_string(session.command_pid()) + "/cgroup"));
        return hierarchy_->verify(limits_, cgroups);
    }

    sdk::Result<void> running(sdk::Session& session) override { return fallback_.running(session); }

    void exited(sdk::Session&, sdk::Report& report) override {
        report.limit("cpus", cpus_text(limits_.cpu_quota_us));
        report.limit("memory_bytes", std::to_string(limits_.memory_bytes));
        report.limit("pids", std::to_string(limits_.pids));
        tell_io(report);
        for (const Controller controller : basic_controllers())
            report.text(std::string(option_of(controller)) + "_held_by",
                        has(loose_, controller) ? "fallback" : "cgroup");
        fallback_.exited(report);
        const Figures figures = hierarchy_ ? hierarchy_->figures() : Figures{};
        tell_figures(figures, report);
        for (const sdk::Denial& denial : denials_of(limits_, figures, fallback_.ended_by()))
            report.denied(denial);
    }

    sdk::Result<void> cleanup(const sdk::Leftovers& leftovers, sdk::Log&) override {
        sdk::Result<void> first;
        for (const std::string& path : leftovers.entries) {
            auto removed = path.ends_with("/" + leaf_name(leftovers.run_id))
                               ? remove_leaf(path)
                               : remove_cgroup(path, leftovers.run_id);
            if (!removed.ok() && first.ok())
                first = std::move(removed);
        }
        return first;
    }

private:
    sdk::Result<void> find_disks(const sdk::Facts& facts) {
        if (!limits_.io.any_rate())
            return {};
        limits_.io.disks = disks(facts);
        if (limits_.io.disks.empty())
            return sdk::fail(limits_.io.source + ": no disk is behind the mounted file systems",
                             "file systems of the network and in memory have no such limit");
        return {};
    }

    /// What was planned cannot be had, and every limit is a default.
    void do_without(sdk::Session& session, const sdk::Error& error) {
        loose_ = basic_controllers();
        fallback_.take_over(loose_);
        hierarchy_.reset();
        session.fill(*birth_cgroup_, sys::Fd());
        session.log().write(sdk::Level::error,
                            "weakened: no cgroup holds " + words_of(loose_) + ": " + error.what +
                                ". Instead " + fallback_.words() + ". " + error.hint);
    }

    void tell(const Layout& layout, sdk::Fragment& fragment) const {
        if (!layout.held.empty())
            fragment.notices.push_back({sdk::Notice::Kind::info, "limits by " + describe(layout)});
        if (!loose_.empty())
            fragment.notices.push_back({sdk::Notice::Kind::weakened,
                                        "no cgroup holds " + words_of(loose_) +
                                            " here: " + layout.why + ". Instead " +
                                            fallback_.words() + ". To have all: " + layout.remedy});
    }

    void take(Layout layout, sdk::Fragment& fragment) {
        hierarchy_.reset();
        if (auto* v1 = std::get_if<V1Layout>(&layout.cgroup))
            hierarchy_ = make_v1(std::move(*v1));
        else if (auto* v2 = std::get_if<V2Layout>(&layout.cgroup))
            hierarchy_ = make_v2(std::move(*v2), layout.held);
        if (hierarchy_)
            hierarchy_->declare(fragment, limits_);
        else
            // The host's cgroups stay unseen all the same.
            fragment.add(sdk::Stage::enter, sdk::Unshare{CLONE_NEWCGROUP});
    }

    void tell_io(sdk::Report& report) const {
        if (limits_.io.read_bytes != 0)
            report.limit("io_read_bytes_per_second", std::to_string(limits_.io.read_bytes));
        if (limits_.io.write_bytes != 0)
            report.limit("io_write_bytes_per_second", std::to_string(limits_.io.write_bytes));
        if (limits_.io.weight != 0)
            report.limit("io_weight", std::to_string(limits_.io.weight));
    }

    static void tell_figures(const Figures& figures, sdk::Report& report) {
        count(report, "memory_peak_bytes", figures.memory_peak_bytes);
        count(report, "memory_limit_hits", figures.memory_limit_hits);
        count(report, "pids_peak", figures.pids_peak);
        count(report, "pids_limit_hits", figures.pids_limit_hits);
        count(report, "throttled_periods", figures.throttled_periods);
        count(report, "disk_read_bytes", figures.io_read_bytes);
        count(report, "disk_written_bytes", figures.io_written_bytes);
        if (figures.cpu_seconds)
            report.number("cpu_seconds", *figures.cpu_seconds);
        if (figures.throttled_seconds)
            report.number("throttled_seconds", *figures.throttled_seconds);
        count(report, "oom_kills", figures.oom_kills);
        if (figures.oom_kills.value_or(0) > 0)
            report.reason("oom");
    }

    Limits limits_;
    Controllers loose_;
    Fallback fallback_;
    std::optional<sdk::Slot> birth_cgroup_;
    bool may_do_without_ = false;
    std::unique_ptr<Hierarchy> hierarchy_;
};

} // namespace microbox::limit_cgroup

MBX_PLUGIN(microbox::limit_cgroup::LimitCgroup,
           "limit-cgroup",
           "limit",
           "processors, memory, processes and disk rates of the whole sandbox (cgroup v1 and v2)",
           "0.2.0",
           microbox::limit_cgroup::options,
           nullptr);
