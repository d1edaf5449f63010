// SPDX-License-Identifier: MIT
#include "cli/understood.hpp"

#include "cli/output.hpp"

namespace microbox::cli {

std::optional<int> understand(const Words& words,
                              const std::vector<MbxOption>& verb_options,
                              core::Command command,
                              core::Invocation& invocation) {
    auto read =
        core::read_invocation(words, verb_options, core::Surroundings::of_this_process(), command);
    if (!read.ok())
        return failed(read.error());
    invocation = std::move(*read);
    if (invocation.help)
        return help();
    if (invocation.version)
        return version();
    auto caller = core::look_at_caller();
    if (!caller.ok())
        return failed(caller.error());
    invocation.request.caller = std::move(*caller);
    return std::nullopt;
}

} // namespace microbox::cli
