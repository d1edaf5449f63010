// SPDX-License-Identifier: MIT
#include "tests/faults/injector/program.hpp"

#include <cerrno>
#include <fstream>
#include <stdexcept>

#include <elf.h>
#include <grp.h>
#include <unistd.h>

namespace microbox::faults {

void become(Program& program, int gate) {
    char byte = 0;
    while (::read(gate, &byte, 1) < 0 && errno == EINTR) {
    }
    ::close(gate);
    std::vector<char*> words;
    std::vector<char*> environment;
    for (std::string& word : program.words)
        words.push_back(word.data());
    for (std::string& word : program.environment)
        environment.push_back(word.data());
    words.push_back(nullptr);
    environment.push_back(nullptr);
    if (program.user != 0 &&
        (::setgroups(0, nullptr) < 0 || ::setgid(program.user) < 0 || ::setuid(program.user) < 0))
        ::_exit(99);
    ::execve(
        words.front(), words.data(), program.environment.empty() ? environ : environment.data());
    ::_exit(98);
}

unsigned long entry_of(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/auxv", std::ios::binary);
    Elf64_auxv_t entry{};
    while (file.read(reinterpret_cast<char*>(&entry), sizeof entry))
        if (entry.a_type == AT_ENTRY)
            return entry.a_un.a_val;
    throw std::runtime_error("a program without AT_ENTRY");
}

} // namespace microbox::faults
