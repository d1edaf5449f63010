// SPDX-License-Identifier: MIT
#include "core/prober/answer.hpp"

#include <asm/errno.h>
#include <linux/fcntl.h>

namespace microbox::prober {

namespace {

struct Name {
    int error;
    const char name[16];
};

constexpr Name names[] = {
    {EPERM, "EPERM"},
    {ENOENT, "ENOENT"},
    {ESRCH, "ESRCH"},
    {EINTR, "EINTR"},
    {EIO, "EIO"},
    {ENXIO, "ENXIO"},
    {EBADF, "EBADF"},
    {EAGAIN, "EAGAIN"},
    {ENOMEM, "ENOMEM"},
    {EACCES, "EACCES"},
    {EFAULT, "EFAULT"},
    {EBUSY, "EBUSY"},
    {EEXIST, "EEXIST"},
    {ENODEV, "ENODEV"},
    {ENOTDIR, "ENOTDIR"},
    {EISDIR, "EISDIR"},
    {EINVAL, "EINVAL"},
    {EMFILE, "EMFILE"},
    {ENOTTY, "ENOTTY"},
    {ETXTBSY, "ETXTBSY"},
    {ENOSPC, "ENOSPC"},
    {EROFS, "EROFS"},
    {EPIPE, "EPIPE"},
    {ELOOP, "ELOOP"},
    {ENOSYS, "ENOSYS"},
    {EOVERFLOW, "EOVERFLOW"},
    {EUSERS, "EUSERS"},
    {EPROTONOSUPPORT, "EPROTONOSUPPORT"},
    {EAFNOSUPPORT, "EAFNOSUPPORT"},
    {EADDRNOTAVAIL, "EADDRNOTAVAIL"},
    {ENETDOWN, "ENETDOWN"},
    {ENETUNREACH, "ENETUNREACH"},
    {ECONNRESET, "ECONNRESET"},
    {ETIMEDOUT, "ETIMEDOUT"},
    {ECONNREFUSED, "ECONNREFUSED"},
    {EHOSTUNREACH, "EHOSTUNREACH"},
};

} // namespace

void Answer::text(const char* words, std::size_t length) {
    for (std::size_t i = 0; i < length && used_ < sizeof room_; ++i)
        room_[used_++] = words[i];
}

void Answer::text(const char* words) {
    text(words, child::length_of(words));
}

void Answer::number(std::uint64_t value) {
    char digits[20];
    std::size_t first = sizeof digits;
    do {
        digits[--first] = static_cast<char>('0' + value % 10);
        value /= 10;
    } while (value != 0);
    text(digits + first, sizeof digits - first);
}

void Answer::octal(std::uint32_t value) {
    for (int shift = 9; shift >= 0; shift -= 3) {
        const char digit = static_cast<char>('0' + ((value >> shift) & 7U));
        text(&digit, 1);
    }
}

void Answer::hex(std::uint64_t value) {
    for (int shift = 60; shift >= 0; shift -= 4)
        text(&"0123456789abcdef"[(value >> shift) & 15U], 1);
}

void Answer::error(long failed) {
    for (const Name& one : names)
        if (one.error == -failed)
            return text(one.name);
    text("E");
    number(static_cast<std::uint64_t>(-failed));
}

bool same(const char* a, const char* b) {
    while (*a != 0 && *a == *b) {
        ++a;
        ++b;
    }
    return *a == *b;
}

std::uint64_t number_of(const char* digits) {
    const bool hexadecimal = digits[0] == '0' && digits[1] == 'x';
    std::uint64_t value = 0;
    for (const char* at = digits + (hexadecimal ? 2 : 0); *at != 0; ++at) {
        const char c = *at;
        const int digit = c >= 'a' ? c - 'a' + 10 : c - '0';
        value = value * (hexadecimal ? 16U : 10U) + static_cast<std::uint64_t>(digit);
    }
    return value;
}

long read_file(const char* path, char* room, std::size_t size) {
    const long fd = raw(__NR_openat, AT_FDCWD, at(path), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fd;
    std::size_t used = 0;
    while (used < size) {
        const long got = raw(__NR_read, fd, at(room + used), static_cast<long>(size - used));
        if (got <= 0)
            break;
        used += static_cast<std::size_t>(got);
    }
    raw(__NR_close, fd);
    return static_cast<long>(used);
}

} // namespace microbox::prober
