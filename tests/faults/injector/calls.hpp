// SPDX-License-Identifier: MIT
// System calls by name, and the errors that each may plausibly end with.
#pragma once

#include <string>
#include <vector>

namespace microbox::faults {

/// "openat2"; "call-999" for a number that nobody here has a name for.
[[nodiscard]] std::string name_of_call(long number);

/// The number of "EPERM"; -1 when there is no such error.
[[nodiscard]] int error_number(const std::string& name);

/// The errors that a call is failed with, the likeliest first; none: it cannot fail, or its failure
/// means nothing (brk answers with a number, exit does not answer).
[[nodiscard]] std::vector<std::string> errors_of(const std::string& call);

/// Whether the kernel has done what was asked although it reports an error: close(2) always
/// releases the number.
[[nodiscard]] bool is_done_in_any_case(const std::string& call);

} // namespace microbox::faults
