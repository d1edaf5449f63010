// SPDX-License-Identifier: MIT
// Mounts of a test's own: from then on the process is in a mount namespace that nobody else sees.
#pragma once

#include <string>

#include <sched.h>
#include <sys/mount.h>

namespace microbox::testing {

/// Once in a test that mounts. False: the kernel refuses it.
[[nodiscard]] inline bool enter_private_mounts() {
    return ::unshare(CLONE_NEWNS) == 0 &&
           ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

/// A file system that is mounted while the object lives.
class MountedFilesystem {
public:
    MountedFilesystem(const std::string& type,
                      const std::string& target,
                      const std::string& options = {})
        : target_(target),
          mounted_(::mount("microbox-test", target.c_str(), type.c_str(), 0, options.c_str()) ==
                   0) {}

    MountedFilesystem(const MountedFilesystem&) = delete;
    MountedFilesystem& operator=(const MountedFilesystem&) = delete;
    MountedFilesystem(MountedFilesystem&&) = delete;
    MountedFilesystem& operator=(MountedFilesystem&&) = delete;

    ~MountedFilesystem() {
        if (mounted_)
            ::umount2(target_.c_str(), MNT_DETACH);
    }

    [[nodiscard]] bool mounted() const { return mounted_; }

private:
    std::string target_;
    bool mounted_;
};

} // namespace microbox::testing
