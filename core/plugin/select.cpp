// SPDX-License-Identifier: MIT
// A mode's name is an address; any other value goes to the mode that accepts it.
#include "core/plugin/select.hpp"

#include "core/plugin/fence.hpp"
#include "core/plugin/rights.hpp"

#include <microbox/sdk/nearest.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <string_view>

#include <sys/stat.h>

namespace microbox::core {

namespace {

/// Names of the modes of a role, without its prefix.
std::vector<std::string> mode_names(const Catalogue& catalogue, const Role& role) {
    std::vector<std::string> modes;
    for (const std::string& name : catalogue.names(role))
        modes.push_back(name.substr(std::strlen(role.prefix)));
    return modes;
}

std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return words.empty() ? "none" : text;
}

bool looks_like_path(std::string_view value) {
    return value.find('/') != std::string_view::npos || value == "." || value == "..";
}

/// "oci:image" has one, "./dir:x" has none.
bool has_scheme(std::string_view value) {
    const auto colon = value.find(':');
    return colon != std::string_view::npos && colon > 0 && value.find('/') > colon;
}

const char* kind_word(int kind) {
    return kind == MBX_ARGUMENT_DIRECTORY ? "a directory" : "a file";
}

struct Askers {
    std::vector<std::string> accepting;
    std::string refused; ///< the first mode that could not be asked, and why
};

sdk::Result<void> ask(const Catalogue& catalogue,
                      const std::string& plugin,
                      const std::string& value,
                      int kind,
                      Askers& to) {
    auto found = catalogue.descriptor(plugin);
    if (!found.ok()) {
        if (to.refused.empty())
            to.refused = found.error().what;
        return {};
    }
    const MbxDescriptor* descriptor = *found;
    if (descriptor->accepts == nullptr)
        return {};
    MBX_TRY(const int accepted,
            fence(plugin, "accepts", [&] { return descriptor->accepts(value.c_str(), kind); }));
    if (accepted != 0)
        to.accepting.push_back(plugin);
    return {};
}

/// The mode that takes a thing: the one asked first, else exactly one of the others; "" for none.
sdk::Result<std::string> accepting_mode(const Catalogue& catalogue,
                                        const Role& role,
                                        const sdk::Given& value,
                                        int kind,
                                        const std::string& first,
                                        std::string& refused) {
    const std::string first_plugin = role.prefix + first;
    Askers askers;
    if (!first.empty() && catalogue.has(first_plugin)) {
        MBX_CHECK(ask(catalogue, first_plugin, value.value, kind, askers));
        // A refused plugin that would be asked first is not passed over in silence.
        if (!askers.refused.empty())
            return sdk::fail(value.source + ": " + askers.refused);
        if (!askers.accepting.empty())
            return askers.accepting.front();
    }
    for (const std::string& plugin : catalogue.names(role))
        if (plugin != first_plugin)
            MBX_CHECK(ask(catalogue, plugin, value.value, kind, askers));
    if (askers.accepting.size() > 1)
        return sdk::fail(value.source + " " + value.value + ": both " + askers.accepting[0] +
                             " and " + askers.accepting[1] + " take it",
                         "name one: " + askers.accepting[0].substr(std::strlen(role.prefix)) + ":" +
                             value.value);
    refused = askers.refused;
    return askers.accepting.empty() ? std::string() : askers.accepting.front();
}

sdk::Error unknown_mode(const Catalogue& catalogue, const Role& role, const sdk::Given& value) {
    const std::vector<std::string> modes = mode_names(catalogue, role);
    const std::string near = sdk::nearest(value.value, modes);
    std::string hint = "did you mean '" + near + "'?";
    if (near.empty())
        hint =
            std::string("a mode of that name would be the plugin ") + role.prefix + value.value +
            (executable_path().empty()
                 ? ", and where plugins are installed is told by /proc/self/exe, which cannot be "
                   "read: /proc must be mounted"
                 : ", which is in none of " + listed(catalogue.folders()));
    return sdk::fail(std::string("unknown ") + role.word + " mode '" + value.value +
                         "': installed are " + listed(modes),
                     std::move(hint));
}

sdk::Error nobody_takes(const Catalogue& catalogue,
                        const Role& role,
                        const sdk::Given& value,
                        int kind,
                        const std::string& refused) {
    return sdk::fail(value.source + " " + value.value + ": is " + kind_word(kind) + ", and no " +
                         role.word + " mode that is installed takes one: there are " +
                         listed(mode_names(catalogue, role)),
                     refused);
}

sdk::Result<ChosenMode> choose_thing(const Catalogue& catalogue,
                                     const Role& role,
                                     const sdk::Given& value,
                                     const std::string& first) {
    struct stat status {};

    const bool exists = ::stat(value.value.c_str(), &status) == 0;
    const int error = exists ? 0 : errno;
    std::string refused;
    if (exists) {
        const int kind = S_ISDIR(status.st_mode) ? MBX_ARGUMENT_DIRECTORY : MBX_ARGUMENT_FILE;
        MBX_TRY(std::string plugin, accepting_mode(catalogue, role, value, kind, first, refused));
        const std::string first_plugin = role.prefix + first;
        if (plugin.empty() && refused.empty() && kind == MBX_ARGUMENT_DIRECTORY && !first.empty() &&
            !catalogue.has(first_plugin))
            refused = "the package microbox-plugin-" + first_plugin + " brings one";
        if (plugin.empty())
            return nobody_takes(catalogue, role, value, kind, refused);
        return ChosenMode{std::move(plugin), value.value};
    }
    if (has_scheme(value.value)) {
        MBX_TRY(std::string plugin,
                accepting_mode(catalogue, role, value, MBX_ARGUMENT_NONE, {}, refused));
        if (!plugin.empty())
            return ChosenMode{std::move(plugin), value.value};
    }
    if (!looks_like_path(value.value))
        return unknown_mode(catalogue, role, value);
    if (error == ENOENT)
        return sdk::fail(value.source + " " + value.value + ": there is no such directory");
    return sdk::fail_errno(value.source + " " + value.value, error);
}

sdk::Result<void> check_required(const std::vector<std::string>& required, const PluginSet& set) {
    for (const std::string& name : required) {
        const bool there = std::any_of(set.plugins.begin(),
                                       set.plugins.end(),
                                       [&](const auto& loaded) { return loaded.name() == name; });
        if (!there)
            return sdk::fail(
                "the plugin " + name + " is required and does not take part",
                "the package microbox-plugin-" + name +
                    " brings it; \"require\" of the configuration says what is required");
    }
    return {};
}

/// Plugins that take part together may not own one option.
sdk::Result<void> check_option_owners(const PluginSet& set) {
    std::map<std::string, std::string> owners;
    std::map<char, std::string> short_owners;
    for (const LoadedPlugin& loaded : set.plugins) {
        for (std::size_t i = 0; i < loaded.descriptor->option_count; ++i) {
            const MbxOption& option = loaded.descriptor->options[i];
            const auto [owner, fresh] = owners.emplace(option.name, loaded.name());
            if (!fresh)
                return sdk::fail("the plugins " + owner->second + " and " + loaded.name() +
                                     " both bring the option --" + option.name,
                                 "remove one of them");
            if (option.short_name == 0)
                continue;
            const auto [short_owner, new_short] =
                short_owners.emplace(option.short_name, loaded.name());
            if (!new_short)
                return sdk::fail("the plugins " + short_owner->second + " and " + loaded.name() +
                                     " both bring the option -" + std::string(1, option.short_name),
                                 "remove one of them");
        }
    }
    return {};
}

} // namespace

sdk::Result<ChosenMode> choose_mode(const Catalogue& catalogue,
                                    const Role& role,
                                    const sdk::Given& value,
                                    const std::string& first) {
    if (value.value.empty())
        return sdk::fail(value.source + ": the value is empty");
    const std::vector<std::string> modes = mode_names(catalogue, role);
    const auto installed = [&](const std::string& name) {
        return std::find(modes.begin(), modes.end(), name) != modes.end();
    };
    if (installed(value.value))
        return ChosenMode{role.prefix + value.value, {}};
    const auto colon = value.value.find(':');
    if (colon != std::string::npos && installed(value.value.substr(0, colon))) {
        if (colon + 1 == value.value.size())
            return sdk::fail(value.source + " " + value.value + ": nothing follows the ':'");
        return ChosenMode{role.prefix + value.value.substr(0, colon),
                          value.value.substr(colon + 1)};
    }
    return choose_thing(catalogue, role, value, first);
}

sdk::Result<PluginSet> select(const Catalogue& catalogue, const Selection& selection) {
    PluginSet set;
    MBX_TRY(
        ChosenMode filesystem,
        choose_mode(
            catalogue, filesystem_role, selection.filesystem, selection.filesystem_for_directory));
    MBX_TRY(ChosenMode network, choose_mode(catalogue, network_role, selection.network, {}));
    set.filesystem_argument = std::move(filesystem.argument);
    set.network_argument = std::move(network.argument);
    std::vector<std::string> names{filesystem.plugin, network.plugin};
    for (const std::string& name : catalogue.names())
        if (role_of_name(name)->option == nullptr)
            names.push_back(name);
    for (const std::string& name : names) {
        MBX_TRY(LoadedPlugin loaded, catalogue.open(name));
        set.plugins.push_back(std::move(loaded));
    }
    MBX_CHECK(check_required(selection.required, set));
    MBX_CHECK(check_option_owners(set));
    return set;
}

} // namespace microbox::core
