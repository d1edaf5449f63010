// SPDX-License-Identifier: MIT
// ask, plan, merge: every plugin behind the fence, the network mode first (whether the network is
// the sandbox's own decides about /sys), layers last.
#include "core/plan/make.hpp"

#include "core/host/facts.hpp"
#include "core/plan/basics.hpp"
#include "core/plan/caller_rights.hpp"
#include "core/plan/merge.hpp"
#include "core/plan/user_mounts.hpp"
#include "core/plugin/fence.hpp"
#include "core/run/hostname.hpp"

namespace microbox::core {

namespace {

constexpr int most_questions = 4; ///< rounds of ask()

sdk::Request request_for(const RunRequest& run, const PluginSet& set, const LoadedPlugin& plugin) {
    sdk::Request request;
    if (plugin.is("filesystem")) {
        request.argument = set.filesystem_argument;
        request.argument_source = run.filesystem.source;
    } else if (plugin.is("network")) {
        request.argument = set.network_argument;
        request.argument_source = run.network.source;
    }
    request.read_only_root = run.read_only_root;
    request.unmasked = run.unmasked;
    request.explain_denials = run.explain_denials;
    request.isolated_ids = run.isolated_ids;
    request.privileged = run.caller.has_host;
    request.user_count = users_of(run.caller);
    request.group_count = groups_of(run.caller);
    if (!run.caller.has_host)
        for (const IdExtent& extent : run.caller.users)
            request.host_users.push_back({extent.outside, extent.count});
    request.hostname = run.hostname;
    request.user = run.user;
    request.group = run.group;
    request.command = run.command;
    for (std::size_t i = 0; i < plugin.descriptor->option_count; ++i) {
        const char* name = plugin.descriptor->options[i].name;
        if (const auto given = run.options.find(name); given != run.options.end())
            request.options[name] = given->second;
    }
    return request;
}

sdk::Result<sdk::Fragment>
plan_one(LoadedPlugin& plugin, const sdk::Request& request, sdk::Facts& facts) {
    for (int round = 0; round < most_questions; ++round) {
        auto asked =
            fence(plugin.name(), "ask", [&] { return plugin.instance->ask(request, facts); });
        if (!asked)
            return asked.error();
        bool fresh = false;
        for (const auto& query : *asked)
            fresh = fresh || !facts.has(query);
        if (!fresh)
            break;
        MBX_CHECK(find_out(*asked, facts));
    }
    return fence(plugin.name(), "plan", [&] { return plugin.instance->plan(request, facts); });
}

std::optional<std::uint64_t> capabilities_of(const sdk::Fragment& fragment) {
    for (const auto& placed : fragment.steps)
        if (const auto* step = std::get_if<sdk::Capabilities>(&placed.step))
            return step->keep;
    return std::nullopt;
}

int order_of(const LoadedPlugin& plugin) {
    if (plugin.is("network"))
        return 0;
    return plugin.is("filesystem") ? 1 : 2;
}

/// The plugins in the order in which they plan; the set keeps its own.
std::vector<LoadedPlugin*> planning_order(PluginSet& set) {
    std::vector<LoadedPlugin*> order;
    for (int wanted = 0; wanted < 3; ++wanted)
        for (LoadedPlugin& plugin : set.plugins)
            if (order_of(plugin) == wanted)
                order.push_back(&plugin);
    return order;
}

sdk::Result<std::vector<Contribution>>
plan_all(const RunRequest& run, PluginSet& set, sdk::Facts& facts) {
    std::vector<Contribution> contributions;
    bool own_network = true;
    std::optional<std::uint64_t> capabilities;
    const auto plan_again = [&](LoadedPlugin& plugin) {
        sdk::Request request = request_for(run, set, plugin);
        request.own_network = own_network;
        request.capabilities = capabilities.value_or(0);
        return plan_one(plugin, request, facts);
    };
    std::vector<std::pair<LoadedPlugin*, std::optional<std::uint64_t>>> seen;
    for (LoadedPlugin* plugin : planning_order(set)) {
        seen.emplace_back(plugin, capabilities);
        MBX_TRY(sdk::Fragment fragment, plan_again(*plugin));
        own_network = fragment.own_network.value_or(own_network);
        if (const auto kept = capabilities_of(fragment))
            capabilities = kept;
        contributions.push_back({plugin->name(), std::move(fragment), {}});
    }
    // A security layer that planned before the capabilities were known plans once more: plan() is
    // pure.
    for (std::size_t i = 0; i < seen.size(); ++i) {
        if (!seen[i].first->is("security") || seen[i].second == capabilities ||
            capabilities_of(contributions[i].fragment))
            continue;
        MBX_TRY(contributions[i].fragment, plan_again(*seen[i].first));
    }
    for (std::size_t i = 0; run.promises && i < seen.size(); ++i) {
        LoadedPlugin& plugin = *seen[i].first;
        sdk::Request request = request_for(run, set, plugin);
        request.own_network = own_network;
        request.capabilities = capabilities.value_or(0);
        MBX_TRY(contributions[i].promises, fence(plugin.name(), "promises", [&] {
                    return plugin.instance->promises(request, facts);
                }));
    }
    return contributions;
}

PlanCommand make_command(const RunRequest& request) {
    PlanCommand command;
    command.arguments = request.command;
    command.environment = request.environment;
    command.directory = request.directory;
    command.init = request.init;
    const std::string& name = request.command.front();
    if (name.find('/') != std::string::npos) {
        command.candidates = {name};
        return command;
    }
    for (std::size_t at = 0; at <= request.search_path.size();) {
        const std::size_t end =
            std::min(request.search_path.find(':', at), request.search_path.size());
        const std::string folder = request.search_path.substr(at, end - at);
        if (folder.starts_with('/'))
            command.candidates.push_back(folder + "/" + name);
        at = end + 1;
    }
    return command;
}

/// The directory of the host that shows through the root.
const std::string* overlay_lower(const Plan& plan) {
    for (const PlanStep& placed : plan.steps) {
        const auto* mount = std::get_if<sdk::Mount>(&placed.step);
        if (mount == nullptr || mount->target != "/")
            continue;
        if (const auto* overlay = std::get_if<sdk::Overlay>(&mount->source))
            return &overlay->lower;
        const auto* made = std::get_if<sdk::PreparedMount>(&mount->source);
        if (made != nullptr && !made->lower.empty())
            return &made->lower;
    }
    return nullptr;
}

sdk::Result<void> check_links(const RunRequest& request, const Plan& plan, sdk::Facts& facts) {
    const std::string* lower = overlay_lower(plan);
    if (lower == nullptr || request.mounts.empty())
        return {};
    // Each round may find a link whose target has to be asked about.
    for (int round = 0; round < 40; ++round) {
        const auto questions = destination_questions(request, *lower, facts);
        bool fresh = false;
        for (const auto& question : questions)
            fresh = fresh || !facts.has(question);
        if (!fresh)
            break;
        MBX_CHECK(find_out(questions, facts));
    }
    return check_destinations(request, *lower, facts);
}

} // namespace

sdk::Result<Plan> make_plan(const RunRequest& given, PluginSet& plugins, sdk::Facts& facts) {
    RunRequest request = given;
    MBX_CHECK(check_rights(request));
    if (request.hostname.empty())
        request.hostname = readable_hostname();
    MBX_CHECK(find_out(mount_questions(request), facts));
    MBX_TRY(UserSteps mounts, user_mounts(request, facts));
    MBX_TRY(std::vector<Contribution> contributions, plan_all(request, plugins, facts));
    Plan plan;
    for (const LoadedPlugin& plugin : plugins.plugins)
        plan.plugins.push_back(
            {plugin.name(), plugin.descriptor->version, plugin.descriptor->role});
    plan.hostname = request.hostname;
    plan.isolated_ids = request.isolated_ids;
    plan.caller = request.caller;
    plan.explain_denials = request.explain_denials;
    plan.terminal = request.terminal;
    plan.namespaces = basic_namespaces(request);
    plan.command = make_command(request);
    plan.steps = basic_steps(request, plan.hostname);
    MBX_CHECK(merge(plan, std::move(contributions), std::move(mounts)));
    MBX_CHECK(check_links(request, plan, facts));
    add_notices(request, plan.notices);
    if (request.unmasked)
        plan.notices.push_back({{sdk::Notice::Kind::weakened,
                                 "--unmask: what /proc and /sys tell of the host is not covered"},
                                "core"});
    if (!request.isolated_ids)
        plan.notices.push_back({{sdk::Notice::Kind::weakened,
                                 "--userns host: root in the sandbox is root on the host"},
                                "core"});
    return plan;
}

} // namespace microbox::core
