// SPDX-License-Identifier: MIT
// The one file that includes the generated tables.
#include "syscalls.hpp"

#include "default_filter.hpp"

#include <microbox/sdk/nearest.hpp>

#include <algorithm>
#include <iterator>
#include <vector>

namespace microbox::seccomp {

View<sock_filter> default_program() {
    return {std::data(generated::program), std::size(generated::program)};
}

View<Syscall> syscalls() {
    return {std::data(generated::names), std::size(generated::names)};
}

const Syscall* find_syscall(std::string_view name) {
    const auto all = syscalls();
    const auto* found = std::lower_bound(
        all.begin(), all.end(), name, [](const Syscall& call, std::string_view wanted) {
            return std::string_view(call.name) < wanted;
        });
    return found != all.end() && found->name == name ? found : nullptr;
}

std::string nearest_syscall(std::string_view name) {
    std::vector<std::string_view> names;
    for (const Syscall& call : syscalls())
        if (call.number != Syscall::elsewhere)
            names.emplace_back(call.name);
    return sdk::nearest(name, names);
}

std::uint32_t native_architecture() {
    return generated::audit_architecture;
}

std::string_view native_architecture_name() {
    return generated::architecture;
}

} // namespace microbox::seccomp
