// SPDX-License-Identifier: MIT
// What both terminals did would be done twice: each line echoed twice, each line's end translated
// twice.
#include "core/terminal/manner.hpp"

namespace microbox::core {

Manner manner_of(Streams terminals) {
    if ((terminals & stream_in) == 0)
        return Manner::on_wish;
    return (terminals & stream_out) != 0 ? Manner::keys : Manner::lines;
}

termios raw_modes(termios modes, const termios& inside, Manner manner) {
    const tcflag_t output = modes.c_oflag;
    ::cfmakeraw(&modes);
    // Beside a pipe others may write to the caller's terminal, and count on its line ends.
    if (manner != Manner::keys) {
        modes.c_oflag = output;
        modes.c_lflag |= inside.c_lflag & static_cast<tcflag_t>(ISIG);
    }
    modes.c_cc[VMIN] = 1;
    modes.c_cc[VTIME] = 0;
    return modes;
}

termios modes_inside(termios modes, Manner manner) {
    constexpr auto post_processing = static_cast<tcflag_t>(OPOST);
    constexpr auto echo = static_cast<tcflag_t>(ECHO | ECHONL);
    if (manner != Manner::keys)
        modes.c_oflag &= ~post_processing;
    if (manner == Manner::lines)
        modes.c_lflag &= ~echo;
    return modes;
}

bool wants_keys(const termios& inside, Manner manner) {
    if (manner == Manner::keys)
        return true;
    const bool lines = (inside.c_lflag & ICANON) != 0;
    // getpass(3): lines, unseen. With Manner::lines the echo is off inside from the start.
    const bool seen = manner == Manner::lines || (inside.c_lflag & ECHO) != 0;
    return !lines || !seen;
}

} // namespace microbox::core
