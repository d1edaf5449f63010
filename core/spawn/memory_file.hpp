// SPDX-License-Identifier: MIT
// Sealed files in memory: what nobody can change any more, the sandbox least of all.
#pragma once

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

#include <cstddef>

namespace microbox::core {

/// Init's image: may be executed by everybody and read by nobody but host root. Linux then makes
/// the process that executes it non-dumpable, in a user namespace above the sandbox's (would_dump
/// in fs/exec.c): not even the sandbox's root can trace it, read its memory or reach its exe link.
[[nodiscard]] sdk::Result<sys::Fd> init_image();

/// The prober's image: everybody's, it has no secrets.
[[nodiscard]] sdk::Result<sys::Fd> prober_image();

/// Bytes that nobody changes.
[[nodiscard]] sdk::Result<sys::Fd>
memory_file(const char* name, const void* bytes, std::size_t size);

} // namespace microbox::core
