// SPDX-License-Identifier: MIT
// Mounts do not depend on the order of the options: the deeper path wins because it comes later.
#include "core/plan/order.hpp"

#include "core/plan/paths.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace microbox::core {

namespace {

/// The path at which a step of the assembly leaves something; "" for other steps.
const std::string& path_of(const PlanStep& placed) {
    static const std::string none;
    if (const auto* s = std::get_if<sdk::Mount>(&placed.step))
        return s->target;
    if (const auto* s = std::get_if<sdk::Directory>(&placed.step))
        return s->path;
    if (const auto* s = std::get_if<sdk::Symlink>(&placed.step))
        return s->path;
    if (const auto* s = std::get_if<sdk::File>(&placed.step))
        return s->path;
    if (const auto* s = std::get_if<sdk::Device>(&placed.step))
        return s->path;
    return none;
}

bool is_mount(const PlanStep& placed) {
    return std::holds_alternative<sdk::Mount>(placed.step);
}

bool is_users(const PlanStep& placed) {
    const auto* mount = std::get_if<sdk::Mount>(&placed.step);
    return mount != nullptr && mount->by_user;
}

/// Which of two mounts on one target stays: the user's, then the plugin's over the core's.
int weight(const PlanStep& placed) {
    if (is_users(placed))
        return 2;
    return placed.plugin == "core" ? 0 : 1;
}

std::string who(const PlanStep& placed) {
    return placed.plugin == "core" ? placed.source : placed.plugin;
}

/// Within assemble and inside: what has to be there first.
int rank(const PlanStep& placed) {
    enum { link, hostname, root, tree, sysctl, mask, read_only, rest, pivot };

    if (std::holds_alternative<sdk::LinkUp>(placed.step))
        return link;
    if (std::holds_alternative<sdk::Hostname>(placed.step))
        return hostname;
    if (const std::string& path = path_of(placed); !path.empty())
        return path == "/" ? root : tree;
    if (std::holds_alternative<sdk::Sysctl>(placed.step))
        return sysctl;
    if (std::holds_alternative<sdk::Mask>(placed.step))
        return mask;
    if (std::holds_alternative<sdk::ReadOnly>(placed.step))
        return read_only;
    return std::holds_alternative<sdk::PivotRoot>(placed.step) ? pivot : rest;
}

/// Directories and links before the mounts that may lie behind them.
int kind_rank(const PlanStep& placed) {
    if (std::holds_alternative<sdk::Directory>(placed.step))
        return 0;
    if (std::holds_alternative<sdk::Symlink>(placed.step))
        return 1;
    return is_mount(placed) ? 2 : 3;
}

/// kernel.md "Order in the child": bounding set and ids are the launcher's to interleave; a label
/// and Landlock follow no_new_privs.
int seal_rank(const PlanStep& placed) {
    if (std::holds_alternative<sdk::Prctl>(placed.step))
        return 0;
    return std::holds_alternative<sdk::LandlockRestrict>(placed.step) ? 2 : 1;
}

} // namespace

sdk::Result<std::vector<PlanStep>> settle_targets(std::vector<PlanStep> steps) {
    std::map<std::string, const PlanStep*> kept;
    for (const PlanStep& step : steps) {
        if (!is_mount(step))
            continue;
        const auto [at, fresh] = kept.emplace(path_of(step), &step);
        if (fresh)
            continue;
        if (weight(*at->second) == weight(step))
            return sdk::fail("two mounts on " + path_of(step) + ": " + who(*at->second) + " and " +
                             who(step));
        if (weight(*at->second) < weight(step))
            at->second = &step;
    }
    std::vector<PlanStep> result;
    for (const PlanStep& step : steps) {
        const std::string& path = path_of(step);
        if (is_mount(step) && kept.at(path) != &step)
            continue;
        // A default below what the user mounts would be made in the user's own directory.
        const bool covered =
            !path.empty() && !is_users(step) &&
            std::any_of(steps.begin(), steps.end(), [&path](const PlanStep& other) {
                return is_users(other) && lies_in(path, path_of(other));
            });
        if (!covered)
            result.push_back(step);
    }
    return result;
}

void put_in_order(std::vector<PlanStep>& steps) {
    const auto key = [](const PlanStep& placed) {
        int first = 0;
        std::size_t depth = 0;
        int kind = 0;
        if (placed.stage == sdk::Stage::assemble || placed.stage == sdk::Stage::inside) {
            first = rank(placed);
            if (const std::string& path = path_of(placed); !path.empty()) {
                depth = depth_of(path);
                kind = kind_rank(placed);
            }
        } else if (placed.stage == sdk::Stage::seal) {
            first = seal_rank(placed);
        }
        return std::tuple(placed.stage, first, depth, kind);
    };
    std::stable_sort(steps.begin(), steps.end(), [&](const PlanStep& a, const PlanStep& b) {
        return key(a) < key(b);
    });
}

} // namespace microbox::core
