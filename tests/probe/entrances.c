// SPDX-License-Identifier: MIT
#include "entrances.h"

#include <errno.h>

#if defined(__x86_64__)

long x32_call(const long* call) {
    long result;
    register long fourth __asm__("r10") = call[4];
    __asm__ volatile(
        "syscall"
        : "=a"(result)
        : "a"(0x40000000L | call[0]), "D"(call[1]), "S"(call[2]), "d"(call[3]), "r"(fourth)
        : "rcx", "r11", "memory");
    return result;
}

long i386_call(const long* call) {
    long result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(call[0]), "b"(call[1]), "c"(call[2]), "d"(call[3]), "S"(call[4])
                     : "r8", "r9", "r10", "r11", "memory");
    return (long)(int)result;
}

#else

long x32_call(const long* call) {
    (void)call;
    return -ENOSYS;
}

long i386_call(const long* call) {
    (void)call;
    return -ENOSYS;
}

#endif
