// SPDX-License-Identifier: MIT
// It serves a sandbox that may be hostile, so it has the caller's files read-only, no network, and
// of the foothold's capabilities those over files alone.
#include "fuse_server.hpp"

#include "marks_file.hpp"
#include "mount_calls.hpp"

#include <microbox/sys/file.hpp>

#include <array>
#include <csignal>
#include <cstring>

#include <linux/capability.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

namespace fs_rootfs {

using namespace microbox::sdk;

namespace {

constexpr int connection_number = 3;
constexpr int marks_number = 4;
constexpr std::size_t most_words = 4096;

/// Where the layers are mounted in the server's mount namespace: a directory that every host has,
/// and in which fuse-overlayfs looks for nothing.
constexpr const char* place = "/sys";
constexpr const char* place_of_lower = "/sys/lower";
constexpr const char* layer_option = "lowerdir=/sys/lower,upperdir=/sys/upper,workdir=/sys/work";

constexpr std::array kept_capabilities = {
    CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_FSETID, CAP_MKNOD, CAP_SETFCAP};

struct Ends {
    int go;
    int words;
    int memory;
    int lower;
    int connection;
    int marks;
    pid_t parent;
};

[[noreturn]] void give_up(const char* what) {
    ::dprintf(STDERR_FILENO, "%s: %s\n", what, std::strerror(errno));
    ::_exit(1);
}

/// root(7) gets at exec what the bounding set allows.
void drop_capabilities() {
    for (int capability = 0; ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability) {
        bool kept = false;
        for (const int one : kept_capabilities)
            kept = kept || one == capability;
        if (!kept && ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0)
            give_up("drop a capability");
    }
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        give_up("set no_new_privs");
}

void take_layers(const Ends& ends) {
    if (::unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC) < 0)
        give_up("make namespaces");
    const microbox::sys::Fd top(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!set_read_only(top.get(), true))
        give_up("make the mounts read-only");
    if (!move_mount(ends.memory, place) || !move_mount(ends.lower, place_of_lower))
        give_up("mount the layers");
}

void take_streams(const Ends& ends) {
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0)
        give_up("open /dev/null");
    ::dup2(null, STDIN_FILENO);
    ::dup2(null, STDOUT_FILENO);
    // Above all numbers that are in use first: either may stand where the other should.
    constexpr int above = 100;
    const int connection = ::fcntl(ends.connection, F_DUPFD_CLOEXEC, above);
    const int marks = ::fcntl(ends.marks, F_DUPFD_CLOEXEC, above);
    if (::dup2(connection, connection_number) < 0 || ::dup2(marks, marks_number) < 0)
        give_up("place the descriptors");
}

/// The supervisor's signals are blocked or ignored, and the keys of its terminal are not for us.
void leave_supervisor(const Ends& ends) {
    ::setsid();
    ::umask(0);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    static_cast<void>(::signal(SIGPIPE, SIG_DFL));
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (::getppid() != ends.parent)
        ::_exit(1);
}

[[noreturn]] void be_server(const std::string& program, const Ends& ends) {
    ::dup2(ends.words, STDERR_FILENO);
    leave_supervisor(ends);
    char byte = 0;
    if (::read(ends.go, &byte, 1) != 1)
        ::_exit(1);
    take_layers(ends);
    take_streams(ends);
    drop_capabilities();
    ::syscall(SYS_close_range, marks_number + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    char name[] = "fuse-overlayfs";
    char foreground[] = "-f";
    char option[] = "-o";
    std::string layers = layer_option;
    std::string connection = "/dev/fd/" + std::to_string(connection_number);
    char* arguments[] = {name, foreground, option, layers.data(), connection.data(), nullptr};
    char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
    char language[] = "LC_ALL=C";
    std::string preload = "LD_PRELOAD=/proc/self/fd/" + std::to_string(marks_number);
    char* environment[] = {path, language, preload.data(), nullptr};
    ::execve(program.c_str(), arguments, environment);
    give_up(("execute " + program).c_str());
}

Result<sys::Fd> make_words() {
    sys::Fd words(::memfd_create("fuse-overlayfs-words", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!words || ::ftruncate(words.get(), most_words) < 0 ||
        ::fcntl(words.get(), F_ADD_SEALS, F_SEAL_GROW) < 0)
        return fail_errno("make a memory file", errno);
    return words;
}

} // namespace

Result<FuseServer>
FuseServer::start(const std::string& program, Layers layers, sys::Fd connection) {
    FuseServer server;
    MBX_TRY(server.words_, make_words());
    MBX_TRY(const sys::Fd marks, marks_file());
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0)
        return fail_errno("make a pipe", errno);
    const sys::Fd go(ends[0]);
    server.go_.reset(ends[1]);
    const Ends child_ends{go.get(),
                          server.words_.get(),
                          layers.memory.get(),
                          layers.lower.get(),
                          connection.get(),
                          marks.get(),
                          ::getpid()};
    server.pid_ = ::fork();
    if (server.pid_ < 0)
        return fail_errno("start fuse-overlayfs", errno);
    if (server.pid_ == 0) {
        server.go_.reset();
        be_server(program, child_ends);
    }
    server.pidfd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, server.pid_, 0)));
    if (!server.pidfd_)
        return fail_errno("open the process of fuse-overlayfs", errno);
    return server;
}

void FuseServer::begin() const {
    // A process that has ended meanwhile is noticed by its connection.
    [[maybe_unused]] const ssize_t written = ::write(go_.get(), "b", 1);
}

std::string FuseServer::words() const {
    char text[most_words + 1] = {};
    const ssize_t got = ::pread(words_.get(), text, most_words, 0);
    std::string line(got > 0 ? text : "");
    for (char& c : line)
        if (static_cast<unsigned char>(c) < ' ')
            c = ' ';
    while (!line.empty() && line.back() == ' ')
        line.pop_back();
    return line;
}

} // namespace fs_rootfs
