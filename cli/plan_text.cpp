// SPDX-License-Identifier: MIT
// The plan as text.
#include "cli/output.hpp"
#include "cli/plan_print.hpp"
#include "core/log/quote.hpp"

#include <array>
#include <utility>

#include <linux/sched.h>

namespace microbox::cli {

namespace {

const char* to_word(sdk::Notice::Kind kind) {
    switch (kind) {
    case sdk::Notice::Kind::weakened:
        return "weakened";
    case sdk::Notice::Kind::warning:
        return "warning";
    case sdk::Notice::Kind::info:
        return "info";
    }
    return "info";
}

std::string line(const char* name, const std::string& value) {
    return padded(std::string(name) + ":", 13) + core::quote_controls(value) + "\n";
}

std::string ids_in_words(const core::Plan& plan) {
    if (!plan.isolated_ids)
        return "the host's";
    if (!core::has_foothold(plan))
        return "isolated: a range of the run's own";
    const std::string root = "root is the caller, user " + std::to_string(plan.caller.user);
    const std::uint32_t users = core::users_of(plan.caller);
    return users == 1
               ? root + ", and there is no other"
               : root + ", the others to " + std::to_string(users - 1) + " are its subordinate ids";
}

std::string head(const core::Plan& plan) {
    std::string command;
    for (const std::string& argument : plan.command.arguments)
        command += (command.empty() ? "" : " ") + argument;
    std::vector<std::string> plugins;
    for (const core::PlanPlugin& plugin : plan.plugins)
        plugins.push_back(plugin.name + " " + plugin.version);
    std::string text = line("command", command);
    text += line("looked for", listed(plan.command.candidates));
    text += line("directory", plan.command.directory);
    text += line("environment", listed(plan.command.environment));
    text += line("init", plan.command.init ? "microbox's own" : "the command is process 1");
    text += line("hostname", plan.hostname);
    text += line("plugins", listed(plugins));
    text += line("namespaces", listed(namespace_words(plan.namespaces)));
    text += line("ids", ids_in_words(plan));
    text += line("network", plan.own_network ? "of the sandbox's own" : "the host's");
    if (plan.explain_denials)
        text += line("denials", "explained at the end");
    if (plan.terminal != core::no_streams)
        text +=
            line("terminal", "of the sandbox's own: " + listed(core::stream_words(plan.terminal)));
    if (plan.birth_cgroup)
        text += line("cgroup", "{" + plan.birth_cgroup->name + "}");
    if (plan.storage)
        text += line("storage",
                     std::to_string(plan.storage->bytes) + " bytes, " +
                         std::to_string(plan.storage->inodes) + " inodes (" + plan.storage->source +
                         ")");
    return text;
}

} // namespace

std::vector<std::string> namespace_words(int flags) {
    constexpr std::array<std::pair<unsigned, const char*>, 8> all{{
        {CLONE_NEWUSER, "user"},
        {CLONE_NEWNS, "mount"},
        {CLONE_NEWPID, "pid"},
        {CLONE_NEWUTS, "uts"},
        {CLONE_NEWIPC, "ipc"},
        {CLONE_NEWNET, "net"},
        {CLONE_NEWCGROUP, "cgroup"},
        {CLONE_NEWTIME, "time"},
    }};
    std::vector<std::string> words;
    for (const auto& [flag, word] : all)
        if ((static_cast<unsigned>(flags) & flag) != 0)
            words.emplace_back(word);
    return words;
}

std::string plan_as_text(const core::Plan& plan) {
    std::string text = head(plan) + "steps:\n";
    std::size_t number = 0;
    for (const core::PlanStep& step : plan.steps) {
        text += padded("  " + std::to_string(++number), 6) + padded(core::to_word(step.stage), 9) +
                padded(core::step_kind(step.step), 15) +
                core::quote_controls(core::describe(step.step)) + "  [" + step.plugin + ": " +
                core::quote_controls(step.source) + "]\n";
    }
    for (const core::PlanNotice& notice : plan.notices)
        text += std::string(to_word(notice.notice.kind)) + ": " + notice.plugin + ": " +
                core::quote_controls(notice.notice.text) + "\n";
    return text;
}

} // namespace microbox::cli
