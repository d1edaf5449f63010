// SPDX-License-Identifier: MIT
// cgroup v2: one directory; the child is born in it (CLONE_INTO_CGROUP), so nothing is moved but,
// where a plain user has only the cgroup that he is in, the supervisor itself.
#include "files.hpp"
#include "hierarchy.hpp"
#include "leaf.hpp"
#include "scope.hpp"
#include "v2_limits.hpp"

#include <microbox/sys/file.hpp>

#include <cerrno>

namespace microbox::limit_cgroup {

namespace {

sdk::Slot directory_slot() {
    return {"limit-cgroup.directory"};
}

class V2 : public Hierarchy {
public:
    V2(V2Layout layout, Controllers held) : layout_(std::move(layout)), held_(std::move(held)) {}

    void declare(sdk::Fragment& fragment, const Limits&) const override {
        fragment.slots.push_back(directory_slot());
        fragment.birth_cgroup = directory_slot();
    }

    /// From here on the scope is the cgroup; it ends with its last process, and everything below
    /// it, so that nothing of it goes into the journal but the run's own.
    sdk::Result<void> ask_for_it(const std::string& run_id) override {
        if (layout_.bus.empty())
            return {};
        MBX_TRY(const std::string path, enter_scope(cgroup_name(run_id) + ".scope", layout_.bus));
        layout_.directory = join(layout_.directory, path.substr(1));
        layout_.path = path;
        return {};
    }

    sdk::Result<void> create(sdk::Session& session, const Limits& limits) override {
        name_ = cgroup_name(session.run_id());
        if (layout_.leave)
            MBX_CHECK(leave(session));
        MBX_CHECK(enable_controllers());
        path_ = join(layout_.directory, name_);
        MBX_CHECK(session.journal(path_));
        MBX_CHECK(make_cgroup(path_));
        for (const Controller controller : held_)
            MBX_CHECK(set_limit(path_, controller, limits, session.log()));
        MBX_TRY(sys::Fd directory, sys::open(path_, O_RDONLY | O_DIRECTORY));
        session.fill(directory_slot(), std::move(directory));
        return {};
    }

    sdk::Result<void> verify(const Limits& limits, const std::string& proc_cgroup) const override {
        const auto found = path_of(proc_cgroup, "");
        const std::string expected = join(layout_.path, name_);
        if (!found || *found != expected)
            return sdk::fail("the command is in the cgroup " + found.value_or("of nobody") +
                             " instead of " + expected);
        for (const Controller controller : held_)
            MBX_CHECK(expect_limit(path_, controller, limits));
        return {};
    }

    Figures figures() const override { return read_figures(path_); }

private:
    sdk::Result<void> leave(sdk::Session& session) const {
        const std::string leaf = join(layout_.directory, leaf_name(session.run_id()));
        if (layout_.bus.empty())
            MBX_CHECK(session.journal(leaf));
        return enter_leaf(leaf);
    }

    /// Documentation/admin-guide/cgroup-v2.rst, "Enabling and Disabling": EBUSY when the cgroup has
    /// processes of its own and is not the root of all.
    sdk::Result<void> enable_controllers() const {
        if (layout_.to_enable.empty())
            return {};
        auto enabled = write_value(
            layout_.directory, "cgroup.subtree_control", words_of(layout_.to_enable, "+"));
        if (!enabled.ok() && enabled.error().error_number == EBUSY)
            enabled.error().hint = "processes live in that cgroup itself: move them into one below "
                                   "it, as an init of the container does";
        else if (!enabled.ok())
            enabled.error().hint = "limits need root, or a cgroup with these controllers delegated";
        return enabled;
    }

    V2Layout layout_;
    Controllers held_;
    std::string name_;
    std::string path_;
};

} // namespace

std::unique_ptr<Hierarchy> make_v2(V2Layout layout, Controllers held) {
    return std::make_unique<V2>(std::move(layout), std::move(held));
}

} // namespace microbox::limit_cgroup
