// SPDX-License-Identifier: MIT
// Builds a profile's program with libseccomp, which is opened for this and never before.
#pragma once

#include "profile.hpp"

#include <microbox/sdk/result.hpp>

#include <vector>

#include <linux/filter.h>

namespace microbox::seccomp {

/// The program for this machine's one ABI; every other one is killed. Opens a library and a memory
/// file: the one place where planning leaves pure computing, because nobody but libseccomp builds
/// the filters that this format means. Errors: libseccomp is not installed, with its package; rules
/// that contradict each other, by name; more than BPF_MAXINSNS instructions.
[[nodiscard]] sdk::Result<std::vector<sock_filter>> build(const NumberedProfile& profile);

} // namespace microbox::seccomp
