// SPDX-License-Identifier: MIT
// The first page of a program of the sandbox that cannot be executed: wholly the sandbox's, read
// for an error's text. The loader it names stands in the page.
#include "core/run/loader.hpp"
#include "tests/fuzz/target.hpp"

namespace microbox::fuzz {

void one(std::string_view text) {
    const auto loader = core::loader_of(text);
    if (!loader)
        return;
    HOLDS(!loader->path.empty() && says(text, loader->path));
    HOLDS(loader->kind == "loader" || loader->kind == "interpreter");
    if (loader->kind == "interpreter")
        HOLDS(loader->path.find_first_of(" \t\r\n") == std::string::npos);
    else
        HOLDS(!says(loader->path, std::string_view("\0", 1)));
}

} // namespace microbox::fuzz
