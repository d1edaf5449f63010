// SPDX-License-Identifier: MIT
// One direction of a relayed connection: from a socket through a pipe to another socket, by
// splice(2). The bytes are not copied, and between the two is never more than the pipe holds.
#pragma once

#include <microbox/sys/fd.hpp>

#include <cstddef>

#include <sys/types.h>

namespace microbox::net {

class Flow {
public:
    /// Makes the pipe. Errors: the errno, 0 for none.
    [[nodiscard]] int open();

    /// Moves what can be moved without waiting, up to a bound: one flow does not hold up the loop.
    /// The end of the source is handed on to the sink. Errors: the errno, 0 for none.
    [[nodiscard]] int move(int source, int sink);

    [[nodiscard]] bool wants_source() const { return held_ == 0 && !ended_; }

    [[nodiscard]] bool wants_sink() const { return held_ > 0; }

    [[nodiscard]] bool ended() const { return ended_; }

private:
    [[nodiscard]] ssize_t fill(int source) const;
    [[nodiscard]] ssize_t drain(int sink) const;

    sys::Fd read_;
    sys::Fd write_;
    std::size_t held_ = 0; ///< bytes in the pipe
    bool ended_ = false;   ///< the source has sent its last byte, and the sink has been told
};

} // namespace microbox::net
