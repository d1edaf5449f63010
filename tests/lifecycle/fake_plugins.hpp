// SPDX-License-Identifier: MIT
// Plugins without files: descriptors and instances made by hand, whose phases are functions of the
// test, and which note what is called in one common list.
#pragma once

#include "core/plugin/loaded.hpp"

#include <microbox/sdk/plugin.hpp>

#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace microbox::core::testing {

using Calls = std::vector<std::string>;

class FakePlugin : public sdk::Plugin {
public:
    FakePlugin(std::string name, Calls& calls) : name_(std::move(name)), calls_(calls) {}

    std::vector<sdk::FactQuery> ask(const sdk::Request& request, const sdk::Facts& facts) override {
        return on_ask ? on_ask(request, facts) : std::vector<sdk::FactQuery>{};
    }

    sdk::Result<sdk::Fragment> plan(const sdk::Request& request, const sdk::Facts& facts) override {
        calls_.push_back(name_ + " plan");
        seen.push_back(request);
        return on_plan ? on_plan(request, facts) : fragment;
    }

    sdk::Result<void> cleanup(const sdk::Leftovers& leftovers, sdk::Log&) override {
        std::string call = name_ + " cleanup";
        for (const std::string& entry : leftovers.entries)
            call += " " + entry;
        calls_.push_back(call);
        return on_cleanup ? on_cleanup(leftovers) : sdk::Result<void>{};
    }

    sdk::Fragment fragment;
    std::function<std::vector<sdk::FactQuery>(const sdk::Request&, const sdk::Facts&)> on_ask;
    std::function<sdk::Result<sdk::Fragment>(const sdk::Request&, const sdk::Facts&)> on_plan;
    std::function<sdk::Result<void>(const sdk::Leftovers&)> on_cleanup;
    std::vector<sdk::Request> seen; ///< requests that plan() got

private:
    std::string name_;
    Calls& calls_;
};

/// The plugins of a run, in the order in which they are added.
class FakeSet {
public:
    FakePlugin&
    add(const std::string& name, const char* role, std::vector<MbxOption> options = {}) {
        Held& held = held_.emplace_back(name, std::move(options));
        held.descriptor.name = held.name.c_str();
        held.descriptor.role = role;
        held.descriptor.version = "1.0";
        held.descriptor.options = held.options.data();
        held.descriptor.option_count = held.options.size();
        auto* const plugin = new FakePlugin(name, calls);
        LoadedPlugin loaded;
        loaded.descriptor = &held.descriptor;
        loaded.instance = {plugin, [](void* made) { delete static_cast<sdk::Plugin*>(made); }};
        set.plugins.push_back(std::move(loaded));
        return *plugin;
    }

    /// A filesystem mode with a root in memory.
    FakePlugin& add_filesystem() {
        FakePlugin& plugin = add("fs-fake", "filesystem");
        plugin.fragment.claims = {"root"};
        plugin.fragment.add(sdk::Stage::assemble,
                            sdk::Mount{"/", sdk::StorageDirectory{"root", 0755}, {}});
        return plugin;
    }

    FakePlugin& add_network() {
        FakePlugin& plugin = add("net-fake", "network");
        plugin.fragment.claims = {"network"};
        plugin.fragment.own_network = true;
        return plugin;
    }

    Calls calls;
    PluginSet set;

private:
    struct Held {
        Held(std::string its_name, std::vector<MbxOption> its_options)
            : name(std::move(its_name)), options(std::move(its_options)) {}

        std::string name;
        std::vector<MbxOption> options;
        MbxDescriptor descriptor{};
    };

    std::deque<Held> held_;
};

} // namespace microbox::core::testing
