// SPDX-License-Identifier: MIT
#include "core/plugin/fence.hpp"
#include "core/run/state.hpp"

namespace microbox::core {

sdk::Result<void> PluginSession::journal(std::string_view entry) {
    MBX_CHECK(state_.journal->write(plugin_, entry));
    state_.entries[plugin_].emplace_back(entry);
    return {};
}

void PluginSession::fill(const sdk::Slot& slot, sys::Fd fd) {
    state_.prepared.slots[slot.name] = std::move(fd);
}

void PluginSession::watch(int fd,
                          short events,
                          std::function<sdk::Result<void>(sdk::Session&, short)> call) {
    state_.events.watch(fd, events, [this, call = std::move(call)](short happened) {
        return fence(plugin_, "a watch", [&] { return call(*this, happened); });
    });
}

void PluginSession::after(std::chrono::nanoseconds delay,
                          std::function<sdk::Result<void>(sdk::Session&)> call) {
    state_.events.at(Events::Clock::now() + delay, [this, call = std::move(call)] {
        return fence(plugin_, "a deadline", [&] { return call(*this); });
    });
}

void PluginSession::end(sdk::EndReason reason) {
    mark(reason);
    state_.sandbox.kill();
}

void PluginSession::mark(sdk::EndReason reason) {
    if (!state_.reason)
        state_.reason = reason;
}

} // namespace microbox::core
