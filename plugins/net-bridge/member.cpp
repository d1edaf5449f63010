// SPDX-License-Identifier: MIT
// An address is leased by a lock, which ends with its holder; a killed holder leaves elements
// behind that open something for the address, until its clean-up. So an address that has an element
// in `taken` is not used, lock or no lock: adding the element with the mark of another run fails,
// and nothing of the transaction is done.
//
// Elements are removed by adding them first, in one transaction: what never came to be, or has
// gone, can be removed too, and what another run has put in its place makes the adding fail.
#include "member.hpp"

#include "names.hpp"

#include <cerrno>
#include <functional>
#include <set>

namespace microbox::net_bridge {

namespace {

constexpr std::string_view element_word = "element ";
constexpr std::string_view neighbour_word = "neighbour ";

Mac mac_of(const Address& ip4) {
    return {0x02, 0x6d, ip4.bytes[0], ip4.bytes[1], ip4.bytes[2], ip4.bytes[3]};
}

std::string adding(const std::vector<std::string>& elements) {
    std::string commands;
    for (const std::string& element : elements)
        commands += "add element " + element + "\n";
    return commands;
}

std::string removing(const std::string& element) {
    return "add element " + element + "\ndelete element " + element + "\n";
}

/// The run's own number below 2^32; a clash with that of a killed run is one in four milliards.
std::uint32_t mark_of(const std::string& run_id) {
    return static_cast<std::uint32_t>(std::hash<std::string>()(run_id));
}

bool is_taken(const sdk::Error& error) {
    return error.error_number == EBUSY || error.error_number == EEXIST;
}

sdk::Error full(const Settings& settings) {
    return sdk::fail(settings.subnet_source + ": all " +
                         std::to_string(numbers_of(settings.subnet).count) + " addresses of " +
                         to_text(settings.subnet) + " are in use",
                     "end a sandbox, clean up after killed ones with `microbox gc`, or give a "
                     "larger --subnet");
}

Member member_at(std::uint64_t number, const std::string& run_id, const Commons& commons) {
    Member member;
    member.link = link_name(run_id);
    member.mark = mark_of(run_id);
    member.ip4 = ipv4(static_cast<std::uint32_t>(number));
    member.mac = mac_of(member.ip4);
    if (commons.prefix6)
        member.ip6 = in_network(*commons.prefix6, static_cast<std::uint32_t>(number));
    return member;
}

sdk::Result<void> take(sdk::Session& session,
                       Nft& nft,
                       const Settings& settings,
                       const Commons& commons,
                       const Member& member) {
    const std::vector<std::string> elements = elements_of(member, settings);
    for (const auto& list : {elements, counted_of(member)})
        for (const std::string& element : list)
            MBX_CHECK(session.journal(std::string(element_word) + element));
    const std::string all = adding(subnets_of(settings, commons.prefix6)) + adding(elements);
    auto taken = nft.run(all);
    if (taken.ok() || !is_taken(taken.error()))
        return taken;
    // Perhaps it is a port that a killed run has published: we hold the port itself, so that the
    // element is nobody's.
    for (const std::string& key : published_keys(settings))
        static_cast<void>(nft.run("delete element " + key));
    return nft.run(all);
}

sdk::Result<void> forget(const std::vector<Address>& neighbours) {
    if (neighbours.empty())
        return {};
    MBX_TRY(Rtnl rtnl, Rtnl::open());
    MBX_TRY(const std::optional<Link> bridge, rtnl.link(bridge_name));
    sdk::Result<void> first;
    for (const Address& address : neighbours) {
        auto done = bridge ? rtnl.remove_neighbour(bridge->index, address) : sdk::Result<void>();
        if (!done.ok() && first.ok())
            first = std::move(done);
    }
    return first;
}

sdk::Result<void> remove(const std::vector<std::string>& elements) {
    if (elements.empty())
        return {};
    MBX_TRY(Nft nft, Nft::open());
    std::string all;
    for (const std::string& element : elements)
        all += removing(element);
    if (nft.run(all).ok())
        return {};
    // One of them cannot be added: the table has gone, or the place is another run's now.
    sdk::Result<void> first;
    for (const std::string& element : elements) {
        auto done = nft.run(removing(element));
        if (!done.ok() && done.error().error_number != ENOENT && !is_taken(done.error()) &&
            first.ok())
            first = std::move(done);
    }
    return first;
}

} // namespace

sdk::Result<Member>
join(sdk::Session& session, Nft& nft, const Settings& settings, const Commons& commons) {
    const Numbers numbers = numbers_of(settings.subnet);
    std::set<std::uint64_t> refused;
    constexpr std::size_t most_refused = 64;
    for (;;) {
        const auto number = session.lease(numbers.first, numbers.count, [&](std::uint64_t one) {
            return !refused.contains(one);
        });
        if (!number.ok())
            return number.error().error_number == ENOSPC ? full(settings) : number.error();
        Member member = member_at(*number, session.run_id(), commons);
        auto taken = take(session, nft, settings, commons, member);
        if (taken.ok())
            return member;
        if (!is_taken(taken.error()))
            return taken.error();
        if (refused.size() == most_refused)
            return full(settings);
        refused.insert(*number);
    }
}

sdk::Result<void> leave(const std::vector<std::string>& entries) {
    std::vector<std::string> elements;
    std::vector<Address> neighbours;
    for (const std::string& entry : entries) {
        if (entry.starts_with(element_word))
            elements.push_back(entry.substr(element_word.size()));
        else if (entry.starts_with(neighbour_word))
            if (const auto address = parse_address(entry.substr(neighbour_word.size())))
                neighbours.push_back(*address);
    }
    auto forgotten = forget(neighbours);
    auto removed = remove(elements);
    return forgotten.ok() ? std::move(removed) : std::move(forgotten);
}

} // namespace microbox::net_bridge
