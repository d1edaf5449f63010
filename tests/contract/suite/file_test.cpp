// SPDX-License-Identifier: MIT
// The file: one export, bound at once, nothing that a loader would have to trust beyond it.
#include "tests/contract/suite/elf.hpp"
#include "tests/contract/suite/instantiate.hpp"

namespace microbox::contract {

/// Reads the file only: what is wrong here need not be loaded.
class ContractOfFile : public ::testing::TestWithParam<std::string> {};

TEST_P(ContractOfFile, ExportsOneSymbol) {
    const SharedObject object = read_shared_object(GetParam());

    ASSERT_EQ(object.fault, "");
    EXPECT_EQ(object.exports, std::vector<std::string>{"microbox_plugin"})
        << "link with a version script: { global: microbox_plugin; local: *; };";
}

TEST_P(ContractOfFile, IsBoundWhenItIsLoaded) {
    const SharedObject object = read_shared_object(GetParam());

    EXPECT_TRUE(object.binds_now) << "link with -Wl,-z,now";
    EXPECT_TRUE(object.relro) << "link with -Wl,-z,relro";
}

TEST_P(ContractOfFile, KeepsCodeAndDataApart) {
    const SharedObject object = read_shared_object(GetParam());

    EXPECT_FALSE(object.text_relocations) << "compile with -fPIC";
    EXPECT_FALSE(object.executable_stack) << "an assembler file lacks .note.GNU-stack";
    EXPECT_EQ(object.run_path, std::vector<std::string>{})
        << "libraries are found where the system keeps them";
}

MBX_CONTRACT(ContractOfFile);

} // namespace microbox::contract
