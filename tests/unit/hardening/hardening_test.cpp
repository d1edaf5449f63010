// SPDX-License-Identifier: MIT
// How the built files are hardened: microbox, each plugin, and what fs-rootfs loads into another
// program. Looked at in the files themselves, so that a flag that is lost on the way is seen.
#include "elf_file.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace microbox::testing {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> built_files() {
    std::vector<std::string> files = {MICROBOX_BUILT, MICROBOX_BUILT_MARKS};
    for (const auto& entry : fs::directory_iterator(MICROBOX_BUILT_PLUGINS))
        if (entry.path().extension() == ".so")
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

bool takes(const ElfFile& file, const std::string& ending) {
    const auto names = file.dynamic_symbols(false);
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return name.ends_with(ending);
    });
}

std::size_t count(std::string_view code, std::string_view bytes) {
    std::size_t found = 0;
    for (std::size_t at = code.find(bytes); at != std::string_view::npos;
         at = code.find(bytes, at + 1))
        ++found;
    return found;
}

/// Frames that are made larger than a page in one go ("sub $N,%rsp"), and pages of which the first
/// word is not touched ("orq $0,(%rsp)") before the next: a stack that has grown past its guard.
std::size_t leaps(std::string_view code) {
    constexpr std::string_view sub("\x48\x81\xec", 3);
    constexpr std::string_view touch("\x48\x83\x0c\x24\x00", 5);
    constexpr std::uint32_t page = 4096;
    constexpr std::uint32_t most = 1U << 24U; // other bytes that only look like one
    std::size_t found = 0;
    for (std::size_t at = code.find(sub); at != std::string_view::npos && at + 12 <= code.size();
         at = code.find(sub, at + 1)) {
        std::uint32_t size = 0;
        std::memcpy(&size, code.data() + at + sub.size(), sizeof size);
        if ((size > page && size < most && size % 8 == 0) ||
            (size == page && code.substr(at + 7, touch.size()) != touch))
            ++found;
    }
    return found;
}

class Hardening : public ::testing::TestWithParam<std::string> {
protected:
    ElfFile file_{GetParam()};
    std::string name_ = fs::path(GetParam()).filename();
};

} // namespace

TEST_P(Hardening, IsPlacedAtRandom) {
    EXPECT_EQ(file_.type(), static_cast<unsigned>(ET_DYN));
    EXPECT_FALSE(file_.has(DT_TEXTREL) || (file_.value(DT_FLAGS) & DF_TEXTREL) != 0);
    if (name_ == "microbox") {
        EXPECT_NE(file_.value(DT_FLAGS_1) & DF_1_PIE, 0U);
    }
}

TEST_P(Hardening, IsBoundAtTheStartAndReadOnlyThen) {
    EXPECT_NE(file_.value(DT_FLAGS) & DF_BIND_NOW, 0U);
    EXPECT_NE(file_.value(DT_FLAGS_1) & DF_1_NOW, 0U);
    const auto& segments = file_.segments();
    EXPECT_EQ(
        std::count_if(segments.begin(),
                      segments.end(),
                      [](const Elf64_Phdr& segment) { return segment.p_type == PT_GNU_RELRO; }),
        1);
}

TEST_P(Hardening, HasNothingThatIsBothWrittenAndExecuted) {
    bool says_of_its_stack = false;
    for (const Elf64_Phdr& segment : file_.segments()) {
        const bool both = (segment.p_flags & PF_W) != 0 && (segment.p_flags & PF_X) != 0;
        EXPECT_FALSE(both) << "a segment of type " << segment.p_type;
        says_of_its_stack = says_of_its_stack || segment.p_type == PT_GNU_STACK;
    }
    EXPECT_TRUE(says_of_its_stack) << "the kernel would make it executable";
}

TEST_P(Hardening, LooksForFewLibrariesAndNowhereElse) {
    EXPECT_FALSE(file_.has(DT_RPATH) || file_.has(DT_RUNPATH));
    std::set<std::string> known = {
        "libstdc++.so.6", "libm.so.6", "libgcc_s.so.1", "libc.so.6", "ld-linux-x86-64.so.2"};
    const std::map<std::string, std::vector<std::string>> more = {
        {"net-bridge.so", {"libnl-route-3.so.200", "libnl-3.so.200", "libnftables.so.1"}},
        {"net-pasta.so", {"libnl-route-3.so.200", "libnl-3.so.200"}},
        {"sec-capabilities.so", {"libcap.so.2"}},
    };
    if (const auto own = more.find(name_); own != more.end())
        known.insert(own->second.begin(), own->second.end());
    for (const std::string& library : file_.needed())
        EXPECT_TRUE(known.contains(library)) << library;
}

TEST_P(Hardening, GuardsItsStack) {
    const std::string_view code = file_.section(".text");
    ASSERT_FALSE(code.empty());
    EXPECT_TRUE(takes(file_, "__stack_chk_fail"));
#ifdef __x86_64__
    EXPECT_EQ(leaps(code), 0U);
    // endbr64: where an indirect jump may land. The note that says so is lost where the C library's
    // own start files have none, as Debian's; two of them are of the compiler's own start files.
    EXPECT_GT(count(code, std::string_view("\xf3\x0f\x1e\xfa", 4)), 4U);
#endif
}

TEST_P(Hardening, GivesOthersTheDoorAlone) {
    if (name_ == "microbox" || name_ == "fs-rootfs-marks.so")
        return;
    EXPECT_EQ(file_.dynamic_symbols(true), std::vector<std::string>{"microbox_plugin"});
}

INSTANTIATE_TEST_SUITE_P(, Hardening, ::testing::ValuesIn(built_files()), [](const auto& one) {
    std::string name = fs::path(one.param).stem();
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

/// Only these have calls whose buffers the compiler knows.
TEST(HardenedCalls, HaveBuffersOfKnownSizeChecked) {
    EXPECT_TRUE(takes(ElfFile(MICROBOX_BUILT), "_chk"));
    for (const char* plugin : {"fs-rootfs", "net-bridge", "sec-seccomp"}) {
        const std::string path = std::string(MICROBOX_BUILT_PLUGINS "/") + plugin + ".so";
        const auto names = ElfFile(path).dynamic_symbols(false);
        EXPECT_TRUE(std::any_of(names.begin(), names.end(), [](const std::string& name) {
            return name.starts_with("__") && name.ends_with("_chk");
        })) << plugin;
    }
}

} // namespace microbox::testing
