// SPDX-License-Identifier: MIT
// Only numbers are read here, never the memory that an argument points to: it is the sandbox's, and
// another thread may write it.
#include "call_words.hpp"

#include <array>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

#include <asm/ioctls.h>
#include <linux/audit.h>
#include <linux/keyctl.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <sys/socket.h>

namespace microbox::seccomp {
namespace {

struct Name {
    std::uint32_t value;
    const char* word;
};

constexpr Name namespaces[] = {{CLONE_NEWNS, "CLONE_NEWNS"},
                               {CLONE_NEWCGROUP, "CLONE_NEWCGROUP"},
                               {CLONE_NEWUTS, "CLONE_NEWUTS"},
                               {CLONE_NEWIPC, "CLONE_NEWIPC"},
                               {CLONE_NEWUSER, "CLONE_NEWUSER"},
                               {CLONE_NEWPID, "CLONE_NEWPID"},
                               {CLONE_NEWNET, "CLONE_NEWNET"}};
/// Of unshare and setns alone: to clone this bit is a part of the exit signal.
constexpr Name and_time[] = {{CLONE_NEWTIME, "CLONE_NEWTIME"}};
constexpr Name families[] = {{AF_AX25, "AF_AX25"},
                             {AF_IPX, "AF_IPX"},
                             {AF_NETLINK, "AF_NETLINK"},
                             {AF_PACKET, "AF_PACKET"},
                             {AF_RDS, "AF_RDS"},
                             {AF_TIPC, "AF_TIPC"},
                             {AF_BLUETOOTH, "AF_BLUETOOTH"},
                             {AF_CAN, "AF_CAN"},
                             {AF_KEY, "AF_KEY"},
                             {AF_ALG, "AF_ALG"},
                             {AF_NFC, "AF_NFC"},
                             {AF_VSOCK, "AF_VSOCK"},
                             {AF_KCM, "AF_KCM"},
                             {AF_QIPCRTR, "AF_QIPCRTR"},
                             {AF_SMC, "AF_SMC"},
                             {AF_XDP, "AF_XDP"}};
constexpr Name requests[] = {{TIOCSTI, "TIOCSTI"}, {TIOCLINUX, "TIOCLINUX"}};
constexpr Name keys[] = {{KEYCTL_GET_KEYRING_ID, "KEYCTL_GET_KEYRING_ID"},
                         {KEYCTL_JOIN_SESSION_KEYRING, "KEYCTL_JOIN_SESSION_KEYRING"},
                         {KEYCTL_DESCRIBE, "KEYCTL_DESCRIBE"},
                         {KEYCTL_LINK, "KEYCTL_LINK"},
                         {KEYCTL_SEARCH, "KEYCTL_SEARCH"},
                         {KEYCTL_READ, "KEYCTL_READ"}};
constexpr Name traces[] = {{PTRACE_TRACEME, "PTRACE_TRACEME"},
                           {PTRACE_ATTACH, "PTRACE_ATTACH"},
                           {PTRACE_SEIZE, "PTRACE_SEIZE"}};

constexpr int none = -1;

enum class Style { number, flags };

/// Which arguments decide, and what their values are called.
struct Shape {
    std::string_view call;
    int first;
    int second = none; ///< a further number
    Style style = Style::number;
    View<Name> names = {};
    View<Name> more = {};
};

template <std::size_t count>
constexpr View<Name> all(const Name (&names)[count]) {
    return {names, count};
}

constexpr std::array shapes{
    Shape{"unshare", 0, none, Style::flags, all(namespaces), all(and_time)},
    Shape{"setns", 1, none, Style::flags, all(namespaces), all(and_time)},
    Shape{"clone", 0, none, Style::flags, all(namespaces)},
    Shape{"socket", 0, 2, Style::number, all(families)},
    Shape{"socketpair", 0, 2, Style::number, all(families)},
    Shape{"ioctl", 1, none, Style::number, all(requests)},
    Shape{"personality", 0},
    Shape{"keyctl", 0, none, Style::number, all(keys)},
    Shape{"ptrace", 0, none, Style::number, all(traces)},
    Shape{"bpf", 0},
};

/// A flood of refused calls asks this for each.
const Shape* shape_of(int number) {
    static const auto by_number = [] {
        std::vector<std::pair<int, const Shape*>> found;
        for (const Shape& shape : shapes)
            if (const Syscall* call = find_syscall(shape.call); call != nullptr)
                found.emplace_back(call->number, &shape);
        return found;
    }();
    for (const auto& [known, shape] : by_number)
        if (known == number)
            return shape;
    return nullptr;
}

std::string hexadecimal(std::uint32_t value) {
    std::array<char, 11> text{};
    static_cast<void>(std::snprintf(text.data(), text.size(), "0x%x", value));
    return text.data();
}

std::string flags_in_words(std::uint32_t value, const Shape& shape) {
    std::string text;
    for (const View<Name>& names : {shape.names, shape.more})
        for (const Name& name : names)
            if ((value & name.value) != 0)
                text += (text.empty() ? "" : "|") + std::string(name.word);
    return text.empty() ? hexadecimal(value) : text;
}

std::string number_in_words(std::uint32_t value, const Shape& shape) {
    for (const Name& name : shape.names)
        if (name.value == value)
            return name.word;
    return shape.names.size() == 0 || value > 0xffff ? hexadecimal(value) : std::to_string(value);
}

/// Flags that are no namespace's tell calls apart and decide nothing.
std::uint32_t only_named(std::uint32_t value, const Shape& shape) {
    std::uint32_t mask = 0;
    for (const View<Name>& names : {shape.names, shape.more})
        for (const Name& name : names)
            mask |= name.value;
    return (value & mask) != 0 ? value & mask : value;
}

} // namespace

bool is_x32(int number) {
    constexpr int x32_bit = 0x40000000; // __X32_SYSCALL_BIT
    return native_architecture() == AUDIT_ARCH_X86_64 && number >= x32_bit;
}

const Syscall* find_number(int number) {
    for (const Syscall& call : syscalls())
        if (call.number == number && number >= 0)
            return &call;
    return nullptr;
}

CallKind kind_of(const seccomp_data& call) {
    CallKind kind{is_x32(call.nr) ? 0x40000000 : call.nr, {0, 0}};
    const Shape* shape = shape_of(call.nr);
    if (shape == nullptr)
        return kind;
    // The kernel takes all of these as int.
    kind.detail[0] = static_cast<std::uint32_t>(call.args[shape->first]);
    if (shape->style == Style::flags)
        kind.detail[0] = only_named(kind.detail[0], *shape);
    if (shape->second != none && kind.detail[0] == AF_NETLINK)
        kind.detail[1] = static_cast<std::uint32_t>(call.args[shape->second]);
    return kind;
}

std::string in_words(const CallKind& kind) {
    const Syscall* call = find_number(kind.number);
    if (call == nullptr)
        return is_x32(kind.number) ? "an x32 call" : "call " + std::to_string(kind.number);
    const Shape* shape = shape_of(kind.number);
    if (shape == nullptr)
        return call->name;
    std::string text = std::string(call->name) + "(" +
                       (shape->style == Style::flags ? flags_in_words(kind.detail[0], *shape)
                                                     : number_in_words(kind.detail[0], *shape));
    if (shape->second != none && kind.detail[0] == AF_NETLINK)
        text += ", protocol " + std::to_string(kind.detail[1]);
    return text + ")";
}

} // namespace microbox::seccomp
