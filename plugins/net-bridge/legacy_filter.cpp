// SPDX-License-Identifier: MIT
#include "legacy_filter.hpp"

#include <microbox/sys/file.hpp>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>

#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <sys/socket.h>

namespace microbox::net_bridge {

namespace {

constexpr const char* table_name = "filter";

/// The way through the rules, as ipt_do_table() goes it.
class LegacyWalk {
public:
    LegacyWalk(const LegacyTable& table, const LegacyRules& rules, const Packet& packet)
        : table_(table), rules_(rules), packet_(packet), at_(table.forward) {}

    bool is_dropped() {
        // The kernel takes no rules with a loop; ways longer than this are none to wait for.
        for (unsigned steps = 0; steps < 1U << 17U; ++steps) {
            const auto rule = rules_.find(at_);
            if (rule == rules_.end())
                return false;
            switch (target_of(rule->second)) {
            case LegacyRule::Target::drop:
                return true;
            case LegacyRule::Target::accept:
            case LegacyRule::Target::queue: // a program decides
            case LegacyRule::Target::malformed:
                return false;
            case LegacyRule::Target::go_on:
                at_ = rule->second.next;
                break;
            case LegacyRule::Target::jump:
                // The kernel's own stack has room for each chain once (mark_source_chains).
                if (back_.size() == rules_.size())
                    return false;
                back_.push_back(rule->second.next);
                at_ = rule->second.where;
                break;
            case LegacyRule::Target::go_to:
                at_ = rule->second.where;
                break;
            case LegacyRule::Target::leave:
                at_ = back_.empty() ? table_.policy : back_.back();
                if (!back_.empty())
                    back_.pop_back();
                break;
            }
        }
        return false;
    }

private:
    /// go_on unless the conditions are met for certain; with one on the state, see Opaque.
    [[nodiscard]] LegacyRule::Target target_of(const LegacyRule& rule) const {
        constexpr auto none = LegacyRule::Target::go_on;
        if (rule.opaque || matches(rule.in, packet_.in) != Truth::yes ||
            matches(rule.out, packet_.out) != Truth::yes)
            return none;
        if (rule.conntrack && (!packet_.reply || rule.target != LegacyRule::Target::accept))
            return none;
        return rule.target;
    }

    const LegacyTable& table_;
    const LegacyRules& rules_;
    const Packet& packet_;
    std::uint32_t at_;
    std::vector<std::uint32_t> back_;
};

/// Which tables the namespace has. What is not in the list would be made by asking for it.
sdk::Result<bool> is_listed(bool ip6) {
    // /proc/net is that of the process's first thread.
    const auto names = sys::read_file(std::string("/proc/thread-self/net/") +
                                      (ip6 ? "ip6_tables_names" : "ip_tables_names"));
    if (!names.ok() && names.error().error_number == ENOENT)
        return false;
    MBX_TRY(const std::string text, names);
    return ("\n" + text).find("\n" + std::string(table_name) + "\n") != std::string::npos;
}

// Both families ask the same, at their own level.
static_assert(sizeof(ipt_getinfo) == sizeof(ip6t_getinfo) &&
              sizeof(ipt_get_entries) == sizeof(ip6t_get_entries));
static_assert(IPT_SO_GET_INFO == IP6T_SO_GET_INFO);

class Asked {
public:
    static sdk::Result<Asked> open(bool ip6) {
        sys::Fd fd(::socket(ip6 ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW));
        if (!fd)
            return sdk::fail_errno("a socket to ask iptables-legacy's rules by", errno);
        return Asked(std::move(fd), ip6);
    }

    /// 0, or errno.
    [[nodiscard]] int info(ipt_getinfo& info) const {
        info = {};
        std::memcpy(info.name, table_name, std::strlen(table_name));
        socklen_t size = sizeof info;
        return ::getsockopt(fd_.get(), level_, IPT_SO_GET_INFO, &info, &size) == 0 ? 0 : errno;
    }

    [[nodiscard]] int entries(const ipt_getinfo& info, std::string& entries) const {
        constexpr std::size_t before = offsetof(ipt_get_entries, entrytable);
        std::string buffer(before + info.size, '\0');
        std::memcpy(
            buffer.data() + offsetof(ipt_get_entries, name), table_name, std::strlen(table_name));
        std::memcpy(buffer.data() + offsetof(ipt_get_entries, size), &info.size, sizeof info.size);
        auto size = static_cast<socklen_t>(buffer.size());
        if (::getsockopt(fd_.get(), level_, IPT_SO_GET_ENTRIES, buffer.data(), &size) != 0)
            return errno;
        entries = buffer.substr(before);
        return 0;
    }

private:
    Asked(sys::Fd fd, bool ip6) : fd_(std::move(fd)), level_(ip6 ? IPPROTO_IPV6 : IPPROTO_IP) {}

    sys::Fd fd_;
    int level_;
};

} // namespace

sdk::Result<std::optional<Obstacle>> find_obstacle(const LegacyTable& table,
                                                   const Traffic& traffic) {
    MBX_TRY(const LegacyRules rules, read_rules(table));
    const std::vector<Packet> packets = packets_of(traffic);
    if (std::none_of(packets.begin(), packets.end(), [&](const Packet& packet) {
            return packet.ip6 == table.ip6 && LegacyWalk(table, rules, packet).is_dropped();
        }))
        return std::optional<Obstacle>();
    const std::string tool = table.ip6 ? "ip6tables-legacy" : "iptables-legacy";
    const std::string insert = tool + " -I FORWARD ";
    return std::optional<Obstacle>({tool + " filter FORWARD",
                                    insert + "-i " + traffic.bridge + " -j ACCEPT && " + insert +
                                        "-o " + traffic.bridge + " -j ACCEPT"});
}

sdk::Result<std::optional<LegacyTable>> read_legacy_table(bool ip6) {
    MBX_TRY(const bool listed, is_listed(ip6));
    if (!listed)
        return std::optional<LegacyTable>();
    MBX_TRY(const Asked asked, Asked::open(ip6));
    // EAGAIN: the size has changed since the kernel was asked for it (get_entries, ip_tables.c).
    int error_number = EAGAIN;
    for (int tries = 0; error_number == EAGAIN && tries < 10; ++tries) {
        ipt_getinfo info{};
        LegacyTable table;
        error_number = asked.info(info);
        if (error_number == 0)
            error_number = asked.entries(info, table.entries);
        if (error_number == ENOENT) // gone since
            return std::optional<LegacyTable>();
        if (error_number != 0)
            continue;
        table.ip6 = ip6;
        table.forward = info.hook_entry[NF_INET_FORWARD];
        table.policy = info.underflow[NF_INET_FORWARD];
        return std::optional(std::move(table));
    }
    return sdk::fail_errno(std::string("read the rules of ") +
                               (ip6 ? "ip6tables-legacy" : "iptables-legacy"),
                           error_number);
}

sdk::Result<std::vector<Obstacle>> find_legacy_obstacles(const Traffic& traffic) {
    std::vector<Obstacle> obstacles;
    for (const bool ip6 : {false, true}) {
        if (!(ip6 ? traffic.ip6 : traffic.ip4))
            continue;
        MBX_TRY(const std::optional<LegacyTable> table, read_legacy_table(ip6));
        if (!table)
            continue;
        MBX_TRY(auto obstacle, find_obstacle(*table, traffic));
        if (obstacle)
            obstacles.push_back(std::move(*obstacle));
    }
    return obstacles;
}

} // namespace microbox::net_bridge
