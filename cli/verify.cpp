// SPDX-License-Identifier: MIT
// microbox verify [options]: builds the sandbox as asked, runs the prober in the command's place,
// and compares. Exit code 0: everything that can be tested is held; 1: a promise is broken; 125: no
// sandbox could be made.
#include "cli/output.hpp"
#include "cli/understood.hpp"
#include "cli/verify_policy.hpp"
#include "cli/verify_print.hpp"
#include "core/log/log.hpp"
#include "core/run/lifecycle.hpp"
#include "core/verify/apart.hpp"

#include <microbox/sys/file.hpp>

#include <unistd.h>

namespace microbox::cli {

namespace {

constexpr int exit_broken = 1;
constexpr int exit_failed = 125;

int show(const core::Invocation& invocation, const core::Findings& findings) {
    const int printed = print(invocation.has("json")    ? findings_as_json(findings)
                              : invocation.has("junit") ? findings_as_junit(findings)
                                                        : findings_as_text(findings));
    if (printed != 0)
        return printed;
    return core::any_broken(findings) ? exit_broken : 0;
}

/// The words without the verb's own options.
Words without_own(const Words& words) {
    Words left;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "--json" || words[i] == "--junit" || words[i].starts_with("--policy="))
            continue;
        if (words[i] == "--policy")
            ++i;
        else
            left.push_back(words[i]);
    }
    return left;
}

} // namespace

int verify(const Words& words) {
    const std::vector<MbxOption> own{
        {"json", nullptr, "print what was found as JSON", nullptr, 0, 0},
        {"junit", nullptr, "print what was found as JUnit XML", nullptr, 0, 0},
        {"policy", "FILE", "check the assertions of a file instead", nullptr, 0, 0}};
    core::Invocation invocation;
    if (const auto answered = understand(words, own, core::Command::none, invocation))
        return *answered;
    if (invocation.has("json") && invocation.has("junit"))
        return failed(sdk::fail("--json and --junit: one of them"));
    if (const auto file = invocation.verb_options.find("policy");
        file != invocation.verb_options.end()) {
        const auto findings = check_policy(file->second, without_own(words));
        return findings.ok() ? show(invocation, *findings) : failed(findings.error());
    }
    invocation.request.promises = true;
    core::Examination examination;
    const int code = core::run(invocation.request, invocation.plugins, &examination);
    const core::Findings findings = examination.finish();
    if (code != 0)
        return exit_failed;
    return show(invocation, findings);
}

int verify_first(core::Invocation& invocation) {
    const auto twin = [&invocation] {
        core::RunRequest request = invocation.request;
        request.promises = true;
        request.report_file.clear();
        request.trace_file.clear();
        core::Examination examination;
        const int code = core::run(request, invocation.plugins, &examination);
        const core::Findings findings = examination.finish();
        if (code != 0)
            return exit_failed;
        for (const core::Finding& one : findings)
            if (one.state == core::Finding::State::broken)
                core::log_error(sdk::fail("--verify: " + one.plugin + ": broken: " + one.promise +
                                              ": " + one.seen,
                                          "the command was not run; `microbox verify` shows all"));
        return core::any_broken(findings) ? exit_failed : 0;
    };
    const auto apart = core::run_apart(twin);
    if (!apart.ok())
        return failed(apart.error());
    if (apart->code == 0)
        return 0; // what was said of the plan the run itself says again
    static_cast<void>(sys::write_all(STDERR_FILENO, apart->err, "standard error").ok());
    return exit_failed;
}

} // namespace microbox::cli
