// SPDX-License-Identifier: MIT
// A profile of Docker's or podman's form for --seccomp, which may come from a stranger, and the
// names of --allow-syscall and --deny-syscall (the text again, a line each). Nothing is answered
// that the profile does not name: an action is one of seven, a rule of a known call, an argument
// one of six.
#include "plugins/sec-seccomp/choice.hpp"
#include "plugins/sec-seccomp/parser.hpp"
#include "plugins/sec-seccomp/profile.hpp"
#include "tests/fuzz/target.hpp"

#include <linux/seccomp.h>

namespace microbox::fuzz {

namespace {

using namespace seccomp;

bool is_action(Action action) {
    switch (action & SECCOMP_RET_ACTION_FULL) {
    case SECCOMP_RET_ERRNO:
        return (action & SECCOMP_RET_DATA) <= 4095;
    case SECCOMP_RET_KILL_PROCESS:
    case SECCOMP_RET_KILL_THREAD:
    case SECCOMP_RET_TRAP:
    case SECCOMP_RET_LOG:
    case SECCOMP_RET_ALLOW:
        return (action & SECCOMP_RET_DATA) == 0;
    default:
        return false;
    }
}

void looked_at(const Profile& profile) {
    HOLDS(is_action(profile.default_action));
    for (const Rule& rule : profile.rules) {
        HOLDS(is_action(rule.action) && !rule.names.empty());
        for (const Argument& argument : rule.arguments)
            HOLDS(argument.index <= 5);
    }
    const auto numbered = resolve(profile, {0x1ff, KernelVersion{6, 1}});
    if (!numbered.ok())
        return;
    for (const NumberedRule& rule : numbered->rules) {
        HOLDS(rule.number >= 0 && rule.action != profile.default_action);
        static_cast<void>(numbered->answer(rule.number));
    }
}

} // namespace

void one(std::string_view text) {
    if (const auto profile = parse_profile(text); profile.ok())
        looked_at(*profile);
    else
        HOLDS(!profile.error().what.empty());
    if (const auto version = parse_kernel(text))
        HOLDS(says(text, "."));
    const auto choice = read_choice(asked(text, "allow-syscall"));
    is_told(choice, "--");
    if (choice.ok())
        for (const Override& one : choice->overrides)
            HOLDS(one.call->number >= 0 && (one.allow || !needed_to_start(one.call->name)));
}

} // namespace microbox::fuzz
