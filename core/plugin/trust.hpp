// SPDX-License-Identifier: MIT
// Trust: a file that becomes part of the program (a plugin) or steers it (a configuration) must be
// in the hands of root or of the owner of the running executable, with every folder above it.
#pragma once

#include <microbox/sdk/result.hpp>

#include <string>
#include <vector>

#include <sys/types.h>

namespace microbox::core {

/// Root and the owner of the running executable.
[[nodiscard]] std::vector<uid_t> trusted_owners();

/// The canonical path, when it and every folder above it belong to one of the owners and nobody
/// else can write to them; sticky folders (/tmp) may be writable, what lies in them is checked all
/// the same. Open the answer, not the path that was asked about: nobody else can exchange anything
/// on it. Errors: the first path that is wrong and why.
[[nodiscard]] sdk::Result<std::string> trusted_path(const std::string& path,
                                                    const std::vector<uid_t>& owners);

/// The same for a file of a folder whose trusted_path() this is: looks at the file alone, unless it
/// is a link. A start opens many plugins of one folder.
[[nodiscard]] sdk::Result<std::string> trusted_file(const std::string& trusted_folder,
                                                    const std::string& file,
                                                    const std::vector<uid_t>& owners);

} // namespace microbox::core
