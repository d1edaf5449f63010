// SPDX-License-Identifier: MIT
// Small whole-file operations over descriptors: EINTR and short writes are handled here and only
// here.
#pragma once

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace microbox::sys {

/// open(2) relative to a directory, always O_CLOEXEC. Errors: "open PATH: why".
[[nodiscard]] inline sdk::Result<Fd>
open_at(int directory, const std::string& path, int flags, mode_t mode = 0) {
    const int fd = ::openat(directory, path.c_str(), flags | O_CLOEXEC, mode);
    if (fd < 0)
        return sdk::fail_errno("open " + path, errno);
    return Fd(fd);
}

[[nodiscard]] inline sdk::Result<Fd> open(const std::string& path, int flags, mode_t mode = 0) {
    return open_at(AT_FDCWD, path, flags, mode);
}

/// Writes all of it. Errors: "write NAME: why".
[[nodiscard]] inline sdk::Result<void>
write_all(int fd, std::string_view content, const std::string& name) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0) {
            if (errno == EINTR)
                continue;
            return sdk::fail_errno("write " + name, errno);
        }
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

/// At most limit bytes of what a descriptor still has. Errors: "read NAME: why".
[[nodiscard]] inline sdk::Result<std::string>
read_all(int fd, const std::string& name, std::size_t limit = 1U << 20U) {
    std::string content;
    char buffer[16384];
    while (content.size() < limit) {
        const ssize_t got = ::read(fd, buffer, sizeof buffer);
        if (got < 0) {
            if (errno == EINTR)
                continue;
            return sdk::fail_errno("read " + name, errno);
        }
        if (got == 0)
            break;
        content.append(buffer, static_cast<std::size_t>(got));
    }
    if (content.size() > limit)
        content.resize(limit);
    return content;
}

/// At most limit bytes of a file below a directory descriptor.
[[nodiscard]] inline sdk::Result<std::string>
read_file_at(int directory, const std::string& path, std::size_t limit = 1U << 20U) {
    MBX_TRY(const Fd fd, open_at(directory, path, O_RDONLY));
    return read_all(fd.get(), path, limit);
}

[[nodiscard]] inline sdk::Result<std::string> read_file(const std::string& path,
                                                        std::size_t limit = 1U << 20U) {
    return read_file_at(AT_FDCWD, path, limit);
}

/// Writes content in one write(2), as files of /proc, /sys and cgroups want it.
[[nodiscard]] inline sdk::Result<void>
write_file_at(int directory, const std::string& path, std::string_view content) {
    MBX_TRY(const Fd fd, open_at(directory, path, O_WRONLY));
    if (::write(fd.get(), content.data(), content.size()) < 0)
        return sdk::fail_errno("write " + path, errno);
    return {};
}

} // namespace microbox::sys
