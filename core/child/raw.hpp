// SPDX-License-Identifier: MIT
// System calls without libc: no errno, no thread-local storage, no locks. The child shares this
// code with the freestanding init, which has no libc at all.
#pragma once

#include <cstddef>
#include <cstdint>

#include <asm/unistd.h>

namespace microbox::child {

/// The kernel's own answer: -4095 to -1 is -errno.
inline long
raw(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0) {
#if defined(__x86_64__)
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long result = 0;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc 0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                     : "memory");
    return x0;
#else
#error "microbox knows x86-64 and arm64"
#endif
}

/// An address as an argument.
inline long at(const void* pointer) {
    return reinterpret_cast<long>(pointer);
}

inline std::size_t length_of(const char* text) {
    std::size_t n = 0;
    while (text[n] != 0)
        ++n;
    return n;
}

/// close_range(2): to the end of the table.
inline constexpr long every_fd = 0xFFFFFFFF;

inline void close_fd(int fd) {
    if (fd >= 0)
        raw(__NR_close, fd);
}

/// "/proc/self/fd/N" for N >= 0; the buffer holds at least 32 bytes.
inline void fd_path(char* buffer, int fd) {
    const char prefix[] = "/proc/self/fd/";
    std::size_t n = 0;
    for (; prefix[n] != 0; ++n)
        buffer[n] = prefix[n];
    char digits[12];
    int count = 0;
    do {
        digits[count++] = static_cast<char>('0' + fd % 10);
        fd /= 10;
    } while (fd != 0);
    while (count != 0)
        buffer[n++] = digits[--count];
    buffer[n] = 0;
}

} // namespace microbox::child
