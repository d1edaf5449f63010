// SPDX-License-Identifier: MIT
// The plugin that a contract test is about: its file, its descriptor, instances and requests.
#pragma once

#include <microbox/sdk/plugin.hpp>

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace microbox::contract {

/// The files under test, and a value for --fs or --net when a mode has no sense without one.
struct Subjects {
    std::vector<std::string> files;
    std::string argument;
};

[[nodiscard]] Subjects& subjects();

using Instance = std::unique_ptr<sdk::Plugin, void (*)(void*)>;

/// One test runs once for each file.
class Contract : public ::testing::TestWithParam<std::string> {
protected:
    /// Opens the file; a descriptor that the core would refuse fails every test.
    void SetUp() override;

    [[nodiscard]] const MbxDescriptor& descriptor() const { return *descriptor_; }

    [[nodiscard]] std::string name() const;

    [[nodiscard]] Instance make() const;

    /// Of root with all defaults; for a mode that takes things, with a thing.
    [[nodiscard]] sdk::Request request() const;

private:
    const MbxDescriptor* descriptor_ = nullptr;
};

/// Questions and answers as the core has them. `settled`: nothing new is asked after four rounds.
struct Answers {
    sdk::Facts facts;
    bool settled = false;
};

[[nodiscard]] Answers answers_for(sdk::Plugin& plugin, const sdk::Request& request);

/// Everything that plan() says, fragment or error.
[[nodiscard]] std::string
plan_text(sdk::Plugin& plugin, const sdk::Request& request, const sdk::Facts& facts);

} // namespace microbox::contract
