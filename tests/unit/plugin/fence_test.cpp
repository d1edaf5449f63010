// SPDX-License-Identifier: MIT
#include "core/plugin/fence.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace microbox::core {

TEST(Fence, PassesAValue) {
    const auto passed = fence("fs-x", "plan", [] { return 3; });

    ASSERT_TRUE(passed.ok());
    EXPECT_EQ(*passed, 3);
}

TEST(Fence, PassesAResultAsItIs) {
    const auto passed =
        fence("fs-x", "plan", []() -> sdk::Result<int> { return sdk::fail("own"); });

    ASSERT_FALSE(passed.ok());
    EXPECT_EQ(passed.error().what, "own");
}

TEST(Fence, NamesPluginPhaseAndWhatWasThrown) {
    const auto stopped =
        fence("fs-x", "prepare", []() -> sdk::Result<void> { throw std::runtime_error("bang"); });

    ASSERT_FALSE(stopped.ok());
    EXPECT_EQ(stopped.error().what, "fs-x: prepare threw: bang");
    EXPECT_EQ(stopped.error().exit_code, 125);
}

TEST(Fence, StopsWhatIsNoException) {
    const auto stopped = fence("fs-x", "exited", [] { throw 42; });

    ASSERT_FALSE(stopped.ok());
    EXPECT_NE(stopped.error().what.find("fs-x: exited threw"), std::string::npos);
}

} // namespace microbox::core
