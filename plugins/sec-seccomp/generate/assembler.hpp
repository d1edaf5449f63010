// SPDX-License-Identifier: MIT
// Classic BPF with labels in place of counted jumps. [pure]
#pragma once

#include <microbox/sdk/result.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <linux/filter.h>
#include <linux/seccomp.h>

namespace microbox::seccomp {

using Label = int;

class Assembler {
public:
    /// The instruction that follows.
    static constexpr Label next = -1;

    [[nodiscard]] Label label() {
        places_.push_back(0);
        return static_cast<Label>(places_.size() - 1);
    }

    /// The next instruction is where the label points.
    void place(Label label) { places_[static_cast<std::size_t>(label)] = lines_.size(); }

    void load(std::size_t offset) {
        add(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset), next, next);
    }

    /// The low 32 bits of an argument, on the little-endian machines that we know.
    void load_argument(unsigned argument) {
        load(offsetof(seccomp_data, args) + argument * sizeof(std::uint64_t));
    }

    void mask(std::uint32_t bits) { add(BPF_ALU | BPF_AND | BPF_K, bits, next, next); }

    void give(std::uint32_t action) { add(BPF_RET | BPF_K, action, next, next); }

    void jump(Label to) { add(BPF_JMP | BPF_JA, 0, to, next); }

    /// comparison: BPF_JEQ, BPF_JGE, BPF_JSET.
    void branch(unsigned comparison, std::uint32_t value, Label yes, Label no) {
        add(BPF_JMP | comparison | BPF_K, value, yes, no);
    }

    [[nodiscard]] sdk::Result<std::vector<sock_filter>> finish() const {
        std::vector<sock_filter> program;
        program.reserve(lines_.size());
        for (std::size_t at = 0; at < lines_.size(); ++at) {
            const Line& line = lines_[at];
            if (line.code == (BPF_JMP | BPF_JA)) {
                program.push_back({static_cast<std::uint16_t>(line.code),
                                   0,
                                   0,
                                   static_cast<std::uint32_t>(distance(at, line.yes))});
                continue;
            }
            const std::size_t yes = distance(at, line.yes);
            const std::size_t no = distance(at, line.no);
            if (yes > most || no > most)
                return sdk::fail("a jump of more than 255 instructions at " + std::to_string(at));
            program.push_back({static_cast<std::uint16_t>(line.code),
                               static_cast<std::uint8_t>(yes),
                               static_cast<std::uint8_t>(no),
                               line.value});
        }
        return program;
    }

private:
    static constexpr std::size_t most = 255;

    struct Line {
        unsigned code = 0;
        std::uint32_t value = 0;
        Label yes = next;
        Label no = next;
    };

    void add(unsigned code, std::uint32_t value, Label yes, Label no) {
        lines_.push_back({code, value, yes, no});
    }

    [[nodiscard]] std::size_t distance(std::size_t from, Label to) const {
        return to == next ? 0 : places_[static_cast<std::size_t>(to)] - (from + 1);
    }

    std::vector<Line> lines_;
    std::vector<std::size_t> places_;
};

} // namespace microbox::seccomp
