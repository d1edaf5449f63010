// SPDX-License-Identifier: MIT
// Chooses between v1 and v2.
#include "layout.hpp"

#include "mounts.hpp"
#include "version.hpp"

#include <algorithm>

namespace microbox::limit_cgroup {

namespace {

using Kind = sdk::FactQuery::Kind;

const CgroupMount* v2_mount(const std::vector<CgroupMount>& mounts) {
    return best_mount(mounts, [](const CgroupMount& mount) { return mount.version == 2; });
}

/// A hybrid host: the controllers are on v1, and the v2 beside them has none that matters.
bool all_on_v1(const std::vector<CgroupMount>& mounts) {
    const auto& basic = basic_controllers();
    return std::all_of(basic.begin(), basic.end(), [&](Controller controller) {
        return v1_mount(mounts, controller) != nullptr;
    });
}

Layout nothing(const std::vector<CgroupMount>& mounts) {
    Layout layout;
    layout.why = mounts.empty() ? "no cgroup file system is mounted"
                                : "none of the mounted cgroup file systems has these controllers";
    layout.remedy = "mount -t cgroup2 cgroup2 /sys/fs/cgroup";
    return layout;
}

} // namespace

std::vector<sdk::FactQuery> layout_questions(const sdk::Facts& facts, const Wish& wish) {
    std::vector<sdk::FactQuery> first = {{Kind::text, mountinfo_file}};
    if (!wish.privileged) {
        first.push_back({Kind::text, own_cgroup_file});
        first.push_back({Kind::text, status_file});
    }
    if (!facts.has(first.front()))
        return first;
    const auto mounts = cgroup_mounts(facts.text(mountinfo_file));
    std::vector<sdk::FactQuery> questions = v1_questions(mounts, facts, wish);
    const CgroupMount* unified = v2_mount(mounts);
    if (unified != nullptr && !all_on_v1(mounts))
        for (auto& question : v2_questions(*unified, facts, wish))
            questions.push_back(std::move(question));
    return questions;
}

Layout choose_layout(const sdk::Facts& facts, const Wish& wish) {
    const auto mounts = cgroup_mounts(facts.text(mountinfo_file));
    if (all_on_v1(mounts))
        return v1_layout(mounts, facts, wish);
    const bool any_v1 = std::any_of(mounts.begin(), mounts.end(), [](const CgroupMount& mount) {
        return mount.version == 1 && !named_in(mount.controllers, basic_controllers()).empty();
    });
    const CgroupMount* unified = v2_mount(mounts);
    if (unified == nullptr)
        return any_v1 ? v1_layout(mounts, facts, wish) : nothing(mounts);
    Layout second = v2_layout(*unified, facts, wish);
    if (!any_v1)
        return second;
    // Controllers on both versions: a limit of one version alone can be in force for a run.
    Layout first = v1_layout(mounts, facts, wish);
    return first.held.size() > second.held.size() ? first : second;
}

std::string describe(const Layout& layout) {
    const std::string held = " (" + words_of(layout.held) + ")";
    if (const auto* v1 = std::get_if<V1Layout>(&layout.cgroup)) {
        std::string text = "cgroup v1";
        for (const V1Directory& directory : v1->directories)
            text += (&directory == &v1->directories.front() ? " below " : ", ") + directory.point;
        return text + held;
    }
    if (const auto* v2 = std::get_if<V2Layout>(&layout.cgroup)) {
        if (!v2->bus.empty())
            return "cgroup v2 in a scope of the user's systemd" + held;
        return "cgroup v2 below " + v2->directory + held;
    }
    return "no cgroup";
}

} // namespace microbox::limit_cgroup
