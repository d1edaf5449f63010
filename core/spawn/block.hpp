// SPDX-License-Identifier: MIT
// Block: builds a child::Program, one block of memory whose pieces know each other by offsets.
#pragma once

#include "core/child/program.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace microbox::core {

enum class Part { enter, early, assemble, inside, command, last };

class Block {
public:
    Block() : pool_(1, '\0') {}

    /// A string's or data's place in the pool; 0 is the empty string.
    [[nodiscard]] std::uint32_t text(std::string_view text);
    [[nodiscard]] std::uint32_t data(const void* bytes, std::size_t size);

    void add(Part part, child::Operation operation) { parts_[index(part)].push_back(operation); }

    void set_vectors(const std::vector<std::string>& arguments,
                     const std::vector<std::string>& environment,
                     const std::vector<std::string>& candidates);

    /// A descriptor that the command's operations use: its number in init. At most 16.
    [[nodiscard]] std::int32_t pass(int fd);

    child::Program header{}; ///< what the caller sets itself: init

    /// The finished block; aligned as std::uint64_t is.
    [[nodiscard]] std::vector<std::uint64_t> finish();

private:
    static std::size_t index(Part part) { return static_cast<std::size_t>(part); }

    [[nodiscard]] std::uint32_t strings(const std::vector<std::string>& list);

    std::vector<child::Operation> parts_[6];
    std::string pool_;
    std::vector<child::Passed> passed_;
    std::vector<std::uint32_t> lists_[3]; ///< offsets in the pool
};

} // namespace microbox::core
