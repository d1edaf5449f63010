// SPDX-License-Identifier: MIT
// The options of a run: microbox's own, and those that the plugins bring, in one table.
#pragma once

#include "core/plugin/loaded.hpp"

#include <microbox/sdk/option.hpp>
#include <microbox/sdk/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace microbox::core {

/// One option that a command line may have.
struct KnownOption {
    const MbxOption* option = nullptr;
    const char* alias = nullptr; ///< second long name
    std::string plugin;          ///< "" for microbox's own

    [[nodiscard]] bool is_flag() const { return option->argument == nullptr; }
};

class OptionTable {
public:
    /// microbox's own options.
    OptionTable();

    /// Options of a verb ("json") or of a plugin. Errors: a name that is taken, naming both.
    [[nodiscard]] sdk::Result<void>
    add(const MbxOption* options, std::size_t count, const std::string& plugin);
    [[nodiscard]] sdk::Result<void> add(const PluginSet& set);

    /// By long name or alias; nullptr when there is none.
    [[nodiscard]] const KnownOption* find(std::string_view name) const;

    [[nodiscard]] const std::vector<KnownOption>& all() const { return options_; }

    /// Long names, for "did you mean".
    [[nodiscard]] std::vector<std::string> names() const;

private:
    std::vector<KnownOption> options_;
};

/// True for options that only a command line may have: --config, --profile, --help, --version.
[[nodiscard]] bool is_for_command_line_only(std::string_view name);

} // namespace microbox::core
