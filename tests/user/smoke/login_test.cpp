// SPDX-License-Identifier: MIT
// What a login gives to a plain user: without it the other tests of this rung would say nothing.
#include "tests/support/outside.hpp"
#include "tests/support/plain_user.hpp"

#include <fstream>

#include <pwd.h>
#include <sys/stat.h>

namespace microbox::testing {

TEST(Login, GivesNoRights) {
    MBX_NEEDS_PLAIN_USER();

    EXPECT_EQ(::getuid(), ::geteuid());
    EXPECT_EQ(::getgid(), ::getegid());
    for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapAmb"})
        EXPECT_EQ(status_field(::getpid(), set), "0000000000000000") << set;
    EXPECT_EQ(status_field(::getpid(), "NoNewPrivs"), "0") << "newuidmap would have no effect";
}

TEST(Login, HasANameAndAHome) {
    MBX_NEEDS_PLAIN_USER();
    const passwd* entry = ::getpwuid(::getuid());

    ASSERT_NE(entry, nullptr);
    EXPECT_STREQ(entry->pw_dir, std::getenv("HOME"));
    EXPECT_EQ(::access(entry->pw_dir, R_OK | W_OK | X_OK), 0) << entry->pw_dir;
}

TEST(Login, HasARuntimeDirectoryOfItsOwn) {
    MBX_NEEDS_PLAIN_USER();

    struct stat status {};

    ASSERT_EQ(::stat(runtime_directory().c_str(), &status), 0) << runtime_directory();

    EXPECT_EQ(status.st_uid, ::getuid());
    EXPECT_EQ(status.st_mode & 07777U, 0700U);
    const std::string file = runtime_directory() + "/microbox-login-test";
    EXPECT_TRUE(std::ofstream(file) << "x") << file;
    ::unlink(file.c_str());
}

} // namespace microbox::testing
