// SPDX-License-Identifier: MIT
// What the prober's verbs write with, and what they are. Freestanding: no libc, no allocation.
#pragma once

#include "core/child/raw.hpp"
#include "core/prober/hash.hpp"

#include <cstddef>
#include <cstdint>

namespace microbox::prober {

using child::at;
using child::raw;

/// One answer, cut where the room ends.
class Answer {
public:
    void text(const char* words);
    void text(const char* words, std::size_t length);
    void number(std::uint64_t value);
    void octal(std::uint32_t value); ///< four digits
    void hex(std::uint64_t value);   ///< sixteen digits
    void error(long failed);         ///< a kernel's -errno by its name: "EROFS"

    /// Not testable here, and why.
    void cannot(const char* why) {
        text("?");
        text(why);
    }

    [[nodiscard]] const char* data() const { return room_; }

    [[nodiscard]] std::size_t size() const { return used_; }

    void clear() { used_ = 0; }

private:
    char room_[4096];
    std::size_t used_ = 0;
};

/// The words of one question behind its verb.
struct Words {
    const char* word[10];
    std::size_t count;
    char** environment; ///< the prober's own
};

using Verb = void (*)(const Words&, Answer&);

// paths.cpp
void flags(const Words& words, Answer& answer);   ///< PATH: "ro nosuid nodev noexec", what is set
void room(const Words& words, Answer& answer);    ///< PATH: "BYTES INODES" of its file system
void read(const Words& words, Answer& answer);    ///< PATH: "empty", "content", or an errno
void write(const Words& words, Answer& answer);   ///< PATH: "written", or an errno
void look(const Words& words, Answer& answer);    ///< PATH: "directory", "link TO", "device 1:3"
void content(const Words& words, Answer& answer); ///< PATH: "SIZE FNV1A" of a file
void line(const Words& words, Answer& answer);    ///< PATH: its first line
// process.cpp
void status(const Words& words, Answer& answer);      ///< KEY of /proc/self/status: its value
void rlimit(const Words& words, Answer& answer);      ///< NUMBER: "SOFT HARD"
void hostname(const Words& words, Answer& answer);    ///< the name of the UTS namespace
void descriptors(const Words& words, Answer& answer); ///< open ones but 0 to 2: "none", "7 9"
void environment(const Words& words, Answer& answer); ///< "COUNT FNV1A" of all variables
void processes(const Words& words, Answer& answer);   ///< but the first and itself: "none", "12"
void directory(const Words& words, Answer& answer);   ///< the working directory
// network.cpp
void link_state(const Words& words, Answer& answer); ///< NAME: "up", "down"
void connect(const Words& words, Answer& answer);    ///< HEX PORT: "connected", an errno, "silence"
// calls.cpp
void call(const Words& words, Answer& answer); ///< NUMBER ARGUMENT...: "done", an errno, "signal N"
void old_entrance(const Words& words, Answer& answer); ///< int 0x80: the same

// text.cpp
[[nodiscard]] bool same(const char* a, const char* b);
[[nodiscard]] std::uint64_t number_of(const char* digits); ///< decimal, or 0x and hexadecimal
/// The whole of a small file of /proc; its length, or -errno.
[[nodiscard]] long read_file(const char* path, char* room, std::size_t size);

} // namespace microbox::prober
