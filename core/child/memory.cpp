// SPDX-License-Identifier: MIT
// What the compiler may call even in freestanding code.
#include <cstddef>

// Declared by no header here: the compiler knows them.
extern "C" {
void* memset(void* to, int byte, std::size_t n);
void* memcpy(void* to, const void* from, std::size_t n);
}

void* memset(void* to, int byte, std::size_t n) {
    auto* bytes = static_cast<volatile char*>(to);
    for (std::size_t i = 0; i < n; ++i)
        bytes[i] = static_cast<char>(byte);
    return to;
}

void* memcpy(void* to, const void* from, std::size_t n) {
    auto* bytes = static_cast<volatile char*>(to);
    const auto* source = static_cast<const char*>(from);
    for (std::size_t i = 0; i < n; ++i)
        bytes[i] = source[i];
    return to;
}
