// SPDX-License-Identifier: MIT
// Which ids the sandbox of a plain user has, and what is said when they are few.
#include "tests/root/caller/plain_caller.hpp"

#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

using Words = std::vector<std::string>;

const Words show_map = {"--fs", "system", "--", "cat", "/proc/self/uid_map"};

Words at_info(const Words& words) {
    Words all = {"--log-level", "info"};
    all.insert(all.end(), words.begin(), words.end());
    return all;
}

bool says(const Outcome& outcome, const std::string& text) {
    return outcome.err.find(text) != std::string::npos;
}

constexpr const char* one_id = "         0          0          1\n";
constexpr const char* all_ids = "         0          0          1\n"
                                "         1          1      65535\n";

} // namespace

class PlainCallersIds : public PlainCaller {};

TEST_F(PlainCallersIds, WithoutARangeAreRootAloneAndThatIsSaidAtInfo) {
    give_ids("somebody:300000:65536\n", "somebody:300000:65536\n");

    const Outcome quiet = ask(show_map);
    const Outcome loud = ask(at_info(show_map));

    EXPECT_EQ(quiet.out, one_id) << quiet.describe();
    EXPECT_FALSE(says(quiet, "subuid")) << quiet.describe();
    EXPECT_TRUE(says(loud,
                     "the sandbox has root alone, which is the caller: /etc/subuid has no "
                     "range for nobody"))
        << loud.describe();
    EXPECT_TRUE(says(loud, "supplementary groups stay")) << loud.describe();
}

TEST_F(PlainCallersIds, AUserThatDoesNotExistIsRefusedWithTheReason) {
    give_ids("", "");

    const Outcome outcome = ask({"--fs", "system", "--user", "1000", "--", "true"});

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_TRUE(says(outcome, "--user: user 1000 does not exist in this sandbox"))
        << outcome.describe();
    EXPECT_TRUE(says(outcome, "hint: /etc/subuid has no range for nobody")) << outcome.describe();
}

TEST_F(PlainCallersIds, OfAFullRangeAreAll) {
    give_ids("nobody:300000:65536\n", "nobody:300000:65536\n");

    EXPECT_EQ(ask(show_map).out, all_ids);
    EXPECT_EQ(ask({"--fs", "system", "--user", "65535:65535", "--", "id", "-u"}).out, "65535\n");
}

TEST_F(PlainCallersIds, GivenByNumberCountToo) {
    give_ids("65534:300000:65536\n", "65534:300000:65536\n");

    EXPECT_EQ(ask(show_map).out, all_ids);
}

TEST_F(PlainCallersIds, WhatTheSandboxMakesInAMountBelongsToTheCaller) {
    give_ids("nobody:300000:65536\n", "nobody:300000:65536\n");
    const ScratchDirectory shared;
    ASSERT_EQ(::chown(shared.path().c_str(), user, user), 0);
    ASSERT_EQ(::chmod(shared.path().c_str(), 0777), 0);
    const Words options = {"--fs", "system", "--mount-rw", shared.path() + ":/m"};
    Words by_root = options;
    by_root.insert(by_root.end(), {"--", "touch", "/m/root"});
    Words by_other = options;
    by_other.insert(by_other.end(), {"--user", "1000", "--", "touch", "/m/other"});

    const Outcome root = ask(by_root);
    const Outcome other = ask(by_other);

    struct stat status {};

    ASSERT_EQ(root.code, 0) << root.describe();
    ASSERT_EQ(other.code, 0) << other.describe();
    ASSERT_EQ(::stat((shared.path() + "/root").c_str(), &status), 0);
    EXPECT_EQ(status.st_uid, user);
    EXPECT_EQ(status.st_gid, user);
    ASSERT_EQ(::stat((shared.path() + "/other").c_str(), &status), 0);
    EXPECT_EQ(status.st_uid, 300999U); // id 1 is the first of the range
}

TEST_F(PlainCallersIds, OfARangeOfOneAreFewAndThatIsSaid) {
    give_ids("nobody:300000:1\n", "nobody:300000:1\n");

    const Outcome outcome = ask(at_info(show_map));

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.out, one_id) << outcome.describe();
    EXPECT_TRUE(says(outcome, "fewer than 65536 ids")) << outcome.describe();
}

TEST_F(PlainCallersIds, NeedBothFiles) {
    give_ids("nobody:300000:65536\n", "");

    const Outcome outcome = ask(at_info(show_map));

    EXPECT_EQ(outcome.out, one_id) << outcome.describe();
    EXPECT_TRUE(says(outcome, "/etc/subgid has no range for nobody")) << outcome.describe();
}

TEST_F(PlainCallersIds, WithoutNewuidmapAreRootAlone) {
    give_ids("nobody:300000:65536\n", "nobody:300000:65536\n");

    const Outcome outcome = ask_through("/usr/bin/env", {"PATH=/nowhere"}, at_info(show_map));

    EXPECT_EQ(outcome.out, one_id) << outcome.describe();
    EXPECT_TRUE(says(outcome, "newuidmap is not installed (package uidmap)")) << outcome.describe();
}

TEST_F(PlainCallersIds, WithANewuidmapWithoutItsRightAreRootAlone) {
    give_ids("nobody:300000:65536\n", "nobody:300000:65536\n");
    const ScratchDirectory programs;
    for (const char* name : {"newuidmap", "newgidmap"}) {
        const std::string copy = programs.path() + "/" + name;
        std::filesystem::copy_file(std::string("/usr/bin/") + name, copy);
        ASSERT_EQ(::chmod(copy.c_str(), 0755), 0);
    }

    const Outcome outcome =
        ask_through("/usr/bin/env", {"PATH=" + programs.path()}, at_info(show_map));

    EXPECT_EQ(outcome.out, one_id) << outcome.describe();
    EXPECT_TRUE(says(outcome, "is neither set-user-id root nor has it the file capability"))
        << outcome.describe();
}

TEST_F(PlainCallersIds, UnderNoNewPrivsAreRootAlone) {
    give_ids("nobody:300000:65536\n", "nobody:300000:65536\n");

    const Outcome outcome = ask_through("/usr/bin/setpriv", {"--no-new-privs"}, at_info(show_map));

    EXPECT_EQ(outcome.out, one_id) << outcome.describe();
    EXPECT_TRUE(says(outcome, "this process has no_new_privs")) << outcome.describe();
}

TEST_F(PlainCallersIds, HostIdsAreForRoot) {
    const Outcome outcome = ask({"--userns", "host", "--", "true"});

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_TRUE(says(outcome, "--userns host: needs root of the host: the caller is user 65534"))
        << outcome.describe();
}

} // namespace microbox::testing
