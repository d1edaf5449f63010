// SPDX-License-Identifier: MIT
// Levels and wording of messages; what prints them is in sink.cpp.
#include "core/log/log.hpp"

#include "core/log/quote.hpp"
#include "core/log/sink.hpp"

namespace microbox::core {

namespace {

sdk::Level least_level = sdk::Level::error;
LogFormat chosen_format = LogFormat::text;

const char* to_word(sdk::Level level) {
    switch (level) {
    case sdk::Level::info:
        return "info";
    case sdk::Level::warning:
        return "warning";
    case sdk::Level::error:
        return "error";
    }
    return "error";
}

void print(const char* word,
           std::string_view plugin,
           std::string_view text,
           std::string_view hint = {}) {
    sink_write(chosen_format,
               word,
               chosen_format == LogFormat::text ? format_text(word, plugin, text, hint)
                                                : format_json_members(plugin, text, hint));
}

} // namespace

void log_open(sdk::Level least, LogFormat format) {
    least_level = least;
    chosen_format = format;
}

void log_line(sdk::Level level, std::string_view plugin, std::string_view text) {
    if (level >= least_level)
        print(to_word(level), plugin, text);
}

void log_weakened(std::string_view plugin, std::string_view text) {
    print("weakened", plugin, text);
}

void log_denied(std::string_view plugin, std::string_view text) {
    print("denied", plugin, text);
}

void log_error(const sdk::Error& error) {
    print("error", {}, error.what, error.hint);
}

void log_notice(const sdk::Notice& notice, std::string_view plugin) {
    switch (notice.kind) {
    case sdk::Notice::Kind::weakened:
        log_weakened(plugin, notice.text);
        break;
    case sdk::Notice::Kind::warning:
        log_line(sdk::Level::warning, plugin, notice.text);
        break;
    case sdk::Notice::Kind::info:
        log_line(sdk::Level::info, plugin, notice.text);
        break;
    }
}

std::string format_text(std::string_view level_word,
                        std::string_view plugin,
                        std::string_view text,
                        std::string_view hint) {
    std::string line = "microbox: ";
    if (level_word != "error")
        line += std::string(level_word) + ": ";
    if (!plugin.empty())
        line += quote_controls(plugin) + ": ";
    line += quote_controls(text);
    if (!hint.empty())
        line += "\nhint: " + quote_controls(hint);
    return line;
}

std::string
format_json_members(std::string_view plugin, std::string_view text, std::string_view hint) {
    std::string members = "\"msg\":" + json_string(text);
    if (!plugin.empty())
        members += ",\"plugin\":" + json_string(plugin);
    if (!hint.empty())
        members += ",\"hint\":" + json_string(hint);
    return members;
}

} // namespace microbox::core
