// SPDX-License-Identifier: MIT
// The three filters: compiled in, none, from a file.
#include "base.hpp"

#include "libseccomp.hpp"
#include "overrides.hpp"
#include "parser.hpp"
#include "profile.hpp"

#include <cerrno>
#include <string>

#include <linux/seccomp.h>

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

namespace microbox::seccomp {
namespace {

using Kind = sdk::FactQuery::Kind;

constexpr char release_file[] = "/proc/sys/kernel/osrelease";
constexpr std::size_t text_limit = 256UL * 1024; // Kind::text holds no more

Base standard_base() {
    const auto ready = default_program();
    return {{ready.begin(), ready.end()},
            0,
            false,
            [](const Syscall& call) {
                if (call.default_answer == 0)
                    return Answer::allows;
                return call.default_answer == Syscall::checked ? Answer::depends : Answer::refuses;
            },
            {}};
}

Base open_base(const Choice& choice) {
    return {open_program(),
            0,
            true,
            [](const Syscall&) { return Answer::allows; },
            {{sdk::Notice::Kind::weakened,
              choice.source + " off: the sandbox runs without a system call filter"}}};
}

bool lets_through(Action action) {
    return action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG;
}

Answer to_answer(const NumberedProfile& profile, const Syscall& call) {
    const auto action = profile.answer(call.number);
    if (!action)
        return Answer::depends;
    return lets_through(*action) ? Answer::allows : Answer::refuses;
}

sdk::Result<void> check_start(const NumberedProfile& profile) {
    for (const Syscall& call : syscalls())
        if (needed_to_start(call.name) && to_answer(profile, call) == Answer::refuses)
            return sdk::fail("'" + std::string(call.name) +
                             "' is refused: the command is started with it");
    return {};
}

/// "ptrace, bpf and 3 more": what the default filter refuses or looks into, and the profile allows.
std::string wider_than_default(const NumberedProfile& profile) {
    constexpr int most_names = 8;
    std::string names;
    int count = 0;
    for (const Syscall& call : syscalls()) {
        if (call.number == Syscall::elsewhere || call.default_answer == 0 ||
            call.default_answer == ENOSYS || to_answer(profile, call) != Answer::allows)
            continue;
        if (++count <= most_names)
            names += (names.empty() ? "" : ", ") + std::string(call.name);
    }
    if (count > most_names)
        names += " and " + std::to_string(count - most_names) + " more";
    return names;
}

sdk::Result<std::string> read_text(const Choice& choice, const sdk::Facts& facts) {
    const sdk::PathFact& fact = facts.get(Kind::text, choice.file);
    if (!fact.exists)
        return sdk::fail_errno("cannot be read",
                               fact.error_number == 0 ? ENOENT : fact.error_number,
                               "default, off or the path of a JSON profile");
    if (fact.text.size() >= text_limit)
        return sdk::fail("larger than 256 KiB: not a profile");
    return fact.text;
}

sdk::Result<Base>
profile_base(const Choice& choice, const sdk::Request& request, const sdk::Facts& facts) {
    MBX_TRY(const std::string text, read_text(choice, facts));
    MBX_TRY(const Profile profile, parse_profile(text));
    const Circumstances now{request.capabilities, parse_kernel(facts.text(release_file))};
    MBX_TRY(const NumberedProfile numbered, resolve(profile, now));
    MBX_CHECK(check_start(numbered));
    MBX_TRY(auto program, build(numbered));
    Base base{std::move(program),
              numbered.flags,
              false,
              [numbered](const Syscall& call) { return to_answer(numbered, call); },
              {}};
    if (const std::string names = wider_than_default(numbered); !names.empty())
        base.notices.push_back({sdk::Notice::Kind::weakened,
                                choice.source + " " + choice.file +
                                    ": allows what the default filter refuses: " + names});
    return base;
}

} // namespace

std::vector<sdk::FactQuery> facts_for(const Choice& choice, bool explains) {
    std::vector<sdk::FactQuery> queries;
    if (choice.filter == Choice::Filter::file)
        queries.push_back({Kind::text, choice.file});
    if (choice.filter == Choice::Filter::file || explains)
        queries.push_back({Kind::text, release_file});
    return queries;
}

std::uint32_t notifying_flags(const sdk::Facts& facts) {
    const auto kernel = parse_kernel(facts.text(release_file));
    return kernel && *kernel >= KernelVersion{5, 19} ? SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV : 0;
}

sdk::Result<Base>
make_base(const Choice& choice, const sdk::Request& request, const sdk::Facts& facts) {
    if (choice.filter == Choice::Filter::standard)
        return standard_base();
    if (choice.filter == Choice::Filter::off)
        return open_base(choice);
    auto base = profile_base(choice, request, facts);
    if (!base.ok())
        return std::move(base.error()).within(choice.source + ": " + choice.file);
    return base;
}

} // namespace microbox::seccomp
