// SPDX-License-Identifier: MIT
// One system call, put to a filter by name: answer(program, "clone", {CLONE_NEWUSER}) == EPERM.
#pragma once

#include "syscalls.hpp"
#include "tests/support/bpf_evaluator.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace microbox::tests {

inline constexpr int allowed = 0;
inline constexpr int killed = -2;
inline constexpr int broken = -3; ///< no program, no such call, another action

using Program = std::vector<sock_filter>;

[[nodiscard]] inline Verdict run_number(const Program& program,
                                        std::uint32_t number,
                                        std::initializer_list<std::uint64_t> arguments = {},
                                        std::uint32_t arch = seccomp::native_architecture()) {
    seccomp_data data{};
    data.nr = static_cast<int>(number);
    data.arch = arch;
    std::size_t index = 0;
    for (const std::uint64_t argument : arguments)
        data.args[index++] = argument;
    return evaluate(program, data);
}

/// 0 allowed, otherwise the errno.
[[nodiscard]] inline int to_answer(const Verdict& verdict) {
    if (!verdict.valid)
        return broken;
    switch (verdict.action & SECCOMP_RET_ACTION_FULL) {
    case SECCOMP_RET_ALLOW:
        return allowed;
    case SECCOMP_RET_KILL_PROCESS:
        return killed;
    case SECCOMP_RET_ERRNO:
        return static_cast<int>(verdict.action & SECCOMP_RET_DATA);
    default:
        return broken;
    }
}

[[nodiscard]] inline int answer(const Program& program,
                                std::string_view name,
                                std::initializer_list<std::uint64_t> arguments = {}) {
    const seccomp::Syscall* call = seccomp::find_syscall(name);
    if (call == nullptr || call->number < 0)
        return broken;
    return to_answer(run_number(program, static_cast<std::uint32_t>(call->number), arguments));
}

[[nodiscard]] inline Program ready_program() {
    const auto ready = seccomp::default_program();
    return {ready.begin(), ready.end()};
}

} // namespace microbox::tests
