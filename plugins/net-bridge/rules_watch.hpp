// SPDX-License-Identifier: MIT
// Tells when somebody changes rules of this network namespace while a sandbox runs: `nft flush
// ruleset`, with which Debian's /etc/nftables.conf begins, removes our walls too.
#pragma once

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

namespace microbox::net_bridge {

class RulesWatch {
public:
    /// Of the network namespace of the thread.
    [[nodiscard]] static sdk::Result<RulesWatch> open();

    [[nodiscard]] int fd() const { return socket_.get(); }

    /// Reads what is there. True when tables, chains or rules have changed, ours or not, or when
    /// news was lost.
    [[nodiscard]] bool changed();

private:
    explicit RulesWatch(sys::Fd socket) : socket_(std::move(socket)) {}

    sys::Fd socket_;
};

} // namespace microbox::net_bridge
