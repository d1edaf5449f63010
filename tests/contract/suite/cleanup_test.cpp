// SPDX-License-Identifier: MIT
// cleanup(): from the journal alone, twice, and with whatever somebody wrote into the journal.
#include "tests/contract/suite/child.hpp"
#include "tests/contract/suite/instantiate.hpp"
#include "tests/support/fake_session.hpp"
#include "tests/support/plugin_folder.hpp"
#include "tests/support/tree_state.hpp"

#include <filesystem>
#include <fstream>

namespace microbox::contract {

namespace {

constexpr const char* run_id = "abcdefgh1234";

void fill(const std::filesystem::path& victim) {
    std::ofstream(victim / "file") << "untouched";
    // Nothing that can be made by others without being asked is recognised by its name alone.
    for (const std::string& name : {std::string(run_id), std::string("microbox-") + run_id}) {
        std::filesystem::create_directories(victim / name / "inner");
        std::ofstream(victim / name / "file") << "untouched";
    }
    std::filesystem::create_directory(victim / "empty");
    std::filesystem::create_symlink(victim / "empty", victim / "link");
}

std::vector<std::string> hostile_entries(const std::string& victim) {
    std::vector<std::string> entries = {
        "", "/", ".", "..", "../..", "/proc", "/sys/fs/cgroup", "-1", "0", "1"};
    for (const std::string below :
         {"", "/", "/file", "/empty", "/empty/..", "/link", "/link/../file", "/nothing"})
        entries.push_back(victim + below);
    for (const std::string& name : {std::string(run_id), std::string("microbox-") + run_id}) {
        entries.push_back(name);
        entries.push_back(victim + "/" + name);
        entries.push_back(victim + "/empty/../" + name);
        entries.push_back("/nowhere/" + name);
    }
    entries.emplace_back(8192, 'x');
    return entries;
}

} // namespace

class ContractOfCleanup : public Contract {};

TEST_P(ContractOfCleanup, BearsARunThatNeverBegan) {
    const Instance plugin = make();
    test::FakeLog log;

    for (int time = 0; time < 2; ++time) {
        const auto done = plugin->cleanup({run_id, {}}, log);
        EXPECT_TRUE(done.ok()) << done.error().what;
    }
}

TEST_P(ContractOfCleanup, TouchesNothingThatIsNotTheRuns) {
    const tests::TemporaryFolder victim;
    const Instance plugin = make();

    const ChildOutcome child = in_confined_child(victim.path(), [&] {
        fill(victim.path());
        const auto before = testing::TreeState::take(victim.path());
        test::FakeLog log;
        for (const std::string& entry : hostile_entries(victim.path()))
            for (int time = 0; time < 2; ++time)
                // Success and error are both right: there is nothing to do, and somebody should
                // look.
                static_cast<void>(plugin->cleanup({run_id, {entry}}, log));
        static_cast<void>(plugin->cleanup({run_id, hostile_entries(victim.path())}, log));
        static_cast<void>(plugin->cleanup({"", {victim.path()}}, log));
        static_cast<void>(plugin->cleanup({"..", {victim.path() + "/empty/.."}}, log));
        return testing::changed(before, victim.path());
    });

    if (child.unavailable)
        GTEST_SKIP() << "needs root or user namespaces";
    EXPECT_EQ(child.fault, "");
    EXPECT_EQ(child.text, "");
}

MBX_CONTRACT(ContractOfCleanup);

} // namespace microbox::contract
