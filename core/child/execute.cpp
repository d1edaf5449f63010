// SPDX-License-Identifier: MIT
// One switch over the closed vocabulary.
#include "core/child/execute.hpp"

#include "core/child/covers.hpp"
#include "core/child/credentials.hpp"
#include "core/child/files.hpp"
#include "core/child/mounts.hpp"
#include "core/child/overlay.hpp"
#include "core/child/raw.hpp"

#include <asm/errno.h>
#include <linux/if.h>
#include <linux/keyctl.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>

namespace microbox::child {

namespace {

int link_up(const char* name) {
    constexpr long af_inet = 2;
    constexpr long datagram = 2 | 02000000; // SOCK_DGRAM | SOCK_CLOEXEC
    const int fd = static_cast<int>(raw(__NR_socket, af_inet, datagram, 0));
    if (fd < 0)
        return fd;
    ifreq request{};
    for (std::size_t i = 0; i + 1 < sizeof request.ifr_name && name[i] != 0; ++i)
        request.ifr_name[i] = name[i];
    long failed = raw(__NR_ioctl, fd, SIOCGIFFLAGS, at(&request));
    if (failed == 0) {
        request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
        failed = raw(__NR_ioctl, fd, SIOCSIFFLAGS, at(&request));
    }
    close_fd(fd);
    return static_cast<int>(failed);
}

int set_rlimit(const Operation& op) {
    const std::uint64_t limits[2] = {op.b, op.c};
    return static_cast<int>(raw(__NR_prlimit64, 0, static_cast<long>(op.a), at(limits), 0));
}

/// A session keyring of its own: keyrings are not namespaced. A kernel without keys has none to
/// leak.
int new_keyring() {
    const long serial = raw(__NR_keyctl, KEYCTL_JOIN_SESSION_KEYRING, 0);
    return serial >= 0 || serial == -ENOSYS ? 0 : static_cast<int>(serial);
}

/// The working directory, and the kernel's word that it lies in the root (CVE-2024-21626).
int change_directory(const char* path) {
    char name[4096];
    const long failed = raw(__NR_chdir, at(path));
    if (failed < 0)
        return static_cast<int>(failed);
    const long got = raw(__NR_getcwd, at(name), sizeof name);
    if (got < 0)
        return static_cast<int>(got);
    return name[0] == '/' ? 0 : -EXDEV; // "(unreachable)/..."
}

int load_filter(Registers& r, const Program* program, const Operation& op) {
    struct {
        unsigned short length;
        const void* filter;
    } argument{static_cast<unsigned short>(op.length), look<char>(program, op.other)};

    const int loaded = static_cast<int>(
        raw(__NR_seccomp, SECCOMP_SET_MODE_FILTER, static_cast<long>(op.a), at(&argument)));
    if (loaded < 0 || (op.a & SECCOMP_FILTER_FLAG_NEW_LISTENER) == 0)
        return loaded;
    r.listener = loaded; // close-on-exec
    return 0;
}

int run_prctl(const Program* program, const Operation& op) {
    const auto* numbers = look<long>(program, op.other);
    return static_cast<int>(
        raw(__NR_prctl, static_cast<long>(op.a), numbers[0], numbers[1], numbers[2], numbers[3]));
}

// A table of operations.
// NOLINTNEXTLINE(readability-function-size)
int run_one(const Program* program, const Operation& op, Registers& r) {
    const char* text = look<char>(program, op.text);
    const char* other = look<char>(program, op.other);
    const bool recursive = (op.flags & flag_recursive) != 0;
    switch (op.code) {
    case Code::tree_from_path:
        return tree_from_path(r, text, recursive);
    case Code::tree_from_fd:
        return tree_from_fd(r, op.fd, recursive);
    case Code::tree_is_fd:
        return tree_is_fd(r, op.fd);
    case Code::tree_from_device:
        return tree_from_device(r, text, op.b);
    case Code::tree_from_store:
        return tree_from_store(r, text, op.a);
    case Code::fs_open:
        return fs_open(r, text);
    case Code::fs_string:
        return fs_string(r, text, other);
    case Code::fs_flag:
        return fs_flag(r, text);
    case Code::fs_create:
        return fs_create(r, op.a);
    case Code::own_directory:
        return own_directory(r, text);
    case Code::overlay:
        return mount_overlay(r, op.a, op.flags);
    case Code::attributes:
        return set_attributes(r, op);
    case Code::uncover:
        return uncover(r, text);
    case Code::attach:
        return attach(r, text, op.flags);
    case Code::set_store:
        return set_store(r, text);
    case Code::set_root:
        return set_root(r);
    case Code::root_attributes:
        return root_attributes(r, text, op);
    case Code::make_directory:
        return make_directory(r, text, op.a);
    case Code::make_link:
        return make_link(r, text, other);
    case Code::make_file:
        return make_file(r, text, other, op.length, op.a);
    case Code::cover_file:
        return cover_file(r, text, other, op.length, op.step);
    case Code::make_device:
        return make_device(r, text, op.a, op.b);
    case Code::keyring:
        return new_keyring();
    case Code::mask:
        return mask(r, text);
    case Code::read_only:
        return make_read_only(r, text);
    case Code::take_proc:
        return take_proc(r);
    case Code::sysctl:
        return write_sysctl(r, text, other, op.length);
    case Code::host_name:
        return static_cast<int>(
            raw(__NR_sethostname, at(text), static_cast<long>(length_of(text))));
    case Code::link_up:
        return link_up(text);
    case Code::write_fd:
        return write_once(op.fd, other, op.length);
    case Code::join:
        return static_cast<int>(raw(__NR_setns, op.fd, static_cast<long>(op.a)));
    case Code::unshare:
        return static_cast<int>(raw(__NR_unshare, static_cast<long>(op.a)));
    case Code::enter_root:
        return enter_root(r, text);
    case Code::pivot:
        return pivot(r);
    case Code::rlimit:
        return set_rlimit(op);
    case Code::directory:
        return change_directory(text);
    case Code::bounding:
        return limit_bounding(op.a);
    case Code::ids:
        return set_ids(program->keeps_groups != 0,
                       static_cast<std::uint32_t>(op.a),
                       static_cast<std::uint32_t>(op.b),
                       look<std::uint32_t>(program, op.other),
                       op.length);
    case Code::capabilities:
        return set_capabilities(op.a);
    case Code::prctl:
        return run_prctl(program, op);
    case Code::no_new_privs:
        return static_cast<int>(raw(__NR_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    case Code::self_attribute:
        return write_self_attribute(r, text, other, op.length);
    case Code::landlock:
        return static_cast<int>(raw(__NR_landlock_restrict_self, op.fd, 0));
    case Code::filter:
        return load_filter(r, program, op);
    }
    return -ENOSYS;
}

} // namespace

int execute(const Program* program, Range range, Registers& registers, std::uint32_t* failed) {
    const auto* operations = look<Operation>(program, range.first);
    for (std::uint32_t i = 0; i < range.count; ++i) {
        const int result = run_one(program, operations[i], registers);
        if (result < 0) {
            *failed = range.first + i * static_cast<std::uint32_t>(sizeof(Operation));
            return -result;
        }
    }
    return 0;
}

} // namespace microbox::child
