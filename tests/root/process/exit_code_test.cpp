// SPDX-License-Identifier: MIT
// How a run ends: the command's own code, 126, 127, 128+n, and what is said with it.
#include "tests/support/caller.hpp"

#include <csignal>
#include <filesystem>

#include <sys/stat.h>

namespace microbox::testing {

namespace {

/// A file of this content and mode, at /it inside.
Outcome run_file(const std::string& content, unsigned mode, std::vector<std::string> options = {}) {
    const ScratchDirectory folder;
    const std::string file = folder.file("it", content);
    ::chmod(file.c_str(), mode);
    options.insert(options.end(), {"--mount-ro", file + ":/it", "--", "/it"});
    return run(options);
}

class ExitCode : public ::testing::TestWithParam<int> {};

class EndBySignal : public ::testing::TestWithParam<int> {};

} // namespace

TEST_P(ExitCode, IsTheCommands) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({}, {"exit", std::to_string(GetParam())});

    EXPECT_EQ(outcome.code, GetParam()) << outcome.describe();
    EXPECT_EQ(outcome.err, "") << outcome.describe();
}

// 124 to 127 and 137 are the command's too when it says them: nothing is added to them.
INSTANTIATE_TEST_SUITE_P(
    Each, ExitCode, ::testing::Values(0, 1, 2, 3, 63, 64, 124, 125, 126, 127, 128, 137, 254, 255));

TEST(ExitCodes, AreTheSameWithoutInit) {
    MBX_NEEDS_ROOT();

    for (const int code : {0, 17, 124, 255}) {
        const Outcome outcome = run_probe({"--no-init"}, {"exit", std::to_string(code)});
        EXPECT_EQ(outcome.code, code) << outcome.describe();
    }
}

TEST_P(EndBySignal, Is128AndItsNumber) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({}, {"kill", std::to_string(GetParam())});

    EXPECT_EQ(outcome.code, 128 + GetParam()) << outcome.describe();
}

INSTANTIATE_TEST_SUITE_P(Each,
                         EndBySignal,
                         ::testing::Values(SIGHUP,
                                           SIGINT,
                                           SIGQUIT,
                                           SIGILL,
                                           SIGTRAP,
                                           SIGABRT,
                                           SIGBUS,
                                           SIGFPE,
                                           SIGKILL,
                                           SIGUSR1,
                                           SIGSEGV,
                                           SIGUSR2,
                                           SIGPIPE,
                                           SIGALRM,
                                           SIGTERM,
                                           SIGXCPU,
                                           SIGXFSZ,
                                           SIGVTALRM,
                                           SIGPROF,
                                           SIGSYS));

TEST(NotExecutable, ModeWithoutX) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_file("#!/bin/sh\n", 0644);

    EXPECT_EQ(outcome.code, 126) << outcome.describe();
    EXPECT_NE(outcome.err.find("cannot execute /it"), std::string::npos) << outcome.describe();
    EXPECT_NE(outcome.err.find("hint: it is not executable"), std::string::npos);
}

TEST(NotExecutable, ADirectory) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run({"--", "/etc"});

    EXPECT_EQ(outcome.code, 126) << outcome.describe();
    EXPECT_NE(outcome.err.find("/etc"), std::string::npos) << outcome.describe();
}

TEST(NotExecutable, AFormatOfNoKernel) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_file("rubbish\n", 0755);

    EXPECT_EQ(outcome.code, 126) << outcome.describe();
    EXPECT_NE(outcome.err.find("#!"), std::string::npos) << outcome.describe();
}

TEST(NotExecutable, AMountThatIsNoexec) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_shell({}, "cp /bin/true /dev/shm/it && exec /dev/shm/it");

    EXPECT_EQ(outcome.code, 126) << outcome.describe();
}

TEST(NotFound, IsSaidWithThePathThatWasSearched) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run({"--fs", "system", "--env", "PATH=/opt/a:/opt/b", "--", "sh"});

    EXPECT_EQ(outcome.code, 127) << outcome.describe();
    EXPECT_NE(outcome.err.find("not found in the sandbox: sh (searched /opt/a /opt/b)"),
              std::string::npos)
        << outcome.describe();
}

TEST(NotFound, InAnEmptyRootHintsAtTheHostsPrograms) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run({"--", "sh"});

    EXPECT_EQ(outcome.code, 127) << outcome.describe();
    EXPECT_NE(outcome.err.find("hint: "), std::string::npos) << outcome.describe();
    EXPECT_NE(outcome.err.find("--fs system"), std::string::npos) << outcome.describe();
}

TEST(NotFound, NamesALoaderThatIsMissing) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run({"--mount-ro", "/bin/true:/it", "--", "/it"});

    EXPECT_EQ(outcome.code, 127) << outcome.describe();
    EXPECT_NE(outcome.err.find("its loader /lib"), std::string::npos) << outcome.describe();
}

TEST(NotFound, NamesAnInterpreterThatIsMissing) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_file("#! /opt/no/such -x\n", 0755);

    EXPECT_EQ(outcome.code, 127) << outcome.describe();
    EXPECT_NE(outcome.err.find("its interpreter /opt/no/such does not exist"), std::string::npos)
        << outcome.describe();
}

TEST(NotFound, ThroughAFileThatIsNoDirectory) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run({"--", "/etc/hostname/sh"});

    EXPECT_EQ(outcome.code, 127) << outcome.describe();
}

TEST(LookUp, TakesTheFirstOfThePath) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory folder;
    for (const char* const name : {"one", "two"}) {
        std::filesystem::create_directory(folder.path() + "/" + name);
        const std::string file =
            folder.file(std::string(name) + "/it", std::string("#!/bin/sh\necho ") + name + "\n");
        ::chmod(file.c_str(), 0755);
    }

    const Outcome outcome = run({"--fs",
                                 "system",
                                 "--mount-ro",
                                 folder.path() + ":/opt/x",
                                 "--env",
                                 "PATH=/opt/x/none:/opt/x/two:/opt/x/one",
                                 "--",
                                 "it"});

    EXPECT_EQ(outcome.out, "two\n") << outcome.describe();
}

TEST(LookUp, PassesAFileThatCannotBeExecuted) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory folder;
    std::filesystem::create_directory(folder.path() + "/plain");
    folder.file("plain/sh", "no program");

    const Outcome outcome = run({"--fs",
                                 "system",
                                 "--mount-ro",
                                 folder.path() + ":/opt/x",
                                 "--env",
                                 "PATH=/opt/x/plain:/bin",
                                 "--",
                                 "sh",
                                 "-c",
                                 "echo found"});

    EXPECT_EQ(outcome.out, "found\n") << outcome.describe();
}

TEST(LookUp, ARelativePathCountsFromTheWorkingDirectory) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory folder;
    std::filesystem::copy_file(probe_path(), folder.path() + "/it");

    const Outcome outcome = run(
        {"--mount-ro", folder.path() + ":/opt/x", "--workdir", "/opt", "--", "x/it", "print", "r"});

    EXPECT_EQ(outcome.out, "r\n") << outcome.describe();
}

TEST(LookUp, ThePathOfTheCallerHasNoMeaning) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory folder;
    std::filesystem::copy_file(probe_path(), folder.path() + "/only-outside");
    Options how;
    how.environment = {{"PATH", folder.path()}};

    const Outcome outcome = run({"--fs", "system", "--", "only-outside", "print", "x"}, how);

    EXPECT_EQ(outcome.code, 127) << outcome.describe();
}

} // namespace microbox::testing
