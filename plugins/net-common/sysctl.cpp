// SPDX-License-Identifier: MIT
#include "sysctl.hpp"

#include <microbox/sys/file.hpp>

#include <memory>

#include <dirent.h>
#include <sys/socket.h>

namespace microbox::net {

namespace {

constexpr const char* root = "/proc/sys/";

std::string folder(int family) {
    return family == AF_INET ? "net/ipv4/conf/" : "net/ipv6/conf/";
}

} // namespace

std::optional<std::string> read_sysctl(const std::string& name) {
    const auto text = sys::read_file(root + name);
    if (!text.ok())
        return std::nullopt;
    return text->substr(0, text->find('\n'));
}

sdk::Result<void> write_sysctl(const std::string& name, const std::string& value) {
    return sys::write_file_at(AT_FDCWD, root + name, value);
}

std::vector<std::string> configured_interfaces(int family) {
    std::vector<std::string> names;
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir((root + folder(family)).c_str()),
                                                        ::closedir);
    if (!directory)
        return names;
    while (const dirent* entry = ::readdir(directory.get()))
        if (entry->d_name[0] != '.')
            names.emplace_back(entry->d_name);
    return names;
}

std::string conf(int family, const std::string& interface, const std::string& key) {
    return folder(family) + interface + "/" + key;
}

bool has_ipv6() {
    return read_sysctl(conf(AF_INET6, "all", "disable_ipv6")) == "0";
}

} // namespace microbox::net
