// SPDX-License-Identifier: MIT
#pragma once

#include "core/child/program.hpp"

namespace microbox::child {

/// Tells the supervisor a word, with a descriptor. Returns 0 or -errno.
int send_descriptor(int sync, Word word, int fd);

} // namespace microbox::child
