// SPDX-License-Identifier: MIT
// The kernel directly. Each call is made in a process of its own: what it does ends with it, and a
// filter that kills kills that one.
#include "core/prober/answer.hpp"

#include <asm/signal.h>

namespace microbox::prober {

namespace {

constexpr std::size_t most_arguments = 6;

[[noreturn]] void leave(long code) {
    for (;;)
        raw(__NR_exit_group, code);
}

/// Where a call wants memory: zeros, of which it may change what it likes.
char zeros[4096];

/// "zeros" is the address of them, "=TEXT" that of a text; everything else a number.
long argument(const char* word) {
    if (same(word, "zeros"))
        return at(zeros);
    if (word[0] == '=')
        return at(word + 1);
    return static_cast<long>(number_of(word));
}

/// Makes the call in a child; what became of it by its exit: the kernel's answer cannot be told by
/// the code alone, so it goes through memory that both share.
template <class Make>
void try_apart(Answer& answer, Make make) {
    constexpr long read_write = 3;
    constexpr long shared_anonymous = 0x21;
    const long shared = raw(__NR_mmap, 0, 4096, read_write, shared_anonymous, -1, 0);
    if (shared <= 0)
        return answer.error(shared);
    auto* const result = reinterpret_cast<volatile long*>(shared); // NOLINT
    constexpr long nothing_said = 1L << 62;
    *result = nothing_said;
    const long pid = raw(__NR_clone, SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) {
        *result = make();
        leave(0);
    }
    if (pid < 0)
        return answer.error(pid);
    int status = 0;
    raw(__NR_wait4, pid, at(&status), 0, 0);
    const long got = *result;
    raw(__NR_munmap, shared, 4096);
    if (got == nothing_said) {
        answer.text("signal ");
        answer.number(static_cast<std::uint64_t>(status & 0x7f));
    } else if (got < 0 && got > -4096) {
        answer.error(got);
    } else {
        answer.text("done");
    }
}

} // namespace

void call(const Words& words, Answer& answer) {
    long arguments[most_arguments]{};
    for (std::size_t i = 1; i < words.count && i <= most_arguments; ++i)
        arguments[i - 1] = argument(words.word[i]);
    const auto number = static_cast<long>(number_of(words.word[0]));
    try_apart(answer, [&] {
        const long done = raw(number,
                              arguments[0],
                              arguments[1],
                              arguments[2],
                              arguments[3],
                              arguments[4],
                              arguments[5]);
        // clone(2) and its kind return in the new process too.
        if (done == 0 && (number == __NR_clone
#ifdef __NR_fork
                          || number == __NR_fork || number == __NR_vfork
#endif
                          ))
            leave(0);
        return done;
    });
}

void old_entrance(const Words&, Answer& answer) {
#if defined(__x86_64__)
    try_apart(answer, [] {
        constexpr long getpid_of_i386 = 20;
        long result = getpid_of_i386;
        __asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
        return result;
    });
#else
    answer.cannot("this machine has no other entrance");
#endif
}

} // namespace microbox::prober
