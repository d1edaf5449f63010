// SPDX-License-Identifier: MIT
// microbox gc [--dry-run] [--all]: releases what killed runs left.
#include "cli/output.hpp"
#include "cli/verbs.hpp"
#include "core/log/quote.hpp"
#include "core/state/collect.hpp"

namespace microbox::cli {

int gc(const Words& words) {
    const auto flags = only_flags(words, {"--dry-run", "--all"});
    if (!flags.ok())
        return failed(flags.error());
    if (has(words, "--help") || has(words, "-h"))
        return help();
    const auto collected = core::collect(has(words, "--dry-run"), has(words, "--all"));
    if (!collected.ok())
        return failed(collected.error());
    std::string text;
    for (const std::string& line : collected->lines)
        text += core::quote_controls(line) + "\n";
    const int printed = print(text);
    if (printed != 0)
        return printed;
    if (!collected->complete)
        return failed(sdk::fail("gc: something could not be released", "its line says why"));
    return 0;
}

} // namespace microbox::cli
