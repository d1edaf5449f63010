// SPDX-License-Identifier: MIT
// A descriptor is watched only for what can be done with it now: a full buffer stops its source,
// and nothing spins.
#include "core/terminal/relay.hpp"

#include <algorithm>

#include <poll.h>
#include <termios.h>

namespace microbox::core {

namespace {

constexpr int failed_or_gone = POLLHUP | POLLERR | POLLNVAL;

} // namespace

void Relay::start(int master) {
    master_ = master;
    arrange();
}

void Relay::read_keys(bool on) {
    reading_ = on;
    if (master_ >= 0)
        arrange();
}

void Relay::discard() {
    discarding_ = true;
    reading_ = false;
    out_.clear();
    arrange();
}

void Relay::close() {
    reading_ = false;
    want(caller_.keys(), 0, keys_events_, nullptr);
    want(caller_.screen(), 0, screen_events_, nullptr);
    want(master_, 0, master_events_, nullptr);
    master_ = -1;
}

void Relay::want(int fd, int events, int& current, Ready ready) {
    if (events == current)
        return;
    current = events;
    if (events == 0)
        return events_.unwatch(fd);
    events_.watch(fd, static_cast<short>(events), [this, ready](short happened) {
        (this->*ready)(happened);
        if (master_ >= 0)
            arrange();
        return sdk::Result<void>();
    });
}

void Relay::arrange() {
    // Lines are taken one at a time: an end of file must stay behind what was typed before it.
    const bool room = caller_.is_raw() ? in_.has_room() : in_.empty();
    want(caller_.keys(), reading_ && room ? POLLIN : 0, keys_events_, &Relay::keys_ready);
    want(caller_.screen(), out_.empty() ? 0 : POLLOUT, screen_events_, &Relay::screen_ready);
    const int out = !ended_ && out_.has_room() ? POLLIN : 0;
    const int in = !ended_ && !in_.empty() ? POLLOUT : 0;
    want(master_, out | in, master_events_, &Relay::master_ready);
}

void Relay::keys_ready(short happened) {
    if (caller_.is_used_by_another())
        return hooks_.taken();
    const bool raw = caller_.is_raw();
    switch (raw ? in_.fill(caller_.keys()) : take_line()) {
    case Flow::Moved::some:
        break;
    case Flow::Moved::ended:
        // Raw, at least one byte makes a read: nothing at all is a hang-up.
        if (raw || (happened & failed_or_gone) != 0)
            return hooks_.gone();
        break;
    case Flow::Moved::none:
        if ((happened & failed_or_gone) != 0)
            return hooks_.gone();
        break;
    case Flow::Moved::broken:
        return hooks_.gone();
    }
    send_keys();
}

/// An empty read is an end of file; so is one of a line without its end, which the same key has
/// pushed.
Flow::Moved Relay::take_line() {
    const Flow::Moved moved = in_.fill(caller_.keys());
    if (moved == Flow::Moved::ended || (moved == Flow::Moved::some && in_.last() != '\n'))
        end_of_file();
    return moved;
}

void Relay::take_lines() {
    termios now{};
    if (::tcgetattr(caller_.keys(), &now) < 0 || (now.c_lflag & ICANON) == 0)
        return;
    // Each is gone from the terminal when it is read, also an end of file; a raw read would find a
    // NUL in its place. What has hung up is seen when it is watched.
    pollfd keys{caller_.keys(), POLLIN, 0};
    while (in_.has_room() && ::poll(&keys, 1, 0) == 1 && keys.revents == POLLIN)
        if (const auto moved = take_line();
            moved != Flow::Moved::some && moved != Flow::Moved::ended)
            return;
}

void Relay::screen_ready(short /*happened*/) {
    show();
}

void Relay::master_ready(short happened) {
    if ((happened & (POLLIN | failed_or_gone)) != 0)
        take_output();
    if (master_ >= 0 && (happened & POLLOUT) != 0)
        send_keys();
}

Flow::Moved Relay::fill_output(int master) {
    const Flow::Moved moved = out_.fill(master);
    if (moved == Flow::Moved::some && caller_.adds_returns())
        out_.drop_returns();
    return moved;
}

void Relay::take_output() {
    const Flow::Moved moved = fill_output(master_);
    // EIO: nobody in the sandbox has the terminal open any more.
    if (moved == Flow::Moved::broken || moved == Flow::Moved::ended)
        ended_ = true;
    if (moved != Flow::Moved::some)
        return;
    hooks_.output();
    if (discarding_)
        out_.clear();
    else
        show();
}

void Relay::show() {
    if (out_.spill(caller_.screen(), caller_.most_bytes()) == Flow::Moved::broken)
        hooks_.gone();
}

void Relay::send_keys() {
    if (in_.spill(master_, SIZE_MAX) == Flow::Moved::broken)
        in_.clear();
}

/// What the end-of-file character of the sandbox's terminal does there.
void Relay::end_of_file() {
    termios inside{};
    if (::tcgetattr(master_, &inside) < 0 || (inside.c_lflag & ICANON) == 0)
        return;
    const auto character = static_cast<char>(inside.c_cc[VEOF]);
    static_cast<void>(in_.put({&character, 1}));
}

void Relay::flush(std::chrono::milliseconds limit) {
    const auto until = Events::Clock::now() + limit;
    while (master_ >= 0 && !discarding_) {
        while (!ended_ && out_.has_room() && fill_output(master_) == Flow::Moved::some) {
        }
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - Events::Clock::now());
        pollfd screen{caller_.screen(), POLLOUT, 0};
        if (out_.empty() || left.count() <= 0 ||
            ::poll(&screen, 1, static_cast<int>(left.count())) <= 0)
            return;
        if (out_.spill(caller_.screen(), caller_.most_bytes()) == Flow::Moved::broken)
            return;
    }
}

void Relay::finish(int signals, const std::function<bool()>& give_up) {
    const int master = master_;
    close();
    while (master >= 0 && !discarding_) {
        // EAGAIN is an end, too: who still has the terminal open is no process of the sandbox.
        while (!ended_ && out_.has_room() && fill_output(master) == Flow::Moved::some) {
        }
        if (out_.empty())
            return;
        pollfd polled[2] = {{caller_.screen(), POLLOUT, 0}, {signals, POLLIN, 0}};
        if (::poll(polled, 2, -1) < 0)
            continue;
        if (polled[1].revents != 0 && give_up())
            return;
        if (polled[0].revents != 0 &&
            out_.spill(caller_.screen(), caller_.most_bytes()) == Flow::Moved::broken)
            return;
    }
}

} // namespace microbox::core
