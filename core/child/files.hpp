// SPDX-License-Identifier: MIT
// Files of the new root, and writes into the sandbox's own proc. Each returns 0 or -errno.
#pragma once

#include "core/child/execute.hpp"

namespace microbox::child {

int make_directory(Registers& r, const char* path, std::uint64_t mode);
int make_link(Registers& r, const char* path, const char* target);
int make_file(
    Registers& r, const char* path, const char* content, std::uint32_t length, std::uint64_t mode);
int cover_file(
    Registers& r, const char* path, const char* content, std::uint32_t length, std::uint32_t id);
int make_device(Registers& r, const char* path, std::uint64_t mode, std::uint64_t device);
int take_proc(Registers& r);
int write_sysctl(Registers& r, const char* name, const char* value, std::uint32_t length);
int write_self_attribute(Registers& r, const char* name, const char* value, std::uint32_t length);
int write_once(int fd, const char* content, std::uint32_t length);

} // namespace microbox::child
