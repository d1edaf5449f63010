// SPDX-License-Identifier: MIT
// The names of system calls of one machine, from libseccomp and from policy/newer.txt.
#pragma once

#include <microbox/sdk/result.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace microbox::seccomp {

/// The number of a name that only other machines have.
inline constexpr int foreign = -1;

struct Machine {
    std::uint32_t token = 0;            ///< libseccomp's and the kernel's: AUDIT_ARCH_*
    std::map<std::string, int> numbers; ///< every name known anywhere
};

/// architecture: libseccomp's word, "x86_64" or "aarch64". newer: the text of newer.txt.
/// Errors: an unknown word; a number in newer.txt that libseccomp contradicts.
[[nodiscard]] sdk::Result<Machine> machine(const std::string& architecture, std::string_view newer);

} // namespace microbox::seccomp
