// SPDX-License-Identifier: MIT
// The overlay: a lower tree of the host, and an upper one in the storage.
#include "core/child/overlay.hpp"

#include "core/child/mounts.hpp"
#include "core/child/path.hpp"
#include "core/child/raw.hpp"

#include <asm/errno.h>
#include <asm/stat.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

namespace microbox::child {

namespace {

constexpr std::uint32_t nobody = 65534; ///< how an owner is shown who is none of this namespace's

/// Gives the overlay an option whose value is a descriptor: by its /proc path, so that no name of
/// the host's, with colons and commas in it, is ever parsed.
int overlay_directory(Registers& r, const char* key, int fd) {
    char path[32];
    fd_path(path, fd);
    return fs_string(r, key, path);
}

int open_upper(Registers& r) {
    const long made = raw(__NR_mkdirat, r.store, at("upper"), 0755);
    if (made < 0 && made != -EEXIST)
        return static_cast<int>(made);
    return static_cast<int>(
        raw(__NR_openat, r.store, at("upper"), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

} // namespace

int own_directory(Registers& r, const char* path) {
    const int lower = open_in_root(r.tree, path, true);
    if (lower < 0)
        return 0; // missing, or behind a link: it is met again where something is put there

    struct statx stat {};

    constexpr long at_empty_path = 0x1000;
    constexpr unsigned directory = 0040000;
    long failed = raw(
        __NR_statx, lower, at(""), at_empty_path, STATX_TYPE | STATX_MODE | STATX_UID, at(&stat));
    close_fd(lower);
    if (failed < 0 || (stat.stx_mode & 0170000U) != directory || stat.stx_uid != nobody)
        return static_cast<int>(failed);
    const int upper = open_upper(r);
    if (upper < 0)
        return upper;
    Place place;
    failed = open_parent(upper, path, false, true, place);
    // Below a directory that was not made: that one belongs to the sandbox, or is none.
    if (failed == -ENOENT)
        failed = 0;
    else if (failed == 0) {
        failed = raw(__NR_mkdirat, place.parent, at(place.name), stat.stx_mode & 07777U);
        close_fd(place.parent);
    }
    close_fd(upper);
    return failed == -EEXIST ? 0 : static_cast<int>(failed);
}

int mount_overlay(Registers& r, std::uint64_t attributes, std::uint32_t flags) {
    // The lower tree must be attached in our namespace: a detached one is EINVAL before 6.15.
    long result = raw(__NR_mkdirat, r.store, at("lower"), 0700);
    if (result < 0 && result != -EEXIST)
        return static_cast<int>(result);
    result = move_tree(r.tree, r.store, "lower");
    if (result < 0)
        return static_cast<int>(result);
    raw(__NR_mkdirat, r.store, at("upper"), 0755);
    raw(__NR_mkdirat, r.store, at("work"), 0700);
    const int upper =
        static_cast<int>(raw(__NR_openat, r.store, at("upper"), O_PATH | O_DIRECTORY | O_CLOEXEC));
    const int work =
        static_cast<int>(raw(__NR_openat, r.store, at("work"), O_PATH | O_DIRECTORY | O_CLOEXEC));
    int failed = fs_open(r, "overlay");
    if (failed == 0)
        failed = overlay_directory(r, "lowerdir", r.tree);
    if (failed == 0)
        failed = overlay_directory(r, "upperdir", upper);
    if (failed == 0)
        failed = overlay_directory(r, "workdir", work);
    // Attributes of a hostile lower tree must not steer look-ups; kernels may be built with both
    // on.
    if (failed == 0)
        failed = fs_string(r, "redirect_dir", "nofollow");
    if (failed == 0)
        failed = fs_string(r, "metacopy", "off");
    if (failed == 0 && (flags & flag_user_attributes) != 0)
        failed = fs_flag(r, "userxattr");
    if (failed == 0)
        failed = fs_create(r, attributes);
    close_fd(upper);
    close_fd(work);
    return failed;
}

} // namespace microbox::child
