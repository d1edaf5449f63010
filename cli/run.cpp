// SPDX-License-Identifier: MIT
// microbox [run] [options] -- CMD [ARG...]
#include "cli/understood.hpp"
#include "core/run/lifecycle.hpp"

namespace microbox::cli {

int run(const Words& words) {
    core::Invocation invocation;
    if (const auto answered = understand(words, {}, core::Command::needed, invocation))
        return *answered;
    if (invocation.request.verify)
        if (const int code = verify_first(invocation); code != 0)
            return code;
    return core::run(invocation.request, invocation.plugins);
}

} // namespace microbox::cli
