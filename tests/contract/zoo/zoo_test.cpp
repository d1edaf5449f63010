// SPDX-License-Identifier: MIT
// The zoo: plugins with one fault each; every one is refused, with its reason, and none is run.
#include "core/plugin/select.hpp"
#include "tests/support/plugin_folder.hpp"

#include <gtest/gtest.h>

namespace microbox::tests {

namespace {

struct Animal {
    const char* name;
    const char* reason; ///< the words of the error that a user needs
};

std::string why_refused(const core::Catalogue& catalogue, const std::string& name) {
    const auto opened = catalogue.open(name);
    return opened.ok() ? std::string() : opened.error().what;
}

class Zoo : public testing::TestWithParam<Animal> {};

} // namespace

TEST_P(Zoo, IsRefusedWithItsReason) {
    const PluginFolder folder("zoo", {GetParam().name});

    const std::string why = why_refused(folder.catalogue(), GetParam().name);

    EXPECT_NE(why.find(GetParam().reason), std::string::npos) << "said: " << why;
    EXPECT_NE(why.find(GetParam().name), std::string::npos) << "said: " << why;
    EXPECT_EQ(why.find('\n'), std::string::npos) << "one line";
}

TEST_P(Zoo, StopsARunThatWouldUseIt) {
    const PluginFolder folder("good", {"fs-plain", "net-void"});
    folder.add("zoo", {GetParam().name});

    const auto set = core::select(folder.catalogue(),
                                  {{"plain", "--fs", false}, {"void", "--net", false}, {}, {}});

    ASSERT_FALSE(set.ok());
    EXPECT_NE(set.error().what.find(GetParam().reason), std::string::npos) << set.error().what;
}

INSTANTIATE_TEST_SUITE_P(
    Contract,
    Zoo,
    testing::Values(Animal{"sec-no-symbol", "does not export microbox_plugin"},
                    Animal{"sec-old-abi", "was built for SDK ABI 9999, this microbox has"},
                    Animal{"sec-short", "descriptor of 8 bytes"},
                    Animal{"sec-toolchain", "C++ library 'libc++ abi=7'"},
                    Animal{"sec-misnamed", "calls itself 'sec-another'"},
                    Animal{"sec-misplaced", "has the role 'limit', its name says 'security'"},
                    Animal{"sec-throws", "create threw: no luck today"},
                    Animal{"sec-gives-nothing", "create gave no instance"},
                    Animal{"sec-no-create", "no create or no destroy"},
                    Animal{"sec-bad-option", "option named 'Two Words'"},
                    Animal{"sec-option-twice", "the option 'one' twice"},
                    Animal{"sec-unresolved", "undefined symbol: function_that_nobody_has"},
                    Animal{"sec-library-gone", "libmicrobox-gone.so.1"}),
    [](const auto& animal) {
        std::string name;
        bool upper = true;
        for (const char c : std::string_view(animal.param.name)) {
            if (c != '-')
                name += upper ? static_cast<char>(c - 'a' + 'A') : c;
            upper = c == '-';
        }
        return name;
    });

TEST(ZooFiles, ATextIsNoPlugin) {
    const TemporaryFolder folder;
    folder.write("sec-text.so", "#!/bin/sh\n" + std::string(200, '#') + "\n");
    const core::Catalogue catalogue({folder.path()}, {0, ::geteuid()});

    EXPECT_NE(why_refused(catalogue, "sec-text").find("invalid ELF header"), std::string::npos)
        << why_refused(catalogue, "sec-text");
}

TEST(ZooFiles, AnEmptyFileIsNoPlugin) {
    const TemporaryFolder folder;
    folder.write("sec-empty.so", "");
    const core::Catalogue catalogue({folder.path()}, {0, ::geteuid()});

    EXPECT_NE(why_refused(catalogue, "sec-empty").find("file too short"), std::string::npos);
}

TEST(ZooFiles, AFileThatItsGroupCanWriteIsRefused) {
    const PluginFolder folder("good", {"sec-lock"});
    std::filesystem::permissions(folder.path() + "/sec-lock.so", std::filesystem::perms(0775));

    EXPECT_NE(why_refused(folder.catalogue(), "sec-lock").find("can be written by its group"),
              std::string::npos);
}

TEST(ZooFiles, AFolderThatEverybodyCanWriteIsRefused) {
    const PluginFolder folder("good", {"sec-lock"});
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0777));

    EXPECT_NE(why_refused(folder.catalogue(), "sec-lock").find("can be written by everybody"),
              std::string::npos);
}

TEST(ZooFiles, TheSamePluginInGoodHandsIsOpened) {
    const PluginFolder folder("good", {"sec-lock"});

    EXPECT_EQ(why_refused(folder.catalogue(), "sec-lock"), "");
}

TEST(ZooFiles, AFileOfAStrangerIsRefused) {
    const PluginFolder folder("good", {"sec-lock"});
    const core::Catalogue catalogue({folder.path()}, {::geteuid() + 1});

    EXPECT_NE(why_refused(catalogue, "sec-lock").find("neither root nor the owner"),
              std::string::npos);
}

TEST(ZooFiles, AllAnimalsAreListedWithTheirReasons) {
    const PluginFolder folder("zoo", {"sec-old-abi", "sec-misnamed"});
    folder.add("good", {"sec-lock"});

    const auto all = folder.catalogue().inspect_all();

    ASSERT_EQ(all.size(), 3U);
    EXPECT_NE(all[0].descriptor, nullptr);
    EXPECT_NE(all[1].refused.find("calls itself"), std::string::npos);
    EXPECT_NE(all[2].refused.find("ABI"), std::string::npos);
}

} // namespace microbox::tests
