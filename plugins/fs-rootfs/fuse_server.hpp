// SPDX-License-Identifier: MIT
// A fuse-overlayfs process: with the layers and a connection, and as little else as it works with.
#pragma once

#include "fuse_mount.hpp"
#include "layers.hpp"

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

#include <string>

#include <sys/types.h>

namespace fs_rootfs {

/// The process that will be the server. It waits until it is told to begin, so that its journal
/// entry is written before; it dies with the process that has started it. [parent]
class FuseServer {
public:
    /// Takes the layers and the connection: this process has none of them afterwards.
    static microbox::sdk::Result<FuseServer>
    start(const std::string& program, Layers layers, sys::Fd connection);

    [[nodiscard]] pid_t pid() const { return pid_; }

    [[nodiscard]] int pidfd() const { return pidfd_.get(); }

    void begin() const;

    /// What it has said on its standard error, one line: "" for nothing.
    [[nodiscard]] std::string words() const;

private:
    pid_t pid_ = -1;
    sys::Fd pidfd_;
    sys::Fd go_; ///< a byte is the word to begin, its end the word to leave
    sys::Fd
        words_; ///< a memory file that cannot grow: nobody need read it, and it bears any amount
};

} // namespace fs_rootfs
