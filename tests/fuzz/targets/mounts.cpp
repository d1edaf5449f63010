// SPDX-License-Identifier: MIT
// --mount-ro, --mount-rw, --volume and --tmpfs, which the caller or the author of a profile writes:
// a line "OPTION=VALUE" each. A destination is an absolute path without "..", no root, and nobody
// else's; what is said to be read-only is.
#include "core/config/mounts.hpp"

#include "tests/fuzz/target.hpp"

#include <set>

namespace microbox::fuzz {

namespace {

core::Settings settings_of(std::string_view text) {
    core::Settings settings;
    for (const std::string& line : lines_of(text)) {
        const std::size_t equal = line.find('=');
        const std::string value = equal == std::string::npos ? line : line.substr(equal + 1);
        std::string name = equal == std::string::npos ? "volume" : line.substr(0, equal);
        // Neither a command line nor a file gives an empty value.
        if (!value.empty())
            settings.add({name, value, "--" + name, core::Origin::command_line, false});
    }
    return settings;
}

void looked_at(const core::UserMount& mount) {
    const std::string& path = mount.destination;
    HOLDS(path.size() > 1 && path.starts_with('/') && !path.ends_with('/'));
    HOLDS(!says(path + "/", "//") && !says(path + "/", "/../") && !says(path + "/", "/./"));
    HOLDS(core::normalised(path) == path);
    HOLDS(mount.source.starts_with("--"));
    if (mount.kind == core::UserMount::Kind::tmpfs)
        HOLDS(mount.host.empty());
    else
        HOLDS(mount.host.starts_with('/'));
    if (mount.source.starts_with("--mount-ro "))
        HOLDS(mount.read_only);
    if (mount.source.starts_with("--mount-rw "))
        HOLDS(!mount.read_only);
}

} // namespace

void one(std::string_view text) {
    const auto mounts = core::parse_mounts(settings_of(text), "/work");
    if (!mounts.ok()) {
        HOLDS(says(mounts.error().what, "--"));
        return;
    }
    std::set<std::string> destinations;
    for (const core::UserMount& mount : *mounts) {
        looked_at(mount);
        HOLDS(destinations.insert(mount.destination).second);
    }
}

} // namespace microbox::fuzz
