// SPDX-License-Identifier: MIT
// Reads the plugin's three options.
#include "choice.hpp"

#include <microbox/sdk/provenance.hpp>

namespace microbox::seccomp {
namespace {

sdk::Result<const Syscall*> resolve(const sdk::Given& given, const std::string& source) {
    const Syscall* call = find_syscall(given.value);
    if (call == nullptr) {
        const std::string near = nearest_syscall(given.value);
        return sdk::fail(source + ": unknown system call '" + given.value + "'",
                         near.empty() ? "man 2 syscalls lists them"
                                      : "did you mean '" + near + "'?");
    }
    if (call->number == Syscall::elsewhere)
        return sdk::fail(source + ": '" + given.value + "' is no system call of this machine (" +
                         std::string(native_architecture_name()) + ")");
    return call;
}

sdk::Result<void> add_overrides(Choice& choice, const std::vector<sdk::Given>& all, bool allow) {
    for (const sdk::Given& given : all) {
        const std::string source = sdk::said(allow ? "allow-syscall" : "deny-syscall", given);
        MBX_TRY(const Syscall* call, resolve(given, source));
        bool known = false;
        for (const Override& other : choice.overrides) {
            if (other.call != call)
                continue;
            if (other.allow != allow)
                return sdk::fail(source + ": '" + given.value + "' is both allowed (" +
                                     other.source + ") and denied",
                                 "take one of the two away");
            known = true;
        }
        if (!allow && needed_to_start(given.value))
            return sdk::fail(source + ": '" + given.value +
                             "' cannot be denied: the command is started with it");
        if (!known)
            choice.overrides.push_back({call, allow, source});
    }
    return {};
}

} // namespace

bool needed_to_start(std::string_view name) {
    return name == "execve" || name == "exit_group";
}

sdk::Result<Choice> read_choice(const sdk::Request& request) {
    Choice choice;
    if (const sdk::Given* given = request.one("seccomp"); given != nullptr) {
        if (given->value.empty())
            return sdk::fail(sdk::said("seccomp", *given) +
                             ": '' is not a filter: default, off or the path of a JSON profile");
        choice.source = given->by_default ? "default" : sdk::said("seccomp", *given);
        if (given->value == "off") {
            choice.filter = Choice::Filter::off;
        } else if (given->value != "default") {
            choice.filter = Choice::Filter::file;
            choice.file = given->value;
        }
    }
    const auto& allowed = request.all("allow-syscall");
    if (choice.filter == Choice::Filter::off && !allowed.empty())
        return sdk::fail(sdk::said("allow-syscall", allowed.front()) + ": '" +
                             allowed.front().value + "' contradicts " + choice.source +
                             " off: without a filter every call is allowed",
                         "take one of the two away");
    MBX_CHECK(add_overrides(choice, allowed, true));
    MBX_CHECK(add_overrides(choice, request.all("deny-syscall"), false));
    return choice;
}

} // namespace microbox::seccomp
