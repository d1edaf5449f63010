// SPDX-License-Identifier: MIT
// The attacker run, and its output read.
#include "tests/attack/world.hpp"

#include <algorithm>
#include <sstream>

namespace microbox::testing {

namespace {

/// Where it lies in every root, whatever that is: /run is the sandbox's own.
constexpr const char* attacker_inside = "/run/attacker";

std::vector<std::string> fields_of(const std::string& line) {
    std::vector<std::string> fields;
    std::istringstream in(line);
    for (std::string field; std::getline(in, field, '\t');)
        fields.push_back(field);
    return fields;
}

} // namespace

std::string attacker_path() {
    return MICROBOX_ATTACKER;
}

std::map<std::string, std::string> all_attacks() {
    Options options;
    options.program = attacker_path();
    const Outcome outcome = run({"--list"}, options);
    std::map<std::string, std::string> all;
    std::istringstream lines(outcome.out);
    for (std::string line; std::getline(lines, line);) {
        const std::vector<std::string> fields = fields_of(line);
        if (fields.size() == 2)
            EXPECT_TRUE(all.emplace(fields[0], fields[1]).second) << fields[0] << " stands twice";
        else
            ADD_FAILURE() << "not a line of a table: " << line;
    }
    return all;
}

Attempts attempts_of(const Outcome& outcome) {
    Attempts attempts;
    std::istringstream lines(outcome.out);
    for (std::string line; std::getline(lines, line);) {
        const std::vector<std::string> fields = fields_of(line);
        if (fields.size() == 4)
            attempts[fields[0]] = {fields[1], fields[2], fields[3]};
        else
            ADD_FAILURE() << "not a result: " << line;
    }
    EXPECT_TRUE(outcome.code == 0 || outcome.code == 1) << outcome.describe();
    return attempts;
}

std::vector<std::string> attack_arguments(const World& world,
                                          std::vector<std::string> options,
                                          const std::vector<std::string>& words) {
    options.insert(options.end(),
                   {"--mount-ro", attacker_path() + ":" + attacker_inside, "--", attacker_inside});
    options.insert(options.end(), words.begin(), words.end());
    const std::vector<std::string> told = world.words();
    options.insert(options.end(), told.begin(), told.end());
    return options;
}

Outcome attack(const World& world,
               const std::vector<std::string>& options,
               const std::vector<std::string>& words) {
    return run(attack_arguments(world, options, words), world.caller());
}

std::string escapes(const Attempts& attempts) {
    std::string text;
    for (const auto& [id, attempt] : attempts)
        if (attempt.outcome != "held" && attempt.outcome != "untestable")
            text += id + " " + attempt.outcome + " " + attempt.why + ": " + attempt.what + "\n";
    return text;
}

std::string not_tried(const Attempts& attempts,
                      const std::vector<std::string>& expected,
                      const std::vector<std::string>& left_out) {
    std::string text;
    const auto stands_in = [](const std::vector<std::string>& list, const std::string& id) {
        return std::find(list.begin(), list.end(), id) != list.end();
    };
    for (const auto& [id, what] : all_attacks()) {
        const auto tried = attempts.find(id);
        if (tried == attempts.end()) {
            const bool meant =
                std::any_of(left_out.begin(), left_out.end(), [&id = id](const std::string& begin) {
                    return id.rfind(begin, 0) == 0;
                });
            text += meant ? "" : id + " was not tried: " + what + "\n";
        } else if (tried->second.outcome == "untestable" && !stands_in(expected, id)) {
            text += id + " could not be tried: " + tried->second.why + "\n";
        }
    }
    return text;
}

} // namespace microbox::testing
