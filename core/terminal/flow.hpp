// SPDX-License-Identifier: MIT
// Flow: bytes on their way from one descriptor to another. Bounded, so that a writer that is faster
// than its reader is held up and not kept in memory; nothing is dropped.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace microbox::core {

class Flow {
public:
    enum class Moved { some, none, ended, broken }; ///< none: not now (EAGAIN)

    /// One read into what is free. ended: end of file. broken: any error; EIO of a terminal.
    Moved fill(int fd);
    /// One write of what is there, at most `most` bytes. broken: nobody can take it any more.
    Moved spill(int fd, std::size_t most);

    /// A few bytes of our own behind what is there; false when there is no room.
    bool put(std::string_view bytes);

    /// Of what the last fill() has brought: a carriage return in front of a line's end is one that
    /// another terminal adds again.
    void drop_returns();

    void clear() { begin_ = end_ = 0; }

    [[nodiscard]] bool has_room() const { return end_ - begin_ + reserve < bytes_.size(); }

    [[nodiscard]] bool empty() const { return begin_ == end_; }

    [[nodiscard]] char last() const { return empty() ? '\0' : bytes_[end_ - 1]; }

private:
    static constexpr std::size_t reserve = 8; ///< for put() after a fill()

    void make_room();

    std::array<char, 32768> bytes_{};
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t filled_ = 0; ///< where the last fill() began
};

} // namespace microbox::core
