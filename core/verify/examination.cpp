// SPDX-License-Identifier: MIT
#include "core/verify/examination.hpp"

#include "core/log/quote.hpp"
#include "core/spawn/memory_file.hpp"
#include "core/verify/apart.hpp"
#include "core/verify/promises.hpp"

#include <microbox/sys/file.hpp>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace microbox::core {

namespace {

/// Every `*` stands for anything, also for nothing.
bool matches(std::string_view pattern, std::string_view text) {
    const std::size_t star = pattern.find('*');
    if (star == std::string_view::npos)
        return pattern == text;
    if (!text.starts_with(pattern.substr(0, star)))
        return false;
    const std::string_view rest = pattern.substr(star + 1);
    for (std::size_t skipped = star; skipped <= text.size(); ++skipped)
        if (matches(rest, text.substr(skipped)))
            return true;
    return false;
}

std::string either(const std::vector<std::string>& answers) {
    std::string list;
    for (const std::string& answer : answers)
        list += (list.empty() ? "" : ", or ") + ("'" + quote_controls(answer) + "'");
    return list;
}

Finding judged(const PlanPromise& asked, const std::string& answer) {
    Finding finding{asked.plugin, asked.promise.text, Finding::State::held, {}};
    if (answer.starts_with('?')) {
        finding.state = Finding::State::untestable;
        finding.seen = quote_controls(answer.substr(1));
        return finding;
    }
    const auto& held = asked.promise.held;
    if (std::any_of(held.begin(), held.end(), [&](const std::string& pattern) {
            return matches(pattern, answer);
        }))
        return finding;
    finding.state = Finding::State::broken;
    std::string question;
    for (const std::string& word : asked.promise.question)
        question += (question.empty() ? "" : " ") + word;
    finding.seen =
        quote_controls(question) + ": '" + quote_controls(answer) + "' instead of " + either(held);
    return finding;
}

/// What the plugin's own verify() has said.
Finding by_account(const PlanPromise& asked, const Findings& verified) {
    Finding finding{asked.plugin, asked.promise.text, Finding::State::held, {}};
    for (const Finding& one : verified)
        if (one.plugin == asked.plugin && one.state == Finding::State::broken) {
            finding.state = Finding::State::broken;
            finding.seen = one.seen;
        }
    return finding;
}

sdk::Result<sys::Fd> keep(int stream) {
    const int copy = ::fcntl(stream, F_DUPFD_CLOEXEC, 3);
    if (copy < 0)
        return sdk::fail_errno("keep a standard stream", errno);
    return sys::Fd(copy);
}

} // namespace

const char* to_word(Finding::State state) {
    switch (state) {
    case Finding::State::held:
        return "held";
    case Finding::State::broken:
        return "broken";
    case Finding::State::untestable:
        return "not testable here";
    }
    return "broken";
}

std::string to_questions(const std::vector<PlanPromise>& promises) {
    std::string text;
    for (const PlanPromise& one : promises) {
        if (one.promise.question.empty())
            continue;
        for (const std::string& word : one.promise.question)
            text += word + '\0';
        text += '\0';
    }
    return text;
}

Findings judge_answers(const std::vector<PlanPromise>& promises,
                       const std::string& answers,
                       const Findings& verified) {
    Findings findings;
    std::size_t at = 0;
    for (const PlanPromise& one : promises) {
        if (one.promise.question.empty()) {
            findings.push_back(by_account(one, verified));
            continue;
        }
        const std::size_t end = answers.find('\0', at);
        if (end == std::string::npos) {
            findings.push_back({one.plugin,
                                one.promise.text,
                                Finding::State::untestable,
                                "the prober has not answered"});
            continue;
        }
        findings.push_back(judged(one, answers.substr(at, end - at)));
        at = end + 1;
    }
    return findings;
}

sdk::Result<void> Examination::ask(Plan& plan) {
    promises_ = own.empty() ? promises_of(plan) : own;
    plan.terminal = no_streams;
    plan.command.prober = true;
    plan.command.arguments = {"microbox-prober"};
    plan.command.candidates.clear();
    const std::string text = to_questions(promises_);
    MBX_TRY(const sys::Fd questions, memory_file("mbx-questions", text.data(), text.size()));
    answers_ = sys::Fd(::memfd_create("mbx-answers", MFD_CLOEXEC));
    if (!answers_)
        return sdk::fail_errno("make a memory file for the answers", errno);
    MBX_TRY(input_, keep(STDIN_FILENO));
    MBX_TRY(output_, keep(STDOUT_FILENO));
    if (::dup2(questions.get(), STDIN_FILENO) < 0 || ::dup2(answers_.get(), STDOUT_FILENO) < 0)
        return sdk::fail_errno("give the prober its streams", errno);
    return {};
}

void Examination::account(const std::string& plugin,
                          const char* promise,
                          const sdk::Result<void>& seen) {
    const bool held = seen.ok();
    account_.push_back({plugin,
                        promise,
                        held ? Finding::State::held : Finding::State::broken,
                        held ? "" : seen.error().what});
}

Findings Examination::finish() {
    const std::string answers = answers_ ? text_of(answers_.get()) : std::string();
    if (output_) {
        ::dup2(input_.get(), STDIN_FILENO);
        ::dup2(output_.get(), STDOUT_FILENO);
    }
    Findings findings = account_;
    for (Finding& finding : judge_answers(promises_, answers, account_))
        findings.push_back(std::move(finding));
    return findings;
}

} // namespace microbox::core
