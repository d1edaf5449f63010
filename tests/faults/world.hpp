// SPDX-License-Identifier: MIT
// A world of its own for a launcher that is made to fail: process, mount, network and ipc
// namespaces, an empty /run, and cgroups below one of its own. What stands in it afterwards was
// left by that launcher, whatever else the machine does meanwhile; several worlds work side by
// side.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace microbox::faults {

/// Runs `work(index)` as process 1 of COUNT worlds, all at once; what each returned, one after the
/// other. A world that died instead says so in its place.
[[nodiscard]] std::string in_worlds(int count, const std::function<std::string(int)>& work);

/// How many worlds a test should use here.
[[nodiscard]] int worlds_at_once();

/// In a world: a plain user, as tests/support/as-user.sh makes it, held by a process whose mount
/// namespace the others enter.
class HeldUser {
public:
    HeldUser();
    HeldUser(const HeldUser&) = delete;
    HeldUser& operator=(const HeldUser&) = delete;
    HeldUser(HeldUser&&) = delete;
    HeldUser& operator=(HeldUser&&) = delete;
    ~HeldUser();

    [[nodiscard]] pid_t holder() const { return holder_; }

    [[nodiscard]] uid_t id() const { return id_; }

    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& environment() const {
        return environment_;
    }

private:
    pid_t holder_ = -1;
    uid_t id_ = 0;
    std::vector<std::pair<std::string, std::string>> environment_;
};

} // namespace microbox::faults
