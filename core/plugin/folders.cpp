// SPDX-License-Identifier: MIT
// The search path of plugins.
#include "core/plugin/folders.hpp"

#include "core/plugin/build.hpp"
#include "core/plugin/rights.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace microbox::core {

namespace {

std::string parent(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

void add(std::vector<std::string>& paths, std::string path) {
    if (!path.empty() && std::find(paths.begin(), paths.end(), path) == paths.end())
        paths.push_back(std::move(path));
}

} // namespace

PluginFolders plugin_folders() {
    PluginFolders folders;
    if (const char* variable = std::getenv("MICROBOX_PLUGIN_PATH"); variable != nullptr) {
        if (const std::string why = rights_beyond_caller(); !why.empty()) {
            folders.ignored = "MICROBOX_PLUGIN_PATH is ignored: " + why;
        } else {
            std::string_view rest = variable;
            while (!rest.empty()) {
                const auto colon = std::min(rest.find(':'), rest.size());
                add(folders.paths, std::string(rest.substr(0, colon)));
                rest.remove_prefix(std::min(colon + 1, rest.size()));
            }
        }
    }
    const std::string executable = executable_path();
    // Without /proc nobody knows where we are installed: then no folder is ours.
    if (executable.empty())
        return folders;
    const std::string prefix = parent(parent(executable));
    add(folders.paths, prefix + "/lib/microbox/plugins");
    add(folders.paths, prefix + "/" + build::library_folder + "/microbox/plugins");
    return folders;
}

} // namespace microbox::core
