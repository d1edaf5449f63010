// SPDX-License-Identifier: MIT
// A configuration or profile: a JSON object of options, comments allowed. The seam to
// nlohmann_json.
#pragma once

#include <microbox/sdk/result.hpp>

#include <string>
#include <vector>

namespace microbox::core {

/// One member of the object, in the order of the file.
struct FileEntry {
    enum class Kind { text, number, truth, list };
    std::string name;
    Kind kind = Kind::text;
    std::vector<std::string> values; ///< one for text and number; any number for a list
    bool truth = false;
};

/// Errors: "FILE: " and what is wrong where: syntax, a name twice, a value that is neither string,
/// number, true, false nor a list of strings. [pure]
[[nodiscard]] sdk::Result<std::vector<FileEntry>> parse_json(const std::string& text,
                                                             const std::string& file);

} // namespace microbox::core
