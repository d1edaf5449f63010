// SPDX-License-Identifier: MIT
// The socket that keeps a published port.
#pragma once

#include "publish.hpp"

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

namespace microbox::net {

/// A socket that holds a published port as long as the run lives, so that nobody else can have it:
/// also where the kernel's NAT comes before it and nothing ever reaches it. Bound, non-blocking,
/// close-on-exec; one of TCP listens. The error's number says what is wrong:
/// - EADDRINUSE: the port is another's, who is named when that can be found
/// - EADDRNOTAVAIL: no address of this host
/// - EAFNOSUPPORT: a family that this host does not have
/// - EACCES: a port that is root's
/// [parent]
[[nodiscard]] sdk::Result<sys::Fd> take_port(const Publish& publish);

/// True when the error of take_port says that the host has no IPv6, and nobody asked for it: of
/// "8080:80" there is 127.0.0.1 then, and ::1 is left out. [pure]
[[nodiscard]] bool may_be_left_out(const Publish& publish, const sdk::Error& error);

} // namespace microbox::net
