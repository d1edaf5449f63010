// SPDX-License-Identifier: MIT
// Opens a plugin's file and finds its one symbol. The seam to Boost.DLL.
#pragma once

#include <microbox/sdk/plugin.hpp>
#include <microbox/sdk/result.hpp>

#include <string>

namespace microbox::core {

/// Opens with RTLD_NOW and RTLD_LOCAL, and never closes. Give it a canonical, trusted path: opening
/// runs the file's constructors. Errors: the loader's own words, without the path.
[[nodiscard]] sdk::Result<const MbxDescriptor*> open_library(const std::string& path);

} // namespace microbox::core
