// SPDX-License-Identifier: MIT
// Quoting for terminals and for JSON.
#include "core/log/quote.hpp"

#include <cstddef>

namespace microbox::core {

namespace {

constexpr const char* hex_digits = "0123456789abcdef";

unsigned byte_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

void append_escape(std::string& out, const char* prefix, unsigned byte) {
    out += prefix;
    out += hex_digits[byte >> 4U];
    out += hex_digits[byte & 15U];
}

/// Length of the well-formed UTF-8 sequence at a place, 0 when it is none (Unicode 15, table 3-7).
std::size_t utf8_length(std::string_view text, std::size_t at) {
    const unsigned lead = byte_at(text, at);
    if (lead < 0x80)
        return 1;
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || at + length > text.size())
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte_at(text, at + i) & 0xC0U) != 0x80)
            return 0;
    const unsigned second = byte_at(text, at + 1);
    const bool overlong_or_surrogate =
        (lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
        (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F);
    return overlong_or_surrogate ? 0 : length;
}

} // namespace

std::string quote_controls(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const unsigned byte = byte_at(text, i);
        // U+0080 to U+009F are C1 controls: some terminals take U+009B for ESC [.
        const bool c1 = byte == 0xC2 && i + 1 < text.size() && byte_at(text, i + 1) >= 0x80 &&
                        byte_at(text, i + 1) <= 0x9F;
        if (c1) {
            append_escape(out, "\\x", byte);
            append_escape(out, "\\x", byte_at(text, ++i));
        } else if (byte < 0x20 || byte == 0x7F || utf8_length(text, i) == 0) {
            append_escape(out, "\\x", byte);
        } else {
            const std::size_t length = utf8_length(text, i);
            out += text.substr(i, length);
            i += length - 1;
        }
    }
    return out;
}

std::string json_string(std::string_view text) {
    std::string out = "\"";
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = utf8_length(text, i);
        const unsigned byte = byte_at(text, i);
        if (length == 0) {
            out += "\xEF\xBF\xBD";
            ++i;
            continue;
        }
        const bool c1 = length == 2 && byte == 0xC2 && byte_at(text, i + 1) <= 0x9F;
        if (byte == '"' || byte == '\\') {
            out += '\\';
            out += text[i];
        } else if (byte == '\n') {
            out += "\\n";
        } else if (byte < 0x20 || byte == 0x7F) {
            append_escape(out, "\\u00", byte);
        } else if (c1) {
            append_escape(out, "\\u00", byte_at(text, i + 1));
        } else {
            out += text.substr(i, length);
        }
        i += length;
    }
    out += '"';
    return out;
}

} // namespace microbox::core
