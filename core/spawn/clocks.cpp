// SPDX-License-Identifier: MIT
#include "core/spawn/clocks.hpp"

#include <microbox/sys/file.hpp>

#include <ctime>
#include <string>

namespace microbox::core {

namespace {

/// "monotonic -SECONDS NANOSECONDS": time_namespaces(7), the nanoseconds are never negative.
std::string offset(const char* name, clockid_t clock) {
    constexpr long second = 1000000000;
    timespec now{};
    ::clock_gettime(clock, &now);
    const bool part = now.tv_nsec != 0;
    return std::string(name) + " " + std::to_string(-now.tv_sec - (part ? 1 : 0)) + " " +
           std::to_string(part ? second - now.tv_nsec : 0) + "\n";
}

} // namespace

sdk::Result<void> start_clocks(pid_t process) {
    return sys::write_file_at(AT_FDCWD,
                              "/proc/" + std::to_string(process) + "/timens_offsets",
                              offset("monotonic", CLOCK_MONOTONIC) +
                                  offset("boottime", CLOCK_BOOTTIME));
}

} // namespace microbox::core
