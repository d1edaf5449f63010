// SPDX-License-Identifier: MIT
// The journal's entry kills the process that it names, and no other.
#include "kept.hpp"

#include <csignal>
#include <string>

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

namespace microbox::net_pasta {

namespace {

class NetPastaKept : public ::testing::Test {
protected:
    void SetUp() override {
        child_ = ::fork();
        if (child_ == 0)
            for (;;)
                ::pause();
        ASSERT_GT(child_, 0);
    }

    void TearDown() override {
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }

    [[nodiscard]] bool is_there() const { return ::kill(child_, 0) == 0; }

    pid_t child_ = -1;
};

} // namespace

TEST_F(NetPastaKept, EndsTheProcessThatItNames) {
    const auto start = start_of(child_);
    ASSERT_TRUE(start);

    EXPECT_TRUE(end_entry(entry_of(child_, *start)).ok());
    EXPECT_FALSE(is_there()) << "ended and reaped";
    EXPECT_TRUE(end_entry(entry_of(child_, *start)).ok()) << "twice";
}

TEST_F(NetPastaKept, LeavesAnotherOfItsPidAlone) {
    const auto start = start_of(child_);
    ASSERT_TRUE(start);

    EXPECT_TRUE(end_entry(entry_of(child_, *start - 1)).ok());
    EXPECT_TRUE(is_there());
}

TEST_F(NetPastaKept, TakesNoEntryThatIsNone) {
    for (const char* const entry :
         {"", "pasta", "pasta 1 5", "pasta -1 5", "pasta x 5", "link mbx0", "pasta 0 0"})
        EXPECT_FALSE(end_entry(entry).ok()) << entry;
}

} // namespace microbox::net_pasta
