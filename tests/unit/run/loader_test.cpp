// SPDX-License-Identifier: MIT
#include "core/run/loader.hpp"

#include <cstring>

#include <gtest/gtest.h>

#include <elf.h>

namespace microbox::core {

namespace {

constexpr std::uint64_t far = ~std::uint64_t{0} - 8;
constexpr std::size_t name_at = sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr);

/// The first page of a program with one segment, PT_INTERP.
std::string elf(const std::string& loader) {
    Elf64_Ehdr header{};
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_phoff = sizeof header;
    header.e_phentsize = sizeof(Elf64_Phdr);
    header.e_phnum = 1;
    Elf64_Phdr segment{};
    segment.p_type = PT_INTERP;
    segment.p_offset = name_at;
    segment.p_filesz = loader.size() + 1;
    std::string page(reinterpret_cast<const char*>(&header), sizeof header);
    page.append(reinterpret_cast<const char*>(&segment), sizeof segment);
    return page.append(loader).append(1, '\0');
}

template <class Change>
std::string changed(std::string page, Change change) {
    Elf64_Ehdr header;
    Elf64_Phdr segment;
    std::memcpy(&header, page.data(), sizeof header);
    std::memcpy(&segment, page.data() + sizeof header, sizeof segment);
    change(header, segment);
    std::memcpy(page.data(), &header, sizeof header);
    std::memcpy(page.data() + sizeof header, &segment, sizeof segment);
    return page;
}

} // namespace

TEST(LoaderOf, FindsTheLoaderOfAProgram) {
    const auto loader = loader_of(elf("/lib64/ld-linux-x86-64.so.2"));

    ASSERT_TRUE(loader);
    EXPECT_EQ(loader->kind, "loader");
    EXPECT_EQ(loader->path, "/lib64/ld-linux-x86-64.so.2");
}

TEST(LoaderOf, FindsTheInterpreterOfAScript) {
    const auto loader = loader_of("#! \t/usr/bin/python3 -u\nprint()\n");

    ASSERT_TRUE(loader);
    EXPECT_EQ(loader->kind, "interpreter");
    EXPECT_EQ(loader->path, "/usr/bin/python3");
}

TEST(LoaderOf, SeesTheCarriageReturnOfAScriptFromElsewhere) {
    const auto loader = loader_of("#!/bin/sh\r\n");

    ASSERT_TRUE(loader);
    EXPECT_EQ(loader->path, "/bin/sh");
}

TEST(LoaderOf, SaysNothingAboutWhatIsNeither) {
    for (const char* text : {"",
                             "#",
                             "#!",
                             "#!\n",
                             "#!   \n",
                             "hello",
                             "\x7f"
                             "EL"})
        EXPECT_FALSE(loader_of(text)) << text;
}

TEST(LoaderOf, EveryCutOfAProgramIsHarmless) {
    const std::string whole = elf("/lib/ld.so");

    for (std::size_t length = 0; length < whole.size(); ++length)
        EXPECT_FALSE(loader_of(std::string_view(whole).substr(0, length))) << length;
}

TEST(LoaderOf, OffsetsThatPointOutOfThePageAreHarmless) {
    const std::string right = elf("/lib/ld.so");

    EXPECT_FALSE(loader_of(changed(right, [](auto& h, auto&) { h.e_phoff = far; })));
    EXPECT_FALSE(loader_of(changed(right, [](auto&, auto& s) { s.p_offset = far; })));
    EXPECT_FALSE(loader_of(changed(right, [](auto& h, auto&) { h.e_phentsize = 1; })));
    EXPECT_FALSE(loader_of(changed(right, [](auto&, auto& s) { s.p_filesz = 3; })));
    EXPECT_FALSE(loader_of(changed(right, [](auto& h, auto& s) {
        h.e_phnum = 0xffff;
        s.p_type = PT_NULL;
    })));
    const auto endless = loader_of(changed(right, [](auto&, auto& s) { s.p_filesz = far; }));
    ASSERT_TRUE(endless);
    EXPECT_EQ(endless->path, "/lib/ld.so");
}

} // namespace microbox::core
