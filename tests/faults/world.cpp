// SPDX-License-Identifier: MIT
#include "tests/faults/world.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace microbox::faults {

namespace {

namespace fs = std::filesystem;

void need(bool done, const std::string& what) {
    if (!done)
        throw std::runtime_error(what + ": " + std::generic_category().message(errno));
}

/// Where the controllers of cgroup v1 are mounted.
std::vector<std::string> v1_mounts() {
    std::vector<std::string> points;
    std::ifstream file("/proc/self/mountinfo");
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string skipped;
        std::string point;
        words >> skipped >> skipped >> skipped >> skipped >> point;
        if (line.find(" - cgroup ") != std::string::npos)
            points.push_back(point);
    }
    return points;
}

/// What a world was given, and what one that was killed has left.
void remove_cgroups(const std::string& prefix) {
    for (const std::string& point : v1_mounts()) {
        std::error_code failed;
        for (fs::directory_iterator it(point, failed), end; !failed && it != end;
             it.increment(failed))
            if (it->path().filename().string().starts_with(prefix)) {
                std::error_code ignored;
                for (const auto& below : fs::directory_iterator(it->path(), ignored))
                    if (below.is_directory(ignored))
                        ::rmdir(below.path().c_str());
                ::rmdir(it->path().c_str());
            }
    }
}

/// Each hierarchy begins at a cgroup of this world's: root makes cgroups at the top of a mount.
void take_cgroups(const std::string& name) {
    const std::string aside = "/run/cgroup";
    need(::mkdir(aside.c_str(), 0755) == 0, "mkdir " + aside);
    for (const std::string& point : v1_mounts()) {
        const std::string own = point + "/" + name;
        need(::mkdir(own.c_str(), 0755) == 0, "mkdir " + own);
        need(::mount(own.c_str(), aside.c_str(), nullptr, MS_BIND, nullptr) == 0, "bind " + own);
        need(::umount2(point.c_str(), MNT_DETACH) == 0, "umount " + point);
        need(::mount(aside.c_str(), point.c_str(), nullptr, MS_MOVE, nullptr) == 0, "move " + own);
    }
    ::rmdir(aside.c_str());
}

void furnish(const std::string& cgroup) {
    need(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "private mounts");
    need(::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) == 0, "proc");
    need(::mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755") == 0, "/run");
    need(::mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777") == 0, "/dev/shm");
    take_cgroups(cgroup);
    // A way out that leads nowhere: what a network mode looks for on its host.
    need(
        std::system(
            "ip link set lo up && ip link add up0 type veth peer name wan0 && " // NOLINT: no thread
            "ip address add 203.0.113.2/24 dev up0 && ip link set up0 up && ip link set wan0 up && "
            "ip route add default via 203.0.113.1") == 0,
        "the world's link");
}

void write_all(int fd, const std::string& text) {
    for (std::size_t at = 0; at < text.size();) {
        const ssize_t done = ::write(fd, text.data() + at, text.size() - at);
        if (done < 0)
            return;
        at += static_cast<std::size_t>(done);
    }
}

/// In a child: its child is process 1, and its end is the world's.
[[noreturn]] void be_a_world(int index, int out, const std::function<std::string(int)>& work) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const std::string cgroup = "faults-world-" + std::to_string(::getpid());
    if (::unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC) < 0) {
        write_all(out, "no world: unshare is refused\n");
        ::_exit(1);
    }
    const pid_t first = ::fork();
    if (first == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        std::string said;
        try {
            furnish(cgroup);
            said = work(index);
        } catch (const std::exception& error) {
            said = std::string("a world failed: ") + error.what() + "\n";
        }
        write_all(out, said);
        ::_exit(0);
    }
    int status = 0;
    while (::waitpid(first, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        write_all(out, "a world has died, status " + std::to_string(status) + "\n");
    ::_exit(0);
}

} // namespace

int worlds_at_once() {
    constexpr unsigned most = 4;
    return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, most));
}

std::string in_worlds(int count, const std::function<std::string(int)>& work) {
    remove_cgroups("faults-world-");
    std::vector<std::pair<pid_t, int>> worlds;
    for (int index = 0; index < count; ++index) {
        int ends[2];
        need(::pipe2(ends, O_CLOEXEC) == 0, "pipe");
        const pid_t pid = ::fork();
        need(pid >= 0, "fork");
        if (pid == 0)
            be_a_world(index, ends[1], work);
        ::close(ends[1]);
        worlds.emplace_back(pid, ends[0]);
    }
    std::string all;
    for (const auto& [pid, reader] : worlds) {
        std::array<char, 65536> buffer{};
        ssize_t got = 0;
        while ((got = ::read(reader, buffer.data(), buffer.size())) > 0)
            all.append(buffer.data(), static_cast<std::size_t>(got));
        ::close(reader);
        ::waitpid(pid, nullptr, 0);
    }
    remove_cgroups("faults-world-");
    return all;
}

HeldUser::HeldUser() {
    int ends[2];
    need(::pipe2(ends, 0) == 0, "pipe");
    holder_ = ::fork();
    need(holder_ >= 0, "fork");
    if (holder_ == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        ::close(ends[0]);
        ::close(ends[1]);
        ::execl(MICROBOX_AS_USER,
                MICROBOX_AS_USER,
                "/bin/sh",
                "-c",
                "id -u; exec sleep 100000",
                nullptr);
        ::_exit(98);
    }
    ::close(ends[1]);
    std::string said;
    char byte = 0;
    while (::read(ends[0], &byte, 1) == 1 && byte != '\n')
        said += byte;
    ::close(ends[0]);
    if (said.empty())
        throw std::runtime_error("as-user.sh made no user");
    id_ = static_cast<uid_t>(std::stoul(said));
    std::ifstream file("/proc/" + std::to_string(holder_) + "/environ", std::ios::binary);
    for (std::string word; std::getline(file, word, '\0');)
        for (const char* const name : {"HOME=", "USER=", "LOGNAME=", "XDG_RUNTIME_DIR="})
            if (word.starts_with(name))
                environment_.emplace_back(std::string(name, std::string(name).size() - 1),
                                          word.substr(std::string(name).size()));
}

HeldUser::~HeldUser() {
    ::kill(holder_, SIGKILL);
    ::waitpid(holder_, nullptr, 0);
}

} // namespace microbox::faults
