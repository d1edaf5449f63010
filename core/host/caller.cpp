// SPDX-License-Identifier: MIT
#include "core/host/caller.hpp"

#include "core/host/helper.hpp"
#include "core/host/subordinate_ids.hpp"

#include <microbox/sys/file.hpp>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <sstream>

#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace microbox::core {

namespace {

/// What the start as root of the host does of its own: mounts, id maps, ids, files of others.
constexpr std::uint64_t rights_of_root =
    (std::uint64_t{1} << CAP_SYS_ADMIN) | (std::uint64_t{1} << CAP_SETUID) |
    (std::uint64_t{1} << CAP_SETGID) | (std::uint64_t{1} << CAP_CHOWN) |
    (std::uint64_t{1} << CAP_DAC_OVERRIDE) | (std::uint64_t{1} << CAP_FOWNER) |
    (std::uint64_t{1} << CAP_MKNOD) | (std::uint64_t{1} << CAP_NET_ADMIN);
constexpr std::uint64_t rights_over_ids =
    (std::uint64_t{1} << CAP_SETUID) | (std::uint64_t{1} << CAP_SETGID);

/// A file that says who we are.
sdk::Result<std::string> read_own(const char* file) {
    auto text = sys::read_file(file);
    if (text.ok())
        return text;
    sdk::Error error = std::move(text.error()).within("find out who calls");
    if (error.error_number == ENOENT)
        error.hint = "/proc must be mounted";
    return error;
}

sdk::Result<std::uint64_t> effective_capabilities() {
    MBX_TRY(const std::string status, read_own("/proc/self/status"));
    const std::size_t at = status.find("\nCapEff:\t");
    if (at == std::string::npos)
        return sdk::fail("find out who calls: /proc/self/status has no line CapEff");
    std::uint64_t mask = 0;
    const char* const from = status.data() + at + 9;
    std::from_chars(from, status.data() + status.size(), mask, 16);
    return mask;
}

sdk::Result<IdMap> own_map(const char* file) {
    MBX_TRY(const std::string text, read_own(file));
    return parse_id_map(text);
}

bool is_whole(const IdMap& map) {
    return map.size() == 1 && map[0].inside == 0 && map[0].outside == 0 &&
           map[0].count == UINT32_MAX;
}

/// Of the caller's own ids, for the root of a container: itself first, then all others in order.
IdMap below(const IdMap& own, std::uint32_t caller) {
    IdMap map = {{0, caller, 1}};
    std::uint32_t next = 1;
    const auto add = [&](std::uint64_t first, std::uint64_t end) {
        if (first >= end || next > most_ids)
            return;
        const auto count =
            static_cast<std::uint32_t>(std::min<std::uint64_t>(end - first, most_ids + 1 - next));
        map.push_back({next, static_cast<std::uint32_t>(first), count});
        next += count;
    };
    for (const IdExtent& extent : own) {
        const std::uint64_t first = extent.inside;
        const std::uint64_t end = first + extent.count;
        if (caller < first || caller >= end) {
            add(first, end);
        } else {
            add(first, caller);
            add(std::uint64_t{caller} + 1, end);
        }
    }
    return map;
}

IdMap with_subordinates(std::uint32_t caller, const std::vector<SubordinateRange>& ranges) {
    IdMap own;
    for (const SubordinateRange& range : ranges)
        own.push_back(
            {static_cast<std::uint32_t>(range.first),
             0,
             static_cast<std::uint32_t>(std::min<std::uint64_t>(range.count, UINT32_MAX))});
    return below(own, caller);
}

/// Why a helper cannot write maps; "" when it looks as if it can.
std::string why_not(const char* name) {
    const std::string path = find_helper(name);
    if (path.empty())
        return std::string(name) + " is not installed (package uidmap)";

    struct stat status {};

    struct statvfs filesystem {};

    // What cannot be looked at is tried: its own failure is an error, fewer ids are none.
    if (::stat(path.c_str(), &status) < 0)
        return {};
    const bool set_id = (status.st_mode & S_ISUID) != 0 && status.st_uid == 0;
    const bool capable = ::getxattr(path.c_str(), "security.capability", nullptr, 0) > 0;
    if (!set_id && !capable)
        return path + " is neither set-user-id root nor has it the file capability";
    if (::statvfs(path.c_str(), &filesystem) == 0 && (filesystem.f_flag & ST_NOSUID) != 0)
        return path + " lies on a file system that is mounted nosuid";
    return {};
}

std::string helpers_problem() {
    // prctl(2): a set-user-id program gets no rights then.
    if (::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)
        return "this process has no_new_privs, so newuidmap can do nothing";
    for (const char* name : {"newuidmap", "newgidmap"})
        if (std::string problem = why_not(name); !problem.empty())
            return problem;
    return {};
}

/// "": nobody has that id, which getpwuid(3) says in these ways; the others are failures.
sdk::Result<std::string> name_of(uid_t user) {
    errno = 0;
    const passwd* const entry = ::getpwuid(user);
    if (entry != nullptr)
        return std::string(entry->pw_name);
    for (const int nobody : {0, ENOENT, ESRCH, EBADF, EPERM})
        if (errno == nobody)
            return std::string();
    return sdk::fail_errno("look up the name of user " + std::to_string(user), errno);
}

bool is_setgroups_denied() {
    const auto text = sys::read_file("/proc/self/setgroups");
    return text.ok() && text->rfind("deny", 0) == 0;
}

sdk::Result<void> take_subordinates(Caller& caller) {
    MBX_TRY(const std::string name, name_of(caller.user));
    const std::string shown = name.empty() ? std::to_string(caller.user) : name;
    MBX_TRY(const auto users, subordinate_ids_of(name, caller.user, "/etc/subuid"));
    MBX_TRY(const auto groups, subordinate_ids_of(name, caller.user, "/etc/subgid"));
    if (users.empty() || groups.empty()) {
        caller.few_ids = std::string(users.empty() ? "/etc/subuid" : "/etc/subgid") +
                         " has no range for " + shown +
                         " (as root: usermod --add-subuids 100000-165535 --add-subgids "
                         "100000-165535 " +
                         shown + ", with a range that nobody else has)";
        return {};
    }
    if (std::string problem = helpers_problem(); !problem.empty()) {
        caller.few_ids = std::move(problem);
        return {};
    }
    caller.users = with_subordinates(caller.user, users);
    caller.groups = with_subordinates(caller.group, groups);
    caller.writer = Caller::MapWriter::helpers;
    if (users_of(caller) < most_ids || groups_of(caller) < most_ids)
        caller.few_ids = "/etc/subuid and /etc/subgid give " + shown + " fewer than 65536 ids";
    return {};
}

} // namespace

std::uint32_t count_of(const IdMap& map) {
    std::uint32_t count = 0;
    for (const IdExtent& extent : map)
        count += extent.count;
    return count;
}

IdMap parse_id_map(std::string_view text) {
    IdMap map;
    std::istringstream words{std::string(text)};
    IdExtent extent;
    while (words >> extent.inside >> extent.outside >> extent.count)
        map.push_back(extent);
    return map;
}

std::uint32_t users_of(const Caller& caller) {
    const std::uint32_t count = count_of(caller.users);
    return caller.has_host ? most_ids : std::clamp(count - 1, 1U, most_ids);
}

std::uint32_t groups_of(const Caller& caller) {
    const std::uint32_t count = count_of(caller.groups);
    return caller.has_host ? most_ids : std::clamp(count - 1, 1U, most_ids);
}

sdk::Result<Caller> look_at_caller() {
    Caller caller;
    caller.user = ::geteuid();
    caller.group = ::getegid();
    MBX_TRY(const std::uint64_t rights, effective_capabilities());
    MBX_TRY(const IdMap users, own_map("/proc/self/uid_map"));
    MBX_TRY(const IdMap groups, own_map("/proc/self/gid_map"));
    caller.has_host = caller.user == 0 && (rights & rights_of_root) == rights_of_root &&
                      is_whole(users) && is_whole(groups);
    if (caller.has_host)
        return caller;
    caller.users = {{0, caller.user, 1}};
    caller.groups = {{0, caller.group, 1}};
    if ((rights & rights_over_ids) != rights_over_ids) {
        MBX_CHECK(take_subordinates(caller));
        caller.keeps_groups = caller.writer == Caller::MapWriter::itself || is_setgroups_denied();
        return caller;
    }
    caller.keeps_groups = is_setgroups_denied();
    caller.users = below(users, caller.user);
    caller.groups = below(groups, caller.group);
    caller.writer = Caller::MapWriter::parent;
    if (users_of(caller) < most_ids || groups_of(caller) < most_ids)
        caller.few_ids = "this user namespace itself has fewer than 65536 ids";
    return caller;
}

} // namespace microbox::core
