// SPDX-License-Identifier: MIT
// Evaluates includes and excludes as Docker does, and numbers what is left as runc does.
#include "profile.hpp"

#include "syscalls.hpp"
#include "words.hpp"

#include <algorithm>
#include <charconv>

namespace microbox::seccomp {
namespace {

bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Every part that is given must hold.
bool included(const Conditions& wanted, const Circumstances& now) {
    return (wanted.machines.empty() || contains(wanted.machines, native_go_name())) &&
           (wanted.capabilities & ~now.capabilities) == 0 &&
           (!wanted.least_kernel || *now.kernel >= *wanted.least_kernel);
}

/// Any part that holds is enough.
bool excluded(const Conditions& unwanted, const Circumstances& now) {
    return contains(unwanted.machines, native_go_name()) ||
           (unwanted.capabilities & now.capabilities) != 0 ||
           (unwanted.least_kernel && *now.kernel >= *unwanted.least_kernel);
}

sdk::Result<const Syscall*> find(const std::string& name) {
    const Syscall* call = find_syscall(name);
    if (call != nullptr)
        return call;
    const std::string near = nearest_syscall(name);
    return sdk::fail("unknown system call '" + name + "'",
                     near.empty() ? "" : "did you mean '" + near + "'?");
}

/// runc makes conditions on one argument alternatives: a rule for each condition of the list.
bool has_alternatives(const std::vector<Argument>& arguments) {
    unsigned seen = 0;
    for (const Argument& argument : arguments) {
        if ((seen & (1U << argument.index)) != 0)
            return true;
        seen |= 1U << argument.index;
    }
    return false;
}

void add(NumberedProfile& numbered, const Rule& rule, const Syscall& call) {
    const std::string name = call.name;
    if (!has_alternatives(rule.arguments)) {
        numbered.rules.push_back({name, call.number, rule.action, rule.arguments});
        return;
    }
    for (const Argument& argument : rule.arguments)
        numbered.rules.push_back({name, call.number, rule.action, {argument}});
}

} // namespace

std::optional<Action> NumberedProfile::answer(int number) const {
    bool mentioned = false;
    for (const NumberedRule& rule : rules) {
        if (rule.number != number)
            continue;
        // libseccomp: the first rule without conditions wins over all others.
        if (rule.arguments.empty())
            return rule.action;
        mentioned = true;
    }
    return mentioned ? std::nullopt : std::optional<Action>(default_action);
}

std::optional<KernelVersion> parse_kernel(std::string_view text) {
    KernelVersion version;
    const char* end = text.data() + text.size();
    const auto major = std::from_chars(text.data(), end, version.major);
    if (major.ec != std::errc{} || major.ptr == end || *major.ptr != '.')
        return std::nullopt;
    const auto minor = std::from_chars(major.ptr + 1, end, version.minor);
    if (minor.ec != std::errc{})
        return std::nullopt;
    return version;
}

sdk::Result<NumberedProfile> resolve(const Profile& profile, const Circumstances& now) {
    if (!profile.machines.empty() && !contains(profile.machines, native_scmp_name()))
        return sdk::fail("the profile is not for this machine (" + std::string(native_scmp_name()) +
                         " is missing in its architectures)");
    NumberedProfile numbered{profile.default_action, profile.flags, {}};
    for (const Rule& rule : profile.rules) {
        if ((rule.includes.least_kernel || rule.excludes.least_kernel) && !now.kernel)
            return sdk::fail("minKernel: the version of this kernel is not known");
        const bool applies = included(rule.includes, now) && !excluded(rule.excludes, now);
        for (const std::string& name : rule.names) {
            MBX_TRY(const Syscall* call, find(name));
            // A rule that repeats the default is none (libseccomp refuses it).
            if (applies && call->number != Syscall::elsewhere &&
                rule.action != profile.default_action)
                add(numbered, rule, *call);
        }
    }
    return numbered;
}

} // namespace microbox::seccomp
