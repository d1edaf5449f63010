// SPDX-License-Identifier: MIT
// JsonWriter: JSON text in the order in which it is told, two blanks of indentation.
#pragma once

#include "core/log/quote.hpp"

#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <type_traits>

namespace microbox::core {

class JsonWriter {
public:
    JsonWriter& begin_object() { return open('{'); }

    JsonWriter& end_object() { return close('}'); }

    JsonWriter& begin_array() { return open('['); }

    JsonWriter& end_array() { return close(']'); }

    /// The name of the member whose value comes next.
    JsonWriter& key(std::string_view name) {
        separate();
        text_ += json_string(name) + ": ";
        after_key_ = true;
        return *this;
    }

    JsonWriter& string(std::string_view value) { return raw(json_string(value)); }

    JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }

    template <class Integer>
    JsonWriter& integer(Integer value) {
        static_assert(std::is_integral_v<Integer>);
        return raw(std::to_string(value));
    }

    /// The shortest digits that are read as the same number.
    JsonWriter& real(double value) {
        if (!std::isfinite(value))
            return null(); // JSON has no word for it
        char digits[32];
        const auto end = std::to_chars(digits, digits + sizeof digits, value);
        return raw(std::string(digits, end.ptr));
    }

    JsonWriter& null() { return raw("null"); }

    /// The finished text, with a newline at its end.
    [[nodiscard]] std::string text() const { return text_ + "\n"; }

private:
    JsonWriter& raw(const std::string& value) {
        separate();
        text_ += value;
        return *this;
    }

    JsonWriter& open(char bracket) {
        separate();
        text_ += bracket;
        ++depth_;
        empty_ = true;
        return *this;
    }

    JsonWriter& close(char bracket) {
        --depth_;
        if (!empty_)
            new_line();
        text_ += bracket;
        empty_ = false;
        return *this;
    }

    void separate() {
        if (!after_key_ && depth_ > 0) {
            if (!empty_)
                text_ += ',';
            new_line();
        }
        after_key_ = false;
        empty_ = false;
    }

    void new_line() {
        text_ += '\n';
        text_.append(2 * depth_, ' ');
    }

    std::string text_;
    std::size_t depth_ = 0;
    bool empty_ = true;
    bool after_key_ = false;
};

} // namespace microbox::core
