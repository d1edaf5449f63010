// SPDX-License-Identifier: MIT
// microbox plan [--json] [options] -- CMD [ARG...]: what a run would do, without doing it.
#include "cli/output.hpp"
#include "cli/plan_print.hpp"
#include "cli/understood.hpp"
#include "core/plan/make.hpp"

namespace microbox::cli {

int plan(const Words& words) {
    const std::vector<MbxOption> verb_options{
        {"json", nullptr, "print the plan as JSON", nullptr, 0, 0}};
    core::Invocation invocation;
    if (const auto answered = understand(words, verb_options, core::Command::needed, invocation))
        return *answered;
    // Drawn anew by each run: the plan names the place, so that two plans of one line are the same.
    if (invocation.request.hostname.empty())
        invocation.request.hostname = "{generated}";
    sdk::Facts facts;
    const auto made = core::make_plan(invocation.request, invocation.plugins, facts);
    if (!made.ok())
        return failed(made.error());
    return print(invocation.has("json") ? plan_as_json(*made) : plan_as_text(*made));
}

} // namespace microbox::cli
