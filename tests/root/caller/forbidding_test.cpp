// SPDX-License-Identifier: MIT
// Hosts that forbid a plain user user namespaces by what only a whole machine has: in a virtual one
// alone, which is thrown away.
#include "tests/root/caller/plain_caller.hpp"

#include <cstdlib>
#include <fstream>

namespace microbox::testing {

namespace {

using Words = std::vector<std::string>;

const Words say_hello = {"--fs", "system", "--", "echo", "hello"};

void expect_hello(const Outcome& outcome) {
    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.out, "hello\n") << outcome.describe();
}

void expect_refused(const Outcome& outcome, const std::string& words) {
    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_NE(outcome.err.find(words), std::string::npos) << outcome.describe();
}

std::string text_of(const std::string& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

class MachineSwitch : public PlainCaller {
protected:
    void set(char value) { std::ofstream("/proc/sys/kernel/unprivileged_userns_clone") << value; }

    void TearDown() override {
        set('1');
        PlainCaller::TearDown();
    }
};

TEST_F(MachineSwitch, OfDebianIsNamedWithTheRemedy) {
    expect_hello(ask(say_hello));
    set('0');

    expect_refused(ask(say_hello), "as root, sysctl kernel.unprivileged_userns_clone=1");
}

TEST_F(MachineSwitch, OfDebianIsNamedByDoctor) {
    set('0');

    const Outcome outcome = ask({"doctor"});

    EXPECT_NE(outcome.out.find("kernel.unprivileged_userns_clone=1"), std::string::npos)
        << outcome.describe();
}

/// Debian's kernel has no kernel.apparmor_restrict_unprivileged_userns, which is Ubuntu's. What
/// stands in for it is a profile that refuses the same to every microbox.
class MachineAppArmor : public PlainCaller {
protected:
    void SetUp() override {
        PlainCaller::SetUp();
        ASSERT_NE(::getenv("MICROBOX_APPARMOR_PARSER"), nullptr) << "tests/vm/run.sh sets it";
        load("profile refusing /**/microbox {\n  allow all,\n  deny userns,\n}\n");
    }

    void TearDown() override {
        for (const std::string& profile : loaded_)
            (void)parse("--remove", profile);
        PlainCaller::TearDown();
    }

    void load(const std::string& profile) {
        loaded_.push_back("abi <abi/4.0>,\n" + profile);
        const Outcome outcome = parse("--replace", loaded_.back());
        ASSERT_EQ(outcome.code, 0) << outcome.describe();
    }

    /// As it is shipped, for this microbox, wherever it was built.
    [[nodiscard]] static std::string of_the_package() {
        std::string text = text_of(MICROBOX_APPARMOR_PROFILE);
        const std::string installed = "/{usr/,usr/local/}bin/microbox";
        const std::size_t at = text.find(installed);
        EXPECT_NE(at, std::string::npos) << text;
        return at == std::string::npos ? text : text.replace(at, installed.size(), binary_path());
    }

    [[nodiscard]] static Outcome parse(const std::string& verb, const std::string& profile) {
        Options options;
        options.program = ::getenv("MICROBOX_APPARMOR_PARSER");
        options.input = profile;
        return start({verb}, options).finish();
    }

private:
    std::vector<std::string> loaded_;
};

TEST_F(MachineAppArmor, ThatRefusesIsNamedWithItsProfile) {
    expect_refused(ask(say_hello), "the AppArmor profile 'refusing'");
}

TEST_F(MachineAppArmor, ThatRefusesIsNamedByDoctor) {
    const Outcome outcome = ask({"doctor"});

    EXPECT_NE(outcome.out.find("the AppArmor profile 'refusing'"), std::string::npos)
        << outcome.describe();
}

TEST_F(MachineAppArmor, LetsMicroboxInByTheProfileOfThePackage) {
    load(of_the_package());

    expect_hello(ask(say_hello));
}

TEST_F(MachineAppArmor, LetsTheSandboxDoNoMoreByTheProfileOfThePackage) {
    load(of_the_package());

    const Outcome outcome =
        ask({"--fs", "system", "--", "unshare", "-Ur", "echo", "a namespace of its own"});

    EXPECT_NE(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.out, "") << outcome.describe();
}

} // namespace microbox::testing
