// SPDX-License-Identifier: MIT
// Where a plain user's runs keep their journals.
#include "tests/root/caller/plain_caller.hpp"
#include "tests/support/private_mounts.hpp"

#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

const Words do_nothing = {"--fs", "system", "--", "true"};

} // namespace

class PlainCallersState : public PlainCaller {
protected:
    void SetUp() override {
        PlainCaller::SetUp();
        if (IsSkipped() || HasFatalFailure())
            return;
        // What may be left in /tmp is left in one of the test's own.
        ASSERT_EQ(::mount("tmpfs", "/tmp", "tmpfs", 0, "mode=1777"), 0);
    }

    void TearDown() override {
        ::umount2("/tmp", MNT_DETACH);
        PlainCaller::TearDown();
    }
};

TEST_F(PlainCallersState, IsInTheRuntimeDirectory) {
    ASSERT_EQ(::umount("/tmp"), 0); // the runtime directory of this test lies there

    const Outcome outcome = ask(do_nothing);

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_TRUE(fs::is_directory(runtime() + "/microbox/runs"));
    EXPECT_TRUE(fs::is_empty(runtime() + "/microbox/runs"));
}

TEST_F(PlainCallersState, WithoutARuntimeDirectoryIsInAFolderOfTheUsersInTmp) {
    const Outcome outcome = ask_through("/usr/bin/env", {"-u", "XDG_RUNTIME_DIR"}, do_nothing);

    EXPECT_EQ(outcome.code, 0) << outcome.describe();

    struct stat status {};

    ASSERT_EQ(::stat("/tmp/microbox-65534", &status), 0);
    EXPECT_EQ(status.st_uid, user);
    EXPECT_EQ(status.st_mode & 07777U, 0700U);
}

TEST_F(PlainCallersState, IsNotPutIntoAnotherUsersRuntimeDirectory) {
    fs::create_directory("/tmp/of-root");

    const Outcome outcome = ask_through("/usr/bin/env",
                                        {"XDG_RUNTIME_DIR=/tmp/of-root"},
                                        {"--log-level", "info", "--fs", "system", "--", "true"});

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_TRUE(fs::is_empty("/tmp/of-root"));
    EXPECT_NE(outcome.err.find("XDG_RUNTIME_DIR=/tmp/of-root is not a folder that belongs to the "
                               "caller alone"),
              std::string::npos)
        << outcome.describe();
}

TEST_F(PlainCallersState, IsNeverAFolderOrALinkThatSomebodyElseHasPutThere) {
    fs::create_directory("/tmp/elsewhere");
    ASSERT_EQ(::chmod("/tmp/elsewhere", 0777), 0);
    fs::create_directory_symlink("/tmp/elsewhere", "/tmp/microbox-65534");
    const Outcome link = ask_through("/usr/bin/env", {"-u", "XDG_RUNTIME_DIR"}, do_nothing);
    fs::remove("/tmp/microbox-65534");
    fs::create_directory("/tmp/microbox-65534");
    ASSERT_EQ(::chmod("/tmp/microbox-65534", 0755), 0);
    const Outcome folder = ask_through("/usr/bin/env", {"-u", "XDG_RUNTIME_DIR"}, do_nothing);

    EXPECT_EQ(link.code, 125) << link.describe();
    EXPECT_NE(link.err.find("/tmp/microbox-65534"), std::string::npos) << link.describe();
    EXPECT_EQ(folder.code, 125) << folder.describe();
    EXPECT_NE(folder.err.find("belongs to uid 0"), std::string::npos) << folder.describe();
    EXPECT_TRUE(fs::is_empty("/tmp/elsewhere"));
}

TEST_F(PlainCallersState, OfAKilledRunIsReleasedByGc) {
    ASSERT_EQ(::umount("/tmp"), 0);
    Options how;
    how.user = user;
    how.environment = {{"XDG_RUNTIME_DIR", runtime()}};
    Running running = start({"--fs", "system", "--", "sh", "-c", "echo READY; exec sleep 60"}, how);
    ASSERT_TRUE(running.wait_for_output("READY\n"));

    running.signal(SIGKILL);
    static_cast<void>(running.finish());
    const Outcome collected = run({"gc"}, how);

    EXPECT_EQ(collected.code, 0) << collected.describe();
    EXPECT_NE(collected.out.find("released"), std::string::npos) << collected.describe();
    EXPECT_TRUE(fs::is_empty(runtime() + "/microbox/runs"));
}

} // namespace microbox::testing
