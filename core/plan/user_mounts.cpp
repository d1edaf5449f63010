// SPDX-License-Identifier: MIT
// A bind names its file of the host once; the kernel opens it once, by descriptor, when it is
// mounted.
#include "core/plan/user_mounts.hpp"

#include "core/plan/paths.hpp"

#include <cerrno>
#include <cstring>

namespace microbox::core {

namespace {

using Kind = sdk::FactQuery::Kind;

sdk::Result<void> check_kept(const UserMount& mount) {
    for (const char* kept : {"/proc", "/sys", "/dev/pts", "/dev/mqueue"})
        if (lies_in(mount.destination, kept))
            return sdk::fail(mount.source + ": nothing can be mounted on " + mount.destination +
                             ": the sandbox has its own " + kept);
    if (mount.destination == "/dev" || mount.destination == "/")
        return sdk::fail(mount.source + ": nothing can be mounted on " + mount.destination,
                         mount.destination == "/" ? "the root is chosen with --fs"
                                                  : "name the device's own path below /dev");
    return {};
}

/// Whose files are they? Read-only: with the owners that they have. Read-write: the owner's are
/// root's inside, but host root's only on request: a setuid file could be left for the host.
sdk::Ownership
ownership_of(const RunRequest& request, const UserMount& mount, std::uint32_t owner) {
    if (!request.isolated_ids || !request.caller.has_host)
        return sdk::Ownership::as_is; // the caller is root inside, its own files are root's
    if (mount.read_only)
        return sdk::Ownership::keep;
    return owner != 0 || mount.owner ? sdk::Ownership::owner_is_root : sdk::Ownership::as_is;
}

constexpr std::uint32_t others_write = 0002;

/// Whose files are others' cannot be mapped without root of the host (mount_setattr(2)).
sdk::Result<void> check_ownership(const RunRequest& request,
                                  const UserMount& mount,
                                  const sdk::PathFact& host,
                                  std::vector<PlanNotice>& notices) {
    if (request.caller.has_host || mount.read_only || host.uid == request.caller.user)
        return {};
    const std::string whose = mount.host + " belongs to user " + std::to_string(host.uid);
    if (mount.owner)
        return sdk::fail(mount.source + ": " + whose + ", ':owner' needs root of the host then",
                         "without root the sandbox writes as the caller, user " +
                             std::to_string(request.caller.user));
    if ((host.mode & others_write) == 0)
        notices.push_back({{sdk::Notice::Kind::warning,
                            mount.source + ": " + whose +
                                ", so the sandbox can write there only what the caller can"},
                           "core"});
    return {};
}

void note_ownership(const RunRequest& request,
                    const UserMount& mount,
                    const sdk::PathFact& host,
                    std::vector<PlanNotice>& notices) {
    if (mount.read_only || !request.isolated_ids || !request.caller.has_host || host.uid != 0)
        return;
    if (mount.owner)
        notices.push_back({{sdk::Notice::Kind::weakened,
                            mount.source + ": the sandbox's root acts as the host's root in " +
                                mount.host + ": it can leave setuid files there for the host"},
                           "core"});
    else if ((host.mode & others_write) == 0)
        notices.push_back({{sdk::Notice::Kind::warning,
                            mount.source + ": " + mount.host +
                                " belongs to root, so the sandbox cannot write there; ':owner' "
                                "after the destination lets it act as root"},
                           "core"});
}

sdk::Result<PlanStep> bind_step(const RunRequest& request,
                                const UserMount& mount,
                                const sdk::Facts& facts,
                                std::vector<PlanNotice>& notices) {
    const sdk::PathFact& host = facts.path(mount.host);
    if (!host.exists)
        return sdk::fail(mount.source + ": " + mount.host + ": " +
                         ::strerror(host.error_number == 0 ? ENOENT : host.error_number));
    MBX_CHECK(check_ownership(request, mount, host, notices));
    note_ownership(request, mount, host, notices);
    sdk::Mount step;
    step.target = mount.destination;
    step.by_user = true;
    step.flags.read_only = mount.read_only;
    step.source = sdk::Bind{host.absolute, true, ownership_of(request, mount, host.uid)};
    return PlanStep{sdk::Stage::assemble, step, "core", mount.source};
}

PlanStep tmpfs_step(const UserMount& mount, std::size_t number) {
    sdk::Mount step;
    step.target = mount.destination;
    step.by_user = true;
    if (mount.bytes)
        step.source = sdk::NewFilesystem{"tmpfs",
                                         {{"size", std::to_string(*mount.bytes)},
                                          {"nr_inodes", std::to_string(*mount.bytes / 4096 + 1)},
                                          {"mode", "1777"}}};
    else
        step.source = sdk::StorageDirectory{"tmpfs-" + std::to_string(number), 01777};
    return {sdk::Stage::assemble, step, "core", mount.source};
}

/// "/a//b" is "a", "b".
std::vector<std::string> names_of(const std::string& path) {
    std::vector<std::string> names;
    for (std::size_t at = 0; at < path.size();) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        if (end > at)
            names.push_back(path.substr(at, end - at));
        at = end + 1;
    }
    return names;
}

/// Walks a destination through the links of a root file system. Calls `see` with each path whose
/// link fact is wanted; stops where facts are missing. False: it leads out.
template <class See>
bool walk(const std::string& destination,
          const std::string& lower,
          const sdk::Facts& facts,
          See see) {
    constexpr int most_links = 40;
    std::vector<std::string> pending;
    const auto push = [&pending](const std::string& path) {
        const std::vector<std::string> names = names_of(path);
        pending.insert(pending.end(), names.rbegin(), names.rend());
    };
    push(destination);
    std::vector<std::string> done;
    for (int links = 0; !pending.empty();) {
        const std::string name = pending.back();
        pending.pop_back();
        if (name == ".")
            continue;
        if (name == "..") {
            if (done.empty())
                return false;
            done.pop_back();
            continue;
        }
        done.push_back(name);
        std::string path = lower;
        for (const auto& part : done)
            path += "/" + part;
        see(path);
        const sdk::PathFact& fact = facts.link(path);
        if (fact.type != sdk::PathFact::Type::link)
            continue;
        if (++links > most_links)
            return false;
        done.pop_back();
        if (fact.link.starts_with('/'))
            done.clear(); // absolute: the sandbox's own root
        push(fact.link);
    }
    return true;
}

} // namespace

std::vector<sdk::FactQuery> mount_questions(const RunRequest& request) {
    std::vector<sdk::FactQuery> questions;
    for (const UserMount& mount : request.mounts)
        if (mount.kind == UserMount::Kind::bind)
            questions.push_back({Kind::path, mount.host});
    return questions;
}

sdk::Result<UserSteps> user_mounts(const RunRequest& request, const sdk::Facts& facts) {
    UserSteps result;
    for (const UserMount& mount : request.mounts) {
        MBX_CHECK(check_kept(mount));
        if (mount.kind == UserMount::Kind::tmpfs) {
            result.tmpfs_bytes += mount.bytes.value_or(0);
            result.steps.push_back(tmpfs_step(mount, result.steps.size()));
            continue;
        }
        MBX_TRY(PlanStep step, bind_step(request, mount, facts, result.notices));
        result.steps.push_back(std::move(step));
    }
    return result;
}

std::vector<sdk::FactQuery> destination_questions(const RunRequest& request,
                                                  const std::string& lower,
                                                  const sdk::Facts& facts) {
    std::vector<sdk::FactQuery> questions;
    for (const UserMount& mount : request.mounts)
        walk(mount.destination, lower, facts, [&](const std::string& path) {
            questions.push_back({Kind::link, path});
        });
    return questions;
}

sdk::Result<void>
check_destinations(const RunRequest& request, const std::string& lower, const sdk::Facts& facts) {
    for (const UserMount& mount : request.mounts)
        if (!walk(mount.destination, lower, facts, [](const std::string&) {}))
            return sdk::fail(mount.source + ": " + mount.destination +
                                 " leads out of the root file system " + lower + " by a link",
                             "name a destination without links that climb above the root");
    return {};
}

} // namespace microbox::core
