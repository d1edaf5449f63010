// SPDX-License-Identifier: MIT
#pragma once

#include "core/child/execute.hpp"

#include <cstdint>

namespace microbox::child {

/// Before the overlay: a directory of the lower tree (the tree at hand) whose owner is none of this
/// user namespace's is made in the upper one too, as root's. Nothing could be put into it
/// otherwise: no capability counts over a file of an owner who is not mapped.
int own_directory(Registers& r, const char* path);

/// The tree at hand becomes the lower one; upper and work lie in the storage.
int mount_overlay(Registers& r, std::uint64_t attributes, std::uint32_t flags);

} // namespace microbox::child
