// SPDX-License-Identifier: MIT
// limit-cgroup on the real kernel, v1 or v2 as the host has it: made, entered, verified, counted,
// removed, also when something still lives in it.
#include "tests/support/fake_session.hpp"
#include "tests/support/plugin_under_test.hpp"

#include <microbox/sys/file.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <linux/sched.h>
#include <linux/securebits.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace microbox;
namespace fs = std::filesystem;

class CgroupOnThisHost : public ::testing::Test {
protected:
    void SetUp() override {
        if (::geteuid() != 0)
            GTEST_SKIP() << "needs root, to make a cgroup";
        // A name that no other run of these tests has.
        std::string id = std::to_string(::getpid());
        while (id.size() < 12)
            id.insert(0, "t");
        session_.id = id;
        plugin_ = test::make_plugin();
    }

    void TearDown() override {
        if (!plugin_)
            return;
        end_child();
        EXPECT_TRUE(cleanup().ok());
        for (const std::string& entry : session_.entries)
            EXPECT_FALSE(fs::exists(entry)) << entry;
    }

    sdk::Facts look_up(const sdk::Request& request) {
        sdk::Facts facts;
        for (int round = 0; round < 4; ++round)
            for (const auto& query : plugin_->ask(request, facts)) {
                sdk::PathFact fact;
                auto text = sys::read_file(query.subject);
                fact.exists = text.ok();
                if (text.ok())
                    fact.text = *text;
                facts.put(query, fact);
            }
        return facts;
    }

    void plan(const std::string& option = "", const std::string& value = "") {
        auto request = test::default_request();
        if (!option.empty())
            test::give(request, option, value);
        auto fragment = plugin_->plan(request, look_up(request));
        ASSERT_TRUE(fragment.ok()) << fragment.error().what;
        fragment_ = *fragment;
    }

    void prepare(const std::string& option = "", const std::string& value = "") {
        ASSERT_NO_FATAL_FAILURE(plan(option, value));
        // The journal must name what does not exist yet.
        session_.on_journal = [](const std::string& entry) { EXPECT_FALSE(fs::exists(entry)); };
        auto prepared = plugin_->prepare(session_);
        ASSERT_TRUE(prepared.ok()) << prepared.error().what;
        for (const auto& slot : fragment_.slots)
            ASSERT_TRUE(static_cast<bool>(session_.slots[slot.name])) << slot.name;
    }

    /// A child inside, by the way that the plan says; it runs `body` and exits with what it
    /// returns.
    /// With a lease it is born in a user namespace, under that effective id of the parent.
    void start(const std::function<int()>& body, uid_t lease = 0) {
        int entered[2];
        ASSERT_EQ(::pipe2(entered, O_CLOEXEC), 0);
        clone_args args{};
        args.exit_signal = SIGCHLD;
        if (fragment_.birth_cgroup) {
            args.flags = CLONE_INTO_CGROUP | CLONE_NEWCGROUP;
            args.cgroup = static_cast<__u64>(session_.slots[fragment_.birth_cgroup->name].get());
        }
        if (lease != 0) {
            args.flags |= CLONE_NEWUSER;
            ASSERT_EQ(::prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0), 0);
            ASSERT_EQ(::syscall(SYS_setresuid, -1, lease, -1), 0);
        }
        child_ = static_cast<pid_t>(::syscall(SYS_clone3, &args, sizeof args));
        const int error = errno;
        if (lease != 0 && child_ != 0) {
            ASSERT_EQ(::syscall(SYS_setresuid, -1, 0, -1), 0);
            ASSERT_EQ(::prctl(PR_SET_SECUREBITS, 0, 0, 0, 0), 0);
        }
        ASSERT_GE(child_, 0) << std::strerror(error);
        if (child_ == 0) {
            for (const auto& placed : fragment_.steps) {
                if (const auto* write = std::get_if<sdk::WriteDescriptor>(&placed.step)) {
                    if (::write(session_.slots[write->slot.name].get(), "0", 1) != 1)
                        ::_exit(99);
                } else if (const auto* unshare = std::get_if<sdk::Unshare>(&placed.step)) {
                    if (::unshare(unshare->types) != 0)
                        ::_exit(98);
                }
            }
            if (::write(entered[1], "x", 1) != 1)
                ::_exit(97);
            ::_exit(body());
        }
        ::close(entered[1]);
        char byte = 0;
        ASSERT_EQ(::read(entered[0], &byte, 1), 1);
        ::close(entered[0]);
        session_.command = child_;
    }

    int wait_child() {
        int status = 0;
        while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
        }
        child_ = -1;
        return status;
    }

    void end_child() {
        if (child_ <= 0)
            return;
        ::kill(child_, SIGKILL);
        wait_child();
    }

    sdk::Result<void> cleanup() {
        return test::make_plugin()->cleanup({session_.id, session_.newest_first()}, session_.log_);
    }

    [[nodiscard]] bool is_v2() const { return fragment_.birth_cgroup.has_value(); }

    static int sleep_forever() {
        for (;;)
            ::pause();
    }

    test::FakeSession session_;
    test::PluginUnderTest plugin_{};
    sdk::Fragment fragment_;
    pid_t child_ = -1;
};

TEST_F(CgroupOnThisHost, LimitsAreHeldAndTheCommandIsInside) {
    ASSERT_NO_FATAL_FAILURE(prepare("cpus", "0.5"));
    ASSERT_NO_FATAL_FAILURE(start(sleep_forever));
    auto verified = plugin_->verify(session_);
    EXPECT_TRUE(verified.ok()) << verified.error().what;
    end_child();
    test::FakeReport report;
    plugin_->exited(session_, report);
    EXPECT_EQ(report.limits["cpus"], "0.5");
    EXPECT_EQ(report.limits["memory_bytes"], "1073741824");
    EXPECT_EQ(report.limits["pids"], "512");
    EXPECT_EQ(report.integers.at("oom_kills"), 0);
    EXPECT_GE(report.integers.at("memory_peak_bytes"), 0);
    EXPECT_TRUE(report.reasons.empty());
}

TEST_F(CgroupOnThisHost, TheCommandSeesItsCgroupAsTheRoot) {
    ASSERT_NO_FATAL_FAILURE(prepare());
    const std::string name = "microbox-" + session_.id;
    const bool v2 = is_v2();
    ASSERT_NO_FATAL_FAILURE(start([&] {
        const auto own = sys::read_file("/proc/self/cgroup");
        if (!own.ok() || own->find(name) != std::string::npos)
            return 1;
        if (v2)
            return own->find("0::/\n") == std::string::npos ? 2 : 0;
        return own->find(":pids:/\n") == std::string::npos ? 3 : 0;
    }));
    EXPECT_EQ(wait_child(), 0);
}

TEST_F(CgroupOnThisHost, AChildInAUserNamespaceOfALeaseComesInside) {
    ASSERT_NO_FATAL_FAILURE(prepare());
    ASSERT_NO_FATAL_FAILURE(start(sleep_forever, 700000));
    auto verified = plugin_->verify(session_);
    EXPECT_TRUE(verified.ok()) << verified.error().what;
}

TEST_F(CgroupOnThisHost, ACommandOutsideFailsVerification) {
    ASSERT_NO_FATAL_FAILURE(prepare());
    session_.command = ::getpid();
    auto verified = plugin_->verify(session_);
    ASSERT_FALSE(verified.ok());
    EXPECT_NE(verified.error().what.find("instead of /microbox-" + session_.id), std::string::npos)
        << verified.error().what;
}

TEST_F(CgroupOnThisHost, AChangedLimitFailsVerification) {
    ASSERT_NO_FATAL_FAILURE(prepare("pids", "64"));
    ASSERT_NO_FATAL_FAILURE(start(sleep_forever));
    ASSERT_TRUE(plugin_->verify(session_).ok());
    const std::string group = session_.entries.back();
    ASSERT_TRUE(sys::write_file_at(AT_FDCWD, group + "/pids.max", "65").ok());
    auto verified = plugin_->verify(session_);
    ASSERT_FALSE(verified.ok());
    EXPECT_EQ(verified.error().what, "pids.max is 65 instead of 64");
}

TEST_F(CgroupOnThisHost, TooManyProcessesAreRefused) {
    ASSERT_NO_FATAL_FAILURE(prepare("pids", "4"));
    ASSERT_NO_FATAL_FAILURE(start([] {
        int made = 0;
        for (int i = 0; i < 8; ++i) {
            const pid_t pid = ::fork();
            if (pid == 0)
                sleep_forever();
            if (pid > 0)
                ++made;
        }
        return made;
    }));
    const int status = wait_child();
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 3);
    // The three that are left are killed by the clean-up, which TearDown checks.
}

TEST_F(CgroupOnThisHost, TooMuchMemoryEndsTheCommandAndIsReported) {
    ASSERT_NO_FATAL_FAILURE(prepare("memory", "16M"));
    ASSERT_NO_FATAL_FAILURE(start([] {
        constexpr std::size_t size = 64U << 20U;
        void* memory = ::mmap(nullptr,
                              size,
                              PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE,
                              -1,
                              0);
        if (memory == MAP_FAILED)
            return 1;
        std::memset(memory, 1, size);
        return 0;
    }));
    const int status = wait_child();
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
    test::FakeReport report;
    plugin_->exited(session_, report);
    EXPECT_GE(report.integers.at("oom_kills"), 1);
    EXPECT_EQ(report.reasons, std::vector<std::string>{"oom"});
    EXPECT_LE(report.integers.at("memory_peak_bytes"), 16 << 20);
    EXPECT_GT(report.integers.at("memory_peak_bytes"), 8 << 20);
}

TEST_F(CgroupOnThisHost, ABusyLoopIsThrottled) {
    ASSERT_NO_FATAL_FAILURE(prepare("cpus", "0.1"));
    ASSERT_NO_FATAL_FAILURE(start([] {
        const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(600);
        while (std::chrono::steady_clock::now() < end) {
        }
        return 0;
    }));
    EXPECT_EQ(wait_child(), 0);
    test::FakeReport report;
    plugin_->exited(session_, report);
    EXPECT_GT(report.numbers.at("throttled_seconds"), 0.1);
}

TEST_F(CgroupOnThisHost, CleanupKillsWhatIsLeftAlsoInGroupsBelow) {
    ASSERT_NO_FATAL_FAILURE(prepare());
    ASSERT_NO_FATAL_FAILURE(start([] {
        // Survivors of the command, reaped by whoever adopts them.
        for (int i = 0; i < 3; ++i)
            if (::fork() == 0)
                sleep_forever();
        return 0;
    }));
    EXPECT_EQ(wait_child(), 0);
    const fs::path group = session_.entries.back();
    fs::create_directories(group / "below" / "deeper");
    const auto before = std::chrono::steady_clock::now();
    auto cleaned = cleanup();
    EXPECT_TRUE(cleaned.ok()) << cleaned.error().what;
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(2));
    EXPECT_FALSE(fs::exists(group));
    EXPECT_TRUE(cleanup().ok());
}

TEST_F(CgroupOnThisHost, CleanupBearsAPrepareThatNeverFinished) {
    ASSERT_NO_FATAL_FAILURE(plan());
    session_.refuse_journal = true;
    EXPECT_FALSE(plugin_->prepare(session_).ok());
    EXPECT_TRUE(session_.entries.empty());
    session_.refuse_journal = false;
    ASSERT_TRUE(plugin_->prepare(session_).ok());
    // A second run of the same name finds the first one's group and says who takes it away.
    auto again = plugin_->prepare(session_);
    ASSERT_FALSE(again.ok());
    EXPECT_NE(again.error().hint.find("microbox gc"), std::string::npos);
}

} // namespace
