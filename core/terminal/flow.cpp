// SPDX-License-Identifier: MIT
#include "core/terminal/flow.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <unistd.h>

namespace microbox::core {

namespace {

Flow::Moved failed(int error) {
    return error == EAGAIN || error == EINTR ? Flow::Moved::none : Flow::Moved::broken;
}

} // namespace

void Flow::make_room() {
    std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
}

Flow::Moved Flow::fill(int fd) {
    make_room();
    if (!has_room())
        return Moved::none;
    const ssize_t got = ::read(fd, bytes_.data() + end_, bytes_.size() - reserve - end_);
    if (got < 0)
        return failed(errno);
    filled_ = end_;
    end_ += static_cast<std::size_t>(got);
    return got == 0 ? Moved::ended : Moved::some;
}

void Flow::drop_returns() {
    std::size_t kept = filled_;
    for (std::size_t i = filled_; i < end_; ++i) {
        if (bytes_[i] == '\n' && kept > begin_ && bytes_[kept - 1] == '\r')
            --kept;
        bytes_[kept++] = bytes_[i];
    }
    end_ = kept;
}

Flow::Moved Flow::spill(int fd, std::size_t most) {
    if (empty())
        return Moved::none;
    const ssize_t put = ::write(fd, bytes_.data() + begin_, std::min(most, end_ - begin_));
    if (put < 0)
        return failed(errno);
    begin_ += static_cast<std::size_t>(put);
    return put == 0 ? Moved::none : Moved::some;
}

bool Flow::put(std::string_view bytes) {
    if (bytes.size() > bytes_.size() - end_)
        make_room();
    if (bytes.size() > bytes_.size() - end_)
        return false;
    std::memcpy(bytes_.data() + end_, bytes.data(), bytes.size());
    end_ += bytes.size();
    return true;
}

} // namespace microbox::core
