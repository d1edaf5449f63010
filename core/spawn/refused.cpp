// SPDX-License-Identifier: MIT
#include "core/spawn/refused.hpp"

#include <microbox/sys/file.hpp>

#include <cerrno>

namespace microbox::core {

namespace {

bool is(const ReadSwitch& read, const char* path, char value) {
    const std::string text = read(path);
    return !text.empty() && text[0] == value && (text.size() == 1 || text[1] == '\n');
}

/// The AppArmor profile around this process, "" for none: "NAME (enforce)" (aa_getprocattr,
/// security/apparmor/procattr.c). The second file is there in kernels with several such modules.
std::string confinement(const ReadSwitch& read) {
    for (const char* path : {"/proc/self/attr/apparmor/current", "/proc/self/attr/current"}) {
        const std::string text = read(path);
        const std::size_t mode = text.rfind(" (enforce)");
        if (mode != std::string::npos)
            return text.substr(0, mode);
    }
    return {};
}

} // namespace

std::string hint_for_refused_namespace(int error, const ReadSwitch& read) {
    if (is(read, "/proc/sys/user/max_user_namespaces", '0'))
        return "this host forbids user namespaces: as root, sysctl user.max_user_namespaces=15000";
    if (error == ENOSPC || error == EUSERS)
        return "a limit on namespaces is reached (or user namespaces are nested deeper than 32): "
               "see sysctl user.max_user_namespaces and its siblings";
    // Debian's own patch; the sysctl is not in other kernels.
    if (is(read, "/proc/sys/kernel/unprivileged_userns_clone", '0'))
        return "this host forbids user namespaces without root: as root, sysctl "
               "kernel.unprivileged_userns_clone=1";
    // Ubuntu 23.10 and later: the namespace is made, but its rights are refused.
    if (is(read, "/proc/sys/kernel/apparmor_restrict_unprivileged_userns", '1'))
        return "AppArmor refuses this program user namespaces "
               "(kernel.apparmor_restrict_unprivileged_userns=1): install microbox's profile, "
               "packaging/apparmor/microbox, into /etc/apparmor.d and load it with apparmor_parser "
               "-r";
    const std::string profile = confinement(read);
    if (error == EACCES && !profile.empty())
        return "the AppArmor profile '" + profile +
               "' around this program refuses it user namespaces: it needs the rule `userns,`, or "
               "load microbox's own, packaging/apparmor/microbox";
    if (error == EPERM || error == EACCES)
        return "a container's filter, a chroot or a security module around this process forbids "
               "user namespaces: see `microbox doctor`";
    return {};
}

sdk::Error refused_namespace(const std::string& what, int error) {
    return sdk::fail_errno(
        what, error, hint_for_refused_namespace(error, [](const std::string& path) {
            auto text = sys::read_file(path);
            return text.ok() ? *text : std::string();
        }));
}

} // namespace microbox::core
