// SPDX-License-Identifier: MIT
// The only file that includes spdlog. The logger is made at the first line, so that a silent run
// pays nothing for it; spdlog's registry, with its default logger and thread pool, is never
// touched.
#include "core/log/sink.hpp"

#include <memory>

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace microbox::core {

namespace {

std::unique_ptr<spdlog::logger> make_logger(const char* pattern) {
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_st>();
    sink->set_formatter(std::make_unique<spdlog::pattern_formatter>(
        pattern, spdlog::pattern_time_type::utc, std::string("\n")));
    auto logger = std::make_unique<spdlog::logger>("microbox", std::move(sink));
    logger->set_level(spdlog::level::trace);
    logger->flush_on(spdlog::level::trace);
    return logger;
}

} // namespace

void sink_write(LogFormat format, const char* level_word, const std::string& text) {
    // Leaked: a message may still be printed while static objects are destroyed.
    static auto& text_logger = *make_logger("%v").release();
    static auto& json_logger = *make_logger(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ",%v})").release();
    if (format == LogFormat::text)
        text_logger.log(spdlog::level::info, spdlog::string_view_t(text));
    else
        json_logger.log(
            spdlog::level::info,
            spdlog::string_view_t(R"("level":")" + std::string(level_word) + R"(",)" + text));
}

} // namespace microbox::core
