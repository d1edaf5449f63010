// SPDX-License-Identifier: MIT
#include "last_words.hpp"

#include <algorithm>

namespace microbox::net_pasta {

namespace {

constexpr std::size_t most_kept = 4096;
constexpr std::size_t most_shown = 300;

/// Of its log, which has no listener here: it says nothing of pasta.
bool is_noise(std::string_view line) {
    return line.empty() || (line.starts_with("Failed to send ") && line.ends_with(" to syslog"));
}

std::string_view without_name(std::string_view line) {
    constexpr std::string_view name = "pasta: ";
    if (line.starts_with(name))
        line.remove_prefix(name.size());
    return line;
}

} // namespace

void LastWords::add(std::string_view text) {
    text_ += text;
    if (text_.size() > most_kept)
        text_.erase(0, text_.size() - most_kept);
}

std::string LastWords::line() const {
    std::string_view last;
    std::string_view rest = text_;
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        if (!is_noise(without_name(line)))
            last = without_name(line);
    }
    std::string shown(last.substr(0, most_shown));
    for (char& c : shown)
        c = c >= ' ' && c <= '~' ? c : '?';
    return shown;
}

} // namespace microbox::net_pasta
