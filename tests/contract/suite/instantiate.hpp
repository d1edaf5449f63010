// SPDX-License-Identifier: MIT
// Contract tests are named after the plugin: Plugins/Contract.PlansTheSameTwice/fs_tmpfs.
#pragma once

#include "tests/contract/suite/subject.hpp"

#include <filesystem>
#include <string>

namespace microbox::contract {

[[nodiscard]] inline std::string test_name(const ::testing::TestParamInfo<std::string>& file) {
    std::string name = std::filesystem::path(file.param).stem();
    for (char& c : name)
        c = c == '-' ? '_' : c;
    return name;
}

} // namespace microbox::contract

/// Once in each file of tests, for its suite derived from Contract.
#define MBX_CONTRACT(suite)                                                                        \
    INSTANTIATE_TEST_SUITE_P(                                                                      \
        Plugins, suite, ::testing::ValuesIn(subjects().files), ::microbox::contract::test_name)
