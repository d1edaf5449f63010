// SPDX-License-Identifier: MIT
#include "core/verify/policy.hpp"

#include <gtest/gtest.h>

namespace microbox::core {

namespace {

using Words = std::vector<std::string>;

std::string refused(const std::string& text) {
    const auto parsed = parse_policy(text, "p.json");
    return parsed.ok() ? ""
                       : parsed.error().what + (parsed.error().hint.empty() ? "" : " | ") +
                             parsed.error().hint;
}

std::string refused_one(const std::string& assertion) {
    return refused("{\"assertions\": [" + assertion + "]}");
}

Assertion only(const std::string& assertion) {
    auto parsed = parse_policy(
        "{\"options\": [\"--fs\", \"system\"], \"assertions\": [" + assertion + "]}", "p.json");
    EXPECT_TRUE(parsed.ok()) << (parsed.ok() ? "" : parsed.error().what);
    return parsed.ok() ? parsed->at(0) : Assertion{};
}

} // namespace

TEST(Policy, OfARunHasItsCommandItsOptionsAndWhatShouldBecomeOfIt) {
    const Assertion one = only("{\"run\": [\"sh\", \"-c\", \"exit 3\"], \"exit\": 3, "
                               "\"options\": [\"--pids\", \"5\"], \"output\": \"x\"}");

    EXPECT_EQ(one.command, (Words{"sh", "-c", "exit 3"}));
    EXPECT_EQ(one.options, (Words{"--fs", "system", "--pids", "5"}));
    EXPECT_EQ(one.exit, 3);
    EXPECT_EQ(one.output, "x");
    EXPECT_EQ(one.name, "sh -c exit 3");
    EXPECT_FALSE(one.promise);
}

TEST(Policy, OfAPathOrAConnectionIsAQuestionToTheProber) {
    EXPECT_EQ(only("{\"may_read\": \"/etc/passwd\"}").promise->question,
              (Words{"read", "/etc/passwd"}));
    EXPECT_EQ(only("{\"may_not_write\": \"/usr\"}").promise->question, (Words{"write", "/usr"}));
    EXPECT_EQ(only("{\"may_not_connect\": \"10.0.0.1:80\"}").promise->question,
              (Words{"connect", "0a000001", "80"}));
    EXPECT_EQ(only("{\"may_connect\": \"[2001:db8::1]:443\"}").promise->question,
              (Words{"connect", "20010db8000000000000000000000001", "443"}));
    EXPECT_EQ(only("{\"may_connect\": \"1.2.3.4:1\", \"name\": \"out\"}").name, "out");
}

TEST(Policy, MayHaveComments) {
    EXPECT_EQ(refused("{\"assertions\": [ // why\n {\"may_read\": \"/x\"}]}"), "");
}

TEST(Policy, ThatIsNoneIsRefusedWithTheFile) {
    EXPECT_EQ(refused("{").rfind("p.json: ", 0), 0U);
    EXPECT_EQ(refused("[]"), "p.json: an object is right: {\"assertions\": [...]}");
    EXPECT_EQ(refused("{}"), "p.json: \"assertions\" is missing: a list of at least one is right");
    EXPECT_EQ(refused("{\"assertions\": []}"),
              "p.json: \"assertions\" is missing: a list of at least one is right");
    EXPECT_EQ(refused("{\"asertions\": []}"),
              "p.json: unknown key 'asertions' | did you mean assertions?");
}

TEST(Policy, NamesTheAssertionThatIsWrong) {
    EXPECT_EQ(refused_one("{\"may_reed\": \"/x\"}"),
              "p.json: assertion 1: unknown key 'may_reed' | did you mean may_read?");
    EXPECT_EQ(refused_one("{\"may_read\": \"x\"}"),
              "p.json: assertion 1: may_read: 'x' is not an absolute path of the sandbox");
    EXPECT_EQ(refused_one("{\"may_connect\": \"localhost:80\"}"),
              "p.json: assertion 1: may_connect: 'localhost:80' is not ADDRESS:PORT, as in "
              "192.0.2.1:443 or [2001:db8::1]:443");
    EXPECT_NE(refused_one("{\"may_connect\": \"1.2.3.4:70000\"}"), "");
    EXPECT_NE(refused_one("{\"may_connect\": \"1.2.3.4\"}"), "");
    EXPECT_NE(refused_one("{\"may_connect\": \"1.2.3.4:0\"}"), "");
    EXPECT_EQ(refused_one("{\"run\": \"true\"}"),
              "p.json: assertion 1: run: a list of words is right");
    EXPECT_NE(refused_one("{\"run\": []}"), "");
    EXPECT_NE(refused_one("{\"name\": \"nothing asserted\"}"), "");
    EXPECT_NE(refused_one("{\"run\": [\"x\"], \"may_read\": \"/x\"}"), "");
    EXPECT_NE(refused_one("{\"run\": [\"x\"], \"exit\": 256}"), "");
    EXPECT_NE(refused_one("{\"run\": [\"x\"], \"exit\": 1, \"fails\": true}"), "");
    EXPECT_NE(refused_one("{\"may_read\": \"/x\", \"fails\": true}"), "");
    EXPECT_EQ(refused_one("{\"run\": [\"x\"], \"reason\": \"memory\"}"),
              "p.json: assertion 1: reason: 'memory' is none of exited signal timeout oom pids");
}

TEST(PolicyReport, TellsTheReasonMicroboxsOwnErrorAndWhatWasDenied) {
    EXPECT_EQ(read_report(R"({"reason": "timeout"})").reason, "timeout");
    EXPECT_EQ(read_report(R"({"reason": "failed", "error": "why"})").error, "why");
    EXPECT_EQ(read_report("").reason, "");
    EXPECT_EQ(read_report(R"({"reason": "exited", "denied": null})").denied, Words{});
    EXPECT_EQ(read_report(R"({"reason": "exited", "denied": [{"plugin": "sec-x", "what": "mount",
                              "program": "sh", "remedy": "--allow mount"}, {"plugin": "net-x",
                              "what": "all", "program": null, "remedy": ""}]})")
                  .denied,
              (Words{"sec-x: mount (sh): --allow mount", "net-x: all"}));
}

} // namespace microbox::core
