// SPDX-License-Identifier: MIT
// Each call is harmless when it is let through after all: made in a process of its own, with
// arguments that the kernel refuses later, or that change that process alone.
#include "promises.hpp"

#include <algorithm>
#include <string>

namespace microbox::seccomp {

namespace {

struct Attempt {
    const char* call;
    std::vector<std::string> arguments;
    const char* what;
};

/// Refused whatever the arguments are.
const std::vector<Attempt>& attempts() {
    static const std::vector<Attempt> all = {
        {"unshare", {"0x10000000"}, "no user namespace is made by unshare(2)"},
        {"clone3", {"zeros", "88"}, "clone3(2), whose flags a filter cannot read, is not there"},
        {"setns", {"0", "0"}, "no namespace is entered"},
        {"mount", {"=none", "=/", "=tmpfs", "0", "0"}, "nothing is mounted"},
        {"umount2", {"=/nowhere", "0"}, "nothing is unmounted"},
        {"pivot_root", {"=/", "=/"}, "the root is not changed by pivot_root(2)"},
        {"fsopen", {"=tmpfs", "0"}, "nothing is mounted by fsopen(2)"},
        {"open_tree", {"0", "=/", "1"}, "no tree of mounts is cloned"},
        {"move_mount", {"0", "=", "0", "=", "0"}, "no mount is moved"},
        {"mount_setattr", {"0", "=/", "0", "zeros", "32"}, "no mount is changed"},
        {"ptrace", {"0", "0", "0", "0"}, "no process is traced"},
        {"process_vm_readv", {"1", "zeros", "0", "zeros", "0", "0"}, "no process's memory is read"},
        {"pidfd_getfd", {"0", "0", "0"}, "no descriptor of another process is taken"},
        {"open_by_handle_at", {"0", "zeros", "0"}, "no file is opened by its handle"},
        {"bpf", {"0", "zeros", "72"}, "nothing is done by bpf(2)"},
        {"perf_event_open", {"zeros", "0", "0", "0", "0"}, "no performance event is opened"},
        {"userfaultfd", {"0"}, "page faults are not handled by userfaultfd(2)"},
        {"io_uring_setup", {"1", "zeros"}, "io_uring, whose calls no filter sees, is not there"},
        {"keyctl", {"0", "0xfffffffd", "0"}, "no keyring is reached"},
        {"add_key", {"=user", "=microbox", "zeros", "1", "0xfffffffe"}, "no key is made"},
        {"init_module", {"zeros", "0", "="}, "no kernel module is loaded"},
        {"kexec_load", {"0", "0", "zeros", "0"}, "no kernel is loaded"},
        {"reboot", {"0", "0", "0"}, "the machine is not restarted"},
        {"swapon", {"=/nowhere", "0"}, "no swap is added"},
        {"acct", {"=/nowhere"}, "accounting is not changed"},
        {"settimeofday", {"0", "0"}, "the clock is not set"},
        {"syslog", {"3", "zeros", "0"}, "the kernel's log is not read"},
        {"quotactl", {"0", "=", "0", "zeros"}, "quotas are not touched"}};
    return all;
}

/// Refused by the default filter for these arguments.
const std::vector<Attempt>& by_arguments() {
    static const std::vector<Attempt> all = {
        {"clone", {"0x10000011"}, "no user namespace is made by clone(2)"},
        {"socket", {"40", "1", "0"}, "no socket reaches the hypervisor (AF_VSOCK)"},
        {"socket", {"38", "5", "0"}, "no socket reaches the kernel's cryptography (AF_ALG)"},
        {"socket", {"17", "3", "0"}, "no raw frames are sent (AF_PACKET)"},
        {"socket", {"16", "3", "9"}, "no socket reaches the audit system"},
        {"ioctl", {"0", "0x5412", "zeros"}, "nothing is typed into a terminal (TIOCSTI)"},
        {"ioctl",
         {"0", "0x100005412", "zeros"},
         "the upper half of an argument deceives nobody (TIOCSTI)"},
        {"ioctl", {"0", "0x541c", "zeros"}, "nothing is pasted into a console (TIOCLINUX)"},
        {"personality", {"0x400000"}, "memory for reading is not executable (personality)"}};
    return all;
}

const std::vector<std::string>& refused() {
    static const std::vector<std::string> all = {
        "EPERM", "ENOSYS", "EAFNOSUPPORT", "EPROTONOSUPPORT", "signal 31"};
    return all;
}

bool is_overridden(const Choice& choice, const Syscall& call) {
    return std::any_of(choice.overrides.begin(), choice.overrides.end(), [&](const Override& one) {
        return one.allow && one.call == &call;
    });
}

void add(std::vector<sdk::Promise>& promises, const Attempt& attempt, const Syscall& call) {
    sdk::Promise promise{attempt.what, {"call", std::to_string(call.number)}, refused()};
    promise.question.insert(
        promise.question.end(), attempt.arguments.begin(), attempt.arguments.end());
    promises.push_back(std::move(promise));
}

} // namespace

std::vector<sdk::Promise> promises_of(const Choice& choice, const Base& base) {
    std::vector<sdk::Promise> promises;
    for (const Attempt& attempt : attempts()) {
        const Syscall* const call = find_syscall(attempt.call);
        if (call != nullptr && call->number != Syscall::elsewhere &&
            base.answer(*call) == Answer::refuses && !is_overridden(choice, *call))
            add(promises, attempt, *call);
    }
    if (choice.filter != Choice::Filter::standard)
        return promises;
    for (const Attempt& attempt : by_arguments()) {
        const Syscall* const call = find_syscall(attempt.call);
        if (call != nullptr && base.answer(*call) == Answer::depends &&
            !is_overridden(choice, *call))
            add(promises, attempt, *call);
    }
    promises.push_back({"the entrance of other machines' programs is closed (int 0x80)",
                        {"old-entrance"},
                        {"signal 31", "signal 11", "ENOSYS"}});
#if defined(__x86_64__)
    promises.push_back({"the entrance of x32 programs is closed",
                        {"call", "0x40000027"},
                        {"ENOSYS", "EPERM", "signal 31"}});
#endif
    return promises;
}

} // namespace microbox::seccomp
