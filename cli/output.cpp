// SPDX-License-Identifier: MIT
// Standard output is written with write(2): an error is not lost in a buffer.
#include "cli/output.hpp"

#include "core/log/log.hpp"

#include <microbox/sdk/nearest.hpp>
#include <microbox/sys/file.hpp>

#include <algorithm>

namespace microbox::cli {

void open_standard_streams() {
    for (int fd = 0; fd <= 2; ++fd)
        if (::fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            // The lowest free number is fd; the command inherits it, so no O_CLOEXEC.
            (void)::open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY);
}

int print(const std::string& text) {
    const auto written = sys::write_all(STDOUT_FILENO, text, "standard output");
    return written.ok() ? 0 : failed(written.error());
}

int failed(const sdk::Error& error) {
    core::log_error(error);
    return error.exit_code;
}

sdk::Result<std::vector<std::string>> only_flags(const std::vector<std::string>& words,
                                                 std::initializer_list<const char*> flags) {
    for (const std::string& word : words) {
        if (std::find(flags.begin(), flags.end(), word) != flags.end() || word == "--help" ||
            word == "-h")
            continue;
        const std::string near = sdk::nearest(word, flags);
        return sdk::fail((word.starts_with('-') ? "unknown option '" : "unexpected word '") + word +
                             "'",
                         near.empty() ? "" : "did you mean " + near + "?");
    }
    return words;
}

bool has(const std::vector<std::string>& words, std::string_view flag) {
    return std::find(words.begin(), words.end(), flag) != words.end();
}

std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return words.empty() ? "none" : text;
}

std::string padded(std::string text, std::size_t width) {
    text.append(text.size() < width ? width - text.size() : 1, ' ');
    return text;
}

} // namespace microbox::cli
