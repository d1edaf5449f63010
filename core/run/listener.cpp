// SPDX-License-Identifier: MIT
#include "core/run/listener.hpp"

namespace microbox::core {

sdk::Result<void> take_listener(RunState& state, sys::Fd listener) {
    if (!listener)
        return sdk::fail("the listener of the system call filter did not arrive",
                         "are the descriptors of this process used up? see ulimit -n");
    for (const PlanStep& placed : state.plan->steps) {
        const auto* filter = std::get_if<sdk::Filter>(&placed.step);
        if (filter == nullptr || !filter->listens)
            continue;
        const auto taker = state.on_listener.find(placed.plugin);
        if (taker == state.on_listener.end())
            return sdk::fail(placed.plugin + ": nobody answers what its filter refuses");
        return taker->second(std::move(listener));
    }
    return sdk::fail("the sandbox sent a listener that is in no plan");
}

} // namespace microbox::core
