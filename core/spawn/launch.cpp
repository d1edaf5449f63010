// SPDX-License-Identifier: MIT
// The parent's side of a birth, in order: sealed memory, lifeline, the lease's ids as our own
// effective ones, a private mount namespace, clone3, id maps, the root.
#include "core/spawn/launch.hpp"

#include "core/child/execute.hpp"
#include "core/child/newborn.hpp"
#include "core/child/raw.hpp"
#include "core/spawn/id_map.hpp"
#include "core/spawn/memory_file.hpp"
#include "core/spawn/refused.hpp"

#include <microbox/sys/file.hpp>

#include <cerrno>
#include <csignal>

#include <linux/sched.h>
#include <linux/securebits.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace microbox::core {

namespace {

/// For the time of the assembly this process acts with the lease's first id as effective user, all
/// capabilities kept: what it makes in the new root belongs to the sandbox's root, and the user
/// namespace is charged to the lease and never to host root (kernel.md 9).
class ActingAs {
public:
    explicit ActingAs(std::uint32_t id) : mask_(::umask(0)), acts_(id != 0) {
        if (!acts_)
            return;
        ::prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0);
        set(id);
    }

    ~ActingAs() {
        if (acts_) {
            set(0);
            ::prctl(PR_SET_SECUREBITS, 0, 0, 0, 0);
        }
        ::umask(mask_);
    }

    ActingAs(const ActingAs&) = delete;
    ActingAs& operator=(const ActingAs&) = delete;

    [[nodiscard]] bool ok() const { return ok_; }

private:
    void set(std::uint32_t id) {
        // The raw calls: this process has one thread, and glibc's would look for others.
        ok_ =
            ::syscall(SYS_setresgid, -1, id, -1) == 0 && ::syscall(SYS_setresuid, -1, id, -1) == 0;
    }

    mode_t mask_;
    bool acts_;
    bool ok_ = true;
};

struct Line {
    sys::Fd ours;
    sys::Fd theirs;
};

sdk::Result<Line> make_sync() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return sdk::fail_errno("make the socket to the sandbox", errno);
    Line line{sys::Fd(ends[0]), sys::Fd(ends[1])};
    // The kernel then tells the command's pid as this namespace counts.
    const int on = 1;
    if (::setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on) < 0)
        return sdk::fail_errno("set SO_PASSCRED", errno);
    return line;
}

sdk::Result<Line> make_lifeline() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0)
        return sdk::fail_errno("make the lifeline", errno);
    return Line{sys::Fd(ends[1]), sys::Fd(ends[0])};
}

/// What is mounted here from now on stays here; what the host unmounts goes here too.
sdk::Result<void> leave_hosts_mounts() {
    if (::unshare(CLONE_NEWNS) < 0)
        return sdk::fail_errno("make a mount namespace", errno);
    if (::mount(nullptr, "/", nullptr, MS_SLAVE | MS_REC, nullptr) < 0)
        return sdk::fail_errno("cut the mount namespace off the host's", errno);
    return {};
}

/// What no process inside may read belongs to the foothold's last id, which the sandbox does not
/// have: init is then not dumpable from its first instruction (would_dump in fs/exec.c), and ptrace
/// of it takes rights over the foothold. A caller without further ids has no such id.
sdk::Result<void> hide_from_sandbox(int file, const Caller& caller) {
    const std::uint32_t user = count_of(caller.users) - 1;
    const std::uint32_t group = count_of(caller.groups) - 1;
    if (::fchown(file, user, group) < 0)
        return sdk::fail_errno("give init's image to nobody inside", errno);
    return {};
}

/// A daemon's protection from the OOM killer is not for what it runs (T88).
void reset_oom_score(const std::string& proc_of_child) {
    const auto own = sys::read_file("/proc/self/oom_score_adj");
    if (own.ok() && own.value().starts_with('-'))
        static_cast<void>(sys::write_file_at(AT_FDCWD, proc_of_child + "/oom_score_adj", "0").ok());
}

/// Namespaces that the child makes a little later, when it is in its cgroup: the network's costs
/// half a birth, the time's is its children's, and a v1 cgroup's has its root where the child is. A
/// step may make that one itself.
std::uint64_t later_namespaces(const Plan& plan) {
    auto later = static_cast<std::uint64_t>(plan.namespaces) &
                 static_cast<std::uint64_t>(CLONE_NEWNET | CLONE_NEWTIME | CLONE_NEWCGROUP);
    if (plan.birth_cgroup)
        later &= ~static_cast<std::uint64_t>(CLONE_NEWCGROUP);
    for (const PlanStep& placed : plan.steps)
        if (const auto* unshare = std::get_if<sdk::Unshare>(&placed.step))
            later &= ~static_cast<std::uint64_t>(unshare->types);
    return later;
}

/// Namespaces of the clone itself.
std::uint64_t clone_flags(const Plan& plan) {
    auto flags =
        static_cast<std::uint64_t>(plan.namespaces) &
        ~static_cast<std::uint64_t>(CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWTIME | CLONE_NEWCGROUP);
    if (plan.birth_cgroup)
        flags |= CLONE_NEWCGROUP;
    return flags | CLONE_PIDFD;
}

sdk::Result<clone_args> clone_arguments(const Plan& plan, const Prepared& prepared, int& pidfd) {
    clone_args arguments{};
    arguments.flags = clone_flags(plan);
    arguments.pidfd = reinterpret_cast<std::uintptr_t>(&pidfd);
    arguments.exit_signal = SIGCHLD;
    if (plan.birth_cgroup) {
        const auto slot = prepared.slots.find(plan.birth_cgroup->name);
        if (slot == prepared.slots.end())
            return sdk::fail("nobody has filled the slot " + plan.birth_cgroup->name);
        // Filled with nothing: the plugin does without, and has said so.
        if (slot->second) {
            arguments.flags |= CLONE_INTO_CGROUP;
            arguments.cgroup = static_cast<std::uint64_t>(slot->second.get());
        }
    }
    return arguments;
}

/// The child waits meanwhile: its namespaces are there, its ids from here on.
sdk::Result<void> assemble(const Plan& plan,
                           const Prepared& prepared,
                           const child::Program* program,
                           Launched& launched,
                           LaunchFailure& failure) {
    const std::string folder = "/proc/" + std::to_string(launched.sandbox.pid());
    child::Registers registers;
    sys::Fd user_namespace;
    if (plan.isolated_ids) {
        MBX_TRY(const sys::Fd proc, sys::open(folder, O_PATH | O_DIRECTORY));
        MBX_TRY(user_namespace, sys::open_at(proc.get(), "ns/user", O_RDONLY));
        MBX_CHECK(write_id_maps(proc.get(), plan.caller, prepared.first_id));
        registers.user_namespace = user_namespace.get();
    }
    reset_oom_score(folder);
    MBX_CHECK(launched.sandbox.say(child::Go::maps));
    std::uint32_t where = 0;
    const int error = child::execute(program, program->assemble, registers, &where);
    for (const int fd : {registers.tree, registers.context, registers.store, registers.root})
        child::close_fd(fd);
    if (error != 0) {
        failure = {
            child::Phase::assemble, child::look<child::Operation>(program, where)->step, error};
        return sdk::fail_errno("assemble the root", error);
    }
    launched.plain_ids = registers.plain_ids;
    return {};
}

} // namespace

sdk::Result<Launched> launch(const Plan& plan,
                             const Prepared& prepared,
                             const std::vector<std::uint64_t>& block,
                             LaunchFailure& failure) {
    const auto* program = reinterpret_cast<const child::Program*>(block.data());
    MBX_TRY(const sys::Fd image, init_image());
    MBX_TRY(const sys::Fd file, memory_file("mbx-program", program, program->size));
    MBX_TRY(Line sync, make_sync());
    MBX_TRY(Line lifeline, make_lifeline());
    if (has_foothold(plan))
        MBX_CHECK(hide_from_sandbox(image.get(), plan.caller));
    else
        MBX_CHECK(leave_hosts_mounts());
    const ActingAs acting(prepared.first_id);
    if (!acting.ok())
        return sdk::fail_errno("take the effective ids of the lease", errno);

    int pidfd = -1;
    MBX_TRY(clone_args arguments, clone_arguments(plan, prepared, pidfd));
    const child::Cradle cradle{sync.theirs.get(),
                               lifeline.theirs.get(),
                               file.get(),
                               image.get(),
                               static_cast<long>(later_namespaces(plan))};
    const long pid = ::syscall(SYS_clone3, &arguments, sizeof arguments);
    if (pid < 0)
        return refused_namespace("make the sandbox's namespaces (clone3)", errno);
    if (pid == 0) {
        // The lifeline ends with its only writer: this copy must not keep it open.
        child::close_fd(lifeline.ours.get());
        child::close_fd(sync.ours.get());
        child::be_born(program, cradle);
    }
    Launched launched;
    launched.sandbox = Sandbox(
        static_cast<pid_t>(pid), sys::Fd(pidfd), std::move(sync.ours), std::move(lifeline.ours));
    sync.theirs.reset();
    lifeline.theirs.reset();
    MBX_CHECK(assemble(plan, prepared, program, launched, failure));
    return launched;
}

} // namespace microbox::core
