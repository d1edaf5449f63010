// SPDX-License-Identifier: MIT
// The process that the command would be.
#include "core/prober/answer.hpp"

#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/resource.h>
#include <linux/utsname.h>

namespace microbox::prober {

namespace {

/// Calls take(number) for each entry of a directory whose name is one. Answers when it cannot.
template <class Take>
bool each_number(const char* folder, Answer& answer, Take take) {
    const long fd = raw(__NR_openat, AT_FDCWD, at(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        answer.cannot("there is no ");
        answer.text(folder);
        return false;
    }
    alignas(8) char room[2048];
    long got = 0;
    while ((got = raw(__NR_getdents64, fd, at(room), sizeof room)) > 0) {
        for (long i = 0; i < got;) {
            const char* entry = room + i;
            const char* name = entry + 19; // linux_dirent64
            if (*name >= '0' && *name <= '9' && number_of(name) != static_cast<std::uint64_t>(fd))
                take(number_of(name));
            i += *reinterpret_cast<const std::uint16_t*>(entry + 16);
        }
    }
    raw(__NR_close, fd);
    return true;
}

const char* end_of_line(const char* line) {
    while (*line != 0 && *line != '\n')
        ++line;
    return line;
}

bool begins_with(const char* text, const char* words) {
    while (*words != 0 && *text == *words) {
        ++text;
        ++words;
    }
    return *words == 0;
}

/// What stands behind the colon, without the blanks around it.
void value_of(const char* value, const char* end, Answer& answer) {
    while (*value == '\t' || *value == ' ')
        ++value;
    while (end > value && end[-1] == ' ')
        --end;
    answer.text(value, static_cast<std::size_t>(end - value));
}

class List {
public:
    explicit List(Answer& answer) : answer_(answer) {}

    void add(std::uint64_t number) {
        answer_.text(*between_ == 0 ? "" : between_);
        answer_.number(number);
        between_ = " ";
    }

    void finish() {
        if (*between_ == 0)
            answer_.text("none");
    }

private:
    Answer& answer_;
    const char* between_ = "";
};

} // namespace

void status(const Words& words, Answer& answer) {
    static char room[8192];
    const long got = read_file("/proc/self/status", room, sizeof room - 1);
    if (got < 0)
        return answer.cannot("there is no /proc/self/status");
    room[got] = 0;
    const std::size_t length = child::length_of(words.word[0]);
    for (const char* line = room; *line != 0;) {
        const char* const end = end_of_line(line);
        if (begins_with(line, words.word[0]) && line[length] == ':')
            return value_of(line + length + 1, end, answer);
        line = *end == 0 ? end : end + 1;
    }
    answer.cannot("this kernel does not tell it");
}

void rlimit(const Words& words, Answer& answer) {
    rlimit64 limit{};
    const long failed =
        raw(__NR_prlimit64, 0, static_cast<long>(number_of(words.word[0])), 0, at(&limit));
    if (failed < 0)
        return answer.error(failed);
    answer.number(limit.rlim_cur);
    answer.text(" ");
    answer.number(limit.rlim_max);
}

void hostname(const Words&, Answer& answer) {
    new_utsname names{};
    const long failed = raw(__NR_uname, at(&names));
    if (failed < 0)
        return answer.error(failed);
    answer.text(names.nodename);
}

void descriptors(const Words&, Answer& answer) {
    List list(answer);
    constexpr std::uint64_t last_stream = 2;
    if (each_number("/proc/self/fd", answer, [&](std::uint64_t fd) {
            if (fd > last_stream)
                list.add(fd);
        }))
        list.finish();
}

void environment(const Words& words, Answer& answer) {
    Hash hash;
    std::uint64_t count = 0;
    for (char** variable = words.environment; *variable != nullptr; ++variable, ++count)
        hash.add(*variable, child::length_of(*variable) + 1);
    answer.number(count);
    answer.text(" ");
    answer.hex(hash.value());
}

void processes(const Words&, Answer& answer) {
    List list(answer);
    const auto own = static_cast<std::uint64_t>(raw(__NR_getpid));
    if (each_number("/proc", answer, [&](std::uint64_t pid) {
            if (pid != 1 && pid != own)
                list.add(pid);
        }))
        list.finish();
}

void directory(const Words&, Answer& answer) {
    char room[4096];
    const long got = raw(__NR_getcwd, at(room), sizeof room);
    if (got < 0)
        return answer.error(got);
    answer.text(room);
}

} // namespace microbox::prober
