// SPDX-License-Identifier: MIT
#pragma once

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace microbox::net_pasta {

struct Pipe {
    sys::Fd read;
    sys::Fd write;
};

[[nodiscard]] inline sdk::Result<Pipe> make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0)
        return sdk::fail_errno("pipe2", errno);
    return Pipe{sys::Fd(ends[0]), sys::Fd(ends[1])};
}

} // namespace microbox::net_pasta
