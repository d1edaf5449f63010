// SPDX-License-Identifier: MIT
#include "refusals.hpp"

#include <nlohmann/json.hpp>

namespace microbox::net_bridge {

namespace {

using Json = nlohmann::json;

std::uint64_t sum_of(const Json& json) {
    std::uint64_t sum = 0;
    if (json.is_object() && json.contains("packets") && json["packets"].is_number_unsigned())
        sum += json["packets"].get<std::uint64_t>();
    if (json.is_structured())
        for (const Json& part : json)
            sum += sum_of(part);
    return sum;
}

} // namespace

std::uint64_t refusals_of(Nft& nft, const Member& member) {
    std::uint64_t all = 0;
    for (const std::string& element : refused_of(member))
        if (const auto listed = nft.list("get element " + element, Nft::Form::json); listed.ok())
            all += packets_in(*listed);
    return all;
}

std::uint64_t packets_in(std::string_view json) {
    const Json parsed = Json::parse(json, nullptr, false);
    return parsed.is_discarded() ? 0 : sum_of(parsed);
}

} // namespace microbox::net_bridge
