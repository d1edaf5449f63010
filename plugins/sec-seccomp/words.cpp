// SPDX-License-Identifier: MIT
// Tables, in the spelling of Docker's profiles and of the OCI runtime specification.
#include "words.hpp"

#include "syscalls.hpp"

#include <cerrno>
#include <cstring>

#include <linux/audit.h>
#include <linux/seccomp.h>

namespace microbox::seccomp {

const std::vector<Word<Action>>& action_words() {
    // SCMP_ACT_NOTIFY and SCMP_ACT_TRACE need a second process that answers.
    static const std::vector<Word<Action>> words = {
        {"SCMP_ACT_ALLOW", SECCOMP_RET_ALLOW},
        {"SCMP_ACT_ERRNO", SECCOMP_RET_ERRNO},
        {"SCMP_ACT_KILL", SECCOMP_RET_KILL_THREAD},
        {"SCMP_ACT_KILL_THREAD", SECCOMP_RET_KILL_THREAD},
        {"SCMP_ACT_KILL_PROCESS", SECCOMP_RET_KILL_PROCESS},
        {"SCMP_ACT_TRAP", SECCOMP_RET_TRAP},
        {"SCMP_ACT_LOG", SECCOMP_RET_LOG}};
    return words;
}

const std::vector<Word<Comparison>>& comparison_words() {
    static const std::vector<Word<Comparison>> words = {
        {"SCMP_CMP_NE", Comparison::not_equal},
        {"SCMP_CMP_LT", Comparison::less},
        {"SCMP_CMP_LE", Comparison::less_equal},
        {"SCMP_CMP_EQ", Comparison::equal},
        {"SCMP_CMP_GE", Comparison::greater_equal},
        {"SCMP_CMP_GT", Comparison::greater},
        {"SCMP_CMP_MASKED_EQ", Comparison::masked_equal}};
    return words;
}

const std::vector<Word<std::uint32_t>>& flag_words() {
    // TSYNC means all threads of the loading process: there is one.
    static const std::vector<Word<std::uint32_t>> words = {
        {"SECCOMP_FILTER_FLAG_TSYNC", 0},
        {"SECCOMP_FILTER_FLAG_LOG", SECCOMP_FILTER_FLAG_LOG},
        {"SECCOMP_FILTER_FLAG_SPEC_ALLOW", SECCOMP_FILTER_FLAG_SPEC_ALLOW}};
    return words;
}

const std::vector<Word<unsigned>>& capability_words() {
    // linux/capability.h
    static const std::vector<Word<unsigned>> words = {{"CAP_CHOWN", 0},
                                                      {"CAP_DAC_OVERRIDE", 1},
                                                      {"CAP_DAC_READ_SEARCH", 2},
                                                      {"CAP_FOWNER", 3},
                                                      {"CAP_FSETID", 4},
                                                      {"CAP_KILL", 5},
                                                      {"CAP_SETGID", 6},
                                                      {"CAP_SETUID", 7},
                                                      {"CAP_SETPCAP", 8},
                                                      {"CAP_LINUX_IMMUTABLE", 9},
                                                      {"CAP_NET_BIND_SERVICE", 10},
                                                      {"CAP_NET_BROADCAST", 11},
                                                      {"CAP_NET_ADMIN", 12},
                                                      {"CAP_NET_RAW", 13},
                                                      {"CAP_IPC_LOCK", 14},
                                                      {"CAP_IPC_OWNER", 15},
                                                      {"CAP_SYS_MODULE", 16},
                                                      {"CAP_SYS_RAWIO", 17},
                                                      {"CAP_SYS_CHROOT", 18},
                                                      {"CAP_SYS_PTRACE", 19},
                                                      {"CAP_SYS_PACCT", 20},
                                                      {"CAP_SYS_ADMIN", 21},
                                                      {"CAP_SYS_BOOT", 22},
                                                      {"CAP_SYS_NICE", 23},
                                                      {"CAP_SYS_RESOURCE", 24},
                                                      {"CAP_SYS_TIME", 25},
                                                      {"CAP_SYS_TTY_CONFIG", 26},
                                                      {"CAP_MKNOD", 27},
                                                      {"CAP_LEASE", 28},
                                                      {"CAP_AUDIT_WRITE", 29},
                                                      {"CAP_AUDIT_CONTROL", 30},
                                                      {"CAP_SETFCAP", 31},
                                                      {"CAP_MAC_OVERRIDE", 32},
                                                      {"CAP_MAC_ADMIN", 33},
                                                      {"CAP_SYSLOG", 34},
                                                      {"CAP_WAKE_ALARM", 35},
                                                      {"CAP_BLOCK_SUSPEND", 36},
                                                      {"CAP_AUDIT_READ", 37},
                                                      {"CAP_PERFMON", 38},
                                                      {"CAP_BPF", 39},
                                                      {"CAP_CHECKPOINT_RESTORE", 40}};
    return words;
}

const std::vector<Word<bool>>& scmp_machine_words() {
    static const std::vector<Word<bool>> words = {
        {"SCMP_ARCH_X86", true},      {"SCMP_ARCH_X86_64", true},      {"SCMP_ARCH_X32", true},
        {"SCMP_ARCH_ARM", true},      {"SCMP_ARCH_AARCH64", true},     {"SCMP_ARCH_MIPS", true},
        {"SCMP_ARCH_MIPS64", true},   {"SCMP_ARCH_MIPS64N32", true},   {"SCMP_ARCH_MIPSEL", true},
        {"SCMP_ARCH_MIPSEL64", true}, {"SCMP_ARCH_MIPSEL64N32", true}, {"SCMP_ARCH_PPC", true},
        {"SCMP_ARCH_PPC64", true},    {"SCMP_ARCH_PPC64LE", true},     {"SCMP_ARCH_S390", true},
        {"SCMP_ARCH_S390X", true},    {"SCMP_ARCH_PARISC", true},      {"SCMP_ARCH_PARISC64", true},
        {"SCMP_ARCH_RISCV64", true},  {"SCMP_ARCH_LOONGARCH64", true}, {"SCMP_ARCH_M68K", true},
        {"SCMP_ARCH_SH", true},       {"SCMP_ARCH_SHEB", true}};
    return words;
}

const std::vector<Word<bool>>& go_machine_words() {
    static const std::vector<Word<bool>> words = {
        {"386", true},       {"amd64", true},     {"amd64p32", true},    {"arm", true},
        {"arm64", true},     {"loong64", true},   {"mips", true},        {"mips64", true},
        {"mips64n32", true}, {"mips64p32", true}, {"mips64le", true},    {"mips64p32le", true},
        {"mipsel", true},    {"mipsel64", true},  {"mipsel64n32", true}, {"mips3l64n32", true},
        {"mipsle", true},    {"parisc", true},    {"ppc", true},         {"ppc64", true},
        {"ppc64le", true},   {"riscv64", true},   {"s390", true},        {"s390x", true},
        {"x32", true},       {"x86", true},       {"loongarch64", true}};
    return words;
}

std::optional<int> errno_by_name(std::string_view name) {
    constexpr int beyond_last = 134; // asm-generic/errno.h ends with EHWPOISON, 133
    for (int number = 1; number < beyond_last; ++number) {
        const char* known = ::strerrorname_np(number);
        if (known != nullptr && name == known)
            return number;
    }
    return std::nullopt;
}

std::string_view native_go_name() {
    return native_architecture() == AUDIT_ARCH_X86_64 ? "amd64" : "arm64";
}

std::string_view native_scmp_name() {
    return native_architecture() == AUDIT_ARCH_X86_64 ? "SCMP_ARCH_X86_64" : "SCMP_ARCH_AARCH64";
}

} // namespace microbox::seccomp
