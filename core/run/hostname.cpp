// SPDX-License-Identifier: MIT
#include "core/run/hostname.hpp"

#include "core/run/random.hpp"

#include <array>

namespace microbox::core {

std::string readable_hostname() {
    static constexpr std::array adjectives = {
        "agile", "amber", "brave",  "bright", "calm",  "clever", "cosy",   "daring",
        "eager", "early", "fair",   "gentle", "happy", "honest", "jolly",  "keen",
        "kind",  "light", "lively", "lucky",  "merry", "noble",  "polite", "proud",
        "quick", "quiet", "ready",  "silent", "smart", "sunny",  "swift",  "witty"};
    static constexpr std::array animals = {
        "badger", "beaver", "bison",  "crane", "dolphin", "eagle", "falcon", "ferret",
        "finch",  "fox",    "gecko",  "heron", "ibex",    "jay",   "koala",  "lark",
        "lemur",  "lynx",   "marten", "mole",  "newt",    "otter", "owl",    "panda",
        "puffin", "raven",  "robin",  "seal",  "stork",   "swan",  "tapir",  "wren"};
    const std::uint32_t draw = random_number();
    return std::string(adjectives[draw % adjectives.size()]) + "-" +
           animals[draw / 32 % animals.size()] + "-" + random_word(2);
}

} // namespace microbox::core
