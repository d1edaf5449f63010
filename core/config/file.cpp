// SPDX-License-Identifier: MIT
// Configuration files: where they lie, and whether they can be trusted.
#include "core/config/file.hpp"

#include "core/plugin/build.hpp"
#include "core/plugin/rights.hpp"
#include "core/plugin/trust.hpp"

#include <microbox/sdk/nearest.hpp>
#include <microbox/sys/file.hpp>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include <dirent.h>

namespace microbox::core {

namespace {

constexpr std::size_t most_bytes = 1U << 20U;
constexpr std::string_view suffix = ".json";

bool is_bare_name(std::string_view name) {
    if (name.empty() || name[0] == '.')
        return false;
    return std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-';
    });
}

std::vector<std::string> profiles_in(const std::vector<std::string>& folders) {
    std::vector<std::string> names;
    for (const std::string& folder : folders) {
        const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(folder.c_str()), ::closedir);
        if (!directory)
            continue;
        while (const dirent* entry = ::readdir(directory.get())) {
            const std::string_view file = entry->d_name;
            if (file.size() > suffix.size() && file.substr(file.size() - suffix.size()) == suffix)
                names.emplace_back(file.substr(0, file.size() - suffix.size()));
        }
    }
    return names;
}

std::string own_profiles() {
    if (const char* base = std::getenv("XDG_CONFIG_HOME"); base != nullptr && base[0] == '/')
        return std::string(base) + "/microbox/profiles";
    if (const char* home = std::getenv("HOME"); home != nullptr && home[0] == '/')
        return std::string(home) + "/.config/microbox/profiles";
    return {};
}

} // namespace

Surroundings Surroundings::of_this_process() {
    Surroundings of;
    of.catalogue = &Catalogue::installed();
    of.configuration = std::string(build::configuration_folder) + "/microbox.json";
    of.profile_folders.push_back(std::string(build::configuration_folder) + "/profiles");
    const std::string executable = executable_path();
    const std::string folder = executable.substr(0, executable.rfind('/') + 1);
    of.profile_folders.push_back(folder + "../share/microbox/profiles");
    if (rights_beyond_caller().empty())
        if (std::string own = own_profiles(); !own.empty())
            of.profile_folders.push_back(std::move(own));
    if (::geteuid() == 0)
        of.owners = trusted_owners();
    of.required_plugins = build::required_plugins();
    of.variable = [](const char* name) -> const char* { return std::getenv(name); };
    of.terminals = terminals_of_this_process();
    return of;
}

sdk::Result<std::string> read_configuration(const std::string& path,
                                            const std::vector<uid_t>& owners) {
    std::string canonical = path;
    if (!owners.empty()) {
        MBX_TRY(canonical, trusted_path(path, owners));
    }
    // O_NONBLOCK: a fifo without a writer must not stop us before fstat() says what it is.
    const int fd = ::open(canonical.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return sdk::fail_errno(path, errno);
    const sys::Fd file(fd);

    struct stat status {};

    if (::fstat(file.get(), &status) != 0)
        return sdk::fail_errno(path, errno);
    if (!S_ISREG(status.st_mode))
        return sdk::fail(path + ": is not a regular file");
    MBX_TRY(std::string text, sys::read_all(file.get(), path, most_bytes + 1));
    if (text.size() > most_bytes)
        return sdk::fail(path + ": is larger than 1 MiB");
    return text;
}

sdk::Result<std::string>
find_profile(const std::string& name, const std::string& source, const Surroundings& surroundings) {
    if (!is_bare_name(name))
        return sdk::fail(source + ": '" + name +
                             "' is not a profile's name: letters, digits, '.', '_' and '-'",
                         "a file is given with --config FILE");
    std::string looked;
    for (const std::string& folder : surroundings.profile_folders) {
        const std::string path = folder + "/" + name + std::string(suffix);
        if (::access(path.c_str(), F_OK) == 0)
            return path;
        looked += (looked.empty() ? "" : ", ") + folder;
    }
    const std::string near = sdk::nearest(name, profiles_in(surroundings.profile_folders));
    return sdk::fail(source + ": there is no profile '" + name + "' in " + looked,
                     near.empty() ? "" : "did you mean '" + near + "'?");
}

} // namespace microbox::core
