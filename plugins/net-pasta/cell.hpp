// SPDX-License-Identifier: MIT
// The namespaces in which pasta has rights, and no process of the sandbox any: a user namespace of
// one id, and the router's network, which it owns.
#pragma once

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

#include <string_view>

namespace microbox::net_pasta {

struct Cell {
    sys::Fd users;
    sys::Fd network;
};

/// The one id is nobody's where we have that, else our own. Errors: the kernel refuses. [parent]
[[nodiscard]] sdk::Result<Cell> make_cell();

/// Whether a map of /proc/PID/uid_map holds an id. [pure]
[[nodiscard]] bool maps_id(std::string_view map, unsigned long id);

} // namespace microbox::net_pasta
