// SPDX-License-Identifier: MIT
// Who the plain user of a test is: as-user.sh makes one for the programs of microbox_user_test.
#pragma once

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include <unistd.h>

namespace microbox::testing {

/// $XDG_RUNTIME_DIR; "" without one.
[[nodiscard]] inline std::string runtime_directory() {
    const char* value = std::getenv("XDG_RUNTIME_DIR");
    return value == nullptr ? std::string() : std::string(value);
}

} // namespace microbox::testing

/// ctest runs these programs through as-user.sh; by hand: tests/support/as-user.sh PROGRAM.
#define MBX_NEEDS_PLAIN_USER()                                                                     \
    do {                                                                                           \
        if (::geteuid() == 0)                                                                      \
            GTEST_SKIP() << "needs a plain user: run it through tests/support/as-user.sh";         \
    } while (false)
