// SPDX-License-Identifier: MIT
#include "core/run/hostname.hpp"
#include "core/run/random.hpp"
#include "core/state/journal.hpp"

#include <regex>
#include <set>

#include <gtest/gtest.h>

namespace microbox::core {

TEST(ReadableHostname, IsTwoWordsAndATail) {
    const std::regex shape("[a-z]+-[a-z]+-[a-z0-9]{2}");

    for (int i = 0; i < 200; ++i)
        EXPECT_TRUE(std::regex_match(readable_hostname(), shape));
}

TEST(ReadableHostname, IsSeldomTheSame) {
    std::set<std::string> names;
    for (int i = 0; i < 100; ++i)
        names.insert(readable_hostname());

    EXPECT_GT(names.size(), 95U);
}

TEST(RandomWord, MakesRunIds) {
    for (int i = 0; i < 200; ++i)
        EXPECT_TRUE(is_run_id(random_word(12)));
}

} // namespace microbox::core
