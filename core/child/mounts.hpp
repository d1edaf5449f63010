// SPDX-License-Identifier: MIT
// Operations on mounts, over the mount API of Linux 5.2 and 5.12: by descriptor, never by path
// string into the new root. Each returns 0 or -errno.
#pragma once

#include "core/child/execute.hpp"

namespace microbox::child {

int tree_from_path(Registers& r, const char* path, bool recursive);
int tree_from_fd(Registers& r, int fd, bool recursive);
int tree_is_fd(Registers& r, int fd);
int tree_from_store(Registers& r, const char* name, std::uint64_t mode);
int fs_open(Registers& r, const char* type);
int fs_string(Registers& r, const char* key, const char* value);
int fs_flag(Registers& r, const char* key);
int fs_create(Registers& r, std::uint64_t attributes);
int mount_overlay(Registers& r, std::uint64_t attributes);
int set_attributes(Registers& r, const Operation& operation);
int uncover(Registers& r, const char* path);
int attach(Registers& r, const char* target, std::uint32_t flags);
int set_store(Registers& r, const char* path);
int set_root(Registers& r);
int root_attributes(Registers& r, const char* path, const Operation& operation);
int mask(Registers& r, const char* path);
int make_read_only(Registers& r, const char* path);
int enter_root(Registers& r, const char* staging);
int pivot(Registers& r);

} // namespace microbox::child
