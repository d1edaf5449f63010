// SPDX-License-Identifier: MIT
// FNV-1a of 64 bits: the prober hashes what it finds, the supervisor what was planned.
// Freestanding.
#pragma once

#include <cstddef>
#include <cstdint>

namespace microbox::prober {

class Hash {
public:
    void add(const char* bytes, std::size_t length) {
        for (std::size_t i = 0; i < length; ++i)
            value_ = (value_ ^ static_cast<unsigned char>(bytes[i])) * 1099511628211U;
    }

    [[nodiscard]] std::uint64_t value() const { return value_; }

private:
    std::uint64_t value_ = 14695981039346656037U;
};

} // namespace microbox::prober
