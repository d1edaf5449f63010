// SPDX-License-Identifier: MIT
// Reads mounts, cgroups, run files, processes, links, descriptors and shared memory of the host
// into comparable lines.
#include "tests/support/host_state.hpp"

#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <thread>

#include <sys/stat.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

namespace fs = std::filesystem;
using Facts = std::set<std::string>;

constexpr const char* lease_file = "/run/microbox/ids";

std::string first_line(const fs::path& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

bool is_ours(const std::string& name) {
    return name.find("microbox") != std::string::npos || name.find("mbx") != std::string::npos;
}

void add_mounts(Facts& facts) {
    std::ifstream file("/proc/self/mountinfo");
    for (std::string line; std::getline(file, line);)
        facts.insert("mount " + line);
}

/// Directories only: a walk of the whole hierarchy, errors passed over (a cgroup may go meanwhile).
void add_directories(Facts& facts, const std::string& kind, const fs::path& top, bool only_ours) {
    std::error_code error;
    for (fs::recursive_directory_iterator
             it(top, fs::directory_options::skip_permission_denied, error),
         end;
         !error && it != end;
         it.increment(error)) {
        std::error_code ignored;
        if (it->is_symlink(ignored) || !it->is_directory(ignored))
            continue;
        if (!only_ours || is_ours(it->path().string()))
            facts.insert(kind + " " + it->path().string());
    }
}

void add_files(Facts& facts, const std::string& kind, const fs::path& top) {
    std::error_code error;
    for (fs::recursive_directory_iterator it(top, error), end; !error && it != end;
         it.increment(error)) {
        std::error_code ignored;
        const bool file = !it->is_directory(ignored);
        if (file && it->path() != lease_file)
            facts.insert(kind + " " + it->path().string());
    }
}

/// Leases are locks on bytes of one file that all runs share. The empty file itself stays once the
/// first run has made it; a lock on it, or content, is something left.
void add_leases(Facts& facts) {
    struct stat status {};

    if (::stat(lease_file, &status) < 0)
        return;
    if (status.st_size != 0)
        facts.insert("lease file of " + std::to_string(status.st_size) + " bytes");
    std::ifstream file("/proc/locks");
    const std::string wanted = ":" + std::to_string(status.st_ino) + " ";
    for (std::string line; std::getline(file, line);) {
        const std::size_t at = line.find(wanted);
        if (at != std::string::npos)
            facts.insert("lease of slot " + line.substr(at + wanted.size()));
    }
}

/// Our executables, and whatever runs in a user or pid namespace other than ours.
void add_processes(Facts& facts) {
    const auto link = [](const fs::path& path) {
        std::error_code ignored;
        return fs::read_symlink(path, ignored).string();
    };
    const std::string own_user = link("/proc/self/ns/user");
    const std::string own_pid = link("/proc/self/ns/pid");
    std::error_code error;
    for (fs::directory_iterator it("/proc", error), end; !error && it != end; it.increment(error)) {
        const std::string pid = it->path().filename();
        if (std::isdigit(static_cast<unsigned char>(pid.front())) == 0 ||
            pid == std::to_string(::getpid()))
            continue;
        const std::string name = first_line(it->path() / "comm");
        const std::string user = link(it->path() / "ns/user");
        const std::string space = link(it->path() / "ns/pid");
        const bool foreign =
            (!user.empty() && user != own_user) || (!space.empty() && space != own_pid);
        if (foreign || name == "microbox" || name.rfind("mbx-", 0) == 0)
            facts.insert("process " + pid + " " + name);
    }
}

void add_links(Facts& facts) {
    std::error_code error;
    for (fs::directory_iterator it("/sys/class/net", error), end; !error && it != end;
         it.increment(error))
        facts.insert("link " + it->path().filename().string());
}

} // namespace

HostState HostState::take() {
    HostState state;
    add_mounts(state.facts_);
    add_directories(state.facts_, "cgroup", "/sys/fs/cgroup", true);
    add_files(state.facts_, "file", "/run/microbox");
    add_files(state.facts_, "file", "/run/user/" + std::to_string(::geteuid()) + "/microbox");
    add_files(state.facts_, "file", "/var/lib/microbox");
    add_files(state.facts_, "shared memory", "/dev/shm");
    add_leases(state.facts_);
    add_processes(state.facts_);
    add_links(state.facts_);
    return state;
}

namespace {

/// A process that was there before may end by itself, and its lease with it; and every start tidies
/// up after a run that was killed before: its cgroups and its journal. Everything else must still
/// be there.
bool may_vanish(const std::string& fact) {
    return fact.rfind("process ", 0) == 0 || fact.rfind("lease ", 0) == 0 ||
           fact.rfind("cgroup ", 0) == 0 || fact.find("/runs/") != std::string::npos;
}

} // namespace

std::vector<std::string> HostState::difference(const HostState& later) const {
    std::vector<std::string> lines;
    for (const std::string& fact : later.facts_)
        if (facts_.count(fact) == 0)
            lines.push_back("+ " + fact);
    for (const std::string& fact : facts_)
        if (later.facts_.count(fact) == 0 && !may_vanish(fact))
            lines.push_back("- " + fact);
    return lines;
}

std::string left_behind(const HostState& before, std::chrono::milliseconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
        const std::vector<std::string> lines = before.difference(HostState::take());
        if (lines.empty())
            return {};
        if (std::chrono::steady_clock::now() >= until) {
            std::ostringstream text;
            for (const std::string& line : lines)
                text << line << '\n';
            return text.str();
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

} // namespace microbox::testing
