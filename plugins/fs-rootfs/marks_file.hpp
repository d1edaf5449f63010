// SPDX-License-Identifier: MIT
// marks/marks.cpp as a file in memory that can be loaded.
#pragma once

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

#include <sys/types.h>

namespace fs_rootfs {

microbox::sdk::Result<microbox::sys::Fd> marks_file();

/// Whether a process has loaded it: a static program does not.
bool has_marks(pid_t process);

} // namespace fs_rootfs
