// SPDX-License-Identifier: MIT
#pragma once

#include "core/child/execute.hpp"

namespace microbox::child {

int mask(Registers& r, const char* path);
int make_read_only(Registers& r, const char* path);

} // namespace microbox::child
