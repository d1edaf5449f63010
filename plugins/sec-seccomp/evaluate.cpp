// SPDX-License-Identifier: MIT
#include "evaluate.hpp"

#include <cstring>

namespace microbox::seccomp {
namespace {

constexpr std::uint16_t load = BPF_LD | BPF_W | BPF_ABS;
constexpr std::uint16_t mask = BPF_ALU | BPF_AND | BPF_K;
constexpr std::uint16_t give = BPF_RET | BPF_K;
constexpr std::uint16_t jump = BPF_JMP | BPF_JA;

std::optional<bool> holds(const sock_filter& line, std::uint32_t value) {
    switch (line.code) {
    case BPF_JMP | BPF_JEQ | BPF_K:
        return value == line.k;
    case BPF_JMP | BPF_JGT | BPF_K:
        return value > line.k;
    case BPF_JMP | BPF_JGE | BPF_K:
        return value >= line.k;
    case BPF_JMP | BPF_JSET | BPF_K:
        return (value & line.k) != 0;
    default:
        return std::nullopt;
    }
}

} // namespace

std::optional<Action> evaluate(const std::vector<sock_filter>& program, const seccomp_data& call) {
    std::uint32_t value = 0;
    for (std::size_t at = 0; at < program.size(); ++at) {
        const sock_filter& line = program[at];
        if (line.code == give)
            return line.k;
        if (line.code == load) {
            if (line.k > sizeof call - sizeof value)
                return std::nullopt;
            std::memcpy(&value, reinterpret_cast<const char*>(&call) + line.k, sizeof value);
        } else if (line.code == mask) {
            value &= line.k;
        } else if (line.code == jump) {
            at += line.k;
        } else {
            const auto held = holds(line, value);
            if (!held)
                return std::nullopt;
            at += *held ? line.jt : line.jf;
        }
    }
    return std::nullopt;
}

std::vector<sock_filter> notifying(std::vector<sock_filter> program) {
    for (sock_filter& line : program)
        if (line.code == give && (line.k & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_ERRNO)
            line.k = SECCOMP_RET_USER_NOTIF;
    return program;
}

} // namespace microbox::seccomp
