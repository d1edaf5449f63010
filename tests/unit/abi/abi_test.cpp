// SPDX-License-Identifier: MIT
// The SDK headers are what sdk/ABI says they are.
#include "tests/unit/abi/abi_text.hpp"

#include <gtest/gtest.h>

namespace microbox::tests {

TEST(Abi, HasTheHashOfItsHeaders) {
    const std::filesystem::path project = MICROBOX_SOURCE_DIR;

    EXPECT_EQ(read_source(project / "sdk/ABI"), abi_text(project))
        << "raise the SDK ABI (MICROBOX_SDK_ABI) or, if nothing was released yet, refresh sdk/ABI "
           "with tests/unit/abi/update";
}

TEST(Abi, DoesNotDependOnCommentsAndFormatting) {
    EXPECT_EQ(bare_code("int  a ; // one\n/* two */ int b;"), bare_code("int a;\nint\n    b;\n"));
    EXPECT_EQ(bare_code("#define X \\\n  1\n"), bare_code("#define X 1"));
}

TEST(Abi, DependsOnWordsAndLiterals) {
    EXPECT_NE(bare_code("int a;"), bare_code("inta;"));
    EXPECT_NE(bare_code("x = \"a b\";"), bare_code("x = \"ab\";"));
    EXPECT_NE(bare_code("x = \"//\";"), bare_code("x = \"/\";"));
    EXPECT_NE(bare_code("x = 1'000; y = '\"';"), bare_code("x = 1'000; y = '/';"));
}

} // namespace microbox::tests
