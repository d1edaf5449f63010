// SPDX-License-Identifier: MIT
// The one seam for messages: everything that microbox says to standard error goes through here.
#pragma once

#include <microbox/sdk/plan.hpp>
#include <microbox/sdk/result.hpp>
#include <microbox/sdk/session.hpp>

#include <string>
#include <string_view>

namespace microbox::core {

enum class LogFormat {
    text, ///< "microbox: ..."
    json, ///< one object a line: time (RFC 3339, UTC), level, msg, plugin
};

/// What is printed from now on. Sets two numbers; nothing is initialised before the first line.
void log_open(sdk::Level least, LogFormat format);

/// One line, when its level is high enough. An empty plugin: microbox itself.
void log_line(sdk::Level level, std::string_view plugin, std::string_view text);

/// A protection that is weaker than the default: said at every level.
void log_weakened(std::string_view plugin, std::string_view text);

/// Something that the sandbox was denied, which the user has asked to be told: said at every level.
void log_denied(std::string_view plugin, std::string_view text);

/// The error of a run: "microbox: what", and "hint: ..." where there is one.
void log_error(const sdk::Error& error);

/// What a plan has to say.
void log_notice(const sdk::Notice& notice, std::string_view plugin);

/// The lines as they would be printed, without the time; for log_line and its tests. [pure]
[[nodiscard]] std::string format_text(std::string_view level_word,
                                      std::string_view plugin,
                                      std::string_view text,
                                      std::string_view hint = {});
[[nodiscard]] std::string
format_json_members(std::string_view plugin, std::string_view text, std::string_view hint = {});

/// The log as one plugin sees it: its lines carry its name.
class PluginLog : public sdk::Log {
public:
    explicit PluginLog(std::string plugin) : plugin_(std::move(plugin)) {}

    void write(sdk::Level level, std::string_view text) override { log_line(level, plugin_, text); }

private:
    std::string plugin_;
};

} // namespace microbox::core
