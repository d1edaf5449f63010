// SPDX-License-Identifier: MIT
// What a fuzz target is: one() looks at one input, which may be anything. Beside the sanitizers'
// findings, a promise that does not hold is one.
#pragma once

#include <microbox/sdk/request.hpp>
#include <microbox/sdk/result.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#define HOLDS(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);    \
            std::abort();                                                                          \
        }                                                                                          \
    } while (false)

namespace microbox::fuzz {

/// Defined by each target.
void one(std::string_view text);

inline bool says(std::string_view text, std::string_view word) {
    return text.find(word) != std::string_view::npos;
}

inline std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        lines.emplace_back(line);
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
    return lines;
}

/// A request by lines "NAME=VALUE"; a line without '=' is a value of `name`.
inline sdk::Request asked(std::string_view text, const std::string& name) {
    sdk::Request request;
    for (const std::string& line : lines_of(text)) {
        const std::size_t equal = line.find('=');
        const std::string option = equal == std::string::npos ? name : line.substr(0, equal);
        const std::string value = equal == std::string::npos ? line : line.substr(equal + 1);
        request.options[option].push_back({value, "--" + option, false});
    }
    return request;
}

/// An error is for a user: one line that says something, and begins with who is wrong.
template <class T>
void is_told(const sdk::Result<T>& result, std::string_view source) {
    if (result.ok())
        return;
    HOLDS(result.error().what.starts_with(source));
    HOLDS(result.error().what.size() > source.size());
    HOLDS(result.error().exit_code == 125);
}

} // namespace microbox::fuzz
