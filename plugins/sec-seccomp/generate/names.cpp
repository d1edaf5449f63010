// SPDX-License-Identifier: MIT
// Asks libseccomp for every name that it knows on any machine: it has no list, only look-up by
// number.
#include "generate/names.hpp"

#include <cstdlib>
#include <sstream>
#include <utility>

#include <seccomp.h>

namespace microbox::seccomp {
namespace {

constexpr std::uint32_t all_machines[] = {SCMP_ARCH_X86,
                                          SCMP_ARCH_X86_64,
                                          SCMP_ARCH_X32,
                                          SCMP_ARCH_ARM,
                                          SCMP_ARCH_AARCH64,
                                          SCMP_ARCH_MIPS,
                                          SCMP_ARCH_MIPS64,
                                          SCMP_ARCH_MIPS64N32,
                                          SCMP_ARCH_PARISC,
                                          SCMP_ARCH_PPC,
                                          SCMP_ARCH_PPC64LE,
                                          SCMP_ARCH_S390,
                                          SCMP_ARCH_S390X,
                                          SCMP_ARCH_RISCV64};

// Where the kernels number their calls: from 0 on, MIPS from 4000, 5000 and 6000, ARM's private
// ones, x32 with bit 30.
constexpr std::pair<int, int> number_ranges[] = {
    {0, 7000}, {0x0f0000, 0x0f0010}, {0x40000000, 0x40000400}};

void collect(Machine& machine) {
    for (const std::uint32_t token : all_machines)
        for (const auto& [first, last] : number_ranges)
            for (int number = first; number < last; ++number) {
                char* name = seccomp_syscall_resolve_num_arch(token, number);
                if (name == nullptr)
                    continue;
                // Negative: libseccomp's mark for a call of another machine.
                const int here = seccomp_syscall_resolve_name_arch(machine.token, name);
                machine.numbers.emplace(name, here >= 0 ? here : foreign);
                std::free(name); // NOLINT: libseccomp's strdup(3)
            }
}

} // namespace

sdk::Result<Machine> machine(const std::string& architecture, std::string_view newer) {
    Machine machine;
    machine.token = seccomp_arch_resolve_name(architecture.c_str());
    if (machine.token == 0)
        return sdk::fail("libseccomp knows no machine '" + architecture + "'");
    collect(machine);
    std::istringstream in{std::string(newer)};
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line[0] == '#')
            continue;
        std::istringstream words(line);
        std::string word;
        std::string name;
        std::string only;
        words >> word >> name >> only;
        const bool here = word != "-" && (only.empty() || only == architecture);
        const int number =
            here ? static_cast<int>(std::strtol(word.c_str(), nullptr, 10)) : foreign;
        const auto [at, fresh] = machine.numbers.emplace(name, number);
        if (!fresh && at->second != number)
            return sdk::fail("newer.txt: '" + name + "' is " + std::to_string(at->second) +
                             " for libseccomp");
    }
    return machine;
}

} // namespace microbox::seccomp
