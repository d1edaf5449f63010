// SPDX-License-Identifier: MIT
#include "core/plugin/fence.hpp"
#include "core/run/state.hpp"

namespace microbox::core {

namespace {

/// Whose callback it was is said as well.
sdk::Result<void> named(sdk::Result<void> done, const std::string& plugin) {
    if (done.ok() || done.error().what.starts_with(plugin))
        return done;
    return std::move(done.error()).within(plugin);
}

} // namespace

sdk::Result<void> PluginSession::journal(std::string_view entry) {
    MBX_CHECK(state_.journal->write(plugin_, entry));
    state_.entries[plugin_].emplace_back(entry);
    return {};
}

sdk::Result<SharedFile*> PluginSession::shared_file() {
    auto held = state_.shared.find(plugin_);
    if (held == state_.shared.end()) {
        MBX_TRY(SharedFile file, SharedFile::use(*state_.folder, plugin_));
        held = state_.shared.emplace(plugin_, std::move(file)).first;
    }
    return &held->second;
}

sdk::Result<void> PluginSession::share(const std::function<sdk::Result<void>(sdk::Shared&)>& make) {
    MBX_TRY(SharedFile * file, shared_file());
    return file->make(make);
}

sdk::Result<std::uint64_t> PluginSession::lease(std::uint64_t first,
                                                std::uint64_t count,
                                                const std::function<bool(std::uint64_t)>& usable) {
    MBX_TRY(SharedFile * file, shared_file());
    return file->lease(first, count, usable);
}

void PluginSession::fill(const sdk::Slot& slot, sys::Fd fd) {
    state_.prepared.slots[slot.name] = std::move(fd);
}

void PluginSession::watch(int fd,
                          short events,
                          std::function<sdk::Result<void>(sdk::Session&, short)> call) {
    state_.events.watch(fd, events, [this, call = std::move(call)](short happened) {
        return named(fence(plugin_, "a watch", [&] { return call(*this, happened); }), plugin_);
    });
}

void PluginSession::after(std::chrono::nanoseconds delay,
                          std::function<sdk::Result<void>(sdk::Session&)> call) {
    state_.events.at(Events::Clock::now() + delay, [this, call = std::move(call)] {
        return named(fence(plugin_, "a deadline", [&] { return call(*this); }), plugin_);
    });
}

void PluginSession::on_listener(std::function<sdk::Result<void>(sdk::Session&, sys::Fd)> call) {
    state_.on_listener[plugin_] = [this, call = std::move(call)](sys::Fd listener) {
        return fence(plugin_, "a listener", [&] { return call(*this, std::move(listener)); });
    };
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
