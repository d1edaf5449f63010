// SPDX-License-Identifier: MIT
#include "core/state/folder.hpp"

#include <microbox/sys/file.hpp>

#include <cerrno>

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
        return sdk::fail("the state folder " + shown + " belongs to uid " +
                             std::to_string(status.st_uid) + " or can be written by others",
                         "remove it: it is made anew, for this user alone");
    return folder;
}

} // namespace

sdk::Result<StateFolder> open_state() {
    StateFolder state;
    state.path = "/run/microbox";
    MBX_TRY(state.directory, open_own(AT_FDCWD, state.path, state.path));
    MBX_TRY(state.runs, open_own(state.directory.get(), "runs", state.path + "/runs"));
    return state;
}

sdk::Result<sys::Fd> open_shared(const StateFolder& state) {
    return open_own(state.directory.get(), "shared", state.path + "/shared");
}

} // namespace microbox::core
