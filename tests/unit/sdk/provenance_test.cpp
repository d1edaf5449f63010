// SPDX-License-Identifier: MIT
// How an error names an option, by who gave it.
#include <microbox/sdk/provenance.hpp>

#include <gtest/gtest.h>

namespace microbox::sdk {

TEST(Said, NamesTheOptionOfTheCommandLine) {
    EXPECT_EQ(said("storage", {"1M", "--storage", false}), "--storage");
    EXPECT_EQ(said("env", {"A=b", "-e", false}), "-e");
}

TEST(Said, NamesTheProfileToo) {
    EXPECT_EQ(said("storage", {"1M", "profile ci: storage", false}), "profile ci: storage");
}

TEST(Said, LeavesOutADefault) {
    EXPECT_EQ(said("storage", {"1M", "default", true}), "--storage");
}

} // namespace microbox::sdk
