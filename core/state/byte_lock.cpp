// SPDX-License-Identifier: MIT
#include "core/state/byte_lock.hpp"

#include <cerrno>
#include <cstdio>

namespace microbox::core {

bool lock_byte(int fd, off_t byte, LockKind kind, bool wait) {
    struct flock lock {};

    lock.l_type = static_cast<short>(kind);
    lock.l_whence = SEEK_SET;
    lock.l_start = byte;
    lock.l_len = 1;
    while (::fcntl(fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, &lock) < 0)
        if (errno != EINTR)
            return false;
    return true;
}

} // namespace microbox::core
