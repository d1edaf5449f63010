// SPDX-License-Identifier: MIT
// The comparison of the kernel's account with the plan, one wrong set at a time.
#include "status.hpp"
#include "tests/support/fake_session.hpp"
#include "tests/support/plugin_under_test.hpp"

#include <map>
#include <string>

#include <gtest/gtest.h>

namespace {

using namespace microbox;

using Sets = std::map<std::string, std::string>;

std::string status(const Sets& other) {
    Sets sets = {{"CapInh", "0000000000000000"},
                 {"CapPrm", "00000000800405fb"},
                 {"CapEff", "00000000800405fb"},
                 {"CapBnd", "00000000800405fb"},
                 {"CapAmb", "0000000000000000"}};
    for (const auto& [name, value] : other)
        sets[name] = value;
    std::string text = "Name:\ttrue\n";
    for (const auto& [name, value] : sets)
        text += name + ":\t" + value + "\n";
    return text + "NoNewPrivs:\t1\n";
}

constexpr std::uint64_t mask = 0x800405fb;

TEST(CapabilityStatus, EqualSetsPass) {
    EXPECT_TRUE(sec_capabilities::check_status(status({}), mask, true).ok());
}

TEST(CapabilityStatus, OtherUsersHaveNoPermittedAndEffectiveSet) {
    const Sets none = {{"CapPrm", "0000000000000000"}, {"CapEff", "0000000000000000"}};
    EXPECT_TRUE(sec_capabilities::check_status(status(none), mask, false).ok());
    EXPECT_FALSE(sec_capabilities::check_status(status({}), mask, false).ok());
    EXPECT_FALSE(sec_capabilities::check_status(status(none), mask, true).ok());
}

TEST(CapabilityStatus, EachWrongSetIsNamed) {
    const std::map<std::string, std::string> words = {{"CapInh", "inheritable"},
                                                      {"CapPrm", "permitted"},
                                                      {"CapEff", "effective"},
                                                      {"CapBnd", "bounding"},
                                                      {"CapAmb", "ambient"}};
    for (const auto& [set, word] : words) {
        auto checked =
            sec_capabilities::check_status(status({{set, "000001ffffffffff"}}), mask, true);
        ASSERT_FALSE(checked.ok()) << set;
        EXPECT_NE(checked.error().what.find("the " + word + " capability set"), std::string::npos);
        EXPECT_NE(checked.error().what.find("0x1ffffffffff"), std::string::npos);
    }
}

TEST(CapabilityStatus, AMissingSetIsAnError) {
    EXPECT_FALSE(sec_capabilities::check_status("Name:\ttrue\n", mask, true).ok());
}

TEST(CapabilityStatus, ACommandThatDoesNotExistFailsVerification) {
    auto plugin = test::make_plugin();
    ASSERT_TRUE(plugin->plan(test::default_request(), {}).ok());
    test::FakeSession session;
    EXPECT_FALSE(plugin->verify(session).ok());
}

} // namespace
