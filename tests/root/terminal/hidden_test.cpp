// SPDX-License-Identifier: MIT
// The caller's terminal never gets in: seen from outside, and tried from inside.
#include "tests/root/terminal/pty_session.hpp"
#include "tests/support/outside.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <sys/stat.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

/// Inode of a terminal as (device, inode): names are those of the reader's mount namespace.
std::pair<dev_t, ino_t> place_of(const std::string& path) {
    struct stat status {};

    return ::stat(path.c_str(), &status) == 0 ? std::pair{status.st_dev, status.st_ino}
                                              : std::pair<dev_t, ino_t>{};
}

/// The descriptors of a process that are this terminal: "0 1 2".
std::string descriptors_at(pid_t pid, const std::pair<dev_t, ino_t>& place) {
    std::string found;
    std::error_code failed;
    const std::string folder = "/proc/" + std::to_string(pid) + "/fd";
    int seen = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
        ++seen;
        if (place_of(entry.path()) == place)
            found += entry.path().filename().string() + " ";
    }
    return seen == 0 ? "not looked at" : found;
}

pid_t parent_of(pid_t pid) {
    return static_cast<pid_t>(std::atoi(status_field(pid, "PPid").c_str()));
}

/// Field 7 of /proc/PID/stat: the number of the controlling terminal.
int controlling_terminal(pid_t pid) {
    const std::string line = content_of("/proc/" + std::to_string(pid) + "/stat");
    std::istringstream rest(line.substr(line.rfind(')') + 1));
    std::string state;
    int parent = 0;
    int group = 0;
    int session = 0;
    int terminal = -1;
    rest >> state >> parent >> group >> session >> terminal;
    return terminal;
}

class Hidden : public ::testing::TestWithParam<const char*> {};

} // namespace

TEST_P(Hidden, NoProcessOfTheSandboxHasTheCallersTerminal) {
    MBX_NEEDS_ROOT();
    const std::string word = unique_word();
    std::vector<std::string> words = {binary_path(), "--mount-ro", probe_path() + ":/probe"};
    if (*GetParam() != 0)
        words.emplace_back(GetParam());
    words.insert(words.end(), {"--", "/probe", "sleep", "60", word});
    PtySession session(words);
    pid_t command = -1;
    ASSERT_TRUE(comes_true([&] { return (command = process_with(word)) > 0; })) << session.all();
    const pid_t init = parent_of(command);
    ASSERT_NE(init, session.pid());
    const auto callers = place_of(session.name());
    ASSERT_NE(callers.second, 0U);

    EXPECT_EQ(descriptors_at(command, callers), "");
    EXPECT_EQ(descriptors_at(init, callers), "");
    // The look itself is right: microbox has it.
    EXPECT_NE(descriptors_at(session.pid(), callers), "");
    for (const char* fd : {"0", "1", "2"})
        EXPECT_EQ(std::filesystem::read_symlink("/proc/" + std::to_string(command) + "/fd/" + fd),
                  "/dev/pts/0");
    // 136:0 in the kernel's encoding, whatever number the caller's has.
    EXPECT_EQ(controlling_terminal(command), 136 << 8);
    EXPECT_EQ(session.all(), "");
    session.signal(SIGKILL); // process 1 of its own namespace does not heed a hang-up
    EXPECT_EQ(session.code(), 128 + SIGKILL);
}

TEST_P(Hidden, ItsOwnIsTheControllingOneAndCanBeOpened) {
    MBX_NEEDS_ROOT();
    for (const char* user : {"0:0", "1000:1000"}) {
        std::vector<std::string> options = {"--user", user};
        if (*GetParam() != 0)
            options.emplace_back(GetParam());
        PtySession session(microbox_words(options,
                                          "echo one >/dev/tty; echo two >/dev/stdout; "
                                          "echo three >/dev/pts/0; : </dev/stdin; "
                                          "stat -c %u:%g:%a /dev/pts/0; exit 9"));
        const std::string id = std::string(user).substr(0, std::string(user).find(':'));

        EXPECT_TRUE(session.sees("one\r\ntwo\r\nthree\r\n" + id + ":5:620\r\n"))
            << user << session.all();
        EXPECT_EQ(session.code(), 9) << session.all();
    }
}

INSTANTIATE_TEST_SUITE_P(Init, Hidden, ::testing::Values(""));
INSTANTIATE_TEST_SUITE_P(NoInit, Hidden, ::testing::Values("--no-init"));
INSTANTIATE_TEST_SUITE_P(HostIds, Hidden, ::testing::Values("--userns=host"));

TEST(HiddenTerminal, NothingIsTypedIntoEitherTerminal) {
    MBX_NEEDS_ROOT();
    PtySession session(
        microbox_words({},
                       "perl -e \"for (0x5412, 0x541c) { my \\$b = qq(\\x03x); print "
                       "ioctl(STDIN, \\$_, \\$b) ? qq(typed\\n) : qq(refused\\n) }\"; echo over"));

    EXPECT_TRUE(session.sees("refused\r\nrefused\r\nover\r\n")) << session.all();
    EXPECT_EQ(session.code(), 0);
}

TEST(HiddenTerminal, KeepsOwnerModeAndModes) {
    MBX_NEEDS_ROOT();
    PtySession session(microbox_words({}, "chmod 777 /dev/stdin; chown 1:1 /dev/stdin; echo over"));

    struct stat before {};

    ASSERT_EQ(::stat(session.name().c_str(), &before), 0);
    ASSERT_TRUE(session.sees("over\r\n")) << session.all();
    EXPECT_EQ(session.code(), 0);

    struct stat after {};

    ASSERT_EQ(::stat(session.name().c_str(), &after), 0);
    EXPECT_EQ(after.st_mode, before.st_mode);
    EXPECT_EQ(after.st_uid, before.st_uid);
    EXPECT_EQ(after.st_gid, before.st_gid);
}

} // namespace microbox::testing
