// SPDX-License-Identifier: MIT
// The controllers that this plugin uses. [pure]
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace microbox::limit_cgroup {

enum class Controller { cpu, memory, pids, io };

using Controllers = std::vector<Controller>;

[[nodiscard]] constexpr const char* to_word(Controller controller) {
    switch (controller) {
    case Controller::cpu:
        return "cpu";
    case Controller::memory:
        return "memory";
    case Controller::pids:
        return "pids";
    case Controller::io:
        return "io";
    }
    return "?";
}

/// The three that every run is limited by.
[[nodiscard]] inline const Controllers& basic_controllers() {
    static const Controllers basic = {Controller::cpu, Controller::memory, Controller::pids};
    return basic;
}

[[nodiscard]] inline bool has(const Controllers& list, Controller wanted) {
    return std::find(list.begin(), list.end(), wanted) != list.end();
}

[[nodiscard]] inline bool has(const std::vector<std::string>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// Those of the wanted that a list of words like cgroup.controllers names, in their order.
[[nodiscard]] inline Controllers named_in(const std::vector<std::string>& words,
                                          const Controllers& wanted) {
    Controllers found;
    for (const Controller controller : wanted)
        if (has(words, to_word(controller)))
            found.push_back(controller);
    return found;
}

/// "cpu memory"
[[nodiscard]] inline std::string words_of(const Controllers& list, const char* before = "") {
    std::string text;
    for (const Controller controller : list)
        text += (text.empty() ? "" : " ") + std::string(before) + to_word(controller);
    return text;
}

} // namespace microbox::limit_cgroup
