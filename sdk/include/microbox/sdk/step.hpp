// SPDX-License-Identifier: MIT
// Steps: the closed vocabulary in which a plan says what will be done. Plain data: the core does
// it, no plugin code runs in the child. Paths are absolute paths of the sandbox unless said
// otherwise, and are resolved inside the new root by the kernel (openat2, RESOLVE_IN_ROOT). Ids are
// the sandbox's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <linux/filter.h>

namespace microbox::sdk {

/// A descriptor that exists only after prepare(): printed by name in a plan, filled by the plugin
/// that declared it (Session::fill). Names are "plugin.word": "limit-cgroup.memory".
struct Slot {
    std::string name;
};

/// Attributes of a mount. The safe ones are the default.
struct MountFlags {
    bool read_only = false;
    bool no_suid = true;
    bool no_dev = true;
    bool no_exec = false;
};

/// Whose files are they, seen from inside, when ids are isolated.
enum class Ownership {
    as_is,         ///< host ids; what the range does not hold is nobody
    keep,          ///< id N of the file system is id N of the sandbox, 0 to 65535 (id-mapped)
    owner_is_root, ///< the owner of the source is root inside, the sandbox's other ids are
                   ///< themselves
};

/// A file or directory of the host.
struct Bind {
    std::string path;      ///< on the host, absolute; opened once, by descriptor
    bool recursive = true; ///< with the mounts below it; flags apply to all of them
    Ownership ownership = Ownership::as_is;
};

/// A directory of the run's one storage (a tmpfs with the budget of --storage).
struct StorageDirectory {
    std::string name;          ///< unique word within the plan: "tmp"
    std::uint32_t mode = 0755; ///< 01777 for /tmp
};

/// An overlay: read-only lower directory of the host below a fresh upper one in the storage.
struct Overlay {
    std::string lower; ///< on the host, absolute
    Ownership ownership = Ownership::keep;
    /// Marks in user.overlay.* attributes, as a user namespace must: the upper file system has to
    /// have them (tmpfs: from Linux 6.6).
    bool user_attributes = false;
};

/// A new instance of a file system: "proc", "sysfs", "devpts", "mqueue", "tmpfs", or any other
/// type.
struct NewFilesystem {
    std::string type;
    std::vector<std::pair<std::string, std::string>> options; ///< empty value: a flag
};

/// A detached mount that the plugin's prepare() has made. It is written like a tree of the run's
/// own, unless it is planned read-only.
struct PreparedMount {
    Slot slot;
    std::string lower; ///< a directory of the host that shows through, absolute; "": none does
};

using MountSource = std::variant<Bind, StorageDirectory, Overlay, NewFilesystem, PreparedMount>;

/// Mounts source on target. Target "/" is the root (claim "root"). A missing target is made, a
/// directory or an empty file as the source is one, where the root can be written by us.
struct Mount {
    std::string target;
    MountSource source;
    MountFlags flags;
    bool by_user = false;         ///< the user named it: beats a default on the same target
    bool target_may_miss = false; ///< skipped when the target is missing and cannot be made
};

struct Directory {
    std::string path;
    std::uint32_t mode = 0755;
};

/// Replaces what is there, except a directory.
struct Symlink {
    std::string path;
    std::string to;
};

/// A file with this content, a new inode: a link on its place is replaced, never followed. In a
/// root that is the host's own tree it is mounted over the existing file instead.
struct File {
    std::string path;
    std::string content;
    std::uint32_t mode = 0644;
};

struct Device {
    std::string path;
    std::uint32_t major = 0;
    std::uint32_t minor = 0;
    std::uint32_t mode = 0666; ///< permission bits; a character device
};

/// Hides a path: /dev/null over a file, an empty read-only directory over a directory. A path that
/// does not exist needs none.
struct Mask {
    std::string path;
};

/// Makes a path read-only with everything mounted below it. A path that does not exist needs none.
struct ReadOnly {
    std::string path;
};

/// Enters the new root and drops the old one. The core's own.
struct PivotRoot {};

struct Hostname {
    std::string name;
};

struct LinkUp {
    std::string interface; ///< "lo"
};

struct Rlimit {
    int resource = 0;       ///< RLIMIT_*
    std::uint64_t soft = 0; ///< UINT64_MAX: unlimited
    std::uint64_t hard = 0;
};

/// Writes a value below /proc/sys in the sandbox's namespaces: "net/ipv4/ping_group_range".
struct Sysctl {
    std::string name;
    std::string value;
};

/// Writes content once into a descriptor from the child: "0" into a v1 cgroup's tasks file.
struct WriteDescriptor {
    Slot slot;
    std::string content;
};

struct JoinNamespace {
    Slot slot;
    int type = 0; ///< CLONE_NEW*
};

/// New namespaces for the child, after the steps of Stage::enter (a v1 cgroup namespace has the
/// right root only when it is made after the move).
struct Unshare {
    int types = 0; ///< CLONE_NEW*
};

/// Ids of the command and its supplementary groups. The core's own.
struct Ids {
    std::uint32_t user = 0;
    std::uint32_t group = 0;
    std::vector<std::uint32_t> groups;
};

/// Bounding, permitted and effective set; inheritable and ambient are emptied.
struct Capabilities {
    std::uint64_t keep = 0; ///< bit N is capability N
};

struct Prctl {
    int option = 0;
    std::uint64_t arguments[4] = {0, 0, 0, 0};
};

/// Writes a label to /proc/self/attr/NAME before exec: {"exec", "..."}, {"apparmor/exec", "exec
/// ..."}.
struct SelfAttribute {
    std::string name;
    std::string value;
};

struct LandlockRestrict {
    Slot ruleset;
};

/// A seccomp filter, checked by the kernel when it is loaded; the last loaded runs first.
struct Filter {
    std::shared_ptr<const std::vector<sock_filter>> program; ///< at most BPF_MAXINSNS (4096)
    std::uint32_t flags = 0;                                 ///< SECCOMP_FILTER_FLAG_*
    /// What it answers with SECCOMP_RET_USER_NOTIF, its plugin answers (Session::on_listener). The
    /// kernel takes one such filter: claim "security.listener".
    bool listens = false;
};

using Step = std::variant<Mount,
                          Directory,
                          Symlink,
                          File,
                          Device,
                          Mask,
                          ReadOnly,
                          PivotRoot,
                          Hostname,
                          LinkUp,
                          Rlimit,
                          Sysctl,
                          WriteDescriptor,
                          JoinNamespace,
                          Unshare,
                          Ids,
                          Capabilities,
                          Prctl,
                          SelfAttribute,
                          LandlockRestrict,
                          Filter>;

/// Where in the sandbox's birth a step belongs, in the order in which stages run.
enum class Stage : std::uint8_t {
    enter,    ///< child, first: cgroup, joined namespaces
    assemble, ///< parent, private mount namespace, host credentials: the root tree, shallow before
              ///< deep
    inside,   ///< child, its own namespaces, all its capabilities: proc, masks, sysctls, hostname,
              ///< links
    limits,   ///< the command's process: rlimits, prctl
    identity, ///< the command's process: ids, capabilities. The core's and one layer's
    seal,     ///< no_new_privs is set: landlock, labels
    filter,   ///< after the supervisor's go, right before exec
};

} // namespace microbox::sdk
