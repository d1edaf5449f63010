// SPDX-License-Identifier: MIT
// What pasta has said on its standard error: the end of it. [pure]
#pragma once

#include <string>
#include <string_view>

namespace microbox::net_pasta {

class LastWords {
public:
    void add(std::string_view text);

    /// The last line that says something, printable and without the program's name; "" for none.
    /// The last: an error ends it, and warnings come before.
    [[nodiscard]] std::string line() const;

private:
    std::string text_;
};

} // namespace microbox::net_pasta
