// SPDX-License-Identifier: MIT
// A place to be hostile in: a process with a user and a mount namespace of its own, in it a tmpfs
// with a root for the executor and a directory beside it that must stay as it is.
#pragma once

#include "core/child/execute.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace microbox::child::testing {

class OwnNamespaces : public ::testing::Test {
protected:
    OwnNamespaces() {
        std::string name = std::filesystem::temp_directory_path() / "microbox-userns-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr)
            std::abort();
        place_ = name;
        if (::geteuid() == 0 && ::chown(place_.c_str(), nobody, nobody) != 0)
            std::abort();
    }

    ~OwnNamespaces() override { ::rmdir(place_.c_str()); }

    /// Runs the checks in the namespaces; their failures are this test's.
    template <class Checks>
    void inside(Checks checks) {
        std::fflush(nullptr);
        const pid_t child = ::fork();
        if (child == 0) {
            if (!enter())
                ::_exit(skipped);
            checks();
            std::fflush(nullptr);
            ::_exit(HasFailure() ? 1 : 0);
        }
        int status = -1;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFEXITED(status)) << "the process was ended by a signal";
        if (WEXITSTATUS(status) == skipped)
            GTEST_SKIP() << "needs user namespaces for " << ::geteuid();
        EXPECT_EQ(WEXITSTATUS(status), 0) << "see above";
    }

    [[nodiscard]] std::string root(const std::string& path = {}) const {
        return place_ + "/root" + path;
    }

    [[nodiscard]] std::string outside(const std::string& path = {}) const {
        return place_ + "/outside" + path;
    }

    [[nodiscard]] const std::string& place() const { return place_; }

    static void link(const std::string& to, const std::string& path) {
        ASSERT_EQ(::symlink(to.c_str(), path.c_str()), 0) << path;
    }

    static void put(const std::string& path, const std::string& content) {
        std::ofstream(path) << content;
    }

    static std::string text_of(const std::string& path) {
        std::ifstream file(path);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    static bool is_link(const std::string& path) {
        struct stat status {};

        return ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
    }

    static bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

    Registers registers_;

private:
    static constexpr int skipped = 77;
    static constexpr unsigned nobody = 65534;

    /// An executor with a fault in it acts on the host: root of the host must not be who runs it.
    static bool give_up_root() {
        return ::geteuid() != 0 ||
               (::setgroups(0, nullptr) == 0 && ::setresgid(nobody, nobody, nobody) == 0 &&
                ::setresuid(nobody, nobody, nobody) == 0 && ::prctl(PR_SET_DUMPABLE, 1) == 0);
    }

    bool enter() {
        if (!give_up_root())
            return false;
        const std::string uid = "0 " + std::to_string(::geteuid()) + " 1\n";
        const std::string gid = "0 " + std::to_string(::getegid()) + " 1\n";
        if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
            return false;
        put("/proc/self/setgroups", "deny");
        put("/proc/self/uid_map", uid);
        put("/proc/self/gid_map", gid);
        if (::mount(nullptr, "/", nullptr, MS_PRIVATE | MS_REC, nullptr) < 0 ||
            ::mount("tmpfs", place_.c_str(), "tmpfs", 0, nullptr) < 0)
            return false;
        for (const std::string& directory : {root(), root("/etc"), outside()})
            if (::mkdir(directory.c_str(), 0755) < 0)
                return false;
        put(outside("/file"), "untouched");
        registers_.root = ::open(root().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
        registers_.store = ::open(place_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
        return registers_.root >= 0 && registers_.store >= 0;
    }

    std::string place_;
};

} // namespace microbox::child::testing
