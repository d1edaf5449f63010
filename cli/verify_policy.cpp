// SPDX-License-Identifier: MIT
// Each run is one of `microbox OPTIONS -- CMD` in a process of its own, judged by its exit code,
// its output and its report: what a user could have done by hand.
#include "cli/verify_policy.hpp"

#include "cli/output.hpp"
#include "cli/understood.hpp"
#include "core/run/lifecycle.hpp"
#include "core/verify/apart.hpp"
#include "core/verify/policy.hpp"

#include <microbox/sys/file.hpp>

#include <algorithm>
#include <cerrno>
#include <sstream>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

namespace microbox::cli {

namespace {

using core::Assertion;
using core::Finding;
using State = Finding::State;

constexpr int promise_broken = 1;
constexpr int promise_untestable = 2;
constexpr int not_made = 125;
constexpr const char* explain = "--explain-denials";

constexpr std::string_view own_name = "microbox: ";

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);)
        lines.push_back(std::move(line));
    return lines;
}

/// What microbox says when it fails is the last that it says, but for the hint.
std::string failure_in(const std::string& text) {
    std::string last;
    for (std::string& line : lines_of(text))
        if (!line.starts_with("hint: "))
            last = std::move(line);
    return last.starts_with(own_name) ? last.substr(own_name.size()) : last;
}

/// The last line of what a command said, for a line of ours.
std::string last_of(const std::string& text) {
    std::string last;
    for (std::string& line : lines_of(text))
        if (!line.starts_with(own_name)) // what microbox adds
            last = std::move(line);
    constexpr std::size_t most = 200;
    return last.substr(0, most);
}

/// In the child: the prober with this one question. What was seen goes to standard output.
int ask_prober(const Assertion& assertion, const Words& options) {
    core::Invocation invocation;
    if (const auto answered = understand(options, {}, core::Command::none, invocation))
        return *answered;
    core::Examination examination;
    examination.own.push_back({*assertion.promise, "policy"});
    const int code = core::run(invocation.request, invocation.plugins, &examination);
    const core::Findings findings = examination.finish();
    if (code != 0 || findings.empty())
        return not_made;
    const Finding& last = findings.back();
    if (last.state == State::held)
        return 0;
    (void)print(last.seen);
    return last.state == State::broken ? promise_broken : promise_untestable;
}

Finding judge_prober(const Assertion& assertion, const core::Apart& apart) {
    Finding finding{"policy", assertion.name, State::held, {}};
    if (apart.code == 0)
        return finding;
    finding.state = apart.code == promise_untestable ? State::untestable : State::broken;
    finding.seen = apart.code == promise_broken || apart.code == promise_untestable
                       ? apart.out
                       : "the sandbox could not be made: " + failure_in(apart.err);
    return finding;
}

std::string said_by(const std::string& errors) {
    const std::string last = last_of(errors);
    return last.empty() ? "" : "; it said '" + last + "'";
}

std::string denied_in(const core::Ended& ended) {
    std::string text;
    for (const std::string& one : ended.denied)
        text += (text.empty() ? "; denied: " : ", ") + one;
    return text;
}

/// What is not as it should be; "" when all is.
std::string
wrong_with(const Assertion& assertion, const core::Apart& apart, const core::Ended& report) {
    if (report.reason.empty() || (!report.error.empty() && apart.code == not_made))
        return "the sandbox could not be made: " + failure_in(apart.err);
    const std::string ended =
        "it ended by '" + report.reason + "' with exit code " + std::to_string(apart.code);
    if (!assertion.reason.empty() && report.reason != assertion.reason)
        return ended + " instead of '" + assertion.reason + "'";
    if (assertion.exit && apart.code != *assertion.exit)
        return ended + " instead of " + std::to_string(*assertion.exit);
    if (assertion.fails && apart.code == 0)
        return "it works, and should fail";
    const bool should_work = !assertion.exit && !assertion.fails && assertion.reason.empty();
    if (should_work && apart.code != 0)
        return ended + " instead of 0";
    if (apart.out.find(assertion.output) == std::string::npos)
        return "its output '" + last_of(apart.out) + "' does not hold '" + assertion.output + "'";
    return {};
}

sdk::Result<Finding> run_command(const Assertion& assertion, Words line) {
    const sys::Fd report(::memfd_create("mbx-report", MFD_CLOEXEC));
    if (!report)
        return sdk::fail_errno("make a file in memory for the report", errno);
    if (std::find(line.begin(), line.end(), explain) == line.end())
        line.emplace_back(explain);
    line.insert(line.end(), {"--report", "/proc/self/fd/" + std::to_string(report.get()), "--"});
    line.insert(line.end(), assertion.command.begin(), assertion.command.end());
    MBX_TRY(const core::Apart apart, core::run_apart([&line] { return run(line); }));
    Finding finding{"policy", assertion.name, State::held, {}};
    const core::Ended ended = core::read_report(core::text_of(report.get()));
    finding.seen = wrong_with(assertion, apart, ended);
    if (finding.seen.empty())
        return finding;
    finding.state = State::broken;
    if (!ended.reason.empty())
        finding.seen += said_by(apart.err) + denied_in(ended);
    return finding;
}

sdk::Result<Finding> check(const Assertion& assertion, const Words& words) {
    Words line = assertion.options;
    line.insert(line.end(), words.begin(), words.end());
    if (!assertion.promise)
        return run_command(assertion, std::move(line));
    MBX_TRY(const core::Apart apart, core::run_apart([&] { return ask_prober(assertion, line); }));
    return judge_prober(assertion, apart);
}

} // namespace

sdk::Result<core::Findings> check_policy(const std::string& file, const Words& words) {
    auto text = sys::read_file(file);
    if (!text.ok())
        return std::move(text.error()).within("--policy");
    MBX_TRY(const std::vector<Assertion> assertions, core::parse_policy(*text, file));
    core::Findings findings;
    for (const Assertion& assertion : assertions) {
        MBX_TRY(Finding one, check(assertion, words));
        findings.push_back(std::move(one));
    }
    return findings;
}

} // namespace microbox::cli
