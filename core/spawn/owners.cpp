// SPDX-License-Identifier: MIT
#include "core/spawn/owners.hpp"

#include "core/spawn/id_map.hpp"

#include <cerrno>

#include <sys/stat.h>

namespace microbox::core {

sdk::Result<void> map_owners(const Plan& plan, Prepared& prepared) {
    for (const PlanStep& placed : plan.steps) {
        const auto* mount = std::get_if<sdk::Mount>(&placed.step);
        const auto* bind = mount == nullptr ? nullptr : std::get_if<sdk::Bind>(&mount->source);
        if (bind == nullptr || bind->ownership != sdk::Ownership::owner_is_root)
            continue;

        struct stat status {};

        if (::stat(bind->path.c_str(), &status) < 0)
            return sdk::fail_errno(placed.source + ": " + bind->path, errno);
        auto& owner = prepared.owners[{status.st_uid, status.st_gid}];
        if (!owner) {
            MBX_TRY(owner, owner_namespace(status.st_uid, status.st_gid, prepared.first_id));
        }
    }
    return {};
}

} // namespace microbox::core
