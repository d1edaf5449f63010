// SPDX-License-Identifier: MIT
// A file of --env-file, which may come with what is to be contained. Every variable has a name that
// is one, and neither a newline nor a NUL; an error names the file and the line.
#include "core/config/environment.hpp"

#include "tests/fuzz/target.hpp"

#include <cctype>

namespace microbox::fuzz {

void one(std::string_view text) {
    const auto variables = core::parse_variables(text, "--env-file f");
    is_told(variables, "--env-file f:");
    if (!variables.ok())
        return;
    for (const auto& [name, value] : *variables) {
        HOLDS(!name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0);
        for (const char c : name)
            HOLDS(std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_');
        HOLDS(value.find_first_of(std::string_view("\n\0", 2)) == std::string::npos);
    }
}

} // namespace microbox::fuzz
