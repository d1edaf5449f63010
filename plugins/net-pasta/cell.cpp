// SPDX-License-Identifier: MIT
// A process makes the namespaces and waits while we open them: they live on in our descriptors.
#include "cell.hpp"

#include "pipe.hpp"

#include <microbox/sys/file.hpp>

#include <cerrno>
#include <sstream>
#include <string>

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace microbox::net_pasta {

namespace {

constexpr unsigned long nobody = 65534;

/// Makes them, says so (0, or an errno) and goes when its input ends: with us, at the latest.
[[noreturn]] void make_and_wait(int say, int input) {
    // So that we may write its maps also where root, whose all files of /proc are otherwise, is not
    // one of our ids.
    ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    const int error = ::unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0 ? errno : 0;
    if (::write(say, &error, sizeof error) == sizeof error && error == 0) {
        char byte = 0;
        while (::read(input, &byte, 1) < 0 && errno == EINTR) {
        }
    }
    ::_exit(0);
}

sdk::Result<std::string> one_id(const char* own_map) {
    MBX_TRY(const std::string map, sys::read_file(own_map));
    return "0 " + std::to_string(maps_id(map, nobody) ? nobody : 0) + " 1";
}

sdk::Result<Cell> settle(pid_t maker) {
    const std::string of = "/proc/" + std::to_string(maker);
    MBX_TRY(const std::string users, one_id("/proc/self/uid_map"));
    MBX_TRY(const std::string groups, one_id("/proc/self/gid_map"));
    MBX_CHECK(sys::write_file_at(AT_FDCWD, of + "/uid_map", users));
    MBX_CHECK(sys::write_file_at(AT_FDCWD, of + "/gid_map", groups));
    Cell cell;
    MBX_TRY(cell.users, sys::open(of + "/ns/user", O_RDONLY));
    MBX_TRY(cell.network, sys::open(of + "/ns/net", O_RDONLY));
    return cell;
}

} // namespace

bool maps_id(std::string_view map, unsigned long id) {
    std::istringstream lines{std::string(map)};
    unsigned long first = 0;
    unsigned long below = 0;
    unsigned long count = 0;
    while (lines >> first >> below >> count)
        if (id >= first && id - first < count)
            return true;
    return false;
}

sdk::Result<Cell> make_cell() {
    const std::string doing = "make pasta's own namespaces";
    MBX_TRY(Pipe said, make_pipe());
    MBX_TRY(Pipe held, make_pipe());
    const pid_t maker = ::fork();
    if (maker < 0)
        return sdk::fail_errno(doing, errno);
    if (maker == 0) {
        held.write.reset();
        make_and_wait(said.write.get(), held.read.get());
    }
    said.write.reset();
    int error = 0;
    const ssize_t got = ::read(said.read.get(), &error, sizeof error);
    sdk::Result<Cell> cell = sdk::fail_errno(
        doing, got == sizeof error ? error : EIO, "`microbox doctor` says what this host allows");
    if (got == sizeof error && error == 0)
        cell = settle(maker);
    held.write.reset();
    ::waitpid(maker, nullptr, 0);
    return cell;
}

} // namespace microbox::net_pasta
