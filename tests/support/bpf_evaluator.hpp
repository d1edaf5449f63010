// SPDX-License-Identifier: MIT
// Runs a classic BPF program over one struct seccomp_data, as the kernel would, without installing
// it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include <linux/filter.h>
#include <linux/seccomp.h>

namespace microbox::tests {

struct Verdict {
    bool valid = false;       ///< false: the program left its bounds or used what seccomp forbids
    std::uint32_t action = 0; ///< SECCOMP_RET_* with its data
    bool constant =
        true; ///< nothing but number and architecture was read: fits the kernel's bitmap
};

/// Only the instructions that filters of system calls consist of; any other one is invalid.
[[nodiscard]] inline Verdict evaluate(const std::vector<sock_filter>& program,
                                      const seccomp_data& data) {
    Verdict verdict;
    std::uint32_t accumulator = 0;
    for (std::size_t at = 0; at < program.size(); ++at) {
        const sock_filter& line = program[at];
        bool taken = false;
        switch (line.code) {
        case BPF_LD | BPF_W | BPF_ABS:
            if (line.k % 4 != 0 || line.k + 4 > sizeof(data))
                return verdict;
            std::memcpy(&accumulator, reinterpret_cast<const char*>(&data) + line.k, 4);
            if (line.k >= offsetof(seccomp_data, instruction_pointer))
                verdict.constant = false;
            continue;
        case BPF_ALU | BPF_AND | BPF_K:
            accumulator &= line.k;
            continue;
        case BPF_RET | BPF_K:
            verdict.action = line.k;
            verdict.valid = true;
            return verdict;
        case BPF_JMP | BPF_JA:
            at += line.k;
            continue;
        case BPF_JMP | BPF_JEQ | BPF_K:
            taken = accumulator == line.k;
            break;
        case BPF_JMP | BPF_JGT | BPF_K:
            taken = accumulator > line.k;
            break;
        case BPF_JMP | BPF_JGE | BPF_K:
            taken = accumulator >= line.k;
            break;
        case BPF_JMP | BPF_JSET | BPF_K:
            taken = (accumulator & line.k) != 0;
            break;
        default:
            return verdict;
        }
        at += taken ? line.jt : line.jf;
    }
    return verdict;
}

} // namespace microbox::tests
