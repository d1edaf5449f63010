// SPDX-License-Identifier: MIT
// What the default filter owes, written down a second time: the tests compare the policy with this,
// so that a line taken from the policy is noticed.
#pragma once

namespace microbox::tests {

// clang-format off
/// Calls that an ordinary program makes.
inline constexpr const char* ordinary[] = {
    "read", "write", "pread64", "pwrite64", "readv", "writev", "preadv", "pwritev", "preadv2",
    "pwritev2", "lseek", "close", "close_range", "dup", "dup2", "dup3", "fcntl", "flock",
    "fsync", "fdatasync", "sync", "syncfs", "sync_file_range", "readahead", "fadvise64",
    "fallocate", "sendfile", "splice", "tee", "vmsplice", "copy_file_range", "pipe", "pipe2",
    "poll", "ppoll", "select", "pselect6", "epoll_create", "epoll_create1", "epoll_ctl",
    "epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd", "eventfd2", "signalfd", "signalfd4",
    "timerfd_create", "timerfd_settime", "timerfd_gettime", "io_setup", "io_destroy",
    "io_getevents", "io_pgetevents", "io_submit", "io_cancel", "cachestat", "inotify_init",
    "inotify_init1", "inotify_add_watch", "inotify_rm_watch", "open", "openat", "openat2",
    "creat", "stat", "lstat", "fstat", "newfstatat", "statx", "statfs", "fstatfs", "access",
    "faccessat", "faccessat2", "getdents", "getdents64", "getcwd", "chdir", "fchdir", "chroot",
    "rename", "renameat", "renameat2", "mkdir", "mkdirat", "rmdir", "link", "linkat", "unlink",
    "unlinkat", "symlink", "symlinkat", "readlink", "readlinkat", "mknod", "mknodat", "chmod",
    "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat", "umask",
    "truncate", "ftruncate", "utime", "utimes", "futimesat", "utimensat", "name_to_handle_at",
    "setxattr", "lsetxattr", "fsetxattr", "setxattrat", "getxattr", "lgetxattr", "fgetxattr",
    "getxattrat", "listxattr", "llistxattr", "flistxattr", "listxattrat", "removexattr",
    "lremovexattr", "fremovexattr", "removexattrat", "brk", "mmap", "munmap", "mremap",
    "mprotect", "pkey_mprotect", "pkey_alloc", "pkey_free", "madvise", "mincore", "msync",
    "mseal", "mlock", "mlock2", "mlockall", "munlock", "munlockall", "remap_file_pages",
    "memfd_create", "map_shadow_stack", "mbind", "set_mempolicy", "get_mempolicy",
    "set_mempolicy_home_node", "fork", "vfork", "execve", "execveat", "exit", "exit_group",
    "wait4", "waitid", "getpid", "getppid", "gettid", "setsid", "getsid", "setpgid", "getpgid",
    "getpgrp", "pidfd_open", "pidfd_send_signal", "set_tid_address", "set_robust_list",
    "get_robust_list", "rseq", "membarrier", "restart_syscall", "futex", "futex_wait",
    "futex_wake", "futex_requeue", "futex_waitv", "arch_prctl", "prctl", "kill", "tkill",
    "tgkill", "pause", "alarm", "rt_sigaction", "rt_sigprocmask", "rt_sigpending",
    "rt_sigreturn", "rt_sigsuspend", "rt_sigtimedwait", "rt_sigqueueinfo", "rt_tgsigqueueinfo",
    "sigaltstack", "getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid",
    "getgroups", "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid",
    "setfsuid", "setfsgid", "setgroups", "capget", "capset", "getrlimit", "setrlimit",
    "prlimit64", "getrusage", "times", "getpriority", "setpriority", "ioprio_get", "ioprio_set",
    "sched_yield", "sched_getaffinity", "sched_setaffinity", "sched_getparam", "sched_setparam",
    "sched_getscheduler", "sched_setscheduler", "sched_getattr", "sched_setattr",
    "sched_get_priority_max", "sched_get_priority_min", "sched_rr_get_interval", "getcpu",
    "time", "gettimeofday", "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep",
    "getitimer", "setitimer", "timer_create", "timer_settime", "timer_gettime",
    "timer_getoverrun", "timer_delete", "bind", "listen", "accept", "accept4", "connect",
    "getsockname", "getpeername", "getsockopt", "setsockopt", "shutdown", "sendto", "sendmsg",
    "sendmmsg", "recvfrom", "recvmsg", "recvmmsg", "shmget", "shmat", "shmdt", "shmctl",
    "semget", "semop", "semtimedop", "semctl", "msgget", "msgsnd", "msgrcv", "msgctl",
    "mq_open", "mq_unlink", "mq_timedsend", "mq_timedreceive", "mq_notify", "mq_getsetattr",
    "uname", "sysinfo", "getrandom", "sethostname", "setdomainname", "seccomp",
    "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"};

/// Calls that get EPERM whatever their arguments.
inline constexpr const char* forbidden[] = {
    "init_module", "finit_module", "delete_module", "create_module", "get_kernel_syms",
    "query_module", "kexec_load", "kexec_file_load", "bpf", "add_key", "request_key", "keyctl",
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_getfd", "kcmp",
    "move_pages", "migrate_pages", "clock_settime", "settimeofday", "adjtimex", "clock_adjtime",
    "reboot", "quotactl", "quotactl_fd", "acct", "swapon", "swapoff", "syslog", "vhangup",
    "iopl", "ioperm", "mount", "umount2", "fsopen", "fsconfig", "fsmount", "fspick",
    "open_tree", "open_tree_attr", "move_mount", "mount_setattr", "pivot_root", "setns",
    "unshare", "open_by_handle_at", "fanotify_init", "fanotify_mark", "perf_event_open",
    "userfaultfd", "modify_ldt", "lookup_dcookie", "nfsservctl"};

/// Calls that get ENOSYS, so that libraries fall back.
inline constexpr const char* absent[] = {
    "clone3", "io_uring_setup", "io_uring_enter", "io_uring_register", "statmount", "listmount",
    "memfd_secret", "uselib", "ustat", "sysfs", "lsm_list_modules", "listns", "_sysctl"};
// clang-format on

} // namespace microbox::tests
