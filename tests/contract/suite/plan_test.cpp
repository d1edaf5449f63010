// SPDX-License-Identifier: MIT
// ask() and plan(): functions of request and facts, and nothing else.
#include "tests/contract/suite/child.hpp"
#include "tests/contract/suite/instantiate.hpp"
#include "tests/support/plugin_under_test.hpp"

#include <algorithm>

namespace microbox::contract {

namespace {

/// No option of any kind means one of these.
constexpr const char* absurd_values[] = {
    "", "-1", "no such thing", "\x01\x7f", "////:::,,,===", "99999999999999999999999999"};

bool has_claim(const sdk::Fragment& fragment, const std::string& claim) {
    return std::find(fragment.claims.begin(), fragment.claims.end(), claim) !=
           fragment.claims.end();
}

bool mounts_root(const sdk::Fragment& fragment) {
    return std::any_of(
        fragment.steps.begin(), fragment.steps.end(), [](const sdk::PlacedStep& placed) {
            const auto* mount = std::get_if<sdk::Mount>(&placed.step);
            return mount != nullptr && mount->target == "/";
        });
}

} // namespace

class ContractOfPlan : public Contract {
protected:
    [[nodiscard]] sdk::Result<sdk::Fragment> planned(const sdk::Request& wanted) const {
        const Instance plugin = make();
        return plugin->plan(wanted, answers_for(*plugin, wanted).facts);
    }
};

TEST_P(ContractOfPlan, AsksItsLastQuestionInTheFourthRound) {
    const Instance plugin = make();

    EXPECT_TRUE(answers_for(*plugin, request()).settled);
}

TEST_P(ContractOfPlan, AcceptsItsDefaults) {
    const auto fragment = planned(request());

    EXPECT_TRUE(fragment.ok()) << fragment.error().what;
}

TEST_P(ContractOfPlan, PlansTheSameTwice) {
    const sdk::Request wanted = request();
    const Instance first = make();
    const Instance second = make();
    const sdk::Facts facts = answers_for(*first, wanted).facts;

    const std::string text = plan_text(*first, wanted, facts);
    EXPECT_EQ(plan_text(*second, wanted, facts), text) << "another instance";
    EXPECT_EQ(plan_text(*first, wanted, facts), text) << "the same instance once more";
}

TEST_P(ContractOfPlan, InstancesDoNotKnowEachOther) {
    const sdk::Request wanted = request();
    sdk::Request other = wanted;
    other.read_only_root = true;
    other.isolated_ids = false;
    other.own_network = false;
    other.privileged = false;
    other.user = 1000;
    const Instance alone = make();
    const sdk::Facts facts = answers_for(*alone, wanted).facts;
    const std::string expected = plan_text(*alone, wanted, facts);

    const Instance first = make();
    const Instance second = make();
    static_cast<void>(answers_for(*first, wanted));
    static_cast<void>(plan_text(*second, other, answers_for(*second, other).facts));

    EXPECT_EQ(plan_text(*first, wanted, facts), expected);
}

TEST_P(ContractOfPlan, NeedsNothingOfTheKernelButMemory) {
    const sdk::Request wanted = request();
    const Instance plugin = make();
    const sdk::Facts facts = answers_for(*plugin, wanted).facts;
    const std::string expected = plan_text(*plugin, wanted, facts);

    const ChildOutcome child = in_watched_child([&] {
        const Instance watched = make();
        static_cast<void>(watched->requirements());
        static_cast<void>(watched->ask(wanted, facts));
        return plan_text(*watched, wanted, facts);
    });

    ASSERT_EQ(child.fault, "") << "requirements, ask and plan are pure";
    EXPECT_EQ(child.text, expected) << "the plan depends on the environment";
}

TEST_P(ContractOfPlan, RefusesAbsurdValues) {
    for (std::size_t i = 0; i < descriptor().option_count; ++i) {
        const MbxOption& option = descriptor().options[i];
        if (option.argument == nullptr)
            continue;
        for (const char* value : absurd_values) {
            SCOPED_TRACE(std::string("--") + option.name + " '" + value + "'");
            sdk::Request wanted = request();
            test::give(wanted, option.name, value);

            const auto fragment = planned(wanted);

            ASSERT_FALSE(fragment.ok()) << "accepted in silence";
            const sdk::Error& error = fragment.error();
            EXPECT_NE(error.what.find(std::string("--") + option.name), std::string::npos)
                << "the option is not named: " << error.what;
            EXPECT_EQ(error.what.find('\n'), std::string::npos) << error.what;
        }
    }
}

TEST_P(ContractOfPlan, ClaimsWhatItsRoleHandles) {
    const auto fragment = planned(request());
    ASSERT_TRUE(fragment.ok()) << fragment.error().what;
    const std::string role = descriptor().role;

    EXPECT_EQ(has_claim(*fragment, "root"), role == "filesystem");
    EXPECT_EQ(mounts_root(*fragment), role == "filesystem");
    EXPECT_EQ(has_claim(*fragment, "network"), role == "network");
    EXPECT_EQ(fragment->own_network.has_value(), role == "network");
    if (fragment->storage || !fragment->not_found_hint.empty()) {
        EXPECT_EQ(role, "filesystem") << "storage and the hint belong to filesystem modes";
    }
    if (role == "limit" || role == "security") {
        for (const std::string& claim : fragment->claims)
            EXPECT_TRUE(claim.starts_with(role + ".")) << claim;
    }
}

TEST_P(ContractOfPlan, SaysWhoAskedForEachStep) {
    const auto fragment = planned(request());
    ASSERT_TRUE(fragment.ok()) << fragment.error().what;

    for (const sdk::PlacedStep& placed : fragment->steps)
        EXPECT_NE(placed.source, "");
    for (const sdk::Slot& slot : fragment->slots)
        EXPECT_TRUE(slot.name.starts_with(name() + ".")) << slot.name;
    for (const sdk::Notice& notice : fragment->notices)
        EXPECT_NE(notice.text, "");
}

MBX_CONTRACT(ContractOfPlan);

} // namespace microbox::contract
