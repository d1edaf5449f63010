// SPDX-License-Identifier: MIT
// A plain user on a host as each test makes it: in a mount namespace of the test's own, with its
// own /etc/subuid and /etc/subgid.
#pragma once

#include "tests/support/sandbox.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace microbox::testing {

class PlainCaller : public ::testing::Test {
protected:
    static constexpr std::uint32_t user = 65534; ///< nobody: every host has that user

    void SetUp() override;
    void TearDown() override;

    /// What /etc/subuid and /etc/subgid say from now on.
    void give_ids(const std::string& subuid, const std::string& subgid);

    /// microbox WORDS..., as the user, whose runtime directory is a fresh one.
    [[nodiscard]] Outcome ask(const std::vector<std::string>& words) const;

    /// The same through another program: "env PATH=... microbox".
    [[nodiscard]] Outcome ask_through(const std::string& program,
                                      std::vector<std::string> before,
                                      const std::vector<std::string>& words) const;

    [[nodiscard]] const std::string& runtime() const { return runtime_.path(); }

private:
    [[nodiscard]] Options how() const;

    ScratchDirectory files_;
    ScratchDirectory runtime_;
};

} // namespace microbox::testing
