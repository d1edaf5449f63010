// SPDX-License-Identifier: MIT
// Names of sources and destinations, and what of them is refused.
#include "tests/support/root_modes.hpp"
#include "tests/support/sandbox.hpp"
#include "tests/support/tree_state.hpp"

#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

} // namespace

TEST(MountName, MayHoldAnyCharacterButTheColon) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory place;
    const TinyRoot root;

    for (const std::string& name : Names{"two words",
                                         "a,b",
                                         "a=b",
                                         "a\nb",
                                         "a\\b",
                                         "a\"b",
                                         "a\\040b",
                                         "-x",
                                         "\xc3\xbc",
                                         "\xff",
                                         "ro",
                                         "#",
                                         " "}) {
        fs::create_directory(place.path() + "/" + name);
        static_cast<void>(place.file(name + "/mark", "here"));
        for (const std::string& mode : {std::string("tmpfs"), root.path()}) {
            const Outcome outcome = probe_in(mode,
                                             {"--mount-ro",
                                              place.path() + "/" + name + ":/m/" + name + "/deep",
                                              "--tmpfs",
                                              "/t/" + name},
                                             sequence({{"read", "/m/" + name + "/deep/mark"},
                                                       {"write", "/t/" + name + "/x", "1"}}));
            EXPECT_EQ(outcome.out, "herewrite ok\n") << name << outcome.describe();
        }
    }
}

TEST(MountName, SlashesAndDotsMeanNothing) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory place;
    static_cast<void>(place.file("mark", "here"));
    Options here;
    here.directory = place.path();

    for (const Names& names :
         {Names{place.path() + "///", "/a"},
          Names{place.path() + "/./", "//a//"},
          Names{".", "/./a/."},
          Names{"./", "/b/../a"},
          Names{"../" + fs::path(place.path()).filename().string(), "/../../a"}}) {
        const Outcome outcome =
            probe_in("tmpfs", {"--mount-ro", names[0] + ":" + names[1]}, {"read", "/a/mark"}, here);
        EXPECT_EQ(outcome.out, "here") << names[0] << " " << names[1] << outcome.describe();
    }
}

TEST(MountName, MayBeVeryLong) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory place;
    std::string deep;
    while (deep.size() < 3500)
        deep += "/" + std::string(200, 'y');
    fs::create_directories(place.path() + deep);
    static_cast<void>(place.file(deep.substr(1) + "/mark", "here"));

    const Outcome outcome = probe_in(
        "tmpfs", {"--mount-ro", place.path() + deep + ":" + deep}, {"read", deep + "/mark"});

    EXPECT_EQ(outcome.out, "here") << outcome.describe();
}

TEST(MountName, LongerThanThePathLimitIsRefused) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory place;
    std::string longer;
    while (longer.size() < 5000)
        longer += "/" + std::string(200, 'y');

    for (const std::string& option :
         {place.path() + ":" + longer, longer + ":/m", place.path() + ":/" + std::string(300, 'y')})
        EXPECT_EQ(not_a_refusal(run({"--mount-ro", option, "--", "true"}), "--mount-ro"), "");
}

TEST(MountRefuses, WhatIsNoMount) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory place;
    const std::string& host = place.path();

    for (const char* option : {"--mount-ro", "--mount-rw", "-v", "--volume"}) {
        for (const std::string& word : Names{host,
                                             host + ":",
                                             ":/m",
                                             std::string(":"),
                                             host + ":relative",
                                             host + ":./m",
                                             host + ":/",
                                             host + ":/..",
                                             host + ":/m:nonsense",
                                             host + ":/m:",
                                             host + ":/m:owner,owner",
                                             host + ":/m:ro:rw",
                                             host + "/missing:/m",
                                             host + ":/proc",
                                             host + ":/proc/sys",
                                             host + ":/sys/x",
                                             host + ":/dev",
                                             host + ":/dev/pts"})
            EXPECT_EQ(not_a_refusal(run({option, word, "--", "true"}), word), "") << option;
        EXPECT_EQ(not_a_refusal(run({option, "", "--", "true"}), option), "");
        EXPECT_EQ(not_a_refusal(run({option}), option), "");
    }
    EXPECT_EQ(not_a_refusal(run({"--mount-ro", host + ":/m:ro", "--", "true"}), "'ro'"), "");
    EXPECT_EQ(not_a_refusal(run({"-v", host + ":/m:ro,rw", "--", "true"}), "'rw'"), "");
}

TEST(MountRefuses, TwoOnOneTargetAndNamesBoth) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory one;
    const ScratchDirectory two;
    const TinyRoot root;

    for (const std::string& mode : root_modes(root.path()))
        for (const Names& second : {Names{"--mount-rw", two.path() + ":/m/"},
                                    Names{"--tmpfs", "/x/../m"},
                                    Names{"-v", two.path() + ":/m"},
                                    Names{"--mount-ro", one.path() + ":/m"}}) {
            const Outcome outcome = run({"--fs",
                                         mode,
                                         "--mount-ro",
                                         one.path() + ":/m",
                                         second[0],
                                         second[1],
                                         "--",
                                         "true"});
            EXPECT_EQ(not_a_refusal(outcome, "--mount-ro " + one.path() + ":/m"), "");
            EXPECT_EQ(not_a_refusal(outcome, second[1]), "");
        }
}

TEST(MountRefuses, AFileOnADirectoryAndADirectoryOnAFile) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory place;
    const std::string file = place.file("file", "x");
    const TinyRoot root;
    const TreeState before = TreeState::take(root.path());

    for (const std::string& option : {place.path() + ":/probe", file + ":/usr", file + ":/probe/x"})
        EXPECT_EQ(
            not_a_refusal(run({"--fs", root.path(), "--mount-ro", option, "--", "/probe", "print"}),
                          option),
            "");
    EXPECT_EQ(changed(before, root.path()), "");
}

TEST(MountRefuses, ATargetThatWouldHaveToBeMadeInAReadOnlySource) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory outer;
    const ScratchDirectory inner;
    const TreeState before = TreeState::take(outer.path());

    for (const char* option : {"--mount-ro", "--mount-rw"}) {
        const Outcome outcome =
            probe_in("tmpfs",
                     {option, outer.path() + ":/m", "--mount-ro", inner.path() + ":/m/made"},
                     {"print"});
        EXPECT_EQ(not_a_refusal(outcome, "/m/made"), "");
    }
    EXPECT_EQ(changed(before, outer.path()), "");
}

TEST(MountRefuses, WhatThePlanRefusesToo) {
    const ScratchDirectory place;

    for (const std::string& word : {place.path() + "/missing:/m", place.path() + ":relative"})
        EXPECT_EQ(not_a_refusal(run({"plan", "--mount-ro", word, "--", "true"}), word), "");
}

} // namespace microbox::testing
