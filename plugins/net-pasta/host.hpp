// SPDX-License-Identifier: MIT
// The host as pasta sees it: its ways out, and its own addresses, which come and go.
#pragma once

#include "places.hpp"
#include "settings.hpp"

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

#include <string>
#include <vector>

namespace microbox::net_pasta {

struct WaysOut {
    Families families;
    std::string interface; ///< of all of them; "": each has one of its own
};

/// Errors: no way out at all, nor to what --net-allow opens.
[[nodiscard]] sdk::Result<WaysOut> find_ways_out(Rtnl& rtnl, const Settings& settings);

/// Of both families.
[[nodiscard]] sdk::Result<std::vector<Network>> own_networks(Rtnl& rtnl);

/// Readable when an address of the host has come or gone.
class AddressWatch {
public:
    [[nodiscard]] static sdk::Result<AddressWatch> open();

    [[nodiscard]] int fd() const { return socket_.get(); }

    /// Takes away what makes it readable.
    void drain() const;

private:
    explicit AddressWatch(sys::Fd socket) : socket_(std::move(socket)) {}

    sys::Fd socket_;
};

} // namespace microbox::net_pasta
