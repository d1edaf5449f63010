// SPDX-License-Identifier: MIT
// Looks facts of the host up, each once.
#pragma once

#include <microbox/sdk/facts.hpp>
#include <microbox/sdk/result.hpp>

#include <vector>

namespace microbox::core {

/// Answers the queries that `facts` does not hold yet. What cannot be read is an answer, not an
/// error.
void look_up(const std::vector<sdk::FactQuery>& queries, sdk::Facts& facts);

/// The same for a plan. Errors: a file could not be looked at for want of descriptors or memory, or
/// because its disk fails. A plan that took it for missing would be another one, and weaker.
[[nodiscard]] sdk::Result<void> find_out(const std::vector<sdk::FactQuery>& queries,
                                         sdk::Facts& facts);

/// This process runs under a seccomp filter: what the kernel lacks may be what the filter denies.
[[nodiscard]] bool is_filtered();

/// Kernel features by name: "idmapped-mounts", "overlay", "time-namespace", "memfd-exec", ...
[[nodiscard]] bool kernel_has(const std::string& feature);

} // namespace microbox::core
