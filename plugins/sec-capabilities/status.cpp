// SPDX-License-Identifier: MIT
// Reads the Cap lines of /proc/PID/status.
#include "status.hpp"

#include <charconv>
#include <optional>
#include <string>

namespace microbox::sec_capabilities {

namespace {

/// proc(5): "CapBnd:\t00000000a80425fb".
std::optional<std::uint64_t> set_of(std::string_view status, std::string_view name) {
    const std::string start = "\n" + std::string(name) + ":\t";
    const auto at = status.find(start);
    if (at == std::string_view::npos)
        return std::nullopt;
    const char* const first = status.data() + at + start.size();
    std::uint64_t value = 0;
    const auto parsed = std::from_chars(first, status.data() + status.size(), value, 16);
    if (parsed.ec != std::errc{})
        return std::nullopt;
    return value;
}

std::string to_hex(std::uint64_t value) {
    char digits[16];
    auto* const end = std::to_chars(digits, digits + sizeof digits, value, 16).ptr;
    return "0x" + std::string(digits, end);
}

} // namespace

sdk::Result<void> check_status(std::string_view status, std::uint64_t mask, bool user_is_root) {
    const std::uint64_t usable = user_is_root ? mask : 0;

    const struct {
        const char* line;
        const char* words;
        std::uint64_t expected;
    } sets[] = {{"CapBnd", "bounding", mask},
                {"CapPrm", "permitted", usable},
                {"CapEff", "effective", usable},
                {"CapInh", "inheritable", 0},
                {"CapAmb", "ambient", 0}};

    for (const auto& set : sets) {
        const auto found = set_of(status, set.line);
        if (!found)
            return sdk::fail(std::string("the kernel does not tell the ") + set.words +
                             " capability set of the command");
        if (*found != set.expected)
            return sdk::fail(std::string("the ") + set.words +
                             " capability set of the command is " + to_hex(*found) +
                             " instead of " + to_hex(set.expected));
    }
    return {};
}

} // namespace microbox::sec_capabilities
