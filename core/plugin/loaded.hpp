// SPDX-License-Identifier: MIT
// The plugins of one run, opened and checked. Never unloaded: handles stay open until exit.
#pragma once

#include <microbox/sdk/plugin.hpp>
#include <microbox/sdk/result.hpp>

#include <memory>
#include <string>
#include <vector>

namespace microbox::core {

/// One instance behind the fence: destroyed through its own descriptor.
struct LoadedPlugin {
    const MbxDescriptor* descriptor = nullptr;
    std::unique_ptr<sdk::Plugin, void (*)(void*)> instance{nullptr, nullptr};

    [[nodiscard]] std::string name() const { return descriptor->name; }

    [[nodiscard]] bool is(const char* role) const {
        return std::string_view(descriptor->role) == role;
    }
};

/// The plugins of a run: filesystem mode, network mode, then the layers by name.
struct PluginSet {
    std::vector<LoadedPlugin> plugins;
    std::string filesystem_argument; ///< "./dir" when --fs named no mode but a thing
    std::string network_argument;
};

} // namespace microbox::core
