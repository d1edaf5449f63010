// SPDX-License-Identifier: MIT
// What sandboxes need forwarded, in as far as the rules of others can be judged by it. [pure]
#pragma once

#include <string>
#include <vector>

namespace microbox::net_bridge {

struct Traffic {
    std::string bridge;
    std::vector<std::string> uplinks; ///< by which packets leave; none: not known
    bool ip4 = true;
    bool ip6 = true;
    bool published = true; ///< connections from outside as well
};

/// All packets that differ in none of these are one to us.
struct Packet {
    std::string in;
    std::string out; ///< either of them empty: an uplink that is not known
    bool ip6 = false;
    bool reply = false; ///< of a connection that conntrack has as established; else its first
    bool dnat = false;  ///< of a connection to a published port
};

[[nodiscard]] std::vector<Packet> packets_of(const Traffic& traffic);

/// Of a condition: unknown when it depends on what a Packet does not say.
enum class Truth { no, unknown, yes };

[[nodiscard]] constexpr Truth truth(bool is_true) {
    return is_true ? Truth::yes : Truth::no;
}

[[nodiscard]] constexpr Truth opposite(Truth of) {
    return of == Truth::unknown ? of : truth(of == Truth::no);
}

} // namespace microbox::net_bridge
