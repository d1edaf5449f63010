// SPDX-License-Identifier: MIT
#include "core/run/fresh_journal.hpp"

#include "core/run/random.hpp"

#include <cerrno>

namespace microbox::core {

sdk::Result<Journal> fresh_journal(const StateFolder& folder) {
    constexpr int most_tries = 16;
    constexpr std::size_t length = 12;
    for (int tries = 1;; ++tries) {
        auto journal = Journal::create(folder, random_word(length));
        if (journal.ok() || journal.error().error_number != EEXIST || tries == most_tries)
            return journal;
    }
}

} // namespace microbox::core
