// SPDX-License-Identifier: MIT
// A state folder in a temporary place, for tests that need no root.
#pragma once

#include "core/state/folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <fcntl.h>

namespace microbox::core::testing {

class TemporaryState {
public:
    TemporaryState() {
        std::string name = std::filesystem::temp_directory_path() / "microbox-state-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr)
            throw std::runtime_error("mkdtemp");
        folder.path = name;
        std::filesystem::create_directory(name + "/runs");
        folder.directory = sys::Fd(::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        folder.runs = sys::Fd(::open((name + "/runs").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    }

    TemporaryState(const TemporaryState&) = delete;
    TemporaryState& operator=(const TemporaryState&) = delete;

    ~TemporaryState() {
        std::error_code ignored;
        std::filesystem::remove_all(folder.path, ignored);
    }

    StateFolder folder;
};

} // namespace microbox::core::testing
