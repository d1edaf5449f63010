// SPDX-License-Identifier: MIT
#include "core/child/handover.hpp"

#include "core/child/raw.hpp"

#include <linux/fcntl.h>

namespace microbox::child {

Handover* make_handover(int& error) {
    constexpr long read_write = 3;
    constexpr long shared_anonymous = 0x21;
    const long page = raw(__NR_mmap, 0, sizeof(Handover), read_write, shared_anonymous, -1, 0);
    if (page < 0) {
        error = static_cast<int>(-page);
        return nullptr;
    }
    auto* handover = reinterpret_cast<Handover*>(page); // NOLINT(performance-no-int-to-ptr)
    const long wake = raw(__NR_eventfd2, 0, O_CLOEXEC | O_NONBLOCK);
    if (wake < 0) {
        error = static_cast<int>(-wake);
        return nullptr;
    }
    handover->wake = static_cast<int>(wake);
    return handover;
}

void announce(const Handover* handover) {
    const std::uint64_t one = 1;
    raw(__NR_write, handover->wake, at(&one), sizeof one);
}

void publish(Handover* handover, int listener) {
    __atomic_store_n(&handover->listener, listener > 0 ? listener : -1, __ATOMIC_RELEASE);
}

int look_for_listener(const Handover* handover) {
    return __atomic_load_n(&handover->listener, __ATOMIC_ACQUIRE);
}

} // namespace microbox::child
