// SPDX-License-Identifier: MIT
// Which directory `--fs DIR` means, and whether it can be a root: everything that can be wrong with
// it.
#pragma once

#include <microbox/sdk/facts.hpp>
#include <microbox/sdk/plan.hpp>
#include <microbox/sdk/request.hpp>
#include <microbox/sdk/result.hpp>

#include <optional>
#include <string>
#include <vector>

namespace fs_rootfs {

/// What root_directory() wants to know, in two rounds: the directory, then what lies in it. [pure]
std::vector<microbox::sdk::FactQuery> questions(const microbox::sdk::Request& request,
                                                const microbox::sdk::Facts& facts);

/// The directory's absolute path. Errors: no argument; missing; no directory; unreadable; empty;
/// the host's own root; a kernel file system; a /proc, /dev or /sys that is no directory. [pure]
microbox::sdk::Result<std::string> root_directory(const microbox::sdk::Request& request,
                                                  const microbox::sdk::Facts& facts);

/// That the directory is nobody's of the sandbox, when the caller is not root of the host: its
/// files can be read inside, as far as others may, and not changed. [pure]
std::optional<microbox::sdk::Notice> about_owner(const microbox::sdk::Request& request,
                                                 const microbox::sdk::Facts& facts);

} // namespace fs_rootfs
