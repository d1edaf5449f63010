// SPDX-License-Identifier: MIT
// The end of a helper by its journal entry: that process, and no other that has its pid by then.
#include <microbox/sys/helper_process.hpp>

#include <csignal>
#include <string>

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

namespace microbox::sys {

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

TEST(HelperProcessEnd, EndsAndReapsTheProcessOfTheEntry) {
    const Child child;
    const auto entry = helper_entry("server", child.pid());
    ASSERT_TRUE(entry.ok());
    ASSERT_TRUE(child.alive());

    EXPECT_TRUE(end_helper("server", *entry).ok());
    EXPECT_FALSE(child.alive());
    EXPECT_TRUE(end_helper("server", *entry).ok()) << "a second time finds nothing";
}

TEST(HelperProcessEnd, LeavesAnotherWithItsPidAlone) {
    const Child child;
    const auto entry = helper_entry("server", child.pid());
    ASSERT_TRUE(entry.ok());

    EXPECT_TRUE(end_helper("server", *entry + "1").ok());
    EXPECT_TRUE(child.alive());
}

TEST(HelperProcessEnd, RefusesWhatIsNoEntry) {
    for (const char* text : {"", "server", "server 1 5", "server -1 5", "other 7 5", "server x 5"})
        EXPECT_FALSE(end_helper("server", text).ok()) << text;
}

TEST(HelperProcessEnd, IsNotPromisedOfWhatCannotBeSeen) {
    constexpr pid_t nobody = 0x3fffffff; // above every pid (PID_MAX_LIMIT)
    EXPECT_FALSE(helper_entry("server", nobody).ok());
}

} // namespace microbox::sys
