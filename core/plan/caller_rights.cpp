// SPDX-License-Identifier: MIT
#include "core/plan/caller_rights.hpp"

namespace microbox::core {

namespace {

sdk::Error
no_such_id(const RunRequest& request, const char* word, unsigned id, std::uint32_t count) {
    return sdk::fail("--user: " + std::string(word) + " " + std::to_string(id) +
                         " does not exist in this sandbox, its " + word + " ids end at " +
                         std::to_string(count - 1),
                     request.caller.few_ids);
}

} // namespace

sdk::Result<void> check_rights(const RunRequest& request) {
    if (request.caller.has_host)
        return {};
    if (!request.isolated_ids)
        return sdk::fail("--userns host: needs root of the host: the caller is user " +
                             std::to_string(request.caller.user),
                         "--userns isolated, the default, needs no rights");
    if (request.user >= users_of(request.caller))
        return no_such_id(request, "user", request.user, users_of(request.caller));
    if (request.group >= groups_of(request.caller))
        return no_such_id(request, "group", request.group, groups_of(request.caller));
    return {};
}

void add_notices(const RunRequest& request, std::vector<PlanNotice>& notices) {
    const Caller& caller = request.caller;
    const auto say = [&](std::string text) {
        notices.push_back({{sdk::Notice::Kind::info, std::move(text)}, "core"});
    };
    if (caller.has_host || caller.few_ids.empty())
        return;
    const std::uint32_t users = users_of(caller);
    say((users == 1 ? std::string("the sandbox has root alone, which is the caller: ")
                    : "the sandbox has " + std::to_string(users) + " user and " +
                          std::to_string(groups_of(caller)) + " group ids: ") +
        caller.few_ids);
    if (caller.keeps_groups)
        say("the caller's supplementary groups stay the sandbox's: setgroups(2) is "
            "forbidden to a caller with so few ids");
}

} // namespace microbox::core
