// SPDX-License-Identifier: MIT
#include "core/run/explain.hpp"

#include "core/run/covered.hpp"
#include "core/run/loader.hpp"

#include <cerrno>
#include <cstring>

namespace microbox::core {

namespace {

const char* phase_words(child::Phase phase) {
    switch (phase) {
    case child::Phase::enter:
        return "enter the cgroup and the namespaces";
    case child::Phase::early:
        return "set up the namespaces";
    case child::Phase::assemble:
        return "assemble the root";
    case child::Phase::inside:
        return "set up the root from inside";
    case child::Phase::command:
        return "prepare the command's process";
    case child::Phase::last:
        return "load the filter";
    case child::Phase::execute:
        return "execute the command";
    case child::Phase::init:
        return "start init";
    case child::Phase::child:
        return "start the child";
    case child::Phase::terminal:
        return "make the sandbox's terminal";
    case child::Phase::process:
        return "start the command's process";
    }
    return "start";
}

constexpr const char* hint_for_missing_call =
    "this kernel lacks the system call, or a seccomp filter around this process answers for it: "
    "Linux 5.12 or newer is needed, and no such filter";

std::string hint_for(const LaunchFailure& failure, const sdk::Step& step) {
    if (failure.error == ENOSYS)
        return hint_for_missing_call;
    const auto* mount = std::get_if<sdk::Mount>(&step);
    const auto* fresh =
        mount == nullptr ? nullptr : std::get_if<sdk::NewFilesystem>(&mount->source);
    if (fresh != nullptr && failure.error == EPERM &&
        (fresh->type == "proc" || fresh->type == "sysfs"))
        return hint_for_covered(mount->target);
    if (mount != nullptr && failure.error == ELOOP)
        return mount->target + " is a link in the root file system: such a root is refused";
    if (mount != nullptr && failure.error == ENOENT && mount->by_user)
        return mount->target +
               " does not exist in the sandbox and cannot be made there: make it, or "
               "choose another destination";
    // move_mount(2): EINVAL when one is a directory and the other is not.
    if (mount != nullptr && mount->target != "/" &&
        (failure.error == ENOTDIR || failure.error == EINVAL))
        return mount->target + ": a directory can only be mounted on a directory, a file on a file";
    if (mount != nullptr && failure.error == EROFS)
        return mount->target + " cannot be made: the file system there is read-only";
    const auto* file = std::get_if<sdk::File>(&step);
    const bool own_mount = mount != nullptr && !std::holds_alternative<sdk::Bind>(mount->source);
    if (failure.error == ENOENT && (own_mount || file != nullptr))
        return "on the way to " + (mount != nullptr ? mount->target : file->path) +
               " is a link that leads nowhere in the root file system";
    return {};
}

} // namespace

LaunchFailure failure_of(const std::vector<std::uint64_t>& block, const child::Message& message) {
    const auto* program = reinterpret_cast<const child::Program*>(block.data());
    LaunchFailure failure{message.phase, child::no_step, message.error};
    // The offset comes from a process that has run only our code so far; it is checked all the
    // same.
    if (message.operation != 0 && message.operation + sizeof(child::Operation) <= program->size)
        failure.step = child::look<child::Operation>(program, message.operation)->step;
    return failure;
}

sdk::Error explain(const Plan& plan, const LaunchFailure& failure) {
    if (failure.step >= plan.steps.size()) {
        if (failure.phase == child::Phase::command && failure.error == ENOENT)
            return sdk::fail("--workdir: " + plan.command.directory +
                             " does not exist in the sandbox");
        if (failure.phase == child::Phase::command && failure.error == ENOTDIR)
            return sdk::fail("--workdir: " + plan.command.directory +
                             " is not a directory in the sandbox");
        if (failure.phase == child::Phase::command && failure.error == EACCES)
            return sdk::fail("--workdir: " + plan.command.directory +
                             " cannot be entered by the command's user");
        // has_duplicate_listener in kernel/seccomp.c
        if (failure.phase == child::Phase::last && failure.error == EBUSY && plan.explain_denials)
            return sdk::fail_errno("--explain-denials: load the filter",
                                   EBUSY,
                                   "a filter around this process has a listener already, and the "
                                   "kernel takes one: leave --explain-denials out");
        return sdk::fail_errno(phase_words(failure.phase),
                               failure.error,
                               failure.error == ENOSYS ? hint_for_missing_call : "");
    }
    const PlanStep& placed = plan.steps[failure.step];
    std::string what =
        placed.plugin == "core" && placed.source != "default" ? placed.source : placed.plugin;
    what += ": " + step_kind(placed.step) + " " + describe(placed.step);
    sdk::Error error = sdk::fail_errno(what, failure.error, hint_for(failure, placed.step));
    error.what += " (step " + std::to_string(failure.step + 1) + " of " +
                  std::to_string(plan.steps.size()) + ")";
    return error;
}

sdk::Error explain_exec(const Plan& plan, int error, pid_t command) {
    if (plan.command.prober)
        return sdk::fail_errno("execute the prober",
                               error,
                               "a filter of one's own must allow execveat, which starts it");
    const std::string& name = plan.command.arguments.front();
    const bool searched = name.find('/') == std::string::npos;
    sdk::Error result;
    result.error_number = error;
    const bool missing = error == ENOENT || error == ENOTDIR;
    result.exit_code = missing ? 127 : 126;
    if (!missing) {
        result.what = "cannot execute " + name + ": " + ::strerror(error);
        if (error == ENOEXEC)
            result.hint =
                "it is neither a program of this machine nor a script that begins with #!";
        if (error == EACCES)
            result.hint = "it is not executable, or lies on a mount that is noexec";
        return result;
    }
    if (const auto loader = missing_loader(plan.command.candidates, command)) {
        result.what = "cannot execute " + loader->program + ": its " + loader->kind + " " +
                      loader->path + " does not exist in the sandbox";
        result.hint = plan.not_found_hint;
        return result;
    }
    result.what = "command not found in the sandbox: " + name;
    if (searched) {
        result.what += " (searched";
        for (const std::string& candidate : plan.command.candidates)
            result.what += " " + candidate.substr(0, candidate.rfind('/'));
        result.what += ")";
    }
    result.hint = plan.not_found_hint;
    return result;
}

} // namespace microbox::core
