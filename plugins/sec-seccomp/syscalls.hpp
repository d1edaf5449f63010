// SPDX-License-Identifier: MIT
// What was compiled in when microbox was built: the default filter, and every system call by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <linux/filter.h>

namespace microbox::seccomp {

/// One name. Text and numbers without a pointer, so that loading the plugin relocates none of them.
struct Syscall {
    static constexpr std::int16_t elsewhere = -1; ///< number: only other machines have it
    static constexpr std::int16_t checked = -1;   ///< default_answer: depends on arguments

    char name[32];
    std::int16_t number;
    std::int16_t default_answer; ///< of the default filter: 0 allows, otherwise the errno
};

/// Data with static storage.
template <class T>
struct View {
    const T* first = nullptr;
    std::size_t count = 0;

    [[nodiscard]] const T* begin() const { return first; }

    [[nodiscard]] const T* end() const { return first + count; }

    [[nodiscard]] std::size_t size() const { return count; }
};

[[nodiscard]] View<sock_filter> default_program();

/// Every name that any machine has, sorted.
[[nodiscard]] View<Syscall> syscalls();

/// nullptr when no machine has it.
[[nodiscard]] const Syscall* find_syscall(std::string_view name);

/// The nearest name of a call of this machine, or "".
[[nodiscard]] std::string nearest_syscall(std::string_view name);

/// AUDIT_ARCH_* of this machine, and its name for people: "x86_64".
[[nodiscard]] std::uint32_t native_architecture();
[[nodiscard]] std::string_view native_architecture_name();

} // namespace microbox::seccomp
