// SPDX-License-Identifier: MIT
// A failure in each phase of a real run: exit 125, the plugin is named, the command does not run,
// what was taken is given back in exactly the reverse order, and nothing is left.
#include "tests/support/host_state.hpp"
#include "tests/support/sandbox.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <unistd.h>

namespace microbox::testing {

namespace {

class Fault : public ::testing::Test {
protected:
    Fault() {
        // Copies in hands that are trusted, whoever has built.
        for (const char* const name : {"limit-first.so", "limit-second.so"}) {
            std::filesystem::copy_file(std::string(MICROBOX_FAULT_PLUGINS) + "/" + name,
                                       folder_.path() + "/" + name);
            std::filesystem::permissions(folder_.path() + "/" + name, std::filesystem::perms(0755));
        }
        with_plugins_.environment = {{"MICROBOX_PLUGIN_PATH", folder_.path()}};
    }

    Outcome run_with(std::vector<std::string> options) {
        options.insert(options.end(), {"--first-log", log(), "--second-log", log()});
        return run_probe(options, {"print", "the command runs"}, with_plugins_);
    }

    [[nodiscard]] std::string log() const { return folder_.path() + "/log"; }

    [[nodiscard]] std::string calls() const {
        std::ifstream file(log());
        return {std::istreambuf_iterator<char>(file), {}};
    }

    ScratchDirectory folder_;
    Options with_plugins_;
};

constexpr const char* whole_run = "first prepare\nsecond prepare\nsecond cleanup\nfirst cleanup\n";

class FaultInACallback : public Fault, public ::testing::WithParamInterface<const char*> {};

class FaultIn : public Fault, public ::testing::WithParamInterface<const char*> {};

} // namespace

TEST_F(Fault, ARunWithoutOneCallsBothInOrderAndInReverse) {
    MBX_NEEDS_ROOT();
    const HostState before = HostState::take();

    const Outcome outcome = run_with({});

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.out, "the command runs\n") << outcome.describe();
    EXPECT_EQ(calls(), whole_run);
    EXPECT_EQ(left_behind(before), "");
}

TEST_P(FaultIn, APhaseAfterPrepareUndoesBothInReverse) {
    MBX_NEEDS_ROOT();
    const HostState before = HostState::take();
    const std::string phase = GetParam();

    const Outcome outcome = run_with({"--second-fault", phase});

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_EQ(outcome.out, "") << outcome.describe();
    EXPECT_NE(outcome.err.find("limit-second"), std::string::npos) << outcome.describe();
    EXPECT_NE(outcome.err.find(phase.substr(0, phase.find('-'))), std::string::npos)
        << outcome.describe();
    EXPECT_EQ(calls(), whole_run);
    EXPECT_EQ(left_behind(before), "");
}

INSTANTIATE_TEST_SUITE_P(Phases,
                         FaultIn,
                         ::testing::Values("prepare",
                                           "prepare-throws",
                                           "attach",
                                           "attach-throws",
                                           "verify",
                                           "verify-throws",
                                           "verify-throws-number",
                                           "running",
                                           "running-throws",
                                           "running-throws-number"),
                         [](const auto& phase) {
                             std::string name = phase.param;
                             std::replace(name.begin(), name.end(), '-', 'X');
                             return name;
                         });

TEST_F(Fault, InPrepareOfTheFirstLeavesTheSecondAlone) {
    MBX_NEEDS_ROOT();
    const HostState before = HostState::take();

    const Outcome outcome = run_with({"--first-fault", "prepare"});

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_EQ(calls(), "first prepare\nfirst cleanup\n");
    EXPECT_EQ(left_behind(before), "");
}

TEST_F(Fault, InAPurePhaseTakesNothing) {
    MBX_NEEDS_ROOT();
    const HostState before = HostState::take();

    for (const char* const phase : {"ask-throws", "plan", "plan-throws"}) {
        const Outcome outcome = run_with({"--second-fault", phase});

        EXPECT_EQ(outcome.code, 125) << outcome.describe();
        EXPECT_EQ(outcome.out, "") << outcome.describe();
    }
    EXPECT_EQ(calls(), "");
    EXPECT_EQ(left_behind(before), "");
}

TEST_P(FaultInACallback, EndsTheCommand) {
    MBX_NEEDS_ROOT();
    const HostState before = HostState::take();
    const std::string callback = GetParam();

    const Outcome outcome =
        run_probe({"--first-log", log(), "--second-log", log(), "--second-fault", callback},
                  {"sleep", "60"},
                  with_plugins_);

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    const bool throws = callback.find("throws") != std::string::npos;
    const std::string said = "a " + callback.substr(0, callback.find('-')) + " threw";
    EXPECT_NE(outcome.err.find(throws ? said : "fault in " + callback), std::string::npos)
        << outcome.describe();
    EXPECT_NE(outcome.err.find("limit-second"), std::string::npos) << outcome.describe();
    EXPECT_LT(outcome.seconds, 25) << outcome.describe();
    EXPECT_EQ(calls(), whole_run);
    EXPECT_EQ(left_behind(before), "");
}

INSTANTIATE_TEST_SUITE_P(Callbacks,
                         FaultInACallback,
                         ::testing::Values("deadline",
                                           "deadline-throws",
                                           "deadline-throws-number",
                                           "watch",
                                           "watch-throws"),
                         [](const auto& callback) {
                             std::string name = callback.param;
                             std::replace(name.begin(), name.end(), '-', 'X');
                             return name;
                         });

TEST_F(Fault, AfterTheExitDoesNotChangeTheResult) {
    MBX_NEEDS_ROOT();
    const HostState before = HostState::take();

    const Outcome outcome = run_with({"--second-fault", "exited-throws", "--log-level", "warn"});

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_NE(outcome.err.find("exited threw"), std::string::npos) << outcome.describe();
    EXPECT_EQ(calls(), whole_run);
    EXPECT_EQ(left_behind(before), "");
}

class FaultInCleanup : public Fault, public ::testing::WithParamInterface<const char*> {};

TEST_P(FaultInCleanup, IsSaidAndTheJournalWaitsForAnotherTry) {
    MBX_NEEDS_ROOT();
    const HostState before = HostState::take();
    const std::string busy = folder_.file(GetParam(), "");

    const Outcome outcome = run_with({});

    EXPECT_EQ(outcome.code, 0) << "the command's own: " << outcome.describe();
    EXPECT_NE(outcome.err.find("limit-second"), std::string::npos) << outcome.describe();
    EXPECT_NE(outcome.err.find("as told"), std::string::npos) << outcome.describe();
    EXPECT_EQ(calls(), whole_run) << "the other one is cleaned up all the same";
    EXPECT_NE(left_behind(before), "") << "the journal stays";
    std::filesystem::remove(busy);

    const Outcome collected = run({"gc"}, with_plugins_);

    EXPECT_EQ(collected.code, 0) << collected.describe();
    EXPECT_EQ(calls(), whole_run + std::string("second cleanup\nfirst cleanup\n"));
    EXPECT_EQ(left_behind(before), "");
}

INSTANTIATE_TEST_SUITE_P(Ways,
                         FaultInCleanup,
                         ::testing::Values("log.second-busy", "log.second-busy-throws"),
                         [](const auto& way) {
                             return std::string(way.param).ends_with("throws") ? "Throws" : "Fails";
                         });

TEST_F(Fault, WhileMakingWhatIsSharedLeavesItToGc) {
    MBX_NEEDS_ROOT();
    const HostState before = HostState::take();

    for (const char* const fault : {"share", "share-throws"}) {
        const Outcome outcome = run_with({"--second-fault", fault});
        EXPECT_EQ(outcome.code, 125) << outcome.describe();
        EXPECT_EQ(outcome.out, "") << outcome.describe();
        EXPECT_NE(outcome.err.find("limit-second"), std::string::npos) << outcome.describe();
    }
    const Outcome released = run({"gc", "--all"}, with_plugins_);

    EXPECT_EQ(released.code, 0) << released.describe();
    EXPECT_EQ(left_behind(before), "");
}

TEST_F(Fault, InReleaseSharedKeepsWhatIsSharedForAnotherTry) {
    MBX_NEEDS_ROOT();
    const HostState before = HostState::take();
    EXPECT_EQ(run_with({"--second-fault", "share-nothing"}).code, 0);

    for (const char* const way : {"log.second-shared-busy", "log.second-shared-busy-throws"}) {
        const std::string busy = folder_.file(way, "");
        const Outcome kept = run({"gc", "--all"}, with_plugins_);
        EXPECT_EQ(kept.code, 125) << kept.describe();
        EXPECT_NE((kept.out + kept.err).find("limit-second"), std::string::npos) << kept.describe();
        EXPECT_NE(left_behind(before, std::chrono::milliseconds(0)), "");
        std::filesystem::remove(busy);
    }
    const Outcome released = run({"gc", "--all"}, with_plugins_);

    EXPECT_EQ(released.code, 0) << released.describe();
    EXPECT_EQ(left_behind(before), "");
}

} // namespace microbox::testing
