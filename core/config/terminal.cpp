// SPDX-License-Identifier: MIT
// Every stream that is a terminal is replaced, or none is: one that stayed would be the caller's in
// the sandbox.
#include "core/config/terminal.hpp"

namespace microbox::core {

namespace {

/// The option when it is given and a file has not turned it off.
const Setting* given(const Settings& settings, const char* name) {
    return settings.flag(name) ? settings.one(name) : nullptr;
}

} // namespace

sdk::Result<Streams> choose_terminal(const Settings& settings, Streams terminals) {
    const Setting* with = given(settings, "tty");
    const Setting* without = given(settings, "no-tty");
    if (with != nullptr && without != nullptr && with->origin == without->origin)
        return sdk::fail(with->source + " and " + without->source + " contradict each other");
    if (without != nullptr && (with == nullptr || without->origin > with->origin))
        return no_streams;
    if (with != nullptr && terminals == no_streams)
        return sdk::fail(
            with->source + ": none of the standard streams is a terminal",
            "without the option, a terminal is used where there is one; for a terminal where there "
            "is none: script -qc 'microbox --tty ...' /dev/null");
    return terminals;
}

} // namespace microbox::core
