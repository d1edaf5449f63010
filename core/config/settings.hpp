// SPDX-License-Identifier: MIT
// Settings: values of options from the configuration, the profile and the command line, in one
// list.
#pragma once

#include "core/config/json_file.hpp"
#include "core/config/line.hpp"
#include "core/config/options.hpp"

#include <microbox/sdk/request.hpp>
#include <microbox/sdk/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace microbox::core {

/// Who said it; the later one beats the earlier one.
enum class Origin { configuration, profile, command_line };

/// A configuration file that was read.
struct SettingsFile {
    Origin origin = Origin::configuration;
    std::string title; ///< its path, or "profile NAME": in front of what is wrong with it
    std::vector<FileEntry> entries;
};

struct Setting {
    std::string name;
    std::string value; ///< "" for a flag
    std::string source;
    Origin origin = Origin::command_line;
    bool off = false; ///< a flag that a file turns off
};

/// An option that can be given once has the value of the highest origin; one that can be repeated
/// has all values, the lower origin's first.
class Settings {
public:
    void add(Setting setting) { settings_.push_back(std::move(setting)); }

    /// The value that counts; nullptr when nobody gave one. Of an option that can be given once.
    [[nodiscard]] const Setting* one(std::string_view name) const;
    [[nodiscard]] bool flag(std::string_view name) const;
    /// All values, the lowest origin first.
    [[nodiscard]] std::vector<Setting> all(std::string_view name) const;

private:
    std::vector<Setting> settings_; ///< by origin, the lowest first
};

/// The entries of a file as settings. Options that the table does not have are left out: whether
/// that is an error depends on the plugins (unknown_in_file). Errors: a value of the wrong kind.
[[nodiscard]] sdk::Result<void>
add_file(Settings& settings, const SettingsFile& file, const OptionTable& table);

void add_line(Settings& settings, const Line& line);

/// The key of a file that is no option: names of plugins that must take part.
constexpr const char* require_key = "require";

} // namespace microbox::core
