// SPDX-License-Identifier: MIT
// Ledger: refused calls, each kind once, in memory that the sandbox cannot make grow. [pure]
#pragma once

#include "call_words.hpp"
#include "profile.hpp"

#include <compare>
#include <cstdint>
#include <map>
#include <string>

namespace microbox::seccomp {

class Ledger {
public:
    static constexpr std::size_t most_kinds = 100;

    struct Kind {
        CallKind call;
        Action answer = 0;
        std::string program;

        auto operator<=>(const Kind&) const = default;
    };

    struct Entry {
        std::int64_t first_pid = 0;
        std::uint64_t count = 0;
        std::uint64_t place = 0; ///< in the order of their coming
    };

    /// The entry of a kind, to be counted; that of all further ones when there are too many.
    [[nodiscard]] Entry& entry(const Kind& kind, std::int64_t pid) {
        const auto known = kinds_.find(kind);
        if (known != kinds_.end())
            return known->second;
        if (kinds_.size() >= most_kinds)
            return more_;
        return kinds_.emplace(kind, Entry{pid, 0, kinds_.size()}).first->second;
    }

    [[nodiscard]] const std::map<Kind, Entry>& kinds() const { return kinds_; }

    /// Calls of further kinds.
    [[nodiscard]] std::uint64_t more() const { return more_.count; }

private:
    std::map<Kind, Entry> kinds_; ///< its entries stay where they are
    Entry more_;
};

} // namespace microbox::seccomp
