// SPDX-License-Identifier: MIT
// The text of sdk/ABI: the number of the promise and a hash of the headers that are the promise.
#pragma once

#include "tests/support/source_text.hpp"

#include <microbox/sdk/abi.hpp>

#include <cstdint>
#include <filesystem>
#include <sstream>
#include <string>

namespace microbox::tests {

/// FNV-1a of the names and the bare code of all headers below sdk/include: comments and formatting
/// do not count.
[[nodiscard]] inline std::uint64_t headers_hash(const std::filesystem::path& project) {
    std::uint64_t hash = 14695981039346656037U;
    const auto add = [&](const std::string& text) {
        for (const char c : text + '\n')
            hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
    };
    const std::filesystem::path include = project / "sdk/include";
    for (const auto& header : sources_below(include)) {
        add(header.lexically_relative(include).string());
        add(bare_code(read_source(header)));
    }
    return hash;
}

[[nodiscard]] inline std::string abi_text(const std::filesystem::path& project) {
    std::ostringstream text;
    text << "abi " << MICROBOX_SDK_ABI << "\nheaders " << std::hex << headers_hash(project) << "\n";
    return text.str();
}

} // namespace microbox::tests
