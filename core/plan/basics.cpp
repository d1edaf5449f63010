// SPDX-License-Identifier: MIT
// The core's own steps, in the order of the stages.
#include "core/plan/basics.hpp"

#include <linux/prctl.h>
#include <sched.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

namespace microbox::core {

namespace {

constexpr sdk::MountFlags no_exec{false, true, true, true};

class Steps {
public:
    void add(sdk::Stage stage, sdk::Step step) {
        steps_.push_back({stage, std::move(step), "core", "default"});
    }

    [[nodiscard]] std::vector<PlanStep> take() { return std::move(steps_); }

private:
    std::vector<PlanStep> steps_;
};

/// Terminals of the sandbox's own. Their group is tty, where the sandbox has such an id.
sdk::NewFilesystem terminals(const RunRequest& request) {
    constexpr std::uint32_t tty = 5;
    sdk::NewFilesystem filesystem{
        "devpts", {{"newinstance", ""}, {"ptmxmode", "0666"}, {"mode", "0620"}, {"max", "1024"}}};
    if (groups_of(request.caller) > tty)
        filesystem.options.insert(filesystem.options.end() - 1, {"gid", std::to_string(tty)});
    return filesystem;
}

/// A small tmpfs of our own making, read-only once it is filled; the nodes work all the same.
void add_dev(Steps& steps, const RunRequest& request) {
    using sdk::Stage;
    sdk::MountFlags flags{true, true, false, true};
    steps.add(Stage::assemble,
              sdk::Mount{"/dev",
                         sdk::NewFilesystem{
                             "tmpfs", {{"size", "65536"}, {"nr_inodes", "64"}, {"mode", "755"}}},
                         flags});

    const struct {
        const char* path;
        unsigned major, minor;
    } nodes[] = {{"/dev/null", 1, 3},
                 {"/dev/zero", 1, 5},
                 {"/dev/full", 1, 7},
                 {"/dev/random", 1, 8},
                 {"/dev/urandom", 1, 9},
                 {"/dev/tty", 5, 0}};

    for (const auto& node : nodes)
        steps.add(Stage::assemble, sdk::Device{node.path, node.major, node.minor, 0666});
    const char* const links[][2] = {{"/dev/fd", "/proc/self/fd"},
                                    {"/dev/stdin", "/proc/self/fd/0"},
                                    {"/dev/stdout", "/proc/self/fd/1"},
                                    {"/dev/stderr", "/proc/self/fd/2"},
                                    {"/dev/ptmx", "pts/ptmx"}};
    for (const auto& link : links)
        steps.add(Stage::assemble, sdk::Symlink{link[0], link[1]});
    for (const char* directory : {"/dev/pts", "/dev/mqueue"})
        steps.add(Stage::assemble, sdk::Directory{directory});
    steps.add(Stage::assemble,
              sdk::Mount{"/dev/shm", sdk::StorageDirectory{"shm", 01777}, no_exec});
    // proc, sysfs, devpts and mqueue belong to the namespaces of whoever mounts them.
    steps.add(
        Stage::inside,
        sdk::Mount{"/dev/pts", terminals(request), sdk::MountFlags{false, true, false, true}});
    steps.add(Stage::inside, sdk::Mount{"/dev/mqueue", sdk::NewFilesystem{"mqueue", {}}, no_exec});
}

/// What runc masks and makes read-only.
void add_proc(Steps& steps, const RunRequest& request) {
    using sdk::Stage;
    steps.add(Stage::inside, sdk::Mount{"/proc", sdk::NewFilesystem{"proc", {}}, no_exec});
    // A covered /proc is one that nobody inside may mount anew (mount_too_revealing in
    // fs/namespace.c).
    if (request.unmasked)
        return;
    for (const char* path : {"/proc/acpi",
                             "/proc/asound",
                             "/proc/interrupts",
                             "/proc/kcore",
                             "/proc/keys",
                             "/proc/key-users",
                             "/proc/kmsg",
                             "/proc/latency_stats",
                             "/proc/sched_debug",
                             "/proc/scsi",
                             "/proc/timer_list",
                             "/proc/timer_stats"})
        steps.add(Stage::inside, sdk::Mask{path});
    for (const char* path :
         {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"})
        steps.add(Stage::inside, sdk::ReadOnly{path});
}

} // namespace

std::vector<PlanStep> basic_steps(const RunRequest& request, const std::string& hostname) {
    using sdk::Stage;
    Steps steps;
    add_dev(steps, request);
    steps.add(Stage::assemble, sdk::Mount{"/tmp", sdk::StorageDirectory{"tmp", 01777}, {}});
    steps.add(Stage::assemble, sdk::Mount{"/run", sdk::StorageDirectory{"run", 0755}, {}});
    steps.add(Stage::assemble, sdk::File{"/etc/hostname", hostname + "\n", 0644});
    steps.add(Stage::assemble,
              sdk::File{"/etc/hosts",
                        "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"
                        "127.0.1.1\t" +
                            hostname + "\n",
                        0644});
    add_proc(steps, request);
    steps.add(Stage::inside, sdk::Hostname{hostname});
    steps.add(Stage::inside, sdk::PivotRoot{});
    steps.add(Stage::identity, sdk::Ids{request.user, request.group, {}});
    steps.add(Stage::seal, sdk::Prctl{PR_SET_NO_NEW_PRIVS, {1, 0, 0, 0}});
    return steps.take();
}

int basic_namespaces(const RunRequest& request) {
    int types =
        CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWTIME | CLONE_NEWCGROUP;
    if (request.isolated_ids)
        types |= CLONE_NEWUSER;
    return types;
}

} // namespace microbox::core
