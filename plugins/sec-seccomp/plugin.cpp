// SPDX-License-Identifier: MIT
// sec-seccomp: which system calls the command may make.
#include "choice.hpp"
#include "overrides.hpp"
#include "syscalls.hpp"

#include <microbox/sdk/plugin.hpp>

#include <memory>
#include <optional>
#include <utility>

#include <linux/seccomp.h>

namespace microbox::seccomp {
namespace {

constexpr char actions_file[] = "/proc/sys/kernel/seccomp/actions_avail";

constexpr MbxOption options[] = {
    {"seccomp",
     "FILTER",
     "filter of system calls: default, off, or a JSON profile as Docker and podman use it",
     "default",
     0,
     0},
    {"allow-syscall",
     "NAME",
     "a system call that the filter lets through after all",
     nullptr,
     1,
     0},
    {"deny-syscall", "NAME", "a further system call that gets EPERM", nullptr, 1, 0},
};

/// The program that a choice starts from, and its answer to a call: nothing where that depends on
/// arguments.
struct Base {
    std::vector<sock_filter> program; ///< empty: no filter
    std::uint32_t flags = 0;
};

void report_allowed(const Override& single, sdk::Fragment& fragment) {
    fragment.notices.push_back(
        {sdk::Notice::Kind::weakened,
         single.source + " " + single.call->name +
             ": the sandbox may make a system call that the filter refuses"});
}

class SecSeccomp : public sdk::SecurityLayer {
public:
    std::vector<sdk::Requirement> requirements() override {
        const sdk::FactQuery fact{sdk::FactQuery::Kind::text, actions_file};
        return {{"seccomp filters (CONFIG_SECCOMP_FILTER)",
                 fact,
                 [](const sdk::Facts& facts) {
                     const std::string& actions = facts.text(actions_file);
                     return actions.find("errno") != std::string::npos &&
                            actions.find("kill_process") != std::string::npos;
                 },
                 "a kernel with CONFIG_SECCOMP_FILTER, 4.14 or later",
                 true}};
    }

    sdk::Result<sdk::Fragment> plan(const sdk::Request& request, const sdk::Facts&) override {
        MBX_TRY(const Choice choice, read_choice(request));
        sdk::Fragment fragment;
        fragment.claims.emplace_back("security.filter");
        std::vector<sock_filter> program;
        std::vector<Override> effective;
        std::string source = choice.source;
        for (const Override& single : choice.overrides) {
            if (choice.filter == Choice::Filter::standard && !changes_default(single))
                continue;
            if (single.allow)
                report_allowed(single, fragment);
            effective.push_back(single);
            if (source.find(single.source) == std::string::npos)
                source += ", " + single.source;
        }
        if (choice.filter == Choice::Filter::standard) {
            const auto ready = default_program();
            program.assign(ready.begin(), ready.end());
        } else {
            fragment.notices.push_back(
                {sdk::Notice::Kind::weakened,
                 choice.source + " off: the sandbox runs without a system call filter"});
            if (effective.empty())
                return fragment;
            program = open_program();
        }
        fragment.add(sdk::Stage::filter,
                     sdk::Filter{std::make_shared<const std::vector<sock_filter>>(
                                     with_overrides(effective, program)),
                                 0},
                     source);
        return fragment;
    }

private:
    static bool changes_default(const Override& single) {
        // A call that is refused already keeps its answer: clone3 must stay ENOSYS for libc to fall
        // back to clone.
        return single.allow ? single.call->default_answer != 0 : single.call->default_answer <= 0;
    }
};

} // namespace
} // namespace microbox::seccomp

MBX_PLUGIN(microbox::seccomp::SecSeccomp,
           "sec-seccomp",
           "security",
           "a filter of system calls: an allow list by default",
           "0.1.0",
           microbox::seccomp::options,
           nullptr);
