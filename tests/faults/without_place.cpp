// SPDX-License-Identifier: MIT
// without-place NAME PROGRAM ARG...: as root, runs a program on a host whose root lacks one
// directory: a tmpfs with everything else bound below it, entered with pivot_root(2).
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

/// A place that is there in any case.
constexpr const char* stage = "/mnt";

bool bind_all_but(const std::string& missing) {
    for (const auto& entry : fs::directory_iterator("/")) {
        const std::string name = entry.path().filename();
        const std::string target = std::string(stage) + "/" + name;
        if (name == missing || name == "mnt")
            continue;
        if (entry.is_symlink()) {
            fs::copy_symlink(entry.path(), target);
        } else if (entry.is_directory()) {
            if (::mkdir(target.c_str(), 0755) < 0 ||
                ::mount(entry.path().c_str(), target.c_str(), nullptr, MS_BIND | MS_REC, nullptr) <
                    0)
                return false;
        }
    }
    return true;
}

} // namespace

int main(int count, char** words) {
    if (count < 3)
        return 99;
    const bool ready = ::unshare(CLONE_NEWNS) == 0 &&
                       ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                       ::mount("tmpfs", stage, "tmpfs", 0, "mode=755") == 0 &&
                       bind_all_but(words[1]) && ::chdir(stage) == 0 &&
                       ::syscall(SYS_pivot_root, ".", ".") == 0 &&
                       ::umount2(".", MNT_DETACH) == 0 && ::chdir("/") == 0;
    if (ready)
        ::execv(words[2], words + 2);
    std::perror("without-place");
    return 98;
}
