// SPDX-License-Identifier: MIT
// --cap-add and --cap-drop: all five sets as the kernel shows them, and one effect of each.
#include "tests/support/outside.hpp"
#include "tests/support/sandbox.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <linux/capability.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

constexpr const char* none = "0000000000000000";
/// Docker's set without MKNOD, NET_RAW and AUDIT_WRITE.
constexpr std::uint64_t usual = 0x800405fb;

std::string hexadecimal(std::uint64_t set) {
    char text[32];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(set));
    return text;
}

std::uint64_t every() {
    const int last = std::atoi(content_of("/proc/sys/kernel/cap_last_cap").c_str());
    return ~std::uint64_t{0} >> (63 - last);
}

/// Permitted, effective and bounding set are what is said; what could come back later is empty.
void expect_sets(const std::vector<std::string>& options,
                 const std::string& own,
                 const std::string& bounding) {
    const Outcome outcome = run_probe(options, {"caps"});

    ASSERT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.value("CapPrm"), own) << outcome.describe();
    EXPECT_EQ(outcome.value("CapEff"), own) << outcome.describe();
    EXPECT_EQ(outcome.value("CapBnd"), bounding) << outcome.describe();
    EXPECT_EQ(outcome.value("CapInh"), none) << outcome.describe();
    EXPECT_EQ(outcome.value("CapAmb"), none) << outcome.describe();
    EXPECT_EQ(outcome.value("NoNewPrivs"), "1") << outcome.describe();
}

void expect_root_has(const std::vector<std::string>& options, std::uint64_t set) {
    expect_sets(options, hexadecimal(set), hexadecimal(set));
}

} // namespace

TEST(Capabilities, TheDefaultIsSmall) {
    MBX_NEEDS_ROOT();
    expect_root_has({}, usual);
}

TEST(Capabilities, OneMore) {
    MBX_NEEDS_ROOT();
    expect_root_has({"--cap-add", "NET_RAW"}, usual | 1U << CAP_NET_RAW);
    expect_root_has({"--cap-add", "cap_net_raw"}, usual | 1U << CAP_NET_RAW);
}

TEST(Capabilities, OneLess) {
    MBX_NEEDS_ROOT();
    expect_root_has({"--cap-drop", "Cap_Chown"}, usual & ~(std::uint64_t{1} << CAP_CHOWN));
}

TEST(Capabilities, AllAndNone) {
    MBX_NEEDS_ROOT();
    expect_root_has({"--cap-drop", "ALL"}, 0);
    expect_root_has({"--cap-add", "all"}, every());
}

TEST(Capabilities, DropComesBeforeAdd) {
    MBX_NEEDS_ROOT();
    expect_root_has({"--cap-add", "KILL", "--cap-drop", "all"}, 1U << CAP_KILL);
}

TEST(Capabilities, AnotherUserHasNone) {
    MBX_NEEDS_ROOT();
    expect_sets({"--user", "1000"}, none, hexadecimal(usual));
    expect_sets({"--user", "1000", "--cap-drop", "ALL"}, none, none);
}

TEST(Capabilities, HostIdsHaveTheSameSets) {
    MBX_NEEDS_ROOT();
    expect_root_has({"--userns", "host"}, usual);
}

TEST(Capabilities, WhatIsDroppedIsGone) {
    MBX_NEEDS_ROOT();

    EXPECT_EQ(run_probe({}, {"chown", "/tmp", "5", "5"}).value("chown"), "ok");
    EXPECT_EQ(run_probe({"--cap-drop", "CHOWN"}, {"chown", "/tmp", "5", "5"}).value("chown"),
              "EPERM");
}

TEST(Capabilities, WhatIsAddedWorks) {
    MBX_NEEDS_ROOT();
    const std::vector<std::string> raw_socket = {"socket", "2", "3", "1"}; // INET, RAW, ICMP

    EXPECT_EQ(run_probe({}, raw_socket).value("socket"), "EPERM");
    EXPECT_EQ(run_probe({"--cap-add", "NET_RAW"}, raw_socket).value("socket"), "ok");
}

TEST(Capabilities, UnknownNamesAreRefusedWithTheNearest) {
    MBX_NEEDS_ROOT();

    for (const char* option : {"--cap-add", "--cap-drop"}) {
        const Outcome near = run_probe({option, "SYS_ADMN"}, {"print", "was started"});
        EXPECT_EQ(near.code, 125) << near.describe();
        EXPECT_EQ(near.out, "");
        EXPECT_NE(near.err.find("'SYS_ADMN', did you mean SYS_ADMIN?"), std::string::npos)
            << near.describe();

        for (const char* word :
             {"", "nonsense", "-1", "21", "CAP_", "CHOWN,KILL", "CAP_CAP_KILL"}) {
            const Outcome outcome =
                run_probe({std::string(option) + "=" + word}, {"print", "was started"});
            EXPECT_EQ(outcome.code, 125) << word << ": " << outcome.describe();
            EXPECT_EQ(outcome.out, "");
            EXPECT_NE(outcome.err.find(word), std::string::npos) << outcome.describe();
            EXPECT_NE(outcome.err.find(option), std::string::npos) << outcome.describe();
        }
    }
}

TEST(Capabilities, ADangerousOneIsSaidAtEveryLevel) {
    MBX_NEEDS_ROOT();

    const Outcome outcome =
        run_probe({"--log-level", "error", "--cap-add", "SYS_ADMIN"}, {"print", "x"});

    EXPECT_NE(outcome.err.find("weakened"), std::string::npos) << outcome.describe();
    EXPECT_NE(outcome.err.find("SYS_ADMIN"), std::string::npos) << outcome.describe();
}

} // namespace microbox::testing
