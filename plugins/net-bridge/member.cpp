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

#include <algorithm>
#include <cerrno>
#include <functional>
#include <set>

namespace microbox::net_bridge {

namespace {

constexpr std::string_view element_word = "element ";
constexpr std::string_view neighbour_word = "neighbour ";
constexpr std::string_view link_word = "link ";
constexpr std::string_view taken_word = "inet microbox taken ";

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

/// The run's own number below 2^32; a clash with that of a killed run is one in four billion.
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

/// The address that the run had in the end is another's by now.
bool is_anothers(const std::vector<std::string>& elements) {
    const auto taken = std::find_if(elements.rbegin(), elements.rend(), [](const std::string& one) {
        return one.starts_with(taken_word);
    });
    if (taken == elements.rend())
        return false;
    auto nft = Nft::open();
    const auto added = nft.ok() ? nft->run("add element " + *taken) : sdk::Result<void>();
    return !added.ok() && is_taken(added.error());
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

bool is_no_fault(const sdk::Result<void>& done) {
    return done.ok() || done.error().error_number == ENOENT || is_taken(done.error());
}

/// Of one address: the element in `taken` first, then the others.
sdk::Result<void> remove(Nft& nft, const std::vector<std::string>& elements) {
    const std::string still_ours = "add element " + elements.front() + "\n";
    std::string all = still_ours;
    for (std::size_t i = 1; i < elements.size(); ++i)
        all += removing(elements[i]);
    if (nft.run(all + "delete element " + elements.front() + "\n").ok())
        return {};
    // Those of our own link are ours whatever has become of the address.
    for (const std::string& element : elements)
        if (element.starts_with(frame_table))
            static_cast<void>(nft.run(removing(element)));
    if (const auto ours = nft.run(still_ours); !ours.ok() && is_taken(ours.error()))
        return {};
    // One of them cannot be added: the table has gone, or the place is another run's now.
    sdk::Result<void> first;
    for (std::size_t i = elements.size(); i-- > 0;) {
        const bool of_frames = elements[i].starts_with(frame_table);
        auto done = nft.run((of_frames ? "" : still_ours) + removing(elements[i]));
        if (!is_no_fault(done) && first.ok())
            first = std::move(done);
    }
    return first;
}

sdk::Result<void> remove(const std::vector<std::string>& elements) {
    if (elements.empty())
        return {};
    MBX_TRY(Nft nft, Nft::open());
    sdk::Result<void> first;
    std::vector<std::string> of_one;
    const auto remove_one = [&] {
        auto done = of_one.empty() ? sdk::Result<void>() : remove(nft, of_one);
        if (!done.ok() && first.ok())
            first = std::move(done);
        of_one.clear();
    };
    for (const std::string& element : elements) {
        if (element.starts_with(taken_word))
            remove_one();
        of_one.push_back(element);
    }
    remove_one();
    return first;
}

/// The end of the network namespace does it, and removing one costs 20 ms: so only of a namespace
/// that sockets keep, or that a killed supervisor may have left.
sdk::Result<void> remove_links(const std::vector<std::string>& links) {
    if (links.empty())
        return {};
    MBX_TRY(Rtnl rtnl, Rtnl::open());
    sdk::Result<void> first;
    for (const std::string& link : links) {
        auto done = link.starts_with("mbxv") ? rtnl.remove_link(link) : sdk::Result<void>();
        if (!done.ok() && first.ok())
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

bool is_member(Nft& nft, const Member& member) {
    const std::string pin = "\"" + member.link + "\" . " + to_text(member.mac);
    for (const std::string& element : {"bridge microbox macs { " + pin + " }",
                                       "inet microbox taken { " + to_text(member.ip4) + " }"})
        if (!nft.list("get element " + element, Nft::Form::terse).ok())
            return false;
    return true;
}

sdk::Result<void>
join_again(Nft& nft, const Settings& settings, const Commons& commons, const Member& member) {
    return nft.run(adding(subnets_of(settings, commons.prefix6)) +
                   adding(elements_of(member, settings)));
}

sdk::Result<void> leave(const std::vector<std::string>& entries, bool link_ends_itself) {
    std::vector<std::string> elements;
    std::vector<std::string> links;
    std::vector<Address> neighbours;
    for (const std::string& entry : entries) {
        if (entry.starts_with(element_word))
            elements.push_back(entry.substr(element_word.size()));
        else if (entry.starts_with(link_word) && !link_ends_itself)
            links.push_back(entry.substr(link_word.size()));
        else if (entry.starts_with(neighbour_word))
            if (const auto address = parse_address(entry.substr(neighbour_word.size())))
                neighbours.push_back(*address);
    }
    std::reverse(elements.begin(), elements.end());
    if (is_anothers(elements))
        neighbours.clear();
    auto forgotten = forget(neighbours);
    auto removed = remove(elements);
    auto unlinked = remove_links(links);
    if (!forgotten.ok())
        return forgotten;
    return removed.ok() ? std::move(unlinked) : std::move(removed);
}

} // namespace microbox::net_bridge
