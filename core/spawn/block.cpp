// SPDX-License-Identifier: MIT
// Layout: header, operations of all parts, string lists, passed descriptors, pool.
#include "core/spawn/block.hpp"

#include <cstring>

namespace microbox::core {

namespace {

std::size_t aligned(std::size_t n) {
    return (n + 7) & ~std::size_t{7};
}

} // namespace

std::uint32_t Block::text(std::string_view text) {
    if (text.empty())
        return 0;
    const auto offset = static_cast<std::uint32_t>(pool_.size());
    pool_.append(text).push_back('\0');
    return offset;
}

std::uint32_t Block::data(const void* bytes, std::size_t size) {
    pool_.resize(aligned(pool_.size()));
    const auto offset = static_cast<std::uint32_t>(pool_.size());
    pool_.append(static_cast<const char*>(bytes), size);
    return offset;
}

void Block::set_vectors(const std::vector<std::string>& arguments,
                        const std::vector<std::string>& environment,
                        const std::vector<std::string>& candidates) {
    const std::vector<std::string>* const all[] = {&arguments, &environment, &candidates};
    for (std::size_t i = 0; i < 3; ++i) {
        lists_[i].clear();
        for (const std::string& string : *all[i]) {
            // Offset 0 ends a list, so an empty argument gets a string of its own.
            lists_[i].push_back(string.empty() ? data("", 1) : text(string));
        }
    }
}

std::int32_t Block::pass(int fd) {
    for (const child::Passed& passed : passed_)
        if (passed.from == fd)
            return passed.to;
    const auto to = static_cast<std::int32_t>(child::fd_first_passed +
                                              static_cast<std::int32_t>(passed_.size()));
    passed_.push_back({fd, to});
    return to;
}

std::vector<std::uint64_t> Block::finish() {
    std::size_t at = aligned(sizeof(child::Program));
    child::Range* const ranges[] = {&header.enter,
                                    &header.early,
                                    &header.assemble,
                                    &header.inside,
                                    &header.command,
                                    &header.last};
    for (std::size_t i = 0; i < 6; ++i) {
        *ranges[i] = {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(parts_[i].size())};
        at += parts_[i].size() * sizeof(child::Operation);
    }
    std::uint32_t* const lists[] = {&header.arguments, &header.environment, &header.candidates};
    for (std::size_t i = 0; i < 3; ++i) {
        *lists[i] = static_cast<std::uint32_t>(at);
        at += (lists_[i].size() + 1) * sizeof(std::uint32_t);
    }
    header.passed = static_cast<std::uint32_t>(at);
    header.passed_count = static_cast<std::uint32_t>(passed_.size());
    at = aligned(at + passed_.size() * sizeof(child::Passed));
    const auto pool = static_cast<std::uint32_t>(at);
    header.size = static_cast<std::uint32_t>(at + pool_.size());

    std::vector<std::uint64_t> block(aligned(header.size) / sizeof(std::uint64_t));
    auto* const bytes = reinterpret_cast<char*>(block.data());
    std::memcpy(bytes, &header, sizeof header);
    for (std::size_t i = 0; i < 6; ++i) {
        auto* operation = reinterpret_cast<child::Operation*>(bytes + ranges[i]->first);
        for (child::Operation copy : parts_[i]) {
            copy.text += pool;
            copy.other += pool;
            *operation++ = copy;
        }
    }
    for (std::size_t i = 0; i < 3; ++i) {
        auto* offset = reinterpret_cast<std::uint32_t*>(bytes + *lists[i]);
        for (const std::uint32_t string : lists_[i])
            *offset++ = string + pool;
    }
    if (!passed_.empty())
        std::memcpy(bytes + header.passed, passed_.data(), passed_.size() * sizeof(child::Passed));
    std::memcpy(bytes + pool, pool_.data(), pool_.size());
    return block;
}

} // namespace microbox::core
