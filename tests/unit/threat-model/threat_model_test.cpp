// SPDX-License-Identifier: MIT
// docs/threat-model.md and docs/reference/hosts.md are true as far as a program can tell: every
// attack has a row, and every test that a row names exists.
#include "tests/support/source_text.hpp"

#include <regex>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace microbox::tests {

namespace {

std::string page(const std::string& name = "threat-model.md") {
    return read_source(std::string(MICROBOX_SOURCE) + "/docs/" + name);
}

/// "Suite.Name" of every test in the tree.
std::set<std::string> all_tests() {
    static const std::regex form(R"(TEST(?:_[FP])?\(\s*(\w+),\s*(\w+)\))");
    std::set<std::string> names;
    for (const auto& path : sources_below(std::string(MICROBOX_SOURCE) + "/tests")) {
        const std::string text = read_source(path);
        for (std::sregex_iterator at(text.begin(), text.end(), form), end; at != end; ++at)
            names.insert((*at)[1].str() + "." + (*at)[2].str());
    }
    return names;
}

} // namespace

TEST(ThreatModel, HasARowForEveryAttack) {
    const std::string text = page();
    for (int number = 1; number <= 117; ++number) {
        const std::string label = (number < 10 ? "T0" : "T") + std::to_string(number);
        EXPECT_NE(text.find("\n| " + label + " | "), std::string::npos) << label;
    }
}

TEST(ThreatModel, NamesTestsThatExist) {
    static const std::regex form("`([A-Z]\\w+\\.[A-Z]\\w+)`");
    const std::string text = page();
    const std::set<std::string> known = all_tests();
    int named = 0;
    for (std::sregex_iterator at(text.begin(), text.end(), form), end; at != end; ++at, ++named)
        EXPECT_EQ(known.count((*at)[1].str()), 1U) << (*at)[1].str();
    EXPECT_GT(named, 100);
}

TEST(ThreatModel, ADefendedRowHasATest) {
    static const std::regex form("\n\\| (T\\d+) \\|[^|\n]*\\| defended \\|[^|\n]*\\| *\\|");
    const std::string text = page();
    for (std::sregex_iterator at(text.begin(), text.end(), form), end; at != end; ++at)
        ADD_FAILURE() << (*at)[1].str() << " is said to be defended, and no test shows it";
}

/// "Suite.Name", "Suite.*", "Suite.Begin*", with the name of an instance before it or not.
TEST(Hosts, NameTestsThatExist) {
    static const std::regex form("`(?:[A-Z]\\w+/)?([A-Z]\\w+\\.\\w*)(\\*?)(?:/\\d)?`");
    const std::string text = page("reference/hosts.md");
    const std::set<std::string> known = all_tests();
    int named = 0;
    for (std::sregex_iterator at(text.begin(), text.end(), form), end; at != end; ++at, ++named) {
        const std::string name = (*at)[1].str();
        const auto first = known.lower_bound(name);
        const bool begins = first != known.end() && first->rfind(name, 0) == 0;
        EXPECT_TRUE((*at)[2].length() != 0 ? begins : known.count(name) == 1U) << name;
    }
    EXPECT_GT(named, 20);
}

} // namespace microbox::tests
