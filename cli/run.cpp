// SPDX-License-Identifier: MIT
// microbox [run] [options] -- CMD [ARG...]
#include "cli/output.hpp"
#include "cli/verbs.hpp"
#include "core/config/invocation.hpp"
#include "core/run/lifecycle.hpp"

namespace microbox::cli {

int run(const Words& words) {
    auto invocation = core::read_invocation(words, {}, core::Surroundings::of_this_process());
    if (!invocation.ok())
        return failed(invocation.error());
    if (invocation->help)
        return help();
    if (invocation->version)
        return version();
    auto caller = core::look_at_caller();
    if (!caller.ok())
        return failed(caller.error());
    invocation->request.caller = std::move(*caller);
    if (invocation->request.verify)
        if (const int code = verify_first(*invocation); code != 0)
            return code;
    return core::run(invocation->request, invocation->plugins);
}

} // namespace microbox::cli
