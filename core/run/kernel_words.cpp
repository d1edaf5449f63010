// SPDX-License-Identifier: MIT
#include "core/run/kernel_words.hpp"

namespace microbox::core {

std::vector<const char*> wanted_flags(const sdk::MountFlags& flags) {
    std::vector<const char*> words;
    const auto want = [&words](bool wanted, const char* word) {
        if (wanted)
            words.push_back(word);
    };
    want(flags.read_only, "ro");
    want(flags.no_suid, "nosuid");
    want(flags.no_dev, "nodev");
    want(flags.no_exec, "noexec");
    return words;
}

std::string four_times(std::uint32_t id) {
    const std::string one = std::to_string(id);
    return one + "\t" + one + "\t" + one + "\t" + one;
}

} // namespace microbox::core
