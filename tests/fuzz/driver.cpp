// SPDX-License-Identifier: MIT
// The door of libFuzzer to a target.
#include "core/log/log.hpp"
#include "tests/fuzz/target.hpp"

#include <cstddef>
#include <cstdint>

namespace microbox::core {

/// Nobody listens: the log's own file would bring a library that takes longest of all to compile.
void log_line(sdk::Level /*level*/, std::string_view /*plugin*/, std::string_view /*text*/) {}

} // namespace microbox::core

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    microbox::fuzz::one({reinterpret_cast<const char*>(data), size});
    return 0;
}
