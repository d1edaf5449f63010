// SPDX-License-Identifier: MIT
// Program: a plan lowered to flat operations, one block of memory without pointers. The parent
// makes it, the parent, the child and the freestanding init run it with the same executor; init
// maps it from a sealed memfd. All offsets are from the start of the block; 0 is "none".
#pragma once

#include <cstdint>

namespace microbox::child {

enum class Code : std::uint16_t {
    // A tree: the mount at hand, not yet attached.
    tree_from_path,   ///< text: path of the host. flag recursive
    tree_from_fd,     ///< fd: O_PATH descriptor or detached mount. flag recursive
    tree_is_fd,       ///< fd: detached mount, attached as it is
    tree_from_device, ///< text: device node of the host, b: its major << 32 | minor
    tree_from_store,  ///< text: directory of the storage, made with mode a
    fs_open,          ///< text: type
    fs_string,        ///< text: key, other: value
    fs_flag,          ///< text: key
    fs_create,        ///< a: MOUNT_ATTR_*
    own_directory,    ///< text: directory of the lower tree at hand; root's in the overlay to come
    overlay,          ///< lower is the tree; a: MOUNT_ATTR_*; upper and work in the storage
    attributes,       ///< of the tree: a set, b clear, fd: user namespace or none; flag recursive
    uncover,          ///< text: path in the root; takes the mounts on it away
    attach,           ///< text: target. flags make_*, no_links, optional
    // The storage and the root.
    set_store,       ///< text: path of the host to mount the tree on; it becomes the storage
    set_root,        ///< the tree becomes the root (mounted in the storage under "top")
    root_attributes, ///< a set, b clear, of the mount at text in the root. flag recursive
    // Files of the root.
    make_directory, ///< text, a: mode
    make_link,      ///< text: path, other: target
    make_file,      ///< text, other: content of length, a: mode
    cover_file,     ///< text, other: content of length: a file of the storage over an existing one
    make_device,    ///< text, a: mode, b: device number
    // In the child's own namespaces.
    keyring,
    mask,       ///< text
    read_only,  ///< text
    take_proc,  ///< the tree is a proc: keep a descriptor of it
    sysctl,     ///< text: name below /proc/sys, other: value
    host_name,  ///< text
    link_up,    ///< text
    write_fd,   ///< fd, other: content of length
    join,       ///< fd, a: type
    unshare,    ///< a: types
    enter_root, ///< text: path of the host on which the storage is mounted
    pivot,
    // The command's process.
    rlimit,       ///< a: resource, b: soft, c: hard
    directory,    ///< text: working directory; must lie in the root
    bounding,     ///< a: mask
    ids,          ///< a: user, b: group, other: groups, length: their number
    capabilities, ///< a: mask
    prctl,        ///< a: option, other: its four arguments, as numbers of 64 bits
    no_new_privs,
    self_attribute, ///< text: name, other: value
    landlock,       ///< fd: ruleset
    filter,         ///< other: sock_filter array, length: their number, a: flags
};

enum Flag : std::uint32_t {
    flag_recursive = 1,
    flag_make_directory = 2, ///< a missing target is made as a directory
    flag_make_file = 4,      ///< a missing target is made as an empty file
    flag_no_links = 8,       ///< a link anywhere on the way is ELOOP
    flag_optional = 16,      ///< a missing target is no error
    flag_keep_ids = 32,      ///< attributes: id-mapped with the sandbox's own user namespace
    flag_may_fail_idmap =
        64, ///< attributes: a file system that cannot be id-mapped is mounted as it is
    flag_user_attributes = 128 ///< overlay: marks in user.* attributes
};

struct Operation {
    Code code;
    std::uint16_t step; ///< index into Plan::steps, or no_step: the launcher's own
    std::uint32_t flags;
    std::int32_t fd;
    std::uint32_t text;
    std::uint32_t other;
    std::uint32_t length;
    std::uint64_t a;
    std::uint64_t b;
    std::uint64_t c;
};

inline constexpr std::uint16_t no_step = 0xffff;

/// A run of operations.
struct Range {
    std::uint32_t first; ///< offset of the first Operation
    std::uint32_t count;
};

struct Program {
    std::uint32_t size;        ///< of the whole block
    Range enter;               ///< child, first
    Range early;               ///< child, namespaces there, root not yet
    Range assemble;            ///< parent
    Range inside;              ///< child, after assemble, pivot last
    Range command;             ///< the command's process, before it says ready
    Range last;                ///< the command's process, after go: filters
    std::uint32_t arguments;   ///< offsets of strings, 0-terminated array of uint32
    std::uint32_t environment; ///< the same
    std::uint32_t candidates;  ///< the same: paths to execute, in order
    std::uint32_t passed;      ///< Passed array
    std::uint32_t passed_count;
    std::uint8_t init;         ///< 0: the command is pid 1 of a nested pid namespace
    std::uint8_t terminal;     ///< bit N: stream N is the sandbox's own terminal
    std::uint8_t keeps_groups; ///< 1: setgroups(2) is forbidden here, the caller's groups stay
    std::uint8_t listens;      ///< 1: a filter's listener is handed to the supervisor
    std::int32_t
        prober; ///< its image's number in init, executed in place of the candidates; 0: none
    std::uint32_t terminal_user; ///< whose it is, as the sandbox counts
};

/// A descriptor of the parent's that init gets under another number.
struct Passed {
    std::int32_t from;
    std::int32_t to;
};

/// The numbers that init finds its descriptors under; everything else is closed.
enum Number : std::int32_t {
    fd_control = 3, ///< pipe from the supervisor: lifeline and signals
    fd_sync = 4,    ///< socket to the supervisor
    fd_program = 5, ///< this block
    fd_proc = 6,    ///< the sandbox's own proc
    fd_first_passed = 7
};

/// What the sandbox tells the supervisor, one datagram each.
enum class Word : std::uint32_t {
    namespaces = 1, ///< the child's namespaces exist
    ready,          ///< the command's process waits for go
    failed,         ///< operation, error: nothing was executed
    ended,          ///< status, usage: the command has ended
    terminal,       ///< with the master's end of the sandbox's terminal
    listener,       ///< with the listener of the filter that was loaded
    stopped,        ///< status: how many SIGCONT init had passed on when the command was stopped
};

/// Where a failure happened.
enum class Phase : std::uint32_t {
    enter,
    early,
    assemble,
    inside,
    command,
    last,
    execute,
    init,
    child,
    terminal,
    process ///< the command's process and its signals, around the steps of the plan
};

struct Message {
    Word word;
    Phase phase;
    std::uint32_t operation; ///< offset of the failed Operation, 0 for none
    std::int32_t error;      ///< errno
    std::int32_t status;     ///< wait status of the command
    std::int32_t padding;
    std::int64_t user_us; ///< usage of the command and all that was reaped
    std::int64_t system_us;
    std::int64_t max_rss_kib;
};

/// What the supervisor tells the child, one byte each, and init over the control pipe.
enum class Go : std::uint8_t { maps = 'm', root = 'r', command = 'g' };

struct Control {
    std::uint8_t signal;
    std::uint8_t group; ///< 1: the command's whole process group
};

template <class T>
const T* look(const Program* program, std::uint32_t offset) {
    return reinterpret_cast<const T*>(reinterpret_cast<const char*>(program) + offset);
}

} // namespace microbox::child
