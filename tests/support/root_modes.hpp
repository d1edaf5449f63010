// SPDX-License-Identifier: MIT
// Every --fs with the probe in it at one path, so that an option is tried in combination with each.
#pragma once

#include "tests/support/sandbox.hpp"

#include <string>
#include <vector>

namespace microbox::testing {

/// Where the probe lies, whatever the root is: /run is the sandbox's own in all of them.
constexpr const char* probe_anywhere = "/run/probe";

/// What follows --fs in each mode, `directory` being a root file system.
[[nodiscard]] inline std::vector<std::string> root_modes(const std::string& directory) {
    return {"tmpfs", directory, "system", "host"};
}

/// microbox --fs MODE OPTIONS -- probe WORDS...
[[nodiscard]] inline Outcome probe_in(const std::string& mode,
                                      const std::vector<std::string>& microbox_options,
                                      const std::vector<std::string>& probe_words,
                                      const Options& options = {}) {
    std::vector<std::string> arguments = {"--fs", mode};
    arguments.insert(arguments.end(), microbox_options.begin(), microbox_options.end());
    arguments.insert(arguments.end(),
                     {"--mount-ro", probe_path() + ":" + probe_anywhere, "--", probe_anywhere});
    arguments.insert(arguments.end(), probe_words.begin(), probe_words.end());
    return run(arguments, options);
}

/// "sequence", then the verbs joined with "+".
[[nodiscard]] inline std::vector<std::string>
sequence(const std::vector<std::vector<std::string>>& verbs) {
    std::vector<std::string> words = {"sequence"};
    for (const auto& verb : verbs) {
        if (words.size() > 1)
            words.emplace_back("+");
        words.insert(words.end(), verb.begin(), verb.end());
    }
    return words;
}

/// Exit code 125, at most two lines, and the word that was wrong is named. "": so it is.
[[nodiscard]] inline std::string not_a_refusal(const Outcome& outcome, const std::string& word) {
    std::size_t lines = 0;
    for (const char c : outcome.err)
        lines += c == '\n' ? 1U : 0U;
    const bool right = outcome.code == 125 && outcome.out.empty() && lines >= 1 && lines <= 2 &&
                       outcome.err.rfind("microbox: ", 0) == 0 &&
                       outcome.err.find(word) != std::string::npos;
    return right ? "" : "wanted a refusal that names '" + word + "': " + outcome.describe();
}

} // namespace microbox::testing
