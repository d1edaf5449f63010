// SPDX-License-Identifier: MIT
// A host made of facts, and the first two phases of a plugin run against it: no test touches the
// real one.
#pragma once

#include <microbox/sdk/plugin.hpp>

#include <cerrno>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

extern "C" const MbxDescriptor microbox_plugin; // of the one plugin that a test program links

namespace microbox::tests {

/// What is not put here does not exist (ENOENT).
class FakeHost {
public:
    using Kind = sdk::FactQuery::Kind;
    using Type = sdk::PathFact::Type;

    FakeHost& put(Kind kind, const std::string& subject, sdk::PathFact fact) {
        facts_[{kind, subject}] = std::move(fact);
        return *this;
    }

    FakeHost& directory(const std::string& path, std::vector<std::string> names) {
        node(path, Type::directory);
        sdk::PathFact listing;
        listing.exists = true;
        listing.type = Type::directory;
        listing.names = std::move(names);
        return put(Kind::directory, path, listing);
    }

    FakeHost& file(const std::string& path, const std::string& text = {}) {
        node(path, Type::file);
        sdk::PathFact content;
        content.exists = true;
        content.type = Type::file;
        content.text = text;
        return put(Kind::text, path, content);
    }

    /// `resolved` is where the link leads in the end; "" when it dangles.
    FakeHost& link(const std::string& path,
                   const std::string& to,
                   const std::string& resolved = {},
                   Type type = Type::directory) {
        sdk::PathFact link;
        link.exists = true;
        link.type = Type::link;
        link.link = to;
        put(Kind::link, path, link);
        return resolved.empty() ? *this : put(Kind::path, path, at(resolved, type));
    }

    /// The same directory under another spelling: "./debian" for "/srv/debian".
    FakeHost& spelled(const std::string& spelling, const std::string& path) {
        put(Kind::path, spelling, facts_.at({Kind::path, path}));
        return put(Kind::directory, spelling, facts_.at({Kind::directory, path}));
    }

    FakeHost& refuse(Kind kind, const std::string& subject, int error_number) {
        sdk::PathFact fact;
        fact.error_number = error_number;
        return put(kind, subject, fact);
    }

    [[nodiscard]] sdk::PathFact answer(const sdk::FactQuery& query) const {
        const auto found = facts_.find(query);
        if (found != facts_.end())
            return found->second;
        sdk::PathFact missing;
        missing.error_number = ENOENT;
        return missing;
    }

private:
    static sdk::PathFact at(const std::string& absolute, Type type) {
        sdk::PathFact fact;
        fact.exists = true;
        fact.type = type;
        fact.absolute = absolute;
        return fact;
    }

    void node(const std::string& path, Type type) {
        put(Kind::path, path, at(path, type));
        put(Kind::link, path, at(path, type));
    }

    std::map<sdk::FactQuery, sdk::PathFact> facts_;
};

/// A request as the core makes it: every option that nobody gave has its default.
[[nodiscard]] inline sdk::Request
request_with(std::map<std::string, std::vector<std::string>> options = {}) {
    sdk::Request request;
    request.privileged = true;
    for (const auto& [name, values] : options)
        for (const std::string& value : values)
            request.options[name].push_back({value, "--" + name, false});
    for (std::size_t i = 0; i < microbox_plugin.option_count; ++i) {
        const MbxOption& option = microbox_plugin.options[i];
        if (option.default_value != nullptr && request.options.count(option.name) == 0)
            request.options[option.name].push_back({option.default_value, "default", true});
    }
    return request;
}

/// ask() until it asks nothing new, then plan(), as the core does it.
[[nodiscard]] inline sdk::Result<sdk::Fragment> plan_on(const FakeHost& host,
                                                        const sdk::Request& request) {
    const std::unique_ptr<sdk::Plugin, void (*)(void*)> plugin(
        static_cast<sdk::Plugin*>(microbox_plugin.create()), microbox_plugin.destroy);
    sdk::Facts facts;
    for (int round = 0;; ++round) {
        bool any_new = false;
        for (const sdk::FactQuery& query : plugin->ask(request, facts)) {
            if (facts.has(query))
                continue;
            facts.put(query, host.answer(query));
            any_new = true;
        }
        if (!any_new)
            break;
        if (round == 4) {
            ADD_FAILURE() << "ask() never settles";
            break;
        }
    }
    return plugin->plan(request, facts);
}

/// What a refused plan says; "" and a failure when it was not refused.
[[nodiscard]] inline std::string refusal(const FakeHost& host, const sdk::Request& request) {
    const auto planned = plan_on(host, request);
    if (planned.ok()) {
        ADD_FAILURE() << "was planned, not refused";
        return {};
    }
    return planned.error().what;
}

} // namespace microbox::tests
