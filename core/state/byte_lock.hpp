// SPDX-License-Identifier: MIT
// Locks on single bytes of a file, of the open file description (Linux 3.15): not dropped when
// another descriptor of the file is closed, gone with the last copy of the description, however its
// holders end.
#pragma once

#include <fcntl.h>

namespace microbox::core {

enum class LockKind : short { shared = F_RDLCK, exclusive = F_WRLCK, none = F_UNLCK };

/// False with errno EAGAIN when somebody else holds it and `wait` is false. The byte need not
/// exist.
[[nodiscard]] bool lock_byte(int fd, off_t byte, LockKind kind, bool wait);

} // namespace microbox::core
