// SPDX-License-Identifier: MIT
// What sec-capabilities plans for each combination of its options.
#include "kept_set.hpp"
#include "tests/support/plugin_under_test.hpp"

#include <string>

#include <gtest/gtest.h>

#include <linux/capability.h>

namespace {

using namespace microbox;
using test::give;

constexpr std::uint64_t bit(unsigned number) {
    return std::uint64_t{1} << number;
}

sdk::Result<sdk::Fragment> plan(const sdk::Request& request, const std::string& last = "40\n") {
    sdk::Facts facts;
    sdk::PathFact fact;
    fact.exists = !last.empty();
    fact.text = last;
    facts.put({sdk::FactQuery::Kind::text, sec_capabilities::last_capability_file}, fact);
    return test::make_plugin()->plan(request, facts);
}

std::uint64_t mask_of(const sdk::Request& request) {
    auto fragment = plan(request);
    EXPECT_TRUE(fragment.ok()) << fragment.error().what;
    if (!fragment.ok() || fragment->steps.size() != 1)
        return ~std::uint64_t{0};
    return std::get<sdk::Capabilities>(fragment->steps[0].step).keep;
}

TEST(Capabilities, DefaultSetIsElevenCapabilitiesInIdentity) {
    auto fragment = plan(test::default_request(), "");
    ASSERT_TRUE(fragment.ok());
    ASSERT_EQ(fragment->steps.size(), 1U);
    EXPECT_EQ(fragment->steps[0].stage, sdk::Stage::identity);
    EXPECT_EQ(fragment->steps[0].source, "default");
    const auto keep = std::get<sdk::Capabilities>(fragment->steps[0].step).keep;
    // chown 0, dac_override 1, fowner 3, fsetid 4, kill 5, setgid 6, setuid 7, setpcap 8,
    // net_bind_service 10, sys_chroot 18, setfcap 31.
    EXPECT_EQ(keep, 0x800405fbU);
    EXPECT_EQ(fragment->claims, std::vector<std::string>{"security.capabilities"});
    EXPECT_TRUE(fragment->notices.empty());
}

TEST(Capabilities, PrefixAndCaseDoNotMatter) {
    for (const char* name : {"NET_ADMIN", "CAP_NET_ADMIN", "net_admin", "Cap_Net_Admin"}) {
        auto request = test::default_request();
        give(request, "cap-add", name);
        EXPECT_EQ(mask_of(request), sec_capabilities::default_set() | bit(CAP_NET_ADMIN)) << name;
    }
}

TEST(Capabilities, DropAllLeavesNothingAndNamesAreAddedAfterIt) {
    auto request = test::default_request();
    give(request, "cap-drop", "all");
    EXPECT_EQ(mask_of(request), 0U);
    give(request, "cap-add", "CHOWN");
    EXPECT_EQ(mask_of(request), bit(CAP_CHOWN));
}

TEST(Capabilities, DropComesBeforeAddForOneName) {
    auto request = test::default_request();
    give(request, "cap-add", "KILL");
    give(request, "cap-drop", "KILL");
    EXPECT_EQ(mask_of(request), sec_capabilities::default_set());
}

TEST(Capabilities, AddAllIsWhatTheKernelKnows) {
    auto request = test::default_request();
    give(request, "cap-add", "ALL");
    EXPECT_EQ(mask_of(request), (std::uint64_t{1} << 41U) - 1);
    give(request, "cap-drop", "ALL");
    EXPECT_EQ(mask_of(request), (std::uint64_t{1} << 41U) - 1);
}

TEST(Capabilities, ADroppedNameDoesNotComeBackThroughAddAll) {
    auto request = test::default_request();
    give(request, "cap-add", "ALL");
    give(request, "cap-drop", "MKNOD");
    EXPECT_EQ(mask_of(request), ((std::uint64_t{1} << 41U) - 1) & ~bit(CAP_MKNOD));
}

TEST(Capabilities, SameNameTwiceIsTheSameAsOnce) {
    auto request = test::default_request();
    give(request, "cap-add", "SYS_ADMIN");
    give(request, "cap-add", "cap_sys_admin");
    auto fragment = plan(request);
    ASSERT_TRUE(fragment.ok());
    EXPECT_EQ(fragment->notices.size(), 1U);
}

TEST(Capabilities, DangerousOnesAreSaidAsWeakened) {
    auto request = test::default_request();
    give(request, "cap-add", "sys_admin");
    request.isolated_ids = false;
    auto fragment = plan(request);
    ASSERT_TRUE(fragment.ok());
    ASSERT_EQ(fragment->notices.size(), 1U);
    EXPECT_EQ(fragment->notices[0].kind, sdk::Notice::Kind::weakened);
    EXPECT_EQ(fragment->notices[0].text.rfind("--cap-add SYS_ADMIN: ", 0), 0U);
    EXPECT_NE(fragment->notices[0].text.find("host ids"), std::string::npos);
}

TEST(Capabilities, UnknownNamesAreErrorsWithTheNearest) {
    auto request = test::default_request();
    give(request, "cap-drop", "NET_ADMN");
    auto fragment = plan(request);
    ASSERT_FALSE(fragment.ok());
    EXPECT_EQ(fragment.error().what,
              "--cap-drop: unknown capability 'NET_ADMN', did you mean NET_ADMIN?");
    EXPECT_EQ(fragment.error().exit_code, 125);
}

TEST(Capabilities, MalformedNamesAreRefused) {
    for (const char* name : {"",
                             "CAP_",
                             "-1",
                             "21",
                             "99999999999999999999",
                             "CHOWN,KILL",
                             "+chown",
                             "cap_cap_chown",
                             "chown=ep",
                             " CHOWN"}) {
        for (const char* option : {"cap-add", "cap-drop"}) {
            auto request = test::default_request();
            give(request, option, name);
            EXPECT_FALSE(plan(request).ok()) << option << " '" << name << "'";
        }
    }
}

TEST(Capabilities, WhatTheKernelDoesNotKnowCannotBeAdded) {
    auto request = test::default_request();
    give(request, "cap-add", "CHECKPOINT_RESTORE");
    auto fragment = plan(request, "39\n");
    ASSERT_FALSE(fragment.ok());
    EXPECT_NE(fragment.error().what.find("does not know CHECKPOINT_RESTORE"), std::string::npos);
}

TEST(Capabilities, AddWithoutTheKernelsNumberIsRefused) {
    auto request = test::default_request();
    give(request, "cap-add", "ALL");
    EXPECT_FALSE(plan(request, "").ok());
    EXPECT_FALSE(plan(request, "64\n").ok());
    EXPECT_FALSE(plan(request, "many\n").ok());
}

TEST(Capabilities, TheKernelsNumberIsAskedOnlyWhenSomethingIsAdded) {
    auto request = test::default_request();
    EXPECT_TRUE(test::make_plugin()->ask(request, {}).empty());
    give(request, "cap-add", "CHOWN");
    EXPECT_EQ(test::make_plugin()->ask(request, {}).size(), 1U);
}

} // namespace
