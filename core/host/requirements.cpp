// SPDX-License-Identifier: MIT
#include "core/host/requirements.hpp"

#include "core/host/facts.hpp"

namespace microbox::core {

namespace {

sdk::Requirement kernel(const char* feature, const char* since) {
    const sdk::FactQuery query{sdk::FactQuery::Kind::kernel, feature};
    return {std::string("kernel: ") + feature,
            query,
            [query](const sdk::Facts& facts) { return facts.kernel(query.subject); },
            std::string("a kernel that has it: ") + since,
            true};
}

sdk::Requirement not_zero(const char* path, const char* remedy) {
    const sdk::FactQuery query{sdk::FactQuery::Kind::text, path};
    return {std::string(path) + " is not 0",
            query,
            [query](const sdk::Facts& facts) {
                const std::string& text = facts.text(query.subject);
                return text.empty() || text[0] != '0';
            },
            remedy,
            true};
}

} // namespace

std::vector<sdk::Requirement> core_requirements() {
    std::vector<sdk::Requirement> all = {
        kernel("clone3", "Linux 5.3"),
        kernel("openat2", "Linux 5.6"),
        kernel("close_range", "Linux 5.9"),
        kernel("pidfd", "Linux 5.3"),
        kernel("mount-api", "Linux 5.2"),
        kernel("mount_setattr", "Linux 5.12"),
        kernel("statx", "Linux 4.11"),
        kernel("memfd", "CONFIG_MEMFD_CREATE"),
        kernel("tmpfs", "CONFIG_TMPFS"),
        kernel("mqueue", "CONFIG_POSIX_MQUEUE"),
        kernel("user-namespace", "CONFIG_USER_NS"),
        kernel("pid-namespace", "CONFIG_PID_NS"),
        kernel("network-namespace", "CONFIG_NET_NS"),
        kernel("ipc-namespace", "CONFIG_IPC_NS"),
        kernel("uts-namespace", "CONFIG_UTS_NS"),
        kernel("cgroup-namespace", "CONFIG_CGROUPS"),
        kernel("time-namespace", "Linux 5.6 with CONFIG_TIME_NS"),
        not_zero("/proc/sys/user/max_user_namespaces", "sysctl user.max_user_namespaces=15000"),
    };
    const sdk::FactQuery proc{sdk::FactQuery::Kind::path, "/proc/self/ns"};
    all.push_back({"/proc is mounted",
                   proc,
                   [proc](const sdk::Facts& facts) { return facts.path(proc.subject).exists; },
                   "mount -t proc proc /proc",
                   true});
    return all;
}

sdk::Result<void> check_host() {
    sdk::Facts facts;
    for (const sdk::Requirement& need : core_requirements()) {
        look_up({need.fact}, facts);
        if (need.required && !need.met(facts))
            return sdk::fail("this host lacks what every sandbox needs: " + need.need,
                             is_filtered()
                                 ? "a seccomp filter around this process may answer for the "
                                   "kernel: start the outer sandbox without one (podman, "
                                   "docker: --security-opt seccomp=unconfined)"
                                 : need.remedy + "; `microbox doctor` lists all");
    }
    return {};
}

} // namespace microbox::core
