// SPDX-License-Identifier: MIT
// Examination: a run in which the prober stands in the command's place. Its questions and answers
// go through two files in memory, which are its standard input and output.
#pragma once

#include "core/plan/plan.hpp"
#include "core/verify/finding.hpp"

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace microbox::core {

/// Words to the prober's standard input. [pure]
[[nodiscard]] std::string to_questions(const std::vector<PlanPromise>& promises);

/// Its answers against what holds; an answer that is missing has not been given. `verified`: what
/// is broken by the kernel's account, for promises without a question. [pure]
[[nodiscard]] Findings judge_answers(const std::vector<PlanPromise>& promises,
                                     const std::string& answers,
                                     const Findings& verified);

class Examination {
public:
    /// Puts the prober in the command's place and the questions on standard input; this process's
    /// own streams are kept. Errors: no memory files. [parent, before the birth]
    [[nodiscard]] sdk::Result<void> ask(Plan& plan);

    /// A comparison with the kernel's account, made from outside.
    void account(const std::string& plugin, const char* promise, const sdk::Result<void>& seen);

    /// Everything, and standard input and output are this process's own again.
    [[nodiscard]] Findings finish();

    /// Asked instead of what the plan promises.
    std::vector<PlanPromise> own;
    /// Tests: the step that is not done.
    std::optional<std::size_t> left_out;

private:
    std::vector<PlanPromise> promises_;
    Findings account_;
    sys::Fd input_;
    sys::Fd output_;
    sys::Fd answers_;
};

} // namespace microbox::core
