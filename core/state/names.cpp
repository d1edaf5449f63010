// SPDX-License-Identifier: MIT
#include "core/state/names.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace microbox::core {

std::vector<std::string> names_in(int folder, std::size_t most) {
    std::vector<std::string> names;
    // A description of its own: reading moves it.
    const int copy = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* const directory = copy < 0 ? nullptr : ::fdopendir(copy);
    if (directory == nullptr) {
        if (copy >= 0)
            ::close(copy);
        return names;
    }
    while (names.size() < most) {
        const dirent* entry = ::readdir(directory);
        if (entry == nullptr)
            break;
        if (entry->d_name[0] != '.')
            names.emplace_back(entry->d_name);
    }
    ::closedir(directory);
    return names;
}

} // namespace microbox::core
