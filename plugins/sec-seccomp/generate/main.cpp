// SPDX-License-Identifier: MIT
// sec-seccomp-generate ARCHITECTURE default.txt newer.txt OUT.hpp: compiles the default filter when
// microbox is built, so that a start neither builds a filter nor loads libseccomp.
#include "generate/compiler.hpp"
#include "generate/names.hpp"
#include "generate/policy.hpp"
#include "generate/ruleset.hpp"

#include <fstream>
#include <iostream>
#include <iterator>

#include <linux/seccomp.h>

namespace {

using namespace microbox;
using namespace microbox::seccomp;

sdk::Result<std::string> read(const char* path) {
    std::ifstream in(path);
    if (!in)
        return sdk::fail(std::string(path) + " cannot be read");
    return std::string(std::istreambuf_iterator<char>(in), {});
}

/// 0: allowed; -1: depends on arguments; otherwise the errno.
int answer(const Ruleset& rules, int number) {
    const auto found = rules.answers.find(static_cast<std::uint32_t>(number));
    if (found == rules.answers.end())
        return static_cast<int>(rules.otherwise & SECCOMP_RET_DATA);
    if (!found->second.front().conditions.empty())
        return -1;
    const Action action = found->second.front().action;
    return action == SECCOMP_RET_ALLOW ? 0 : static_cast<int>(action & SECCOMP_RET_DATA);
}

void write(std::ostream& out,
           const std::string& architecture,
           const Machine& machine,
           const Ruleset& rules,
           const std::vector<sock_filter>& program) {
    out << "// Made by sec-seccomp-generate from policy/default.txt; do not edit.\n"
           "#pragma once\n\n#include \"syscalls.hpp\"\n\n#include <cstdint>\n\n"
           "#include <linux/filter.h>\n\n"
           "namespace microbox::seccomp::generated {\n\n"
           "inline constexpr char architecture[] = \""
        << architecture
        << "\";\ninline constexpr std::uint32_t audit_architecture = " << machine.token
        << "U;\n\ninline constexpr sock_filter program[] = {\n";
    for (const sock_filter& line : program)
        out << "    {" << line.code << ", " << unsigned{line.jt} << ", " << unsigned{line.jf}
            << ", " << line.k << "U},\n";
    out << "};\n\ninline constexpr Syscall names[] = {\n";
    for (const auto& [name, number] : machine.numbers)
        out << "    {\"" << name << "\", " << number << ", "
            << (number == foreign ? 0 : answer(rules, number)) << "},\n";
    out << "};\n\n} // namespace microbox::seccomp::generated\n";
}

sdk::Result<void> generate(char** arguments) {
    MBX_TRY(const std::string policy_text, read(arguments[2]));
    MBX_TRY(const std::string newer_text, read(arguments[3]));
    MBX_TRY(const Machine known, machine(arguments[1], newer_text));
    MBX_TRY(const Policy policy, parse_policy(policy_text));
    MBX_TRY(const Ruleset rules, to_ruleset(policy, known));
    MBX_TRY(const auto program, compile(rules));
    std::ofstream out(arguments[4]);
    write(out, arguments[1], known, rules, program);
    out.close();
    if (!out)
        return sdk::fail(std::string(arguments[4]) + " cannot be written");
    return {};
}

} // namespace

int main(int count, char** arguments) {
    if (count != 5) {
        std::cerr << "usage: sec-seccomp-generate ARCHITECTURE default.txt newer.txt OUT.hpp\n";
        return 1;
    }
    if (const auto done = generate(arguments); !done.ok()) {
        std::cerr << "sec-seccomp-generate: " << arguments[2] << ": " << done.error().what << '\n';
        return 1;
    }
    return 0;
}
