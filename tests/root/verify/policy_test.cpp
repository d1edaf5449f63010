// SPDX-License-Identifier: MIT
// `microbox verify --policy FILE`: assertions that hold and assertions that do not, of each kind.
#include "tests/support/sandbox.hpp"

#include <gtest/gtest.h>

namespace microbox::testing {

namespace {

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

class VerifyPolicy : public ::testing::Test {
protected:
    Outcome check(const std::string& assertions, const std::vector<std::string>& more = {}) {
        const std::string file = files_.file(
            "policy.json",
            "{\"options\": [\"--fs\", \"system\"], \"assertions\": [" + assertions + "]}");
        std::vector<std::string> line = {"verify", "--policy", file};
        line.insert(line.end(), more.begin(), more.end());
        return run(line);
    }

    void expect_held(const std::string& assertion) {
        const Outcome outcome = check(assertion);
        EXPECT_EQ(outcome.code, 0) << assertion << outcome.describe();
        EXPECT_TRUE(holds(outcome.out, "1 held, 0 broken")) << assertion << outcome.describe();
    }

    void expect_broken(const std::string& assertion, const std::string& why) {
        const Outcome outcome = check(assertion);
        EXPECT_EQ(outcome.code, 1) << assertion << outcome.describe();
        EXPECT_TRUE(holds(outcome.out, why)) << assertion << outcome.describe();
    }

private:
    ScratchDirectory files_;
};

} // namespace

TEST_F(VerifyPolicy, OfPaths) {
    MBX_NEEDS_ROOT();
    expect_held(R"({"may_read": "/etc/passwd"})");
    expect_broken(R"({"may_not_read": "/etc/passwd"})", "'content' instead of");
    expect_held(R"({"may_not_read": "/etc/shadow"})");
    expect_broken(R"({"may_read": "/etc/shadow"})", "'ENOENT' instead of 'content'");
    expect_held(R"({"may_write": "/tmp"})");
    expect_broken(R"({"may_not_write": "/tmp"})", "'written' instead of");
    expect_held(R"({"may_not_write": "/usr"})");
    expect_broken(R"({"may_write": "/usr"})", "'EROFS' instead of 'written'");
}

TEST_F(VerifyPolicy, OfConnections) {
    MBX_NEEDS_ROOT();
    expect_held(R"({"may_not_connect": "192.0.2.1:80"})");
    expect_held(R"({"may_not_connect": "[2001:db8::1]:80"})");
    expect_broken(R"({"may_connect": "192.0.2.1:80"})", "instead of 'connected'");
    expect_broken(R"({"may_connect": "127.0.0.1:80"})", "'ECONNREFUSED' instead of 'connected'");
}

TEST_F(VerifyPolicy, OfCommands) {
    MBX_NEEDS_ROOT();
    expect_held(R"({"run": ["true"]})");
    expect_broken(R"({"run": ["false"]})", "with exit code 1 instead of 0");
    expect_broken(R"({"run": ["sh", "-c", "echo first >&2; echo denied: by me >&2; exit 1"]})",
                  "; it said 'denied: by me'");
    expect_held(R"({"run": ["false"], "fails": true})");
    expect_broken(R"({"run": ["true"], "fails": true})", "it works, and should fail");
    expect_held(R"({"run": ["sh", "-c", "exit 7"], "exit": 7})");
    expect_broken(R"({"run": ["sh", "-c", "exit 7"], "exit": 8})", "exit code 7 instead of 8");
    expect_held(R"({"run": ["id", "-u"], "output": "0"})");
    expect_broken(R"({"run": ["id", "-u"], "output": "7"})", "does not hold '7'");
}

TEST_F(VerifyPolicy, ThatIsBrokenNamesWhatWasDeniedAndWhatWouldAllowIt) {
    MBX_NEEDS_ROOT();
    expect_broken(R"({"run": ["unshare", "-Ur", "true"]})", "denied: sec-seccomp: unshare");
    expect_broken(R"({"run": ["unshare", "-Ur", "true"]})", "--allow-syscall unshare");
}

TEST_F(VerifyPolicy, OfLimits) {
    MBX_NEEDS_ROOT();
    expect_held(
        R"({"run": ["sleep", "20"], "options": ["--timeout", "200ms"], "reason": "timeout"})");
    expect_broken(R"({"run": ["true"], "options": ["--timeout", "20s"], "reason": "timeout"})",
                  "it ended by 'exited'");
}

/// What could not be run has not failed as it should.
TEST_F(VerifyPolicy, IsNotHeldByASandboxThatCannotBeMade) {
    MBX_NEEDS_ROOT();
    expect_broken(R"({"run": ["true"], "fails": true, "options": ["--no-such-option"]})",
                  "the sandbox could not be made: unknown option '--no-such-option'");
    expect_broken(R"({"may_not_read": "/x", "options": ["--no-such-option"]})",
                  "the sandbox could not be made: unknown option '--no-such-option'");
}

TEST_F(VerifyPolicy, HasAFreshSandboxForEach) {
    MBX_NEEDS_ROOT();
    const Outcome outcome = check(R"({"run": ["touch", "/tmp/x"]}, {"may_not_read": "/tmp/x"},
                                     {"run": ["test", "-e", "/tmp/x"], "fails": true})");

    EXPECT_TRUE(holds(outcome.out, "3 held, 0 broken")) << outcome.describe();
}

TEST_F(VerifyPolicy, TakesTheOptionsOfTheCommandLineToo) {
    MBX_NEEDS_ROOT();
    const Outcome outcome = check(R"({"run": ["hostname"], "output": "from-the-line"})",
                                  {"--hostname", "from-the-line"});

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
}

TEST_F(VerifyPolicy, ThatCannotBeReadIsNamed) {
    const Outcome missing = run({"verify", "--policy", "/nowhere.json"});

    EXPECT_EQ(missing.code, 125) << missing.describe();
    EXPECT_TRUE(holds(missing.err, "--policy: ")) << missing.describe();
    EXPECT_TRUE(holds(missing.err, "/nowhere.json")) << missing.describe();
}

} // namespace microbox::testing
