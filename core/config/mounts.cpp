// SPDX-License-Identifier: MIT
// From "HOST:DEST:ro,owner" to a UserMount.
#include "core/config/mounts.hpp"

#include <microbox/sdk/units.hpp>

#include <string_view>

namespace microbox::core {

namespace {

struct Placed {
    UserMount mount;
    Origin origin = Origin::command_line;
};

std::vector<std::string> split(std::string_view text, char at) {
    std::vector<std::string> parts;
    while (true) {
        const auto end = text.find(at);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return parts;
        text.remove_prefix(end + 1);
    }
}

sdk::Result<std::string> destination_of(const std::string& text, const Setting& setting) {
    if (text.empty())
        return sdk::fail(setting.source + " " + setting.value + ": the destination is empty");
    if (text[0] != '/')
        return sdk::fail(setting.source + " " + setting.value + ": the destination '" + text +
                             "' is not absolute",
                         "a destination starts with '/', as in HOST:/data");
    std::string destination = normalised(text);
    if (destination == "/")
        return sdk::fail(setting.source + " " + setting.value +
                             ": the destination is the root itself",
                         "another root is given with --fs");
    return destination;
}

sdk::Result<void> apply_word(UserMount& mount, const std::string& word, const Setting& setting) {
    const bool volume = setting.name == "volume";
    if (word == "owner")
        mount.owner = true;
    else if (volume && (word == "ro" || word == "rw"))
        mount.read_only = word == "ro";
    else
        return sdk::fail(setting.source + " " + setting.value + ": '" + word +
                             "' is not understood: " +
                             (volume ? "ro, rw and owner are right" : "only owner can follow"),
                         "a HOST that contains ':' cannot be given");
    return {};
}

sdk::Result<UserMount> parse_bind(const Setting& setting, const std::string& directory) {
    const std::vector<std::string> parts = split(setting.value, ':');
    if (parts.size() < 2 || parts.size() > 3)
        return sdk::fail(setting.source + " " + setting.value + ": is not HOST:DEST",
                         "as in /srv/data:/data; a HOST that contains ':' cannot be given");
    if (parts[0].empty())
        return sdk::fail(setting.source + " " + setting.value + ": the host's path is empty");
    UserMount mount;
    // Not normalised: ".." after a link is for the kernel to follow.
    mount.host = parts[0][0] == '/' ? parts[0] : directory + "/" + parts[0];
    mount.read_only = setting.name == "mount-ro";
    mount.source = setting.source + " " + setting.value;
    MBX_TRY(mount.destination, destination_of(parts[1], setting));
    if (parts.size() == 3) {
        const std::vector<std::string> words = split(parts[2], ',');
        for (std::size_t i = 0; i < words.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j)
                if (words[i] == words[j] || (words[i] != "owner" && words[j] != "owner"))
                    return sdk::fail(setting.source + " " + setting.value + ": '" + words[j] +
                                     "' and '" + words[i] + "' do not go together");
            MBX_CHECK(apply_word(mount, words[i], setting));
        }
    }
    return mount;
}

sdk::Result<UserMount> parse_tmpfs(const Setting& setting) {
    const std::vector<std::string> parts = split(setting.value, ':');
    if (parts.size() > 2)
        return sdk::fail(setting.source + " " + setting.value + ": is not PATH[:SIZE]");
    UserMount mount;
    mount.kind = UserMount::Kind::tmpfs;
    mount.source = setting.source + " " + setting.value;
    MBX_TRY(mount.destination, destination_of(parts[0], setting));
    if (parts.size() == 2) {
        MBX_TRY(mount.bytes, sdk::parse_size(parts[1], setting.source, 4096));
    }
    return mount;
}

sdk::Result<void> place(std::vector<Placed>& placed, Placed next) {
    for (Placed& earlier : placed) {
        if (earlier.mount.destination != next.mount.destination)
            continue;
        if (earlier.origin == next.origin)
            return sdk::fail("both '" + earlier.mount.source + "' and '" + next.mount.source +
                             "' want " + next.mount.destination);
        if (earlier.origin < next.origin)
            earlier = std::move(next);
        return {};
    }
    placed.push_back(std::move(next));
    return {};
}

} // namespace

std::string normalised(const std::string& absolute) {
    std::vector<std::string> kept;
    for (std::string& part : split(absolute, '/')) {
        if (part.empty() || part == ".")
            continue;
        if (part != "..")
            kept.push_back(std::move(part));
        else if (!kept.empty())
            kept.pop_back();
    }
    std::string path;
    for (const std::string& part : kept)
        path += "/" + part;
    return path.empty() ? "/" : path;
}

sdk::Result<std::vector<UserMount>> parse_mounts(const Settings& settings,
                                                 const std::string& directory) {
    std::vector<Placed> placed;
    for (const char* name : {"mount-ro", "mount-rw", "volume", "tmpfs"}) {
        for (const Setting& setting : settings.all(name)) {
            const bool memory = setting.name == "tmpfs";
            MBX_TRY(UserMount mount,
                    memory ? parse_tmpfs(setting) : parse_bind(setting, directory));
            MBX_CHECK(place(placed, {std::move(mount), setting.origin}));
        }
    }
    std::vector<UserMount> mounts;
    mounts.reserve(placed.size());
    for (Placed& one : placed)
        mounts.push_back(std::move(one.mount));
    return mounts;
}

} // namespace microbox::core
