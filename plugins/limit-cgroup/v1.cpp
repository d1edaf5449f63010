// SPDX-License-Identifier: MIT
// cgroup v1: one directory for each hierarchy; the child moves itself through descriptors it is
// given.
#include "files.hpp"
#include "hierarchy.hpp"

#include <microbox/sys/file.hpp>

#include <cerrno>

#include <sched.h>

namespace microbox::limit_cgroup {

namespace {

sdk::Slot slot_of(const V1Directory& directory) {
    return {std::string("limit-cgroup.") + to_word(directory.controllers.front())};
}

class V1 : public Hierarchy {
public:
    explicit V1(V1Layout layout) : layout_(std::move(layout)) {}

    void declare(sdk::Fragment& fragment, const Limits& limits) const override {
        for (const V1Directory& directory : layout_.directories) {
            fragment.slots.push_back(slot_of(directory));
            // "0" is the writer itself. Rationale: written by the parent, the move waits for an RCU
            // grace period, 11 ms on an idle machine. Likewise `tasks` and not `cgroup.procs`:
            // moving one's own single thread takes no global lock (kernel/cgroup/cgroup.c,
            // cgroup_procs_write_start), and the child has one thread.
            fragment.add(sdk::Stage::enter,
                         sdk::WriteDescriptor{slot_of(directory), "0"},
                         limits.source_of(directory.controllers.front()));
        }
        // Only after the moves: the namespace's root is where the child is when it is made.
        fragment.add(sdk::Stage::enter, sdk::Unshare{CLONE_NEWCGROUP});
    }

    sdk::Result<void> create(sdk::Session& session, const Limits& limits) override {
        name_ = cgroup_name(session.run_id());
        for (const V1Directory& directory : layout_.directories) {
            const std::string path = join(directory.point, name_);
            MBX_CHECK(session.journal(path));
            MBX_CHECK(make_cgroup(path));
            for (const Controller controller : directory.controllers)
                MBX_CHECK(set_limit(path, controller, limits));
            MBX_TRY(sys::Fd tasks, sys::open(path + "/tasks", O_WRONLY));
            session.fill(slot_of(directory), std::move(tasks));
        }
        return {};
    }

    sdk::Result<void> verify(const Limits& limits, const std::string& proc_cgroup) const override {
        for (const V1Directory& directory : layout_.directories) {
            const std::string path = join(directory.point, name_);
            const std::string expected = join(directory.root, name_);
            for (const Controller controller : directory.controllers) {
                const std::string word = to_word(controller);
                const auto found = path_of(proc_cgroup, word);
                if (!found || *found != expected)
                    return sdk::fail("the command is in the " + word + " cgroup " +
                                     found.value_or("of nobody") + " instead of " + expected);
                MBX_CHECK(expect_limit(path, controller, limits));
            }
        }
        return {};
    }

    Figures figures() const override {
        Figures figures;
        for (const V1Directory& directory : layout_.directories) {
            const std::string path = join(directory.point, name_);
            for (const Controller controller : directory.controllers)
                take_figures(path, controller, figures);
        }
        return figures;
    }

private:
    sdk::Result<void>
    set_limit(const std::string& path, Controller controller, const Limits& limits) {
        switch (controller) {
        case Controller::cpu:
            return write_value(path, "cpu.cfs_quota_us", std::to_string(limits.cpu_quota_us));
        case Controller::memory:
            return set_memory(path, std::to_string(limits.memory_bytes));
        case Controller::pids:
        case Controller::io: // not on v1
            break;
        }
        return write_value(path, "pids.max", std::to_string(limits.pids));
    }

    /// Memory and swap together are held to the limit of memory: no swap is left. The kernel wants
    /// them in this order, as memory must not be above both together.
    sdk::Result<void> set_memory(const std::string& path, const std::string& bytes) {
        MBX_CHECK(write_value(path, "memory.limit_in_bytes", bytes));
        auto both = write_value(path, "memory.memsw.limit_in_bytes", bytes);
        counts_swap_ = both.ok() || both.error().error_number != ENOENT;
        // Without swap accounting (swapaccount=0): no page of this cgroup is swapped out.
        return counts_swap_ ? std::move(both) : write_value(path, "memory.swappiness", "0");
    }

    sdk::Result<void>
    expect_limit(const std::string& path, Controller controller, const Limits& limits) const {
        switch (controller) {
        case Controller::cpu:
            MBX_CHECK(expect_value(path, "cpu.cfs_period_us", std::to_string(cpu_period_us)));
            return expect_value(path, "cpu.cfs_quota_us", std::to_string(limits.cpu_quota_us));
        case Controller::memory: {
            const std::string bytes = std::to_string(whole_pages(limits.memory_bytes));
            MBX_CHECK(expect_value(path, "memory.limit_in_bytes", bytes));
            return counts_swap_ ? expect_value(path, "memory.memsw.limit_in_bytes", bytes)
                                : expect_value(path, "memory.swappiness", "0");
        }
        case Controller::pids:
        case Controller::io: // not on v1
            break;
        }
        return expect_value(path, "pids.max", std::to_string(limits.pids));
    }

    static void take_figures(const std::string& path, Controller controller, Figures& figures) {
        if (controller == Controller::cpu) {
            if (const auto nanoseconds = number_of_in(path, "cpu.stat", "throttled_time"))
                figures.throttled_seconds = static_cast<double>(*nanoseconds) / 1e9;
            figures.throttled_periods = number_of_in(path, "cpu.stat", "nr_throttled");
        } else if (controller == Controller::memory) {
            figures.memory_peak_bytes = number_in(path, "memory.max_usage_in_bytes");
            figures.oom_kills = number_of_in(path, "memory.oom_control", "oom_kill");
        } else {
            figures.pids_peak = number_in(path, "pids.peak");
            figures.pids_limit_hits = number_of_in(path, "pids.events", "max");
        }
    }

    V1Layout layout_;
    std::string name_;
    bool counts_swap_ = true;
};

} // namespace

std::unique_ptr<Hierarchy> make_v1(V1Layout layout) {
    return std::make_unique<V1>(std::move(layout));
}

} // namespace microbox::limit_cgroup
