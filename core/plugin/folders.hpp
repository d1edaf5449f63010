// SPDX-License-Identifier: MIT
// Where plugins are looked for.
#pragma once

#include <string>
#include <vector>

namespace microbox::core {

struct PluginFolders {
    std::vector<std::string> paths; ///< in the order of the search; they need not exist
    std::string ignored;            ///< why MICROBOX_PLUGIN_PATH does not count; "" when it does
};

/// MICROBOX_PLUGIN_PATH, then the folders beside the running executable (build tree and installed).
[[nodiscard]] PluginFolders plugin_folders();

} // namespace microbox::core
