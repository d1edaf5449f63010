// SPDX-License-Identifier: MIT
#include "tests/faults/remains.hpp"

#include <cctype>
#include <filesystem>
#include <fstream>
#include <thread>

#include <net/if.h>
#include <sys/wait.h>

namespace microbox::faults {

namespace {

namespace fs = std::filesystem;
using Facts = std::set<std::string>;

/// What is known to stay: the state folder itself, and the file whose bytes are locked as leases.
bool stays(const std::string& path) {
    for (const char* const name :
         {"/microbox", "/microbox/runs", "/microbox/ids", "/microbox/shared"})
        if (path.ends_with(name))
            return true;
    return false;
}

void add_tree(Facts& facts, const std::string& top) {
    std::error_code failed;
    for (fs::recursive_directory_iterator
             it(top, fs::directory_options::skip_permission_denied, failed),
         end;
         !failed && it != end;
         it.increment(failed)) {
        std::error_code ignored;
        // The kernel's own files of a cgroup come and go with its directory.
        const bool of_cgroup = top.find("/sys/fs/cgroup") != std::string::npos;
        if ((!of_cgroup || it->is_directory(ignored)) && !stays(it->path()))
            facts.insert("file " + it->path().string());
    }
}

void add_processes(Facts& facts) {
    std::error_code failed;
    for (fs::directory_iterator it("/proc", failed), end; !failed && it != end;
         it.increment(failed)) {
        const std::string pid = it->path().filename();
        if (std::isdigit(static_cast<unsigned char>(pid.front())) == 0)
            continue;
        std::ifstream file(it->path() / "comm");
        std::string name;
        std::getline(file, name);
        facts.insert("process " + pid + " " + name);
    }
}

void add_lines(Facts& facts, const std::string& kind, const std::string& path) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);)
        facts.insert(kind + " " + line);
}

} // namespace

Remains Remains::take(pid_t seen_by) {
    // Orphans are ours: we are process 1.
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    Remains now;
    now.seen_by_ = seen_by;
    const std::string root = "/proc/" + std::to_string(seen_by) + "/root";
    add_processes(now.facts_);
    add_lines(now.facts_, "mount", "/proc/" + std::to_string(seen_by) + "/mountinfo");
    add_lines(now.facts_, "mount", "/proc/1/mountinfo");
    for (const char* const top : {"/run", "/dev/shm", "/sys/fs/cgroup"})
        add_tree(now.facts_, root + top);
    std::error_code failed;
    // The folder of state of who has no other; what else is there may be anybody's.
    for (const auto& entry : fs::directory_iterator(root + "/tmp", failed))
        if (const std::string name = entry.path().filename();
            name.starts_with("microbox-") &&
            name.find_first_not_of("0123456789", 9) == std::string::npos)
            add_tree(now.facts_, entry.path());
    if (struct if_nameindex* const links = ::if_nameindex()) {
        for (const struct if_nameindex* one = links; one->if_index != 0; ++one)
            now.facts_.insert(std::string("link ") + one->if_name);
        ::if_freenameindex(links);
    }
    return now;
}

std::string Remains::difference_to_now(std::chrono::milliseconds patience) const {
    const auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
        const Remains now = take(seen_by_);
        std::string lines;
        for (const std::string& fact : now.facts_)
            if (facts_.count(fact) == 0)
                lines += "+ " + fact + "\n";
        for (const std::string& fact : facts_)
            if (now.facts_.count(fact) == 0)
                lines += "- " + fact + "\n";
        if (lines.empty() || std::chrono::steady_clock::now() >= until)
            return lines;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

} // namespace microbox::faults
