// SPDX-License-Identifier: MIT
#include "traffic.hpp"

#include <utility>

namespace microbox::net_bridge {

std::vector<Packet> packets_of(const Traffic& traffic) {
    std::vector<Packet> packets;
    const auto connection = [&](Packet first) {
        packets.push_back(first);
        std::swap(first.in, first.out);
        first.reply = true;
        packets.push_back(first);
    };
    const std::vector<std::string> unknown = {""};
    for (const bool ip6 : {false, true}) {
        if (!(ip6 ? traffic.ip6 : traffic.ip4))
            continue;
        for (const std::string& uplink : traffic.uplinks.empty() ? unknown : traffic.uplinks) {
            connection({traffic.bridge, uplink, ip6, false, false});
            if (traffic.published)
                connection({uplink, traffic.bridge, ip6, false, true});
        }
    }
    return packets;
}

} // namespace microbox::net_bridge
