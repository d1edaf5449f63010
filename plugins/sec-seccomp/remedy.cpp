// SPDX-License-Identifier: MIT
// A filter that lets a call through is not the last word: many of those that it refuses ask for a
// capability as well, and some for one over the host, which no sandbox with ids of its own has.
#include "remedy.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <string_view>

#include <linux/capability.h>
#include <linux/sched.h>

namespace microbox::seccomp {
namespace {

struct Need {
    std::string_view call;
    unsigned capability;
    const char* name; ///< as --cap-add takes it
};

/// In the user namespace that the thing belongs to: the sandbox's own.
constexpr Need needs_inside[] = {{"mount", CAP_SYS_ADMIN, "SYS_ADMIN"},
                                 {"umount2", CAP_SYS_ADMIN, "SYS_ADMIN"},
                                 {"pivot_root", CAP_SYS_ADMIN, "SYS_ADMIN"},
                                 {"fsopen", CAP_SYS_ADMIN, "SYS_ADMIN"},
                                 {"fsmount", CAP_SYS_ADMIN, "SYS_ADMIN"},
                                 {"fspick", CAP_SYS_ADMIN, "SYS_ADMIN"},
                                 {"move_mount", CAP_SYS_ADMIN, "SYS_ADMIN"},
                                 {"mount_setattr", CAP_SYS_ADMIN, "SYS_ADMIN"},
                                 {"setns", CAP_SYS_ADMIN, "SYS_ADMIN"},
                                 {"reboot", CAP_SYS_BOOT, "SYS_BOOT"}};

/// capable(): in the host's user namespace.
constexpr std::string_view needs_host[] = {"init_module",
                                           "finit_module",
                                           "delete_module",
                                           "kexec_load",
                                           "kexec_file_load",
                                           "swapon",
                                           "swapoff",
                                           "acct",
                                           "settimeofday",
                                           "clock_settime",
                                           "iopl",
                                           "ioperm",
                                           "vhangup"};

const Override* denying(const CallKind& call, const Choice& choice) {
    for (const Override& single : choice.overrides)
        if (!single.allow && single.call->number == call.number)
            return &single;
    return nullptr;
}

const Need* need_of(const CallKind& call, std::string_view name) {
    static constexpr Need for_namespace{"", CAP_SYS_ADMIN, "SYS_ADMIN"};
    // With a user namespace of their own they need nothing (user_namespaces(7)).
    if ((name == "unshare" || name == "clone") && (call.detail[0] & CLONE_NEWUSER) == 0)
        return &for_namespace;
    for (const Need& need : needs_inside)
        if (need.call == name)
            return &need;
    return nullptr;
}

std::string capability_too(const CallKind& call, std::string_view name, const Rights& rights) {
    const Need* need = need_of(call, name);
    if (need == nullptr || (rights.capabilities >> need->capability & 1U) != 0)
        return {};
    return " --cap-add " + std::string(need->name);
}

std::string error_word(Action answer) {
    const int number = static_cast<int>(answer & SECCOMP_RET_DATA);
    const char* name = ::strerrorname_np(number);
    return name == nullptr ? "errno " + std::to_string(number) : name;
}

std::string rule_of(const Ledger::Kind& kind, const Choice& choice) {
    const std::string error = ": " + error_word(kind.answer);
    // One that the filter refuses already keeps its answer and its rule.
    if (const Override* single = denying(kind.call, choice);
        single != nullptr && kind.answer == (SECCOMP_RET_ERRNO | EPERM))
        return single->source + " " + single->call->name + error;
    if (choice.filter == Choice::Filter::file)
        return choice.source + " " + choice.file + error;
    return (choice.filter == Choice::Filter::off ? choice.source + " off" : "default filter") +
           error;
}

} // namespace

std::string remedy_for(const CallKind& call, const Choice& choice, const Rights& rights) {
    const Syscall* known = find_number(call.number);
    if (known == nullptr)
        return is_x32(call.number) ? "no option allows it: x32 is refused whole"
                                   : "no option allows it: this microbox does not know the call";
    const std::string name = known->name;
    if (const Override* single = denying(call, choice); single != nullptr)
        return "leave out " + single->source + " " + name;
    const bool of_host =
        std::find(std::begin(needs_host), std::end(needs_host), name) != std::end(needs_host);
    if (of_host && rights.isolated_ids)
        return "no option allows it while the ids are the sandbox's own: the kernel asks for "
               "rights over the host";
    return "--allow-syscall " + name + capability_too(call, name, rights);
}

std::vector<sdk::Denial>
denials_of(const Ledger& ledger, const Choice& choice, const Rights& rights) {
    std::vector<std::pair<std::uint64_t, sdk::Denial>> placed;
    for (const auto& [kind, entry] : ledger.kinds())
        placed.emplace_back(entry.place,
                            sdk::Denial{in_words(kind.call),
                                        rule_of(kind, choice),
                                        entry.first_pid,
                                        kind.program,
                                        entry.count,
                                        remedy_for(kind.call, choice, rights)});
    std::sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) {
        return a.first < b.first;
    });
    std::vector<sdk::Denial> all;
    all.reserve(placed.size() + 1);
    for (auto& [place, denial] : placed)
        all.push_back(std::move(denial));
    if (ledger.more() != 0)
        all.push_back({"calls of further kinds",
                       "",
                       0,
                       "",
                       ledger.more(),
                       "only the first " + std::to_string(Ledger::most_kinds) + " are listed"});
    return all;
}

} // namespace microbox::seccomp
