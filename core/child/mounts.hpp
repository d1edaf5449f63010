// SPDX-License-Identifier: MIT
// Operations on mounts, over the mount API of Linux 5.2 and 5.12: by descriptor, never by path
// string into the new root. Each returns 0 or -errno.
#pragma once

#include "core/child/execute.hpp"

#include <cstdint>

struct mount_attr;

namespace microbox::child {

int tree_from_path(Registers& r, const char* path, bool recursive);
int tree_from_device(Registers& r, const char* path, std::uint64_t wanted);
int tree_from_fd(Registers& r, int fd, bool recursive);
int tree_is_fd(Registers& r, int fd);
int tree_from_store(Registers& r, const char* name, std::uint64_t mode);
int fs_open(Registers& r, const char* type);
int fs_string(Registers& r, const char* key, const char* value);
int fs_flag(Registers& r, const char* key);
int fs_create(Registers& r, std::uint64_t attributes);
int set_attributes(Registers& r, const Operation& operation);
int uncover(Registers& r, const char* path);
int attach(Registers& r, const char* target, std::uint32_t flags);
int set_store(Registers& r, const char* path);
int set_root(Registers& r);
int root_attributes(Registers& r, const char* path, const Operation& operation);
int enter_root(Registers& r, const char* staging);
int pivot(Registers& r);

/// Clones a tree; it becomes the tree at hand.
int clone_tree(Registers& r, int directory, const char* path, bool recursive);
int set_tree(int fd, const mount_attr& attr, bool recursive);
int move_tree(int tree, int directory, const char* path);
/// S_IFMT bits, and a device's major << 32 | minor.
int file_type(int fd, std::uint32_t& type, std::uint64_t& device);

} // namespace microbox::child
