// SPDX-License-Identifier: MIT
// limit-cgroup: processors, memory and processes of the whole sandbox, held by a cgroup of its own.
#include "hierarchy.hpp"
#include "removal.hpp"

#include <microbox/sdk/plugin.hpp>
#include <microbox/sys/file.hpp>

#include <algorithm>

namespace microbox::limit_cgroup {

namespace {

using Kind = sdk::FactQuery::Kind;

constexpr MbxOption options[] = {
    {"cpus", "N", "processors' worth of time, 0.01 up to what the host has", "1", 0, 0},
    {"memory", "SIZE", "memory of all processes together, no swap", "1GB", 0, 0},
    {"pids", "N", "processes and threads together, the sandbox's init included", "512", 0, 0},
};

} // namespace

class LimitCgroup : public sdk::LimitEnforcer {
public:
    std::vector<sdk::Requirement> requirements() override {
        std::vector<sdk::Requirement> list;
        // Looked up here for the tests of the controllers below as well; no v2 is needed where v1
        // serves.
        const sdk::FactQuery v2 = {Kind::text, "/sys/fs/cgroup/cgroup.controllers"};
        list.push_back({"cgroup v2 at /sys/fs/cgroup, or v1 with all controllers",
                        v2,
                        [v2](const sdk::Facts& facts) {
                            return facts.get(v2.kind, v2.subject).exists ||
                                   std::all_of(wanted.begin(), wanted.end(), [&](Controller c) {
                                       return available(c, facts);
                                   });
                        },
                        "mount -t cgroup2 cgroup2 /sys/fs/cgroup",
                        false});
        for (const Controller controller : wanted)
            list.push_back(
                {std::string("cgroup controller ") + to_word(controller),
                 {Kind::text, mountinfo_file},
                 [controller](const sdk::Facts& facts) { return available(controller, facts); },
                 remedy(controller)});
        return list;
    }

    std::vector<sdk::FactQuery> ask(const sdk::Request&, const sdk::Facts& facts) override {
        auto questions = layout_questions(facts);
        questions.push_back({Kind::text, online_processors_file});
        return questions;
    }

    sdk::Result<sdk::Fragment> plan(const sdk::Request& request, const sdk::Facts& facts) override {
        MBX_TRY(limits_, parse_limits(request, facts.text(online_processors_file)));
        MBX_TRY(Layout layout, choose_layout(facts));
        if (auto* v1 = std::get_if<V1Layout>(&layout))
            hierarchy_ = make_v1(std::move(*v1));
        else
            hierarchy_ = make_v2(std::move(std::get<V2Layout>(layout)));
        sdk::Fragment fragment;
        fragment.claims = {"limit.cpu", "limit.memory", "limit.pids"};
        fragment.memory_bytes = limits_.memory_bytes;
        hierarchy_->declare(fragment, limits_);
        return fragment;
    }

    sdk::Result<void> prepare(sdk::Session& session) override {
        return hierarchy_->create(session, limits_);
    }

    sdk::Result<void> verify(sdk::Session& session) override {
        MBX_TRY(const std::string cgroups,
                sys::read_file("/proc/" + std::to_string(session.command_pid()) + "/cgroup"));
        return hierarchy_->verify(limits_, cgroups);
    }

    void exited(sdk::Session&, sdk::Report& report) override {
        report.limit("cpus", cpus_text(limits_.cpu_quota_us));
        report.limit("memory_bytes", std::to_string(limits_.memory_bytes));
        report.limit("pids", std::to_string(limits_.pids));
        const Figures figures = hierarchy_->figures();
        if (figures.memory_peak_bytes)
            report.integer("memory_peak_bytes", *figures.memory_peak_bytes);
        if (figures.pids_peak)
            report.integer("pids_peak", *figures.pids_peak);
        if (figures.throttled_seconds)
            report.number("throttled_seconds", *figures.throttled_seconds);
        if (figures.oom_kills) {
            report.integer("oom_kills", *figures.oom_kills);
            if (*figures.oom_kills > 0)
                report.reason("oom");
        }
    }

    sdk::Result<void> cleanup(const sdk::Leftovers& leftovers, sdk::Log&) override {
        sdk::Result<void> first;
        for (const std::string& path : leftovers.entries) {
            auto removed = remove_cgroup(path, leftovers.run_id);
            if (!removed.ok() && first.ok())
                first = std::move(removed);
        }
        return first;
    }

private:
    Limits limits_;
    std::unique_ptr<Hierarchy> hierarchy_;
};

} // namespace microbox::limit_cgroup

MBX_PLUGIN(microbox::limit_cgroup::LimitCgroup,
           "limit-cgroup",
           "limit",
           "processors, memory and processes of the whole sandbox (cgroup v1 and v2)",
           "0.1.0",
           microbox::limit_cgroup::options,
           nullptr);
