// SPDX-License-Identifier: MIT
// Two plugins that handle one thing are an error that names both; a root that nobody brings is one
// too.
#include "core/plan/merge.hpp"

#include "core/plan/order.hpp"

#include <map>

#include <sched.h>

namespace microbox::core {

namespace {

constexpr std::uint64_t bytes_per_inode = 4096;
constexpr std::uint64_t storage_of_nobody = std::uint64_t{64} << 20U;

sdk::Result<void> check_claims(const std::vector<Contribution>& contributions) {
    std::map<std::string, std::string> owners;
    for (const auto& contribution : contributions)
        for (const auto& claim : contribution.fragment.claims) {
            const auto [owner, fresh] = owners.emplace(claim, contribution.plugin);
            if (!fresh)
                return sdk::fail("two plugins claim '" + claim + "': " + owner->second + " and " +
                                     contribution.plugin,
                                 "remove one of them from the plugin folder");
        }
    for (const char* claim : {"root", "network"})
        if (!owners.contains(claim))
            return sdk::fail(std::string("no plugin of this run brings the ") + claim);
    return {};
}

sdk::Result<void> check_root(const Plan& plan) {
    for (const PlanStep& placed : plan.steps)
        if (const auto* mount = std::get_if<sdk::Mount>(&placed.step);
            mount != nullptr && mount->target == "/" && placed.stage == sdk::Stage::assemble)
            return {};
    return sdk::fail("the filesystem mode has planned no mount on /");
}

sdk::Result<void> settle_storage(Plan& plan, std::uint64_t tmpfs_bytes) {
    if (!plan.storage)
        plan.storage = sdk::Storage{storage_of_nobody, 0, "default"};
    sdk::Storage& storage = *plan.storage;
    if (tmpfs_bytes >= storage.bytes)
        return sdk::fail("--tmpfs: the sizes add up to " + std::to_string(tmpfs_bytes) +
                             " bytes, the whole storage has " + std::to_string(storage.bytes),
                         "a --tmpfs without a size shares the storage; or ask for more storage");
    storage.bytes -= tmpfs_bytes;
    if (storage.inodes == 0)
        storage.inodes = storage.bytes / bytes_per_inode;
    return {};
}

void take(Plan& plan, Contribution&& contribution) {
    sdk::Fragment& fragment = contribution.fragment;
    for (auto& placed : fragment.steps)
        plan.steps.push_back(
            {placed.stage, std::move(placed.step), contribution.plugin, std::move(placed.source)});
    for (auto& slot : fragment.slots)
        plan.slots.push_back(std::move(slot));
    for (auto& notice : fragment.notices)
        plan.notices.push_back({std::move(notice), contribution.plugin});
    for (auto& promise : contribution.promises)
        plan.promises.push_back({std::move(promise), contribution.plugin});
    if (fragment.storage)
        plan.storage = fragment.storage;
    if (fragment.own_network)
        plan.own_network = *fragment.own_network;
    if (fragment.birth_cgroup)
        plan.birth_cgroup = fragment.birth_cgroup;
    if (!fragment.not_found_hint.empty())
        plan.not_found_hint = fragment.not_found_hint;
}

void compare_with_memory(Plan& plan, std::uint64_t storage, std::optional<std::uint64_t> memory) {
    if (memory && storage > *memory)
        plan.notices.push_back(
            {{sdk::Notice::Kind::warning,
              "the storage (" + std::to_string(storage) + " bytes) is larger than the memory (" +
                  std::to_string(*memory) + " bytes), and what is stored counts as memory"},
             "core"});
}

} // namespace

sdk::Result<void> merge(Plan& plan, std::vector<Contribution> contributions, UserSteps mounts) {
    MBX_CHECK(check_claims(contributions));
    std::optional<std::uint64_t> memory;
    for (auto& contribution : contributions) {
        if (contribution.fragment.memory_bytes)
            memory = contribution.fragment.memory_bytes;
        take(plan, std::move(contribution));
    }
    for (auto& step : mounts.steps)
        plan.steps.push_back(std::move(step));
    for (auto& notice : mounts.notices)
        plan.notices.push_back(std::move(notice));
    MBX_CHECK(settle_storage(plan, mounts.tmpfs_bytes));
    compare_with_memory(plan, plan.storage->bytes + mounts.tmpfs_bytes, memory);
    if (plan.own_network)
        plan.namespaces |= CLONE_NEWNET;
    MBX_TRY(plan.steps, settle_targets(std::move(plan.steps)));
    put_in_order(plan.steps);
    return check_root(plan);
}

} // namespace microbox::core
