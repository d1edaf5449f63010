// SPDX-License-Identifier: MIT
// Catalogue: which plugins there are, and the way to open one of them by its name.
#pragma once

#include "core/plugin/loaded.hpp"
#include "core/plugin/roles.hpp"

#include <microbox/sdk/result.hpp>

#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace microbox::core {

/// One file that looks like a plugin: a descriptor, or the reason why it is refused.
struct Inspected {
    std::string name;
    std::string path;
    const MbxDescriptor* descriptor = nullptr;
    std::string refused;
};

class Catalogue {
public:
    /// Lists the folders; the first one that has a name wins. Opens nothing. ignored: what was not
    /// listed and why, for a message.
    Catalogue(std::vector<std::string> folders,
              std::vector<uid_t> owners,
              std::string ignored = {});

    /// Of this process: its folders and its owners.
    [[nodiscard]] static const Catalogue& installed();

    [[nodiscard]] const std::vector<std::string>& folders() const { return folders_; }

    [[nodiscard]] const std::string& ignored() const { return ignored_; }

    [[nodiscard]] bool has(const std::string& name) const { return files_.contains(name); }

    /// Names of all plugins, or of one role, sorted.
    [[nodiscard]] std::vector<std::string> names() const;
    [[nodiscard]] std::vector<std::string> names(const Role& role) const;

    /// Trust, file, descriptor. Errors: "NAME: PATH why", or that there is none, with its package.
    [[nodiscard]] sdk::Result<const MbxDescriptor*> descriptor(const std::string& name) const;
    /// The same, and an instance.
    [[nodiscard]] sdk::Result<LoadedPlugin> open(const std::string& name) const;
    /// Opens every file there is. For lists, help and errors, never for a run.
    [[nodiscard]] std::vector<Inspected> inspect_all() const;

private:
    /// The canonical path of a plugin's file when it can be trusted.
    [[nodiscard]] sdk::Result<std::string> trusted(const std::string& name) const;

    std::vector<std::string> folders_;
    std::vector<uid_t> owners_;
    std::string ignored_;
    std::map<std::string, std::string> files_;                   ///< name, path
    mutable std::map<std::string, std::string> trusted_folders_; ///< as named, canonical
};

/// Of the installed catalogue.
[[nodiscard]] std::vector<std::string> list_plugins();
[[nodiscard]] sdk::Result<LoadedPlugin> open_plugin(const std::string& name);

/// An instance behind the fence. Errors: create threw, or gave nothing.
[[nodiscard]] sdk::Result<LoadedPlugin> make_instance(const MbxDescriptor& descriptor);

} // namespace microbox::core
