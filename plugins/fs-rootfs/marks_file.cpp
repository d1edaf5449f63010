// SPDX-License-Identifier: MIT
#include "marks_file.hpp"

#include <microbox/sys/file.hpp>

#include <cerrno>
#include <string>

#include <sys/mman.h>

extern "C" {
extern const char fs_rootfs_marks[];
extern const char fs_rootfs_marks_end[];
}

#ifndef MFD_EXEC
#define MFD_EXEC 0x10U
#endif

namespace fs_rootfs {

using namespace microbox;
using namespace microbox::sdk;

namespace {

constexpr const char* name = "fuse-overlayfs-marks";

} // namespace

Result<sys::Fd> marks_file() {
    int fd = ::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
    if (fd < 0 && errno == EINVAL) // before Linux 6.3 all can be executed
        fd = ::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return fail_errno("make a memory file", errno);
    sys::Fd file(fd);
    const auto size = static_cast<std::size_t>(fs_rootfs_marks_end - fs_rootfs_marks);
    MBX_CHECK(sys::write_all(fd, {fs_rootfs_marks, size}, name));
    if (::fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
        return fail_errno("seal a memory file", errno);
    return file;
}

bool has_marks(pid_t process) {
    const auto maps = sys::read_file("/proc/" + std::to_string(process) + "/maps");
    return maps.ok() && maps->find(std::string("memfd:") + name) != std::string::npos;
}

} // namespace fs_rootfs
