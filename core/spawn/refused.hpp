// SPDX-License-Identifier: MIT
// Why a host has refused a namespace: the switch by its name, and how it is turned.
#pragma once

#include <microbox/sdk/result.hpp>

#include <functional>
#include <string>

namespace microbox::core {

/// The text of a file of /proc/sys, "" where there is none.
using ReadSwitch = std::function<std::string(const std::string& path)>;

/// The hint for a refused clone(2), unshare(2) or first mount(2) of a new user namespace. [pure]
[[nodiscard]] std::string hint_for_refused_namespace(int error, const ReadSwitch& read);

/// The same, with this host's switches.
[[nodiscard]] sdk::Error refused_namespace(const std::string& what, int error);

} // namespace microbox::core
