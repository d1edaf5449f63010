// SPDX-License-Identifier: MIT
#include "leaf.hpp"

#include "files.hpp"
#include "hierarchy.hpp"
#include "mounts.hpp"

#include <microbox/sys/file.hpp>

#include <algorithm>
#include <cerrno>

#include <unistd.h>

namespace microbox::limit_cgroup {

namespace {

std::string above(const std::string& path) {
    return path.substr(0, path.rfind('/'));
}

/// Nothing was enabled there before we came: a process lived in it.
void take_controllers(const std::string& cgroup) {
    const auto enabled = sys::read_file(cgroup + "/cgroup.subtree_control");
    if (!enabled.ok())
        return;
    std::string words;
    for (const std::string& word : split(*enabled, " \n"))
        words += (words.empty() ? "-" : " -") + word;
    // EBUSY: another run has come meanwhile, and uses them.
    if (!words.empty())
        static_cast<void>(write_value(cgroup, "cgroup.subtree_control", words).ok());
}

bool lives_in(const std::string& cgroup) {
    const auto text = sys::read_file(cgroup + "/cgroup.procs");
    if (!text.ok())
        return false;
    const auto pids = split(*text, "\n");
    return std::find(pids.begin(), pids.end(), std::to_string(::getpid())) != pids.end();
}

} // namespace

std::string leaf_name(const std::string& run_id) {
    return cgroup_name(run_id) + "-supervisor";
}

sdk::Result<void> enter_leaf(const std::string& leaf) {
    MBX_CHECK(make_cgroup(leaf));
    return write_value(leaf, "cgroup.procs", "0");
}

sdk::Result<void> remove_leaf(const std::string& leaf) {
    if (::rmdir(leaf.c_str()) == 0 || errno == ENOENT)
        return {};
    if (lives_in(leaf)) {
        take_controllers(above(leaf));
        MBX_CHECK(write_value(above(leaf), "cgroup.procs", "0"));
    }
    if (::rmdir(leaf.c_str()) == 0 || errno == ENOENT)
        return {};
    return sdk::fail_errno("remove the cgroup " + leaf, errno);
}

} // namespace microbox::limit_cgroup
