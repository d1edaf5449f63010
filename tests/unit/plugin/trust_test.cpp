// SPDX-License-Identifier: MIT
#include "core/plugin/trust.hpp"
#include "tests/support/plugin_folder.hpp"

#include <gtest/gtest.h>

namespace microbox::core {

namespace {

std::string fault(const std::string& path) {
    const auto trusted = trusted_path(path, {0, ::geteuid()});
    return trusted.ok() ? "" : trusted.error().what;
}

} // namespace

TEST(TrustedPath, TakesAFileInGoodHands) {
    const tests::TemporaryFolder folder;

    EXPECT_EQ(fault(folder.write("file", "")), "");
}

TEST(TrustedPath, NamesTheFolderThatIsWrong) {
    const tests::TemporaryFolder folder;
    const std::string file = folder.write("open/inner/file", "");
    std::filesystem::permissions(folder.path() + "/open", std::filesystem::perms(0775));

    EXPECT_EQ(fault(file), folder.path() + "/open is not trusted: it can be written by its group");
}

TEST(TrustedPath, AStickyFolderMayBeWritable) {
    const tests::TemporaryFolder folder;
    const std::string file = folder.write("open/file", "");
    std::filesystem::permissions(folder.path() + "/open", std::filesystem::perms(01777));

    EXPECT_EQ(fault(file), "");
}

TEST(TrustedPath, AStickyBitDoesNotExcuseAFile) {
    const tests::TemporaryFolder folder;
    const std::string file = folder.write("file", "", 01666);

    EXPECT_NE(fault(file).find("can be written by everybody"), std::string::npos);
}

TEST(TrustedPath, FollowsALinkToWhereItLeads) {
    const tests::TemporaryFolder folder;
    const std::string file = folder.write("open/file", "");
    std::filesystem::permissions(folder.path() + "/open", std::filesystem::perms(0777));
    std::filesystem::create_symlink(file, folder.path() + "/link");

    EXPECT_NE(fault(folder.path() + "/link").find("/open is not trusted"), std::string::npos);
}

TEST(TrustedPath, AnswersWithTheCanonicalPath) {
    const tests::TemporaryFolder folder;
    const std::string file = folder.write("file", "");
    std::filesystem::create_symlink(file, folder.path() + "/link");

    const auto trusted = trusted_path(folder.path() + "/link", {0, ::geteuid()});

    ASSERT_TRUE(trusted.ok());
    EXPECT_EQ(*trusted, file);
}

TEST(TrustedPath, AMissingFileIsAnError) {
    const auto trusted = trusted_path("/there/is/none", {0});

    ASSERT_FALSE(trusted.ok());
    EXPECT_EQ(trusted.error().error_number, ENOENT);
}

TEST(TrustedFile, LooksAtTheFileAndThroughLinks) {
    const tests::TemporaryFolder folder;
    folder.write("right", "");
    folder.write("wrong", "", 0664);
    std::filesystem::create_symlink("wrong", folder.path() + "/link");
    const std::vector<uid_t> owners{0, ::geteuid()};

    EXPECT_TRUE(trusted_file(folder.path(), "right", owners).ok());
    EXPECT_FALSE(trusted_file(folder.path(), "wrong", owners).ok());
    EXPECT_FALSE(trusted_file(folder.path(), "link", owners).ok());
    EXPECT_FALSE(trusted_file(folder.path(), "missing", owners).ok());
}

} // namespace microbox::core
