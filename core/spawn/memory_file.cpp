// SPDX-License-Identifier: MIT
#include "core/spawn/memory_file.hpp"

#include <microbox/sys/file.hpp>

#include <cerrno>

#include <sys/mman.h>

extern "C" {
extern const char mbx_init_image[];
extern const char mbx_init_image_end[];
extern const char mbx_prober_image[];
extern const char mbx_prober_image_end[];
}

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U
#endif
#ifndef MFD_EXEC
#define MFD_EXEC 0x10U
#endif

namespace microbox::core {

namespace {

sdk::Result<sys::Fd>
sealed(const char* name, const void* bytes, std::size_t size, unsigned kind, mode_t mode) {
    int fd = ::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | kind);
    if (fd < 0 && errno == EINVAL) // before Linux 6.3 there is no such kind
        fd = ::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return sdk::fail_errno(std::string("make a memory file for ") + name, errno);
    sys::Fd file(fd);
    MBX_CHECK(sys::write_all(fd, {static_cast<const char*>(bytes), size}, name));
    if (mode != 0 && ::fchmod(fd, mode) < 0)
        return sdk::fail_errno(std::string("set the mode of ") + name, errno);
    if (::fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
        return sdk::fail_errno(std::string("seal ") + name, errno);
    return file;
}

sdk::Result<sys::Fd> program(const char* name, const char* begin, const char* end, mode_t mode) {
    return sealed(name, begin, static_cast<std::size_t>(end - begin), MFD_EXEC, mode);
}

} // namespace

sdk::Result<sys::Fd> init_image() {
    return program("mbx-init", mbx_init_image, mbx_init_image_end, 0111);
}

sdk::Result<sys::Fd> prober_image() {
    return program("mbx-prober", mbx_prober_image, mbx_prober_image_end, 0555);
}

sdk::Result<sys::Fd> memory_file(const char* name, const void* bytes, std::size_t size) {
    return sealed(name, bytes, size, MFD_NOEXEC_SEAL, 0);
}

} // namespace microbox::core
