// SPDX-License-Identifier: MIT
#include "user_manager.hpp"

namespace microbox::limit_cgroup {

namespace {

using Kind = sdk::FactQuery::Kind;

std::string runtime_folder(std::uint32_t uid) {
    return "/run/user/" + std::to_string(uid);
}

/// Where systemd puts it on every host.
std::string controllers_of_manager(const CgroupMount& mount, std::uint32_t uid) {
    const std::string id = std::to_string(uid);
    return mount.point + "/user.slice/user-" + id + ".slice/user@" + id +
           ".service/cgroup.controllers";
}

/// Only systemd makes this one: a bus alone may be another's.
std::string manager_socket(std::uint32_t uid) {
    return runtime_folder(uid) + "/systemd/private";
}

} // namespace

std::string bus_socket(std::uint32_t uid) {
    return runtime_folder(uid) + "/bus";
}

std::vector<sdk::FactQuery> manager_questions(const CgroupMount& mount, std::uint32_t uid) {
    return {{Kind::path, bus_socket(uid)},
            {Kind::path, manager_socket(uid)},
            {Kind::text, controllers_of_manager(mount, uid)}};
}

UserManager look_at_manager(const CgroupMount& mount,
                            std::uint32_t uid,
                            const sdk::Facts& facts,
                            const Controllers& wanted) {
    UserManager manager;
    const sdk::PathFact& bus = facts.path(bus_socket(uid));
    // Of another user there is no bus of ours; a container shows neither its host's.
    manager.runs =
        mount.root == "/" && bus.exists && bus.uid == uid && facts.path(manager_socket(uid)).exists;
    if (manager.runs)
        manager.held =
            named_in(split(facts.text(controllers_of_manager(mount, uid)), " \n"), wanted);
    return manager;
}

bool is_managed(const std::string& path) {
    return path.find("/user@") != std::string::npos;
}

} // namespace microbox::limit_cgroup
