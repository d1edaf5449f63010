// SPDX-License-Identifier: MIT
// fuse-overlayfs as the keeper of what is written: missing, failing, ended, and never left behind.
#include "own_root.hpp"
#include "tests/support/outside.hpp"
#include "tests/support/plain_user.hpp"

#include <csignal>
#include <thread>

#include <sys/stat.h>

namespace microbox::testing {

namespace {

/// The fuse-overlayfs that serves; -1 when there is none.
pid_t server() {
    return process_with("lowerdir=", "fuse-overlayfs");
}

bool server_ends(std::chrono::milliseconds limit = std::chrono::seconds(10)) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (server() != -1) {
        if (std::chrono::steady_clock::now() > until)
            return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return true;
}

/// A PATH whose fuse-overlayfs is this script; none when it is empty.
class OtherProgram {
public:
    explicit OtherProgram(const std::string& script) {
        if (!script.empty())
            ::chmod(folder_.file("fuse-overlayfs", script).c_str(), 0755);
        for (const char* helper : {"newuidmap", "newgidmap"})
            std::filesystem::create_symlink(std::string("/usr/bin/") + helper,
                                            folder_.path() + "/" + helper);
    }

    [[nodiscard]] Outcome run_with(std::vector<std::string> arguments) const {
        Options options;
        options.program = "/usr/bin/env";
        arguments.insert(arguments.begin(), {"PATH=" + folder_.path(), binary_path()});
        return run(arguments, options);
    }

private:
    ScratchDirectory folder_;
};

/// Mount points of a process that are not read-only.
std::string writable_mounts(const std::string& process) {
    std::istringstream lines(content_of(process + "/mountinfo"));
    std::string points;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream fields(line);
        std::string word, point, flags;
        fields >> word >> word >> word >> word >> point >> flags;
        if (flags.rfind("rw", 0) == 0)
            points += point + " ";
    }
    return points;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST(UserFuse, ThisHostKeepsNoMarks) {
    MBX_NEEDS_PLAIN_USER();

    EXPECT_FALSE(tmpfs_keeps_marks()) << "the tests of this program would say nothing";
}

TEST(UserFuse, MissingItIsAnErrorThatSaysWhatWouldDo) {
    MBX_NEEDS_PLAIN_USER();
    const OwnRoot root;
    const OtherProgram none("");

    const Outcome outcome = none.run_with(root.arguments("true"));

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    for (const char* words : {"Linux 6.6", "it is not installed", "--readonly", "apt-get install"})
        EXPECT_TRUE(has(outcome.err, words)) << words << ": " << outcome.describe();
    EXPECT_EQ(none.run_with(root.arguments("true", {"--readonly"})).code, 0);
}

TEST(UserFuse, OneThatFailsIsShownWithItsWords) {
    MBX_NEEDS_PLAIN_USER();
    const OwnRoot root;
    const OtherProgram failing("#!/bin/sh\necho 'no, not today' >&2\nexit 1\n");

    const Outcome outcome = failing.run_with(root.arguments("echo never"));

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_TRUE(has(outcome.err, "fuse-overlayfs did not start: no, not today"))
        << outcome.describe();
    EXPECT_EQ(outcome.out, "");
}

TEST(UserFuse, HasTheCallersFilesReadOnlyAndFewRights) {
    MBX_NEEDS_PLAIN_USER();
    const OwnRoot root;
    Running running = start(root.arguments("echo up; sleep 60"));
    ASSERT_TRUE(running.wait_for_output("up")) << running.finish().describe();
    const pid_t process = server();
    ASSERT_NE(process, -1);
    const std::string self = "/proc/" + std::to_string(process);

    // CHOWN, DAC_OVERRIDE, FOWNER, FSETID, MKNOD, SETFCAP.
    EXPECT_EQ(status_field(process, "CapEff"), "000000008800001b");
    EXPECT_EQ(status_field(process, "CapBnd"), "000000008800001b");
    EXPECT_EQ(status_field(process, "NoNewPrivs"), "1");
    for (const char* name : {"mnt", "net", "ipc"}) {
        EXPECT_NE(namespace_of(std::to_string(process), name), namespace_of("self", name)) << name;
        EXPECT_NE(namespace_of(std::to_string(process), name), "") << name;
    }
    EXPECT_EQ(writable_mounts(self), "/sys ");
    running.signal(SIGTERM);
    EXPECT_NE(running.finish().code, 0);
    EXPECT_TRUE(server_ends());
}

TEST(UserFuse, EndsWithTheRun) {
    MBX_NEEDS_PLAIN_USER();
    const OwnRoot root;

    EXPECT_EQ(root.shell("exit 3").code, 3);
    EXPECT_EQ(server(), -1);
}

TEST(UserFuse, TheRunEndsWithIt) {
    MBX_NEEDS_PLAIN_USER();
    const OwnRoot root;
    Running running = start(root.arguments("echo up; sleep 60"));
    ASSERT_TRUE(running.wait_for_output("up")) << running.finish().describe();
    const pid_t process = server();
    ASSERT_NE(process, -1);

    ASSERT_EQ(::kill(process, SIGKILL), 0);
    const Outcome outcome = running.finish();

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_LT(outcome.seconds, 20) << outcome.describe();
    EXPECT_TRUE(has(outcome.err, "fuse-overlayfs ended, and the root with it"))
        << outcome.describe();
}

TEST(UserFuse, AKilledSupervisorLeavesNone) {
    MBX_NEEDS_PLAIN_USER();
    const OwnRoot root;
    Running running = start(root.arguments("echo up; sleep 60"));
    ASSERT_TRUE(running.wait_for_output("up")) << running.finish().describe();
    ASSERT_NE(server(), -1);

    running.signal(SIGKILL);

    EXPECT_TRUE(server_ends());
    static_cast<void>(running.finish());
    const Outcome collected = run({"gc"});
    EXPECT_EQ(collected.code, 0) << collected.describe();
    EXPECT_TRUE(has(collected.out, "fs-rootfs: server ")) << collected.describe();
    EXPECT_TRUE(has(collected.out, "released")) << collected.describe();
}

} // namespace microbox::testing
