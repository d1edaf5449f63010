// SPDX-License-Identifier: MIT
// A small table of libseccomp's functions, looked up in the opened library.
#include "libseccomp.hpp"

#include <microbox/sys/fd.hpp>

#include <cerrno>
#include <memory>
#include <string>

#include <dlfcn.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

namespace microbox::seccomp {
namespace {

struct Functions {
    decltype(&::seccomp_init) init = nullptr;
    decltype(&::seccomp_release) release = nullptr;
    decltype(&::seccomp_attr_set) attr_set = nullptr;
    decltype(&::seccomp_rule_add_array) rule_add_array = nullptr;
    decltype(&::seccomp_export_bpf) export_bpf = nullptr;
};

template <class Function>
bool look_up(void* library, const char* name, Function& function) {
    // POSIX: a symbol's address converts to a function pointer.
    function = reinterpret_cast<Function>(::dlsym(library, name));
    return function != nullptr;
}

/// Stays open: libraries are never closed.
sdk::Result<Functions> open_library() {
    void* library = ::dlopen("libseccomp.so.2", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr)
        return sdk::fail("a profile needs libseccomp, which cannot be opened: " +
                             std::string(::dlerror()),
                         "install libseccomp2 (Debian) or libseccomp (Fedora)");
    Functions functions;
    if (!look_up(library, "seccomp_init", functions.init) ||
        !look_up(library, "seccomp_release", functions.release) ||
        !look_up(library, "seccomp_attr_set", functions.attr_set) ||
        !look_up(library, "seccomp_rule_add_array", functions.rule_add_array) ||
        !look_up(library, "seccomp_export_bpf", functions.export_bpf))
        return sdk::fail("libseccomp.so.2 lacks a function", "libseccomp 2.5 or later is needed");
    return functions;
}

using Context = std::unique_ptr<void, decltype(&::seccomp_release)>;

sdk::Result<void>
add_rule(const Functions& library, const Context& context, const NumberedRule& rule) {
    std::vector<scmp_arg_cmp> conditions;
    for (const Argument& argument : rule.arguments)
        conditions.push_back({argument.index,
                              static_cast<scmp_compare>(argument.comparison),
                              argument.value,
                              argument.value_two});
    const int result = library.rule_add_array(context.get(),
                                              rule.action,
                                              rule.number,
                                              static_cast<unsigned>(conditions.size()),
                                              conditions.data());
    if (result == -EEXIST)
        return sdk::fail("two rules for '" + rule.name +
                         "' have the same conditions and different actions");
    if (result != 0)
        return sdk::fail_errno("libseccomp: a rule for '" + rule.name + "'", -result);
    return {};
}

sdk::Result<std::vector<sock_filter>> read_program(int fd) {
    const off_t size = ::lseek(fd, 0, SEEK_END);
    const auto bytes = static_cast<std::size_t>(size < 0 ? 0 : size);
    std::vector<sock_filter> program(bytes / sizeof(sock_filter));
    if (program.empty() || ::pread(fd, program.data(), bytes, 0) != size)
        return sdk::fail_errno("the filter that libseccomp made cannot be read", errno);
    if (program.size() > BPF_MAXINSNS)
        return sdk::fail("the profile needs " + std::to_string(program.size()) +
                         " instructions, the kernel takes " + std::to_string(BPF_MAXINSNS));
    return program;
}

} // namespace

sdk::Result<std::vector<sock_filter>> build(const NumberedProfile& profile) {
    MBX_TRY(const Functions library, open_library());
    const Context context(library.init(profile.default_action), library.release);
    if (!context)
        return sdk::fail("libseccomp takes no filter with this default action");
    library.attr_set(context.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    // A binary tree over the numbers; before libseccomp 2.5 there is only the list.
    library.attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
    for (const NumberedRule& rule : profile.rules)
        MBX_CHECK(add_rule(library, context, rule));
    const sys::Fd memory(::memfd_create("microbox-filter", MFD_CLOEXEC));
    if (!memory)
        return sdk::fail_errno("memfd_create", errno);
    if (const int result = library.export_bpf(context.get(), memory.get()); result != 0)
        return sdk::fail_errno("libseccomp: export", -result);
    return read_program(memory.get());
}

} // namespace microbox::seccomp
