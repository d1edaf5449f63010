// SPDX-License-Identifier: MIT
// The end of a server by its journal entry: that process, and no other that has its pid by then.
#include "plugins/fs-rootfs/server_end.hpp"

#include <csignal>
#include <string>

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

namespace fs_rootfs {

namespace {

/// A child that waits; killed and reaped when it goes out of scope.
class Child {
public:
    Child() : pid_(::fork()) {
        if (pid_ == 0)
            for (;;)
                ::pause();
    }

    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    Child(Child&&) = delete;
    Child& operator=(Child&&) = delete;

    ~Child() {
        if (alive()) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
    }

    [[nodiscard]] pid_t pid() const { return pid_; }

    /// Neither reaped nor waiting for that.
    [[nodiscard]] bool alive() const { return ::waitpid(pid_, nullptr, WNOHANG) == 0; }

private:
    pid_t pid_;
};

} // namespace

TEST(ServerEnd, EndsAndReapsTheProcessOfTheEntry) {
    const Child child;
    const auto entry = server_entry(child.pid());
    ASSERT_TRUE(entry.ok());
    ASSERT_TRUE(child.alive());

    EXPECT_TRUE(end_server(*entry).ok());
    EXPECT_FALSE(child.alive());
    EXPECT_TRUE(end_server(*entry).ok()) << "a second time finds nothing";
}

TEST(ServerEnd, LeavesAnotherWithItsPidAlone) {
    const Child child;
    const auto entry = server_entry(child.pid());
    ASSERT_TRUE(entry.ok());

    EXPECT_TRUE(end_server(*entry + "1").ok());
    EXPECT_TRUE(child.alive());
}

TEST(ServerEnd, RefusesWhatIsNoEntry) {
    for (const char* text : {"", "server", "server 1 5", "server -1 5", "other 7 5", "server x 5"})
        EXPECT_FALSE(end_server(text).ok()) << text;
}

} // namespace fs_rootfs
