// SPDX-License-Identifier: MIT
// Tables of iptables-legacy: built byte by byte as the kernel gives them, and loaded. The kernel's
// headers do not bear <netinet/in.h> behind them, so that own_network.hpp cannot be here.
#pragma once

#include "legacy_rules.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include <linux/if.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <sys/socket.h>
#include <unistd.h>

namespace microbox::test {

/// A rule as iptables(8) takes it; the default is one without a target.
struct LegacyLine {
    std::string in{}; ///< "docker+", "!lo"
    std::string out{};
    bool address = false;
    std::uint16_t protocol = 0;
    std::vector<std::string> matches{};
    std::string target{}; ///< an extension
    int verdict = 0;      ///< as a standard target has it; 0: none
    std::string call{};   ///< a chain
    bool go_to = false;
};

class LegacyBuilder {
public:
    explicit LegacyBuilder(bool ip6) : ip6_(ip6) {}

    /// Rules come into FORWARD until the first chain begins, then into that.
    void rule(const LegacyLine& line) {
        (chains_.empty() ? forward_ : chains_.back().rules).push_back(line);
    }

    void chain(const std::string& name) { chains_.push_back({name, {}}); }

    [[nodiscard]] net_bridge::LegacyTable with_policy(int verdict) const {
        // Twice: only the first round tells where the chains are.
        std::map<std::string, int> places;
        net_bridge::LegacyTable table;
        for (int round = 0; round < 2; ++round) {
            table = {};
            table.ip6 = ip6_;
            for (const LegacyLine& line : forward_)
                table.entries += entry(line, places, table.entries.size());
            table.policy = static_cast<std::uint32_t>(table.entries.size());
            table.entries += entry(standard(verdict), places, table.entries.size());
            for (const Chain& chain : chains_) {
                LegacyLine name;
                name.target = XT_ERROR_TARGET;
                table.entries += entry(name, places, table.entries.size());
                places[chain.name] = static_cast<int>(table.entries.size());
                for (const LegacyLine& line : chain.rules)
                    table.entries += entry(line, places, table.entries.size());
                table.entries += entry(standard(XT_RETURN), places, table.entries.size());
            }
        }
        return table;
    }

private:
    struct Chain {
        std::string name;
        std::vector<LegacyLine> rules;
    };

    /// 0 is a place, to which no rule goes on its own.
    static LegacyLine standard(int verdict) {
        LegacyLine line;
        line.verdict = verdict;
        line.go_to = verdict == 0;
        return line;
    }

    template <class T>
    static std::string bytes(const T& value) {
        return {reinterpret_cast<const char*>(&value), sizeof value};
    }

    static bool interface(std::string name, char* field, unsigned char* mask) {
        const bool negated = name.starts_with('!');
        if (negated)
            name.erase(0, 1);
        const bool prefix = name.ends_with('+');
        if (prefix)
            name.pop_back();
        std::memcpy(field, name.data(), name.size());
        if (!name.empty())
            std::memset(mask, 0xff, name.size() + (prefix ? 0 : 1));
        return negated;
    }

    template <class Ip>
    static void conditions(const LegacyLine& line, Ip& ip, unsigned char go_to) {
        if (interface(line.in, ip.iniface, ip.iniface_mask))
            ip.invflags |= IPT_INV_VIA_IN;
        if (interface(line.out, ip.outiface, ip.outiface_mask))
            ip.invflags |= IPT_INV_VIA_OUT;
        if (line.address)
            std::memset(&ip.smsk, 0xff, 3);
        ip.proto = line.protocol;
        if (line.go_to)
            ip.flags |= go_to;
    }

    template <class Entry>
    static std::string
    finished(Entry entry, const std::string& matches, const std::string& target) {
        entry.target_offset = static_cast<std::uint16_t>(sizeof entry + matches.size());
        entry.next_offset = static_cast<std::uint16_t>(entry.target_offset + target.size());
        return bytes(entry) + matches + target;
    }

    [[nodiscard]] std::string
    entry(const LegacyLine& line, const std::map<std::string, int>& places, std::size_t at) const {
        std::string matches;
        for (const std::string& name : line.matches) {
            const std::string data(24, '\1');
            xt_entry_match match{};
            match.u.match_size = static_cast<std::uint16_t>(sizeof match + data.size());
            std::memcpy(match.u.user.name, name.data(), name.size());
            matches += bytes(match) + data;
        }
        xt_standard_target target{};
        target.target.u.target_size = sizeof target;
        std::memcpy(target.target.u.user.name, line.target.data(), line.target.size());
        const std::size_t head = ip6_ ? sizeof(ip6t_entry) : sizeof(ipt_entry);
        target.verdict = line.verdict;
        if (const auto place = places.find(line.call); place != places.end())
            target.verdict = place->second;
        else if (line.verdict == 0 && !line.go_to)
            target.verdict = static_cast<int>(at + head + matches.size() + sizeof target);
        if (ip6_) {
            ip6t_entry made{};
            conditions(line, made.ipv6, IP6T_F_GOTO);
            return finished(made, matches, bytes(target));
        }
        ipt_entry made{};
        conditions(line, made.ip, IPT_F_GOTO);
        return finished(made, matches, bytes(target));
    }

    bool ip6_;
    std::vector<LegacyLine> forward_;
    std::vector<Chain> chains_;
};

/// "iptables-legacy -P FORWARD DROP" in this network namespace. false: there is no such thing here.
inline bool load_drop_policy() {
    const int fd = ::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
    ipt_getinfo info{};
    std::strcpy(info.name, "filter");
    socklen_t size = sizeof info;
    bool loaded = ::getsockopt(fd, IPPROTO_IP, IPT_SO_GET_INFO, &info, &size) == 0;
    constexpr std::size_t head = offsetof(ipt_get_entries, entrytable);
    std::string got(head + info.size, '\0');
    std::memcpy(got.data(), info.name, sizeof info.name);
    std::memcpy(got.data() + offsetof(ipt_get_entries, size), &info.size, sizeof info.size);
    size = static_cast<socklen_t>(got.size());
    loaded = loaded && ::getsockopt(fd, IPPROTO_IP, IPT_SO_GET_ENTRIES, got.data(), &size) == 0;
    std::string entries = got.substr(head);
    if (loaded) {
        const int drop = -NF_DROP - 1;
        std::memcpy(entries.data() + info.underflow[NF_INET_FORWARD] + sizeof(ipt_entry) +
                        offsetof(xt_standard_target, verdict),
                    &drop,
                    sizeof drop);
    }
    std::vector<xt_counters> counters(info.num_entries);
    ipt_replace replace{};
    std::strcpy(replace.name, "filter");
    replace.valid_hooks = info.valid_hooks;
    replace.num_entries = info.num_entries;
    replace.size = info.size;
    std::memcpy(replace.hook_entry, info.hook_entry, sizeof replace.hook_entry);
    std::memcpy(replace.underflow, info.underflow, sizeof replace.underflow);
    replace.num_counters = info.num_entries;
    replace.counters = counters.data();
    const std::string whole =
        std::string(reinterpret_cast<const char*>(&replace), sizeof replace) + entries;
    loaded = loaded && ::setsockopt(fd,
                                    IPPROTO_IP,
                                    IPT_SO_SET_REPLACE,
                                    whole.data(),
                                    static_cast<socklen_t>(whole.size())) == 0;
    ::close(fd);
    return loaded;
}

} // namespace microbox::test
