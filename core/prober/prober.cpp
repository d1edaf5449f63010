// SPDX-License-Identifier: MIT
// The prober: runs in the command's place, with the command's ids, rights and filter, and answers
// what `microbox verify` asks. Questions on standard input, answers on standard output; a word ends
// with a NUL, a question with an empty word, an answer with a NUL. It judges nothing: what an
// answer should be the supervisor knows, from the plan. Executed from sealed memory.
#include "core/prober/answer.hpp"

#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

namespace microbox::prober {

namespace {

constexpr struct {
    const char* word;
    Verb verb;
} verbs[] = {{"flags", flags},
             {"room", room},
             {"read", read},
             {"write", write},
             {"look", look},
             {"content", content},
             {"line", line},
             {"status", status},
             {"rlimit", rlimit},
             {"hostname", hostname},
             {"descriptors", descriptors},
             {"environment", environment},
             {"processes", processes},
             {"directory", directory},
             {"link", link_state},
             {"connect", connect},
             {"call", call},
             {"old-entrance", old_entrance}};

[[noreturn]] void leave(long code) {
    for (;;)
        raw(__NR_exit_group, code);
}

void say(const Answer& answer) {
    std::size_t told = 0;
    const char end = 0;
    while (told < answer.size()) {
        const long wrote =
            raw(__NR_write, 1, at(answer.data() + told), static_cast<long>(answer.size() - told));
        if (wrote <= 0)
            leave(1);
        told += static_cast<std::size_t>(wrote);
    }
    if (raw(__NR_write, 1, at(&end), 1) != 1)
        leave(1);
}

void reply(const char* verb, const Words& words, Answer& answer) {
    for (const auto& one : verbs)
        if (same(one.word, verb))
            return one.verb(words, answer);
    answer.cannot("the prober has no such question");
}

const char* map_questions(std::size_t& size) {
    struct statx seen {};

    constexpr long empty_path = 0x1000;
    if (raw(__NR_statx, 0, at(""), empty_path, STATX_SIZE, at(&seen)) < 0)
        leave(1);
    size = static_cast<std::size_t>(seen.stx_size);
    constexpr long read_only = 1;
    constexpr long private_map = 2;
    const long address = raw(__NR_mmap, 0, static_cast<long>(size), read_only, private_map, 0, 0);
    if (address < 0)
        leave(1);
    return reinterpret_cast<const char*>(address); // NOLINT(performance-no-int-to-ptr)
}

/// The file ends with a NUL, as every word does.
[[noreturn]] void answer_all(char** environment) {
    std::size_t size = 0;
    const char* at_word = map_questions(size);
    const char* const end = at_word + size;
    static Answer answer;
    while (at_word < end) {
        const char* const verb = at_word;
        at_word += child::length_of(at_word) + 1;
        Words words{};
        words.environment = environment;
        while (at_word < end && *at_word != 0) {
            if (words.count < sizeof words.word / sizeof *words.word)
                words.word[words.count++] = at_word;
            at_word += child::length_of(at_word) + 1;
        }
        ++at_word;
        answer.clear();
        reply(verb, words, answer);
        say(answer);
    }
    leave(0);
}

} // namespace

} // namespace microbox::prober

/// argc, argv, NULL, envp: as the kernel has left them (create_elf_tables in fs/binfmt_elf.c).
extern "C" [[noreturn]] void mbx_probe(long* stack) {
    auto** const arguments = reinterpret_cast<char**>(stack + 1);
    microbox::prober::answer_all(arguments + *stack + 1);
}

#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n"
        " call mbx_probe\n hlt\n");
#elif defined(__aarch64__)
__asm__(
    ".globl _start\n_start:\n mov x29, #0\n mov x30, #0\n mov x0, sp\n bl mbx_probe\n brk #0\n");
#endif
