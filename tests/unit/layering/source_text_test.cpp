// SPDX-License-Identifier: MIT
// The reader of sources that the layering and ABI tests stand on.
#include "tests/support/source_text.hpp"

#include <gtest/gtest.h>

namespace microbox::tests {

TEST(StringLiterals, AreFoundOutsideCommentsAndIncludesOnly) {
    const auto literals = string_literals("#include \"core/a.hpp\"\n"
                                          "// \"comment\"\n"
                                          "auto a = \"one\"; /* \"two\" */ auto q = '\"';\n"
                                          "auto b = \"th\\\"ree\" \"four\"; int n = 1'000;\n"
                                          "auto c = R\"x(fi\"ve)x\";\n");

    EXPECT_EQ(literals, (std::vector<std::string>{"one", "th\\\"ree", "four", "x(fi\"ve)x"}));
}

TEST(Includes, AreReadWithTheirSpelling) {
    const auto includes = includes_of("#include <vector>\n  #  include \"core/a.hpp\"\nint x;\n");

    ASSERT_EQ(includes.size(), 2U);
    EXPECT_EQ(includes[0].path, "vector");
    EXPECT_FALSE(includes[0].quoted);
    EXPECT_EQ(includes[1].path, "core/a.hpp");
    EXPECT_TRUE(includes[1].quoted);
}

} // namespace microbox::tests
