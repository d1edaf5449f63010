// SPDX-License-Identifier: MIT
#include "core/run/random.hpp"

#include <cerrno>

#include <sys/random.h>

namespace microbox::core {

namespace {

void fill(void* to, std::size_t n) {
    // getrandom(2): up to 256 bytes are never cut short; EINTR only while the pool is not ready.
    while (::getrandom(to, n, 0) < 0 && errno == EINTR) {
    }
}

} // namespace

std::uint32_t random_number() {
    std::uint32_t number = 0;
    fill(&number, sizeof number);
    return number;
}

std::string random_word(std::size_t length) {
    static constexpr char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    std::string word(length, '0');
    fill(word.data(), length);
    for (char& c : word)
        c = letters[static_cast<unsigned char>(c) % 36];
    return word;
}

} // namespace microbox::core
