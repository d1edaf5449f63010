// SPDX-License-Identifier: MIT
// microbox --help: the verbs, microbox's own options, and those of each plugin that is installed.
#include "cli/output.hpp"
#include "cli/verbs.hpp"
#include "core/config/options.hpp"
#include "core/log/quote.hpp"
#include "core/plugin/build.hpp"
#include "core/plugin/catalogue.hpp"

namespace microbox::cli {

namespace {

constexpr const char* usage =
    "microbox runs one command in a sandbox: contained by default, gone without a trace.\n"
    "\n"
    "microbox [options] -- CMD [ARG...]         (the same as: microbox run ...)\n"
    "microbox plan [--json] [options] -- CMD    what a run would do, without doing it\n"
    "microbox verify [--json|--junit] [--policy FILE] [options]\n"
    "                                           tests the sandbox from inside, promise by promise\n"
    "microbox plugins [--json]                  what is installed, and what is refused\n"
    "microbox doctor [--json]                   what this host lacks, and how to get it\n"
    "microbox gc [--dry-run] [--all]            releases what killed runs left\n"
    "microbox --help, --version\n"
    "\n"
    "exit code: the command's; 124 time limit, 125 microbox failed, 126 not executable,\n"
    "           127 not found, 128+n killed by signal n\n";

std::string option_line(const MbxOption& option, const char* alias) {
    std::string left = "  ";
    if (option.short_name != 0)
        left += std::string("-") + option.short_name + ", ";
    left += std::string("--") + option.name;
    if (alias != nullptr)
        left += std::string(", --") + alias;
    if (option.argument != nullptr)
        left += std::string(" ") + option.argument;
    std::string line = padded(core::quote_controls(left), 38) + core::quote_controls(option.help);
    if (option.repeatable != 0)
        line += " (can be repeated)";
    if (option.default_value != nullptr)
        line += " [" + core::quote_controls(option.default_value) + "]";
    return line + "\n";
}

std::string plugin_options(const core::Inspected& one) {
    if (one.descriptor == nullptr)
        return "\n" + one.name + ": " + core::quote_controls(one.refused) + "\n";
    std::string text =
        "\n" + one.name + ": " + core::quote_controls(one.descriptor->summary) + "\n";
    for (std::size_t i = 0; i < one.descriptor->option_count; ++i)
        text += option_line(one.descriptor->options[i], nullptr);
    return text;
}

} // namespace

int help() {
    std::string text = usage;
    text += "\noptions of microbox:\n";
    const core::OptionTable table;
    for (const core::KnownOption& known : table.all())
        text += option_line(*known.option, known.alias);
    for (const core::Inspected& one : core::Catalogue::installed().inspect_all())
        text += plugin_options(one);
    return print(text);
}

int version() {
    return print(std::string("microbox ") + core::build::version + "\n");
}

} // namespace microbox::cli
