// SPDX-License-Identifier: MIT
// Files in folders become plugins: listed by name, checked and opened one by one.
#include "core/plugin/catalogue.hpp"

#include "core/plugin/descriptor.hpp"
#include "core/plugin/fence.hpp"
#include "core/plugin/folders.hpp"
#include "core/plugin/library.hpp"
#include "core/plugin/trust.hpp"

#include <memory>
#include <string_view>

#include <dirent.h>

namespace microbox::core {

namespace {

constexpr std::string_view suffix = ".so";

std::vector<std::string> plugin_names_in(const std::string& folder) {
    std::vector<std::string> names;
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(folder.c_str()), ::closedir);
    if (!directory)
        return names;
    while (const dirent* entry = ::readdir(directory.get())) {
        const std::string_view file = entry->d_name;
        if (file.size() <= suffix.size() || file.substr(file.size() - suffix.size()) != suffix)
            continue;
        const std::string_view name = file.substr(0, file.size() - suffix.size());
        if (role_of_name(name) != nullptr)
            names.emplace_back(name);
    }
    return names;
}

std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

} // namespace

Catalogue::Catalogue(std::vector<std::string> folders,
                     std::vector<uid_t> owners,
                     std::string ignored)
    : folders_(std::move(folders)), owners_(std::move(owners)), ignored_(std::move(ignored)) {
    for (const std::string& folder : folders_)
        for (const std::string& name : plugin_names_in(folder))
            files_.emplace(name, folder + "/" + name + std::string(suffix));
}

const Catalogue& Catalogue::installed() {
    static const Catalogue& catalogue = []() -> Catalogue& {
        PluginFolders folders = plugin_folders();
        return *new Catalogue(
            std::move(folders.paths), trusted_owners(), std::move(folders.ignored));
    }();
    return catalogue;
}

std::vector<std::string> Catalogue::names() const {
    std::vector<std::string> names;
    for (const auto& [name, path] : files_)
        names.push_back(name);
    return names;
}

std::vector<std::string> Catalogue::names(const Role& role) const {
    std::vector<std::string> names;
    for (const auto& [name, path] : files_)
        if (role_of_name(name) == &role)
            names.push_back(name);
    return names;
}

sdk::Result<std::string> Catalogue::trusted(const std::string& name) const {
    const std::string& path = files_.at(name);
    const std::string folder = path.substr(0, path.rfind('/'));
    auto known = trusted_folders_.find(folder);
    if (known == trusted_folders_.end()) {
        MBX_TRY(std::string canonical, trusted_path(folder, owners_));
        known = trusted_folders_.emplace(folder, std::move(canonical)).first;
    }
    return trusted_file(known->second, name + std::string(suffix), owners_);
}

sdk::Result<const MbxDescriptor*> Catalogue::descriptor(const std::string& name) const {
    const auto file = files_.find(name);
    if (file == files_.end())
        return sdk::fail("the plugin " + name + " is not installed: there is none in " +
                             listed(folders_),
                         "the package microbox-plugin-" + name + " brings it");
    const std::string& path = file->second;
    auto right_hands = trusted(name);
    if (!right_hands.ok())
        return std::move(right_hands.error()).within("the plugin " + name + " is refused");
    auto opened = open_library(*right_hands);
    if (!opened.ok())
        return std::move(opened.error()).within("the plugin " + name + " is refused: " + path);
    auto right = check_descriptor(**opened, name);
    if (!right.ok())
        return std::move(right.error()).within("the plugin " + name + " is refused: " + path);
    return *opened;
}

sdk::Result<LoadedPlugin> Catalogue::open(const std::string& name) const {
    MBX_TRY(const MbxDescriptor* found, descriptor(name));
    return make_instance(*found);
}

std::vector<Inspected> Catalogue::inspect_all() const {
    std::vector<Inspected> all;
    for (const auto& [name, path] : files_) {
        auto opened = descriptor(name);
        all.push_back({name,
                       path,
                       opened.ok() ? *opened : nullptr,
                       opened.ok() ? std::string() : opened.error().what});
    }
    return all;
}

std::vector<std::string> list_plugins() {
    return Catalogue::installed().names();
}

sdk::Result<LoadedPlugin> open_plugin(const std::string& name) {
    return Catalogue::installed().open(name);
}

sdk::Result<LoadedPlugin> make_instance(const MbxDescriptor& descriptor) {
    MBX_TRY(void* const made,
            fence(descriptor.name, "create", [&] { return descriptor.create(); }));
    if (made == nullptr)
        return sdk::fail(std::string(descriptor.name) + ": create gave no instance",
                         "no memory, or a fault of the plugin");
    LoadedPlugin loaded;
    loaded.descriptor = &descriptor;
    loaded.instance = {static_cast<sdk::Plugin*>(made), descriptor.destroy};
    return loaded;
}

} // namespace microbox::core
