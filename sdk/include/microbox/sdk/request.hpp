// SPDX-License-Identifier: MIT
// Request: what the user asked for, as a plugin sees it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace microbox::sdk {

/// One value of an option, and who said so ("--storage", "profile ci", "default").
struct Given {
    std::string value;
    std::string source;
    bool by_default = false; ///< nobody said it: the option's default
};

/// `count` user ids from `first` on.
struct IdRange {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
};

/// Read-only for plugins. Options hold what this plugin's descriptor names, and nothing else.
struct Request {
    std::string argument; ///< of the mode: "./dir" in `--fs ./dir`, "" when only the name was given
    std::string argument_source;  ///< who said so: "--fs"
    bool read_only_root = false;  ///< --readonly
    bool unmasked = false;        ///< --unmask: nothing of /proc and /sys is covered
    bool explain_denials = false; ///< --explain-denials: tell Report::denied what was denied
    bool isolated_ids = true;     ///< --userns isolated: ids of the sandbox's own
    bool own_network =
        true; ///< false when the network mode shares the host's; set after network plan()
    /// The caller is root of the host with all rights. Otherwise the run has those of the caller
    /// alone: from prepare() on, geteuid() is 0 in a user namespace of the supervisor's, which is
    /// no right over the host.
    bool privileged = false;
    std::uint32_t user_count = 65536; ///< ids 0 to N-1 exist in the sandbox; 1: root alone
    std::uint32_t group_count = 65536;
    /// Those ids on the host, when the caller is not root of it: its own, then its subordinate
    /// ones.
    std::vector<IdRange> host_users;
    std::string hostname; ///< of the sandbox
    unsigned user = 0;    ///< id of the command inside
    unsigned group = 0;
    /// Bit N is capability N: what the capabilities layer keeps. Set before the other security
    /// layers plan.
    std::uint64_t capabilities = 0;
    std::vector<std::string> command; ///< argv
    std::map<std::string, std::vector<Given>, std::less<>> options;

    /// All values of an option, in the order given; empty when there are none.
    [[nodiscard]] const std::vector<Given>& all(std::string_view name) const {
        static const std::vector<Given> none;
        const auto found = options.find(name);
        return found == options.end() ? none : found->second;
    }

    /// The value of an option that cannot be repeated; nullptr when there is none.
    [[nodiscard]] const Given* one(std::string_view name) const {
        const auto& values = all(name);
        return values.empty() ? nullptr : &values.back();
    }

    /// A flag that was given.
    [[nodiscard]] bool flag(std::string_view name) const { return !all(name).empty(); }
};

} // namespace microbox::sdk
