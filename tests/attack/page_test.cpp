// SPDX-License-Identifier: MIT
// docs/reference/attacks.md has what the attacker tries, and each row of the threat model that can
// be tried from inside has an attack. tests/attack/refresh writes the page.
#include "tests/attack/world.hpp"
#include "tests/support/outside.hpp"

#include <cstdlib>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>

namespace microbox::testing {

namespace {

const std::string docs = std::string(MICROBOX_SOURCE) + "/docs/";

/// 35 and "a" of "T35a".
std::pair<int, std::string> parts_of(const std::string& id) {
    static const std::regex form("T(\\d+)([a-z]{1,2})");
    std::smatch parts;
    if (!std::regex_match(id, parts, form)) {
        ADD_FAILURE() << id << " is not a row and a letter";
        return {};
    }
    return {std::stoi(parts[1]), parts[2]};
}

/// z comes before aa.
std::pair<std::size_t, std::string> place_of(const std::string& letter) {
    return {letter.size(), letter};
}

std::string row_name(int row) {
    return (row < 10 ? "T0" : "T") + std::to_string(row);
}

std::string table() {
    std::map<int, std::map<std::pair<std::size_t, std::string>, std::string>> rows;
    std::size_t count = 0;
    for (const auto& [id, what] : all_attacks()) {
        const auto [row, letter] = parts_of(id);
        rows[row][place_of(letter)] = what;
        ++count;
    }
    std::string text = std::to_string(count) + " attacks.\n\n| row | what is tried |\n|---|---|\n";
    for (const auto& [row, attacks] : rows) {
        text += "| " + row_name(row) + " |";
        for (const auto& [place, what] : attacks)
            text += std::string(attacks.begin()->first == place ? " " : "; ") + "**" +
                    place.second + "** " + what;
        text += " |\n";
    }
    return text;
}

} // namespace

TEST(AttacksPage, HasWhatIsTried) {
    const std::string path = docs + "reference/attacks.md";
    const std::string page = content_of(path);
    const std::string title = "\n\n## The table\n\n";
    ASSERT_NE(page.find(title), std::string::npos);
    const std::string before = page.substr(0, page.find(title) + title.size());

    if (std::getenv("MICROBOX_REFRESH_ATTACKS") != nullptr)
        std::ofstream(path) << before << table();
    else
        EXPECT_TRUE(page == before + table()) << "tests/attack/refresh writes it anew";
}

TEST(AttacksPage, HasNoRowThatTheThreatModelHasNot) {
    const std::string model = content_of(docs + "threat-model.md");
    for (const auto& [id, what] : all_attacks()) {
        const std::string row = row_name(parts_of(id).first);
        EXPECT_NE(model.find("\n| " + row + " | "), std::string::npos) << id;
    }
}

/// What can only be seen from outside has its tests named in docs/threat-model.md.
TEST(AttacksPage, HasEveryRowThatCanBeTriedFromInside) {
    std::set<int> tried;
    for (const auto& [id, what] : all_attacks())
        tried.insert(parts_of(id).first);
    const std::set<int> from_outside = {
        9, // what happens to the caller's own files and terminal
        12,  13,  14,  15,  16,  17,  18, 19,
        20,  21,  22,  23,  24,  25,  26, 27, // what a hostile root file system does to us
        29,  30,  31,  32,  33,  34,          // images
        38,  39,  40,                         // mounts that were asked for
        51,  61,  80,  89,  92,               // moments and messages
        93,  94,  95,  96,  97,  98,          // the life of a run
        106, 107, 109, 112, 114, 115,         // names, moments, siblings, the caller's words
        118, 119, 120};                       // pasta itself
    for (int row = 1; row <= 120; ++row)
        EXPECT_NE(tried.count(row), from_outside.count(row)) << row_name(row);
    EXPECT_GE(all_attacks().size(), 150U);
}

} // namespace microbox::testing
