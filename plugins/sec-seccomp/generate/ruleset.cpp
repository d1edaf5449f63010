// SPDX-License-Identifier: MIT
// Names to numbers; what the policy does not name gets ENOSYS.
#include "generate/ruleset.hpp"

#include <microbox/sdk/nearest.hpp>

#include <cerrno>

#include <linux/seccomp.h>

namespace microbox::seccomp {

sdk::Result<Ruleset> to_ruleset(const Policy& policy, const Machine& machine) {
    Ruleset rules{machine.token, {}, Action{SECCOMP_RET_ERRNO} | Action{ENOSYS}};
    for (const Group& group : policy) {
        for (const std::string& call : group.calls) {
            const auto found = machine.numbers.find(call);
            if (found == machine.numbers.end()) {
                std::vector<std::string> names;
                for (const auto& [name, number] : machine.numbers)
                    names.push_back(name);
                return sdk::fail("unknown system call '" + call + "' in '" + group.name +
                                 "', the nearest is '" + sdk::nearest(call, names) + "'");
            }
            if (found->second != foreign)
                rules.answers[static_cast<std::uint32_t>(found->second)] = group.clauses;
        }
    }
    return rules;
}

} // namespace microbox::seccomp
