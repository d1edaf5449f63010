// SPDX-License-Identifier: MIT
// The nearest known name to a mistyped one, for "did you mean". [pure]
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace microbox::sdk {

/// Levenshtein distance.
[[nodiscard]] inline std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t above = row[j + 1];
            row[j + 1] = std::min({above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row.back();
}

/// The nearest of the names, or "" when none is near (more than a third of the letters wrong).
template <class Names>
[[nodiscard]] std::string nearest(std::string_view wrong, const Names& names) {
    std::string best;
    std::size_t least = std::max<std::size_t>(wrong.size() / 3, 1) + 1;
    for (const auto& name : names) {
        const std::size_t distance = edit_distance(wrong, name);
        if (distance < least) {
            least = distance;
            best = name;
        }
    }
    return best;
}

} // namespace microbox::sdk
