// SPDX-License-Identifier: MIT
// cgroup v2: one directory; the child is born in it (CLONE_INTO_CGROUP), so nothing is moved.
#include "files.hpp"
#include "hierarchy.hpp"

#include <microbox/sys/file.hpp>

#include <cerrno>

namespace microbox::limit_cgroup {

namespace {

const sdk::Slot directory_slot = {"limit-cgroup.directory"};

std::string cpu_max(const Limits& limits) {
    return std::to_string(limits.cpu_quota_us) + " " + std::to_string(cpu_period_us);
}

class V2 : public Hierarchy {
public:
    explicit V2(V2Layout layout) : layout_(std::move(layout)) {}

    void declare(sdk::Fragment& fragment, const Limits&) const override {
        fragment.slots.push_back(directory_slot);
        fragment.birth_cgroup = directory_slot;
    }

    sdk::Result<void> create(sdk::Session& session, const Limits& limits) override {
        MBX_CHECK(enable_controllers());
        name_ = cgroup_name(session.run_id());
        path_ = join(layout_.point, name_);
        MBX_CHECK(session.journal(path_));
        MBX_CHECK(make_cgroup(path_));
        MBX_CHECK(write_value(path_, "cpu.max", cpu_max(limits)));
        MBX_CHECK(write_value(path_, "memory.max", std::to_string(limits.memory_bytes)));
        auto swap = write_value(path_, "memory.swap.max", "0");
        limits_swap_ = swap.ok() || swap.error().error_number != ENOENT;
        if (limits_swap_)
            MBX_CHECK(std::move(swap));
        else
            session.log().write(sdk::Level::warning,
                                "this kernel does not count swap: only memory itself is limited");
        // Out of memory ends the whole sandbox: a half-killed one would go on in an unknown state.
        MBX_CHECK(write_value(path_, "memory.oom.group", "1"));
        MBX_CHECK(write_value(path_, "pids.max", std::to_string(limits.pids)));
        MBX_TRY(sys::Fd directory, sys::open(path_, O_RDONLY | O_DIRECTORY));
        session.fill(directory_slot, std::move(directory));
        return {};
    }

    sdk::Result<void> verify(const Limits& limits, const std::string& proc_cgroup) const override {
        const auto found = path_of(proc_cgroup, "");
        const std::string expected = join(layout_.root, name_);
        if (!found || *found != expected)
            return sdk::fail("the command is in the cgroup " + found.value_or("of nobody") +
                             " instead of " + expected);
        MBX_CHECK(expect_value(path_, "cpu.max", cpu_max(limits)));
        MBX_CHECK(
            expect_value(path_, "memory.max", std::to_string(whole_pages(limits.memory_bytes))));
        if (limits_swap_)
            MBX_CHECK(expect_value(path_, "memory.swap.max", "0"));
        MBX_CHECK(expect_value(path_, "memory.oom.group", "1"));
        return expect_value(path_, "pids.max", std::to_string(limits.pids));
    }

    Figures figures() const override {
        Figures figures;
        figures.memory_peak_bytes = number_in(path_, "memory.peak"); // Linux 5.19
        figures.oom_kills = number_of_in(path_, "memory.events", "oom_kill");
        figures.pids_peak = number_in(path_, "pids.peak"); // Linux 6.1
        if (const auto microseconds = number_of_in(path_, "cpu.stat", "throttled_usec"))
            figures.throttled_seconds = static_cast<double>(*microseconds) / 1e6;
        return figures;
    }

private:
    /// Documentation/admin-guide/cgroup-v2.rst, "Enabling and Disabling": EBUSY when the cgroup has
    /// processes of its own and is not the root of all.
    sdk::Result<void> enable_controllers() {
        if (layout_.to_enable.empty())
            return {};
        std::string words;
        for (const Controller controller : layout_.to_enable)
            words += (words.empty() ? "+" : " +") + std::string(to_word(controller));
        auto enabled = write_value(layout_.point, "cgroup.subtree_control", words);
        if (!enabled.ok() && enabled.error().error_number == EBUSY)
            enabled.error().hint = "processes live in that cgroup itself: move them into one below "
                                   "it, as an init of the container does";
        else if (!enabled.ok())
            enabled.error().hint = "limits need root, or a cgroup with these controllers delegated";
        return enabled;
    }

    V2Layout layout_;
    std::string name_;
    std::string path_;
    bool limits_swap_ = true;
};

} // namespace

std::unique_ptr<Hierarchy> make_v2(V2Layout layout) {
    return std::make_unique<V2>(std::move(layout));
}

} // namespace microbox::limit_cgroup
