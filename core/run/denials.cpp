// SPDX-License-Identifier: MIT
#include "core/run/denials.hpp"

#include "core/log/log.hpp"

namespace microbox::core {

std::string in_words(const sdk::Denial& denial) {
    std::string text = denial.what;
    if (denial.pid != 0)
        text += " by pid " + std::to_string(denial.pid);
    if (!denial.program.empty())
        text += (denial.pid == 0 ? " by (" : " (") + denial.program + ")";
    if (denial.count > 1)
        text += ", " + std::to_string(denial.count) + " times";
    if (!denial.rule.empty())
        text += ": " + denial.rule;
    if (!denial.remedy.empty())
        text += "; " + denial.remedy + (denial.remedy.starts_with('-') ? " would allow it" : "");
    return text;
}

void tell(const std::vector<Denied>& all) {
    for (const auto& [plugin, denial] : all)
        log_denied(plugin, in_words(denial));
}

} // namespace microbox::core
