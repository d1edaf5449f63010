// SPDX-License-Identifier: MIT
#include "core/terminal/streams.hpp"

#include <unistd.h>

namespace microbox::core {

Streams terminals_of_this_process() {
    Streams streams = no_streams;
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::isatty(fd) == 1)
            streams |= 1U << static_cast<unsigned>(fd);
    return streams;
}

std::vector<std::string> stream_words(Streams streams) {
    std::vector<std::string> words;
    if ((streams & stream_in) != 0)
        words.emplace_back("stdin");
    if ((streams & stream_out) != 0)
        words.emplace_back("stdout");
    if ((streams & stream_errors) != 0)
        words.emplace_back("stderr");
    return words;
}

} // namespace microbox::core
