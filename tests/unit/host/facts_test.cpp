// SPDX-License-Identifier: MIT
#include "core/host/facts.hpp"
#include "core/host/requirements.hpp"
#include "tests/unit/state/state_folder.hpp"

#include <cerrno>
#include <fstream>

#include <gtest/gtest.h>

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace microbox::core {

namespace {

using sdk::FactQuery;
using Kind = FactQuery::Kind;

sdk::PathFact answer(Kind kind, const std::string& subject) {
    sdk::Facts facts;
    look_up({{kind, subject}}, facts);
    return facts.get(kind, subject);
}

/// A folder with a file, a link to it and a link that dangles.
class FactsOfAFolder : public ::testing::Test {
protected:
    FactsOfAFolder() {
        std::ofstream(at("b-file")) << "content";
        if (::symlink("b-file", at("a-link").c_str()) != 0 ||
            ::symlink("gone", at("c-dangling").c_str()) != 0)
            ADD_FAILURE() << "symlink";
    }

    std::string at(const std::string& name) const { return place_.folder.path + "/" + name; }

    testing::TemporaryState place_;
};

} // namespace

TEST_F(FactsOfAFolder, APathFollowsLinksAndIsCanonical) {
    const auto fact = answer(Kind::path, at("a-link"));

    EXPECT_TRUE(fact.exists);
    EXPECT_EQ(fact.type, sdk::PathFact::Type::file);
    EXPECT_EQ(fact.absolute, std::filesystem::canonical(at("b-file")).string());
    EXPECT_EQ(fact.uid, ::geteuid());
}

TEST_F(FactsOfAFolder, ALinkIsSeenAsItself) {
    const auto fact = answer(Kind::link, at("c-dangling"));

    EXPECT_EQ(fact.type, sdk::PathFact::Type::link);
    EXPECT_EQ(fact.link, "gone");
}

TEST_F(FactsOfAFolder, WhatIsMissingIsAnAnswer) {
    const auto fact = answer(Kind::path, at("c-dangling"));

    EXPECT_FALSE(fact.exists);
    EXPECT_EQ(fact.error_number, ENOENT);
}

TEST_F(FactsOfAFolder, NamesOfADirectoryAreSorted) {
    const auto fact = answer(Kind::directory, place_.folder.path);

    EXPECT_EQ(fact.names, (std::vector<std::string>{"a-link", "b-file", "c-dangling", "runs"}));
}

TEST_F(FactsOfAFolder, TextIsTheFilesContent) {
    EXPECT_EQ(answer(Kind::text, at("b-file")).text, "content");
    EXPECT_FALSE(answer(Kind::text, at("none")).exists);
}

TEST_F(FactsOfAFolder, EachFactIsLookedUpOnce) {
    sdk::Facts facts;
    const FactQuery query{Kind::text, at("b-file")};
    look_up({query}, facts);
    std::ofstream(at("b-file")) << "changed since";

    look_up({query}, facts);

    EXPECT_EQ(facts.text(at("b-file")), "content");
}

TEST(KernelHas, SaysNoToAFeatureThatNobodyKnows) {
    EXPECT_FALSE(kernel_has("warp-drive"));
}

TEST(KernelHas, FindsWhatEveryKernelWeServeHas) {
    for (const char* feature :
         {"clone3", "openat2", "close_range", "pidfd", "mount_setattr", "memfd"})
        EXPECT_TRUE(kernel_has(feature)) << feature;
}

TEST(KernelHas, TmpfsUserAttributesIsWhatATmpfsSays) {
    const int tmpfs = ::open("/dev/shm", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    struct statfs status {};

    if (tmpfs < 0 || ::fstatfs(tmpfs, &status) < 0 || status.f_type != TMPFS_MAGIC)
        GTEST_SKIP() << "needs a tmpfs on /dev/shm";

    const bool set = ::fsetxattr(tmpfs, "user.test", "y", 1, 0) == 0;
    ::close(tmpfs);

    EXPECT_EQ(kernel_has("tmpfs-user-attributes"), set);
}

TEST(CoreRequirements, EachHasARemedyAndAQuestionThatIsKnown) {
    for (const sdk::Requirement& requirement : core_requirements()) {
        EXPECT_FALSE(requirement.need.empty());
        EXPECT_FALSE(requirement.remedy.empty()) << requirement.need;
        EXPECT_TRUE(requirement.met) << requirement.need;
    }
}

} // namespace microbox::core
