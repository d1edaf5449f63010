// SPDX-License-Identifier: MIT
// ENOENT of execve(2) means the loader as well as the program: which one is missing?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace microbox::core {

struct MissingLoader {
    std::string program;
    std::string kind; ///< "loader" of an ELF file, "interpreter" of a script
    std::string path;
};

/// Looks at the candidates in the root of a process of the sandbox. The files are the sandbox's and
/// may be hostile: they are opened in its root, without blocking, and at most a page of them is
/// read.
[[nodiscard]] std::optional<MissingLoader>
missing_loader(const std::vector<std::string>& candidates, pid_t process);

/// What a program's first page says it needs: an ELF file's PT_INTERP, a script's "#!". [pure]
struct Loader {
    std::string kind;
    std::string path;
};

[[nodiscard]] std::optional<Loader> loader_of(std::string_view page);

} // namespace microbox::core
