// SPDX-License-Identifier: MIT
#include "core/plugin/select.hpp"
#include "tests/support/plugin_folder.hpp"

#include <gtest/gtest.h>

namespace microbox::core {

namespace {

using tests::PluginFolder;

std::string names(const PluginSet& set) {
    std::string text;
    for (const LoadedPlugin& loaded : set.plugins)
        text += (text.empty() ? "" : " ") + loaded.name();
    return text;
}

Selection ask(const std::string& filesystem, const std::string& network) {
    return {{filesystem, "--fs", false}, {network, "--net", false}, {}, {}};
}

std::string error_of(const PluginFolder& folder, const Selection& selection) {
    const auto set = select(folder.catalogue(), selection);
    return set.ok() ? "" : set.error().what;
}

PluginFolder good() {
    return PluginFolder(
        "good",
        {"fs-plain", "fs-tree", "fs-image", "net-void", "net-wire", "limit-stack", "sec-lock"});
}

} // namespace

TEST(Select, TakesTheModesAndEveryLayer) {
    const PluginFolder folder = good();

    const auto set = select(folder.catalogue(), ask("plain", "void"));

    ASSERT_TRUE(set.ok()) << set.error().what;
    EXPECT_EQ(names(*set), "fs-plain net-void limit-stack sec-lock");
    EXPECT_EQ(set->filesystem_argument, "");
}

TEST(Select, SplitsNameAndArgument) {
    const PluginFolder folder = good();

    const auto set = select(folder.catalogue(), ask("plain:a:b", "void"));

    ASSERT_TRUE(set.ok()) << set.error().what;
    EXPECT_EQ(set->filesystem_argument, "a:b");
}

TEST(Select, NamesWhatIsInstalledForAnUnknownMode) {
    const PluginFolder folder = good();

    const auto set = select(folder.catalogue(), ask("plain", "warp"));

    ASSERT_FALSE(set.ok());
    EXPECT_EQ(set.error().what, "unknown network mode 'warp': installed are void, wire");
    EXPECT_NE(set.error().hint.find("net-warp"), std::string::npos);
}

TEST(Select, SuggestsTheNearestMode) {
    const PluginFolder folder = good();

    const auto set = select(folder.catalogue(), ask("plein", "void"));

    ASSERT_FALSE(set.ok());
    EXPECT_EQ(set.error().hint, "did you mean 'plain'?");
}

TEST(Select, GivesADirectoryToTheModeThatTakesIt) {
    const PluginFolder folder = good();

    const auto set = select(folder.catalogue(), ask(folder.path(), "void"));

    ASSERT_TRUE(set.ok()) << set.error().what;
    EXPECT_EQ(set->plugins[0].name(), "fs-tree");
    EXPECT_EQ(set->filesystem_argument, folder.path());
}

TEST(Select, GivesASchemeToTheModeThatTakesIt) {
    const PluginFolder folder = good();

    const auto set = select(folder.catalogue(), ask("img:registry/name:1", "void"));

    ASSERT_TRUE(set.ok()) << set.error().what;
    EXPECT_EQ(set->plugins[0].name(), "fs-image");
    EXPECT_EQ(set->filesystem_argument, "img:registry/name:1");
}

TEST(Select, TwoModesThatTakeOneThingAreBothNamed) {
    const PluginFolder folder = good();
    folder.add("other", {"fs-wood"});

    const std::string error = error_of(folder, ask(folder.path(), "void"));

    EXPECT_NE(error.find("fs-tree"), std::string::npos) << error;
    EXPECT_NE(error.find("fs-wood"), std::string::npos) << error;
}

TEST(Select, TheModeForDirectoriesIsAskedFirst) {
    const PluginFolder folder = good();
    folder.add("other", {"fs-wood"});
    Selection selection = ask(folder.path(), "void");
    selection.filesystem_for_directory = "wood";

    const auto set = select(folder.catalogue(), selection);

    ASSERT_TRUE(set.ok()) << set.error().what;
    EXPECT_EQ(set->plugins[0].name(), "fs-wood");
}

TEST(Select, AThrowWhileAskedStopsAtTheFence) {
    const PluginFolder folder = good();
    folder.add("other", {"fs-thrower"});

    EXPECT_NE(error_of(folder, ask(folder.path(), "void")).find("fs-thrower: accepts threw"),
              std::string::npos);
}

TEST(Select, APathThatIsMissingIsSaidToBe) {
    const PluginFolder folder = good();

    EXPECT_EQ(error_of(folder, ask("./missing", "void")),
              "--fs ./missing: there is no such directory");
}

TEST(Select, AFileThatNobodyTakesIsSaidToBeOne) {
    const PluginFolder folder = good();
    const std::string file = folder.write("file", "");

    EXPECT_NE(error_of(folder, ask(file, "void")).find("is a file"), std::string::npos);
}

TEST(Select, ARequiredLayerThatIsMissingIsNamedWithItsPackage) {
    const PluginFolder folder = good();
    Selection selection = ask("plain", "void");
    selection.required = {"sec-lock", "sec-alarm"};

    const auto set = select(folder.catalogue(), selection);

    ASSERT_FALSE(set.ok());
    EXPECT_NE(set.error().what.find("sec-alarm"), std::string::npos);
    EXPECT_NE(set.error().hint.find("microbox-plugin-sec-alarm"), std::string::npos);
}

TEST(Select, TwoOwnersOfOneOptionAreBothNamed) {
    const PluginFolder folder = good();
    folder.add("other", {"sec-same-option"});

    const std::string error = error_of(folder, ask("plain", "void"));

    EXPECT_NE(error.find("limit-stack and sec-same-option"), std::string::npos) << error;
    EXPECT_NE(error.find("--depth"), std::string::npos) << error;
}

TEST(Select, AlternativesMayOwnOneOption) {
    const PluginFolder folder = good();

    // fs-plain and fs-tree both bring "room".
    EXPECT_EQ(error_of(folder, ask("tree", "void")), "");
}

TEST(Select, ARefusedModeThatIsNotChosenDoesNotMatter) {
    const PluginFolder folder = good();
    folder.write("fs-broken.so", "no library");

    EXPECT_EQ(error_of(folder, ask("plain", "void")), "");
    EXPECT_NE(error_of(folder, ask("broken", "void")).find("fs-broken is refused"),
              std::string::npos);
}

TEST(Catalogue, TheFirstFolderWins) {
    const PluginFolder first("good", {"sec-lock"});
    const PluginFolder second("good", {"sec-lock", "net-void"});
    const Catalogue catalogue({first.path(), second.path(), "/there/is/none"}, {0, ::geteuid()});

    const auto all = catalogue.inspect_all();

    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].path, second.path() + "/net-void.so");
    EXPECT_EQ(all[1].path, first.path() + "/sec-lock.so");
}

TEST(Catalogue, FilesThatAreNoPluginsAreNotListed) {
    const PluginFolder folder("good", {"net-void"});
    folder.write("README.so", "");
    folder.write("net-void.so.bak", "");
    folder.write("libfs-x.so", "");

    EXPECT_EQ(folder.catalogue().names(), std::vector<std::string>{"net-void"});
}

TEST(Catalogue, AMissingPluginIsNamedWithItsPackage) {
    const PluginFolder folder("good", {"net-void"});

    const auto opened = folder.catalogue().open("net-gone");

    ASSERT_FALSE(opened.ok());
    EXPECT_NE(opened.error().what.find("net-gone is not installed"), std::string::npos);
    EXPECT_NE(opened.error().hint.find("microbox-plugin-net-gone"), std::string::npos);
}

} // namespace microbox::core
