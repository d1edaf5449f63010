// SPDX-License-Identifier: MIT
// Profile: a filter in the JSON format of Docker and podman as plain data, and what is left of it
// on one machine, for one run. [pure]
#pragma once

#include <microbox/sdk/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace microbox::seccomp {

/// What a filter returns: SECCOMP_RET_*, with the errno in its low bits.
using Action = std::uint32_t;

/// Values as in libseccomp's enum scmp_compare.
enum class Comparison {
    not_equal = 1,
    less,
    less_equal,
    equal,
    greater_equal,
    greater,
    masked_equal
};

/// Compares all 64 bits, as the format wants it.
struct Argument {
    unsigned index = 0;
    Comparison comparison = Comparison::equal;
    std::uint64_t value = 0;     ///< the mask for masked_equal
    std::uint64_t value_two = 0; ///< what the masked bits must be
};

struct KernelVersion {
    unsigned major = 0;
    unsigned minor = 0;

    auto operator<=>(const KernelVersion&) const = default;
};

/// "includes" or "excludes" of a rule.
struct Conditions {
    std::vector<std::string> machines; ///< Go's names: "amd64"
    std::uint64_t capabilities = 0;
    std::optional<KernelVersion> least_kernel;
};

struct Rule {
    std::vector<std::string> names;
    Action action = 0;
    std::vector<Argument> arguments;
    Conditions includes;
    Conditions excludes;
};

struct Profile {
    Action default_action = 0;
    std::uint32_t flags = 0;           ///< SECCOMP_FILTER_FLAG_*
    std::vector<std::string> machines; ///< libseccomp's names; empty: whatever the machine is
    std::vector<Rule> rules;
};

/// What includes and excludes are compared with.
struct Circumstances {
    std::uint64_t capabilities = 0;      ///< that the sandbox keeps
    std::optional<KernelVersion> kernel; ///< nothing: not known
};

/// One rule for one call of this machine.
struct NumberedRule {
    std::string name;
    int number = 0;
    Action action = 0;
    std::vector<Argument> arguments; ///< all must hold
};

/// What libseccomp is told.
struct NumberedProfile {
    Action default_action = 0;
    std::uint32_t flags = 0;
    std::vector<NumberedRule> rules; ///< none with the default action

    /// Nothing where it depends on arguments.
    [[nodiscard]] std::optional<Action> answer(int number) const;
};

/// "6.1.0-18-amd64", "4.8". Nothing when it does not begin with two numbers.
[[nodiscard]] std::optional<KernelVersion> parse_kernel(std::string_view text);

/// Leaves out the rules that do not apply and the calls that only other machines have. Errors: a
/// profile for other machines; a name that no machine has; a kernel version asked for and not
/// known.
[[nodiscard]] sdk::Result<NumberedProfile> resolve(const Profile& profile,
                                                   const Circumstances& now);

} // namespace microbox::seccomp
