// SPDX-License-Identifier: MIT
// The build's compiler: equal to the rules on every number, and every rule of the policy is missed.
#include "generate/compiler.hpp"
#include "generate/names.hpp"
#include "generate/policy.hpp"
#include "generate/ruleset.hpp"
#include "tests/support/bpf_evaluator.hpp"
#include "tests/unit/sec-seccomp/expected.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace microbox::tests {
namespace {

using namespace microbox::seccomp;

std::string read(const std::string& name) {
    std::ifstream in(std::string(MICROBOX_POLICY) + "/" + name);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::uint32_t run(const std::vector<sock_filter>& program, int number, std::uint64_t argument = 0) {
    seccomp_data data{};
    data.nr = number;
    data.arch = 1;
    data.args[0] = argument;
    const Verdict verdict = evaluate(program, data);
    return verdict.valid ? verdict.action : 0xdeadU;
}

TEST(Compiler, AgreesWithRandomRulesOnEveryNumber) {
    std::mt19937 engine(7);
    const auto random = [&] { return static_cast<std::uint32_t>(engine()); };
    for (int round = 0; round < 200; ++round) {
        Ruleset rules{1, {}, Action{SECCOMP_RET_ERRNO} | Action{ENOSYS}};
        const unsigned dense = 1 + random() % 6;
        for (std::uint32_t number = random() % 3; number < 300; number += 1 + random() % dense) {
            const unsigned kind = random() % 8;
            const Action action = kind < 5 ? Action{SECCOMP_RET_ALLOW} : SECCOMP_RET_ERRNO | kind;
            if (kind == 7)
                rules.answers[number] = {{{{0, ~0U, number}}, SECCOMP_RET_ALLOW},
                                         {{{0, 0xf0, 0}}, SECCOMP_RET_ERRNO | 9U},
                                         {{}, SECCOMP_RET_ERRNO | 3U}};
            else
                rules.answers[number] = {{{}, action}};
        }
        const auto program = compile(rules);
        if (!program.ok())
            continue; // many checks: a jump too far, said and not miscompiled
        for (int number = 0; number < 400; ++number)
            for (const std::uint64_t argument :
                 {std::uint64_t{0}, std::uint64_t{16}, static_cast<std::uint64_t>(number)}) {
                Action expected = rules.otherwise;
                const auto found = rules.answers.find(static_cast<std::uint32_t>(number));
                if (found != rules.answers.end()) {
                    for (const Clause& clause : found->second) {
                        const bool fits =
                            clause.conditions.empty() ||
                            (argument & clause.conditions[0].mask) == clause.conditions[0].value;
                        expected = clause.action;
                        if (fits)
                            break;
                    }
                }
                ASSERT_EQ(run(program.value(), number, argument), expected) << number;
            }
        EXPECT_EQ(run(program.value(), -1), rules.otherwise);
    }
}

TEST(Compiler, SaysWhenAJumpIsTooFar) {
    Ruleset rules{1, {}, SECCOMP_RET_ALLOW};
    for (std::uint32_t number = 0; number < 2000; number += 2)
        rules.answers[number] = {{{}, SECCOMP_RET_ERRNO | (number % 4000)}};

    EXPECT_FALSE(compile(rules).ok());
}

TEST(Policy, RefusesWhatItDoesNotUnderstand) {
    for (const char* text : {"[maybe] x: y\nread\n",
                             "read\n",
                             "[allow] x: y\nread\n[EPERM] z: y\nread\n",
                             "[check] x: y\nread\nif arg0 == 1 allow\n",
                             "[check] x: y\nread\nif arg9 == 1 allow\nelse EPERM\n",
                             "[check] x: y\nread\nif arg0 > 1 allow\nelse EPERM\n",
                             "[check] x: y\nread\nif arg0 == one allow\nelse EPERM\n",
                             "[allow] no reason\nread\n"})
        EXPECT_FALSE(parse_policy(text).ok()) << text;
}

TEST(Policy, RefusesAnUnknownNameWithTheNearest) {
    const auto policy = parse_policy("[allow] x: y\nreads\n");
    ASSERT_TRUE(policy.ok());

    const auto rules = to_ruleset(*policy, Machine{1, {{"read", 0}, {"write", 1}}});

    ASSERT_FALSE(rules.ok());
    EXPECT_NE(rules.error().what.find("'read'"), std::string::npos);
}

TEST(Policy, IsFitForBothMachines) {
    for (const char* architecture : {"x86_64", "aarch64"}) {
        const auto known = machine(architecture, read("newer.txt"));
        const auto policy = parse_policy(read("default.txt"));
        ASSERT_TRUE(known.ok());
        ASSERT_TRUE(policy.ok());
        const auto rules = to_ruleset(*policy, *known);
        ASSERT_TRUE(rules.ok());
        EXPECT_TRUE(compile(*rules).ok());
    }
}

// A name taken from the policy answers ENOSYS: default_filter_test must expect something else of
// it.
TEST(Policy, HasNoNameThatTheTestsWouldNotMiss) {
    std::set<std::string> missed(std::begin(ordinary), std::end(ordinary));
    missed.insert(std::begin(forbidden), std::end(forbidden));
    missed.insert({"clone", "socket", "socketpair", "ioctl", "personality"});
    const auto known = machine("x86_64", read("newer.txt"));
    const auto policy = parse_policy(read("default.txt"));
    ASSERT_TRUE(known.ok() && policy.ok());

    for (const Group& group : *policy) {
        if (group.clauses.front().action == (SECCOMP_RET_ERRNO | ENOSYS))
            continue;
        for (const std::string& name : group.calls) {
            if (known->numbers.at(name) != foreign) {
                EXPECT_EQ(missed.count(name), 1U) << name;
            }
        }
    }
}

} // namespace
} // namespace microbox::tests
