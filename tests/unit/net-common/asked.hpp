// SPDX-License-Identifier: MIT
// Requests with one option of a network mode, and values that nobody thought of.
#pragma once

#include <microbox/sdk/request.hpp>

#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microbox::test {

/// --NAME=VALUE for each of the values.
inline sdk::Request asked(const std::string& name, const std::vector<std::string>& values) {
    sdk::Request request;
    for (const std::string& value : values)
        request.options[name].push_back({value, "--" + name, false});
    return request;
}

inline bool says(const std::string& text, std::string_view word) {
    return text.find(word) != std::string::npos;
}

/// The same in each run, so that what fails does so again.
class Chance {
public:
    [[nodiscard]] std::size_t below(std::size_t bound) { return engine_() % bound; }

    /// Up to 40 bytes of any value.
    [[nodiscard]] std::string bytes() {
        std::string text(below(41), '\0');
        for (char& c : text)
            c = static_cast<char>(below(256));
        return text;
    }

    /// Right but for a few bytes that are changed, doubled or left out, and often right.
    [[nodiscard]] std::string nearly(std::string text) {
        constexpr std::string_view likely = "0123456789:./[]abcdfgtimkuep -+%";
        for (std::size_t i = below(4); i > 0 && !text.empty(); --i) {
            const std::size_t at = below(text.size());
            const std::size_t how = below(3);
            if (how == 0)
                text[at] = likely[below(likely.size())];
            else if (how == 1)
                text.insert(at, 1, text[at]);
            else
                text.erase(at, 1);
        }
        return text;
    }

private:
    std::mt19937 engine_{1};
};

} // namespace microbox::test
