// SPDX-License-Identifier: MIT
// microbox [run] [options] -- CMD [ARG...]
#include "cli/output.hpp"
#include "cli/verbs.hpp"
#include "core/config/invocation.hpp"
#include "core/run/lifecycle.hpp"

#include <unistd.h>

namespace microbox::cli {

int run(const Words& words) {
    auto invocation = core::read_invocation(words, {}, core::Surroundings::of_this_process());
    if (!invocation.ok())
        return failed(invocation.error());
    if (invocation->help)
        return help();
    if (invocation->version)
        return version();
    if (::geteuid() != 0)
        return failed(
            sdk::fail("run: needs root for now: the caller is user " + std::to_string(::geteuid()),
                      "without root work: plan, plugins, doctor, help"));
    return core::run(invocation->request, invocation->plugins);
}

} // namespace microbox::cli
