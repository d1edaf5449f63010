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

/// Letters to add, drop, change, or swap with their neighbour (optimal string alignment).
[[nodiscard]] inline std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before.swap(last);
        last.swap(row);
    }
    return last.back();
}

/// The nearest of the names, or "" when none is near (more than a third of the letters wrong).
template <class Names>
[[nodiscard]] std::string nearest(std::string_view wrong, const Names& names) {
    std::string best;
    std::size_t least = std::max<std::size_t>(wrong.size() / 3, 1) + 1;
    for (const auto& name : names) {
        // A profile may hold a name of any length, and each letter more costs a round.
        const std::size_t length = std::string_view(name).size();
        if (std::max(length, wrong.size()) - std::min(length, wrong.size()) >= least)
            continue;
        const std::size_t distance = edit_distance(wrong, name);
        if (distance < least) {
            least = distance;
            best = name;
        }
    }
    return best;
}

} // namespace microbox::sdk
