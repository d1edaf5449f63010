// SPDX-License-Identifier: MIT
// What reading an invocation takes from outside the command line; a value, so that tests give their
// own.
#pragma once

#include "core/plugin/catalogue.hpp"
#include "core/terminal/streams.hpp"

#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace microbox::core {

struct Surroundings {
    const Catalogue* catalogue = nullptr;
    std::string configuration;                ///< read without --config, when it exists
    std::vector<std::string> profile_folders; ///< in the order of the search
    std::vector<uid_t> owners;                ///< of configuration files; empty: any (a plain user)
    std::vector<std::string> required_plugins;        ///< when no configuration says otherwise
    std::function<const char*(const char*)> variable; ///< the caller's environment
    Streams terminals = no_streams;                   ///< which standard streams are terminals

    [[nodiscard]] static Surroundings of_this_process();
};

} // namespace microbox::core
