// SPDX-License-Identifier: MIT
// Who keeps what is written over DIR: the kernel's overlay, or fuse-overlayfs where that one cannot
// keep its marks.
#pragma once

#include <microbox/sdk/facts.hpp>
#include <microbox/sdk/plan.hpp>
#include <microbox/sdk/plugin.hpp>
#include <microbox/sdk/request.hpp>
#include <microbox/sdk/result.hpp>

#include <string>
#include <vector>

namespace fs_rootfs {

/// Whether the kernel's overlay would break: it would answer EIO when a directory of DIR is
/// removed. A root that cannot be written needs no marks. [pure]
bool needs_fuse(const microbox::sdk::Request& request, const microbox::sdk::Facts& facts);

/// What needs_fuse() and fuse_program() want to know. [pure]
std::vector<microbox::sdk::FactQuery> fuse_questions(const microbox::sdk::Request& request);

/// Where fuse-overlayfs is. Errors: it or /dev/fuse is missing, with what would do. [pure]
microbox::sdk::Result<std::string> fuse_program(const microbox::sdk::Request& request,
                                                const microbox::sdk::Facts& facts);

/// That it is not the kernel's overlay, and what that costs. [pure]
microbox::sdk::Notice about_fuse(const microbox::sdk::Request& request);

/// For doctor. [pure]
microbox::sdk::Requirement writable_without_root();

} // namespace fs_rootfs
