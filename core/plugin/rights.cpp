// SPDX-License-Identifier: MIT
// AT_SECURE for set-id and file capabilities; the marks of sudo and pkexec, which the kernel cannot
// see.
#include "core/plugin/rights.hpp"

#include <climits>
#include <cstdlib>
#include <string_view>

#include <sys/auxv.h>
#include <unistd.h>

namespace microbox::core {

std::string rights_beyond_caller() {
    // getauxval(3): non-zero after set-user-id, set-group-id, file capabilities or an LSM's wish.
    if (::getauxval(AT_SECURE) != 0)
        return "the program has more rights than its caller";
    if (::geteuid() != 0)
        return {};
    for (const auto& [variable, tool] : {std::pair{"SUDO_UID", "sudo"}, {"PKEXEC_UID", "pkexec"}}) {
        const char* caller = std::getenv(variable);
        if (caller != nullptr && std::string_view(caller) != "0")
            return std::string("started through ") + tool;
    }
    return {};
}

std::string executable_path() {
    char path[PATH_MAX];
    const ssize_t length = ::readlink("/proc/self/exe", path, sizeof path);
    if (length <= 0 || length == static_cast<ssize_t>(sizeof path))
        return {};
    return {path, static_cast<std::size_t>(length)};
}

} // namespace microbox::core
