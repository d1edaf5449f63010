// SPDX-License-Identifier: MIT
// The words of the JSON format: actions, comparisons, machines, capabilities, errno names. [pure]
#pragma once

#include "profile.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace microbox::seccomp {

template <class Value>
struct Word {
    std::string_view word;
    Value value;
};

[[nodiscard]] const std::vector<Word<Action>>& action_words();
[[nodiscard]] const std::vector<Word<Comparison>>& comparison_words();
[[nodiscard]] const std::vector<Word<std::uint32_t>>& flag_words();
/// Bit numbers by CAP_ name.
[[nodiscard]] const std::vector<Word<unsigned>>& capability_words();
/// libseccomp's names, in "architectures" and "archMap".
[[nodiscard]] const std::vector<Word<bool>>& scmp_machine_words();
/// Go's names, in "arches".
[[nodiscard]] const std::vector<Word<bool>>& go_machine_words();

/// "EPERM" is 1; nothing for what is no errno.
[[nodiscard]] std::optional<int> errno_by_name(std::string_view name);

[[nodiscard]] std::string_view native_go_name();
[[nodiscard]] std::string_view native_scmp_name();

} // namespace microbox::seccomp
