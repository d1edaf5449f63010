// SPDX-License-Identifier: MIT
#include "core/state/folder.hpp"

#include "core/log/log.hpp"

#include <microbox/sys/file.hpp>

#include <cerrno>
#include <climits>
#include <cstdlib>

namespace microbox::core {

namespace {

/// Opens a folder of ours, made when it is missing. A link in its place is refused.
sdk::Result<sys::Fd> open_own(int parent, const std::string& name, const std::string& shown) {
    constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int fd = ::openat(parent, name.c_str(), flags);
    if (fd < 0 && errno == ENOENT) {
        if (::mkdirat(parent, name.c_str(), 0700) < 0 && errno != EEXIST)
            return sdk::fail_errno("make the state folder " + shown, errno);
        fd = ::openat(parent, name.c_str(), flags);
    }
    if (fd < 0)
        return sdk::fail_errno("open the state folder " + shown, errno);
    sys::Fd folder(fd);

    struct stat status {};

    if (::fstat(fd, &status) < 0)
        return sdk::fail_errno("stat " + shown, errno);
    if (status.st_uid != ::geteuid() || (status.st_mode & 0022U) != 0)
        return sdk::fail(
            "the state folder " + shown + " belongs to uid " + std::to_string(status.st_uid) +
                " or can be written by others",
            "remove it: it is made anew, for this user alone; or set XDG_RUNTIME_DIR to "
            "a folder of the caller's own");
    return folder;
}

/// A folder for run-time files that is the caller's and nobody else's to write; "" otherwise.
std::string own_folder(const std::string& path) {
    char canonical[PATH_MAX];

    struct stat status {};

    if (path.empty() || path[0] != '/' || ::realpath(path.c_str(), canonical) == nullptr ||
        ::stat(canonical, &status) < 0)
        return {};
    const bool own = S_ISDIR(status.st_mode) && status.st_uid == ::geteuid() &&
                     (status.st_mode & 0022U) == 0 && ::access(canonical, W_OK) == 0;
    return own ? canonical : std::string();
}

/// Root of a user namespace is not root of /run: never the host's root, who is refused nothing.
bool is_closed_to_us(const std::string& path) {
    if (::access(path.c_str(), W_OK) == 0)
        return false;
    if (errno == ENOENT)
        static_cast<void>(::access(path.substr(0, path.rfind('/')).c_str(), W_OK));
    return errno == EACCES;
}

/// The same for `run` and `gc`, also where one of them was called without the session's variables.
sdk::Result<std::string> state_path() {
    const std::string user = std::to_string(::geteuid());
    if (::geteuid() == 0 && !is_closed_to_us("/run/microbox"))
        return std::string("/run/microbox");
    const char* const given = std::getenv("XDG_RUNTIME_DIR");
    for (const std::string& base :
         {std::string(given != nullptr ? given : ""), "/run/user/" + user})
        if (const std::string own = own_folder(base); !own.empty())
            return own + "/microbox";
    if (given != nullptr && given[0] != 0)
        log_line(sdk::Level::info,
                 "",
                 "XDG_RUNTIME_DIR=" + std::string(given) +
                     " is not a folder that belongs to the caller alone: /tmp/microbox-" + user +
                     " is taken");
    return "/tmp/microbox-" + user;
}

} // namespace

sdk::Result<StateFolder> open_state() {
    StateFolder state;
    MBX_TRY(state.path, state_path());
    MBX_TRY(state.directory, open_own(AT_FDCWD, state.path, state.path));
    MBX_TRY(state.runs, open_own(state.directory.get(), "runs", state.path + "/runs"));
    return state;
}

sdk::Result<sys::Fd> open_shared(const StateFolder& state) {
    return open_own(state.directory.get(), "shared", state.path + "/shared");
}

} // namespace microbox::core
