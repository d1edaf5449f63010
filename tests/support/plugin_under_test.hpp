// SPDX-License-Identifier: MIT
// PluginUnderTest: one linked plugin behind its own descriptor, and requests as the core makes
// them.
#pragma once

#include <microbox/sdk/plugin.hpp>

#include <memory>
#include <string>

extern "C" const MbxDescriptor microbox_plugin;

namespace microbox::test {

struct DestroyPlugin {
    void operator()(sdk::Plugin* plugin) const { microbox_plugin.destroy(plugin); }
};

using PluginUnderTest = std::unique_ptr<sdk::Plugin, DestroyPlugin>;

inline PluginUnderTest make_plugin() {
    return PluginUnderTest(static_cast<sdk::Plugin*>(microbox_plugin.create()));
}

/// A request of root in which every option of the descriptor has its default.
inline sdk::Request default_request(const MbxDescriptor& plugin = microbox_plugin) {
    sdk::Request request;
    request.privileged = true;
    request.command = {"/bin/true"};
    for (std::size_t i = 0; i < plugin.option_count; ++i) {
        const MbxOption& option = plugin.options[i];
        if (option.default_value != nullptr)
            request.options[option.name] = {{option.default_value, "default", true}};
    }
    return request;
}

/// Says an option as the command line does: replaces the default, adds to what was said.
inline void give(sdk::Request& request, const std::string& name, const std::string& value) {
    auto& values = request.options[name];
    if (!values.empty() && values.front().by_default)
        values.clear();
    values.push_back({value, "--" + name, false});
}

} // namespace microbox::test
