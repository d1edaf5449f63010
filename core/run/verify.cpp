// SPDX-License-Identifier: MIT
#include "core/run/verify.hpp"

#include "core/plan/paths.hpp"
#include "core/run/kernel_words.hpp"
#include "core/run/own_namespaces.hpp"

#include <microbox/sys/file.hpp>

#include <algorithm>
#include <map>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace microbox::core {

namespace {

sdk::Error broken(const std::string& promise) {
    return sdk::fail("verification: " + promise,
                     "the sandbox was not started; this is a fault of microbox or of the kernel");
}

/// The same for an error of somebody else's.
sdk::Result<void> with_promise(sdk::Result<void> seen) {
    return seen.ok() ? std::move(seen) : broken(seen.error().what);
}

sdk::Result<void> check_flags(const MountLine& mount, const sdk::MountFlags& flags) {
    for (const char* word : wanted_flags(flags))
        if (!mount.has(word))
            return broken("the mount on " + mount.point + " is not " + word);
    return {};
}

/// The type that the kernel must name; "" where any may stand.
std::string expected_type(const sdk::Mount& mount) {
    if (std::holds_alternative<sdk::Overlay>(mount.source))
        return "overlay";
    if (std::holds_alternative<sdk::StorageDirectory>(mount.source))
        return "tmpfs";
    if (const auto* fresh = std::get_if<sdk::NewFilesystem>(&mount.source))
        return fresh->type;
    return {};
}

sdk::Result<void> check_mount(const sdk::Mount& planned, const MountLine& mount) {
    const std::string type = expected_type(planned);
    if (!type.empty() && mount.type != type)
        return broken("on " + mount.point + " is a " + mount.type + " and not a " + type);
    return check_flags(mount, planned.flags);
}

/// Mount points by path, after the sandbox's links: where the kernel shows the mount elsewhere (a
/// link of the root file system was on the way), the planned path has no line of its own.
using Points = std::map<std::string, const MountLine*>;

const sdk::Mount* enclosing_bind(const Plan& plan, const std::string& point) {
    const sdk::Mount* deepest = nullptr;
    for (const PlanStep& placed : plan.steps) {
        const auto* mount = std::get_if<sdk::Mount>(&placed.step);
        if (mount == nullptr || !lies_in(point, mount->target))
            continue;
        if (deepest == nullptr || depth_of(mount->target) > depth_of(deepest->target))
            deepest = mount;
    }
    const auto* bind = deepest == nullptr ? nullptr : std::get_if<sdk::Bind>(&deepest->source);
    return bind != nullptr && bind->recursive ? deepest : nullptr;
}

bool is_cover(const Plan& plan, const std::string& point) {
    return std::any_of(plan.steps.begin(), plan.steps.end(), [&](const PlanStep& placed) {
        if (const auto* mask = std::get_if<sdk::Mask>(&placed.step))
            return mask->path == point;
        if (const auto* sealed = std::get_if<sdk::ReadOnly>(&placed.step))
            return lies_in(point, sealed->path);
        if (const auto* file = std::get_if<sdk::File>(&placed.step))
            return file->path == point;
        return false;
    });
}

/// A device node that could not be made and was bound.
bool is_device(const Plan& plan, const std::string& point) {
    return std::any_of(plan.steps.begin(), plan.steps.end(), [&](const PlanStep& placed) {
        const auto* device = std::get_if<sdk::Device>(&placed.step);
        return device != nullptr && device->path == point;
    });
}

const sdk::Mount* planned_on(const Plan& plan, const std::string& point) {
    for (const PlanStep& placed : plan.steps)
        if (const auto* mount = std::get_if<sdk::Mount>(&placed.step);
            mount != nullptr && mount->target == point)
            return mount;
    return nullptr;
}

/// Every line must be a mount of the plan, a cover of its, or lie in a tree that was bound whole.
sdk::Result<void>
check_line(const Plan& plan, const MountLine& mount, std::vector<const MountLine*>& unnamed) {
    if (planned_on(plan, mount.point) != nullptr)
        return {};
    if (has_foothold(plan) && is_device(plan, mount.point)) {
        sdk::MountFlags harmless;
        harmless.no_exec = true;
        harmless.no_dev = false;
        return check_flags(mount, harmless);
    }
    if (is_cover(plan, mount.point)) {
        sdk::MountFlags sealed;
        sealed.read_only = true;
        sealed.no_dev = false;
        return check_flags(mount, sealed);
    }
    if (const sdk::Mount* bind = enclosing_bind(plan, mount.point))
        return check_flags(mount, bind->flags);
    unnamed.push_back(&mount);
    return {};
}

/// Behind a link of the root file system a mount has another name: each planned one without a line
/// of its own needs a line without a plan that keeps its promises.
sdk::Result<void> pair_up(const std::vector<const sdk::Mount*>& missing,
                          std::vector<const MountLine*> unnamed) {
    for (const sdk::Mount* planned : missing) {
        const auto its = std::find_if(unnamed.begin(), unnamed.end(), [&](const MountLine* line) {
            return check_mount(*planned, *line).ok();
        });
        if (its == unnamed.end())
            return broken("a mount of the plan is not there, or not as planned: " +
                          planned->target);
        unnamed.erase(its);
    }
    if (!unnamed.empty())
        return broken("there is a mount that the plan does not name: " + unnamed.front()->point);
    return {};
}

/// The path of a mask or of a read-only cover; null for other steps.
const std::string* cover_path(const sdk::Step& step) {
    if (const auto* mask = std::get_if<sdk::Mask>(&step))
        return &mask->path;
    const auto* sealed = std::get_if<sdk::ReadOnly>(&step);
    return sealed == nullptr ? nullptr : &sealed->path;
}

bool exists_inside(int root, const std::string& path) {
    open_how how{};
    how.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC;
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    const sys::Fd found(
        static_cast<int>(::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how)));
    return static_cast<bool>(found) || (errno != ENOENT && errno != ENOTDIR);
}

/// A path without a cover is right only where there is nothing to cover.
sdk::Result<void> verify_covers(const Plan& plan, const std::vector<MountLine>& mounts, int proc) {
    const std::vector<std::string> bare = uncovered(plan, mounts);
    if (bare.empty())
        return {};
    MBX_TRY(const sys::Fd root, sys::open_at(proc, "root", O_PATH | O_DIRECTORY));
    for (const std::string& path : bare)
        if (exists_inside(root.get(), path))
            return broken(path + " is neither masked nor read-only");
    return {};
}

std::string field(std::string_view status, std::string_view name) {
    const std::size_t at = status.find("\n" + std::string(name) + ":");
    if (at == std::string_view::npos)
        return {};
    std::size_t from = at + name.size() + 2;
    while (from < status.size() && (status[from] == '\t' || status[from] == ' '))
        ++from;
    std::string value(status.substr(from, status.find('\n', from) - from));
    while (!value.empty() && value.back() == ' ')
        value.pop_back();
    return value;
}

} // namespace

sdk::Result<void> verify_mounts(const Plan& plan, const std::vector<MountLine>& mounts) {
    Points points;
    for (const MountLine& mount : mounts)
        points[mount.point] = &mount; // the last on a point lies on top
    std::vector<const sdk::Mount*> missing;
    for (const PlanStep& placed : plan.steps) {
        const auto* planned = std::get_if<sdk::Mount>(&placed.step);
        if (planned == nullptr)
            continue;
        const auto point = points.find(planned->target);
        if (point == points.end()) {
            if (!planned->target_may_miss)
                missing.push_back(planned);
            continue;
        }
        MBX_CHECK(check_mount(*planned, *point->second));
    }
    std::vector<const MountLine*> unnamed;
    for (const auto& [path, mount] : points) {
        if (mount->hears_host)
            return broken("what the host mounts below it later would show in " + path);
        MBX_CHECK(check_line(plan, *mount, unnamed));
    }
    return pair_up(missing, std::move(unnamed));
}

std::vector<std::string> uncovered(const Plan& plan, const std::vector<MountLine>& mounts) {
    std::vector<std::string> bare;
    for (const PlanStep& placed : plan.steps) {
        const std::string* path = cover_path(placed.step);
        if (path != nullptr && std::none_of(mounts.begin(), mounts.end(), [&](const MountLine& m) {
                return m.point == *path && m.has("ro");
            }))
            bare.push_back(*path);
    }
    return bare;
}

sdk::Result<void> verify_status(const Plan& plan, std::string_view status, std::uint32_t first_id) {
    for (const PlanStep& placed : plan.steps) {
        const auto* ids = std::get_if<sdk::Ids>(&placed.step);
        if (ids == nullptr)
            continue;
        if (field(status, "Uid") != four_times(first_id + ids->user))
            return broken("the user ids are " + field(status, "Uid"));
        if (field(status, "Gid") != four_times(first_id + ids->group))
            return broken("the group ids are " + field(status, "Gid"));
        if (!keeps_groups(plan) && ids->groups.empty() && !field(status, "Groups").empty())
            return broken("supplementary groups are left: " + field(status, "Groups"));
    }
    if (field(status, "NoNewPrivs") != "1")
        return broken("no_new_privs is not set");
    for (const char* set : {"CapInh", "CapAmb"})
        if (field(status, set) != "0000000000000000")
            return broken(std::string("the set ") + set + " is not empty");
    return {};
}

sdk::Result<void>
verify(const Plan& plan, pid_t command, std::uint32_t first_id, const TakeComparison& take) {
    MBX_TRY(const sys::Fd proc,
            sys::open("/proc/" + std::to_string(command), O_PATH | O_DIRECTORY));
    MBX_TRY(const std::string mounts, sys::read_file_at(proc.get(), "mountinfo"));
    const std::vector<MountLine> visible = visible_mounts(parse_mountinfo(mounts));
    MBX_CHECK(
        take("the mounts are those of the plan, and no others", verify_mounts(plan, visible)));
    MBX_CHECK(take("what is to be hidden or read-only is covered",
                   verify_covers(plan, visible, proc.get())));
    MBX_TRY(const std::string status, sys::read_file_at(proc.get(), "status"));
    MBX_CHECK(take("ids, groups and inherited rights are those of the plan",
                   verify_status(plan, status, first_id)));
    return take("the namespaces are the sandbox's own",
                with_promise(check_own_namespaces(plan.namespaces, proc.get())));
}

} // namespace microbox::core
