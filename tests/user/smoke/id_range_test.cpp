// SPDX-License-Identifier: MIT
// newuidmap and newgidmap give the user's subordinate ids to a user namespace of its own.
#include "tests/support/outside.hpp"
#include "tests/support/plain_user.hpp"
#include "tests/support/sandbox.hpp"

#include <array>

#include <pwd.h>
#include <sched.h>
#include <sys/wait.h>

namespace microbox::testing {

namespace {

/// A process in a new user namespace, until the end of the object.
class InNamespace {
public:
    InNamespace() {
        std::array<int, 2> ready{};
        std::array<int, 2> hold{};
        if (::pipe(ready.data()) != 0 || ::pipe(hold.data()) != 0)
            return;
        pid_ = ::fork();
        if (pid_ == 0) {
            ::close(hold[1]);
            const char answer = ::unshare(CLONE_NEWUSER) == 0 ? 'y' : 'n';
            char byte = 0;
            (void)!::write(ready[1], &answer, 1);
            (void)!::read(hold[0], &byte, 1);
            ::_exit(0);
        }
        ::close(ready[1]);
        ::close(hold[0]);
        char answer = 'n';
        made_ = ::read(ready[0], &answer, 1) == 1 && answer == 'y';
        ::close(ready[0]);
        hold_.reset(hold[1]);
    }

    InNamespace(const InNamespace&) = delete;
    InNamespace& operator=(const InNamespace&) = delete;
    InNamespace(InNamespace&&) = delete;
    InNamespace& operator=(InNamespace&&) = delete;

    ~InNamespace() {
        hold_.reset();
        ::waitpid(pid_, nullptr, 0);
    }

    [[nodiscard]] bool made() const { return made_; }

    [[nodiscard]] pid_t pid() const { return pid_; }

private:
    pid_t pid_ = -1;
    bool made_ = false;
    sys::Fd hold_;
};

struct Range {
    std::string first;
    std::string count;
};

/// The caller's line of /etc/subuid or /etc/subgid.
Range range_in(const std::string& file) {
    const passwd* entry = ::getpwuid(::getuid());
    std::istringstream lines(content_of(file));
    for (std::string line; entry != nullptr && std::getline(lines, line);) {
        std::istringstream words(line);
        std::string name;
        Range range;
        std::getline(words, name, ':');
        std::getline(words, range.first, ':');
        std::getline(words, range.count, ':');
        if (name == entry->pw_name)
            return range;
    }
    return {};
}

/// The numbers of /proc/PID/MAP, one blank between them.
std::string map_of(pid_t pid, const std::string& map) {
    std::istringstream words(content_of("/proc/" + std::to_string(pid) + "/" + map));
    std::string text;
    for (std::string word; words >> word;)
        text += (text.empty() ? "" : " ") + word;
    return text;
}

void expect_range(const std::string& program,
                  const std::string& file,
                  const std::string& map,
                  const std::string& own) {
    if (::access(program.c_str(), X_OK) != 0)
        GTEST_SKIP() << "needs " << program << " (Debian's package uidmap)";
    const Range range = range_in(file);
    if (range.first.empty())
        GTEST_SKIP() << "needs a line of the caller's in " << file;
    const InNamespace process;
    ASSERT_TRUE(process.made()) << "no user namespace for a plain user";
    Options how;
    how.program = program;

    const Outcome outcome =
        run({std::to_string(process.pid()), "0", own, "1", "1", range.first, range.count}, how);

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(map_of(process.pid(), map), "0 " + own + " 1 1 " + range.first + " " + range.count);
}

} // namespace

TEST(IdRange, IsMappedByNewuidmap) {
    MBX_NEEDS_PLAIN_USER();
    expect_range("/usr/bin/newuidmap", "/etc/subuid", "uid_map", std::to_string(::getuid()));
}

TEST(IdRange, IsMappedByNewgidmap) {
    MBX_NEEDS_PLAIN_USER();
    expect_range("/usr/bin/newgidmap", "/etc/subgid", "gid_map", std::to_string(::getgid()));
}

} // namespace microbox::testing
