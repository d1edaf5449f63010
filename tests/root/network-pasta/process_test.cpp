// SPDX-License-Identifier: MIT
// The process of pasta: what it has, how it ends, and what is said when it cannot begin.
#include "tests/root/network-pasta/through_pasta.hpp"
#include "tests/support/outside.hpp"

#include <chrono>
#include <csignal>
#include <string>
#include <thread>

#include <signal.h>
#include <sys/stat.h>

namespace microbox::testing {

namespace {

class NetPastaProcess : public ThroughPasta {
protected:
    /// The pasta of this host's only sandbox; -1: there is none.
    pid_t pasta() {
        const Outcome outcome =
            lab().on_host("for p in /proc/[0-9]*; do read -r name <$p/comm || continue; "
                          "case $name in pas?[at]*) [ \"$(readlink $p/ns/net)\" = \"$(readlink "
                          "/proc/self/ns/net)\" ] "
                          "&& echo ${p#/proc/};; esac; done 2>/dev/null");
        return outcome.out.empty() ? -1 : std::stoi(outcome.out);
    }

    static bool goes(pid_t pid) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
        while (::kill(pid, 0) == 0) {
            if (std::chrono::steady_clock::now() > until)
                return false;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return true;
    }

    /// A start with these folders on the PATH.
    static Outcome run_with_path(const std::string& folders, const std::string& script) {
        std::vector<std::string> words = networked("pasta", {}, script);
        words.insert(words.begin(), {"PATH=" + folders, binary_path()});
        Options how;
        how.program = "/usr/bin/env";
        if (!through().empty()) {
            words.insert(words.begin(), how.program);
            how.program = through().front();
        }
        return run(words, how);
    }

    /// With a script of that content in the place of pasta.
    static Outcome run_instead(const std::string& content, const std::string& script) {
        const ScratchDirectory folder;
        const std::string file = folder.file("pasta", content);
        EXPECT_EQ(::chmod(file.c_str(), 0755), 0);
        return run_with_path(folder.path() + ":/usr/bin:/bin", script);
    }
};

} // namespace

TEST_F(NetPastaProcess, IsNotRootAndHoldsNothingOfOurs) {
    PastaBox box({}, {"peer:1000"});
    const std::string proc = "/proc/" + std::to_string(pasta());

    const Outcome seen = lab().on_host(
        "grep -E '^(Groups|NoNewPrivs|Seccomp):' " + proc + "/status; cat " + proc +
        "/environ | wc -c; readlink " + proc + "/cwd; ls -A " + proc + "/root/; ls -l " + proc +
        "/fd | grep -vE 'socket:|pipe:|anon_inode|net:|-> (/dev/net)?/tun$|total' ; "
        "[ \"$(readlink " +
        proc +
        "/ns/user)\" != \"$(readlink /proc/self/ns/user)\" ] && echo own user; "
        "[ \"$(readlink " +
        proc +
        "/ns/pid)\" != \"$(readlink /proc/self/ns/pid)\" ] && echo own pid; "
        "[ \"$(readlink " +
        proc + "/ns/user)\" != \"$(readlink /proc/" + std::to_string(box.inside()) +
        "/ns/user)\" ] && echo not the sandbox\\'s");

    EXPECT_EQ(
        seen.out,
        "Groups:\t \nNoNewPrivs:\t1\nSeccomp:\t2\n0\n/\nown user\nown pid\nnot the sandbox's\n")
        << seen.describe();
    for (const char* const ids : {"Uid", "Gid"}) {
        const std::string own = status_field(pasta(), ids);
        EXPECT_NE(own, "");
        EXPECT_NE(own, "0\t0\t0\t0") << ids;
        EXPECT_NE(own, status_field(box.running().pid(), ids)) << "the caller's " << ids;
        EXPECT_NE(own, status_field(box.inside(), ids)) << "the command's " << ids;
    }
}

TEST_F(NetPastaProcess, OfRootIsNobody) {
    PastaBox box({}, {"peer:1000"});

    EXPECT_EQ(status_field(pasta(), "Uid"), "65534\t65534\t65534\t65534");
    EXPECT_EQ(status_field(pasta(), "Gid"), "65534\t65534\t65534\t65534");
}

TEST_F(NetPastaProcess, EndsWithTheSandbox) {
    PastaBox box({}, {"peer:1000"});
    const pid_t pid = pasta();
    ASSERT_GT(pid, 0);

    EXPECT_EQ(box.end().code, 128 + SIGTERM);

    EXPECT_NE(::kill(pid, 0), 0) << "it is gone before microbox is";
}

TEST_F(NetPastaProcess, EndsWithASupervisorThatIsKilled) {
    PastaBox box({"-p", "8080:1000"}, {"peer:1000"});
    const pid_t pid = pasta();
    ASSERT_GT(pid, 0);

    box.running().signal(SIGKILL);
    (void)box.running().finish();

    EXPECT_TRUE(goes(pid));
    EXPECT_EQ(run({"gc"}).code, 0);
}

TEST_F(NetPastaProcess, IsInTheJournal) {
    PastaBox box({}, {"peer:1000"});
    const std::string journal = lab().on_host("cat /run/microbox/runs/*").out;
    EXPECT_NE(journal.find("pasta " + std::to_string(pasta()) + " "), std::string::npos) << journal;
}

TEST_F(NetPastaProcess, TheRunEndsWhenItDies) {
    PastaBox box({}, {"peer:1000"});
    const pid_t pid = pasta();
    ASSERT_GT(pid, 0);

    ASSERT_EQ(::kill(pid, SIGKILL), 0);
    const Outcome outcome = box.running().finish();

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_NE(outcome.err.find("pasta was killed by signal 9"), std::string::npos) << outcome.err;
}

TEST_F(NetPastaProcess, ThatIsMissingIsSaidByThePackagesName) {
    const ScratchDirectory folder;

    EXPECT_EQ(
        not_refused(run_with_path(folder.path(), "echo started"), {"no program pasta", "passt"}),
        "");
}

TEST_F(NetPastaProcess, ItsErrorIsShown) {
    EXPECT_EQ(not_refused(run_instead("#!/bin/sh\necho a warning >&2\n"
                                      "echo 'pasta: it is all wrong' >&2\nexit 3\n",
                                      "echo started"),
                          {"pasta has ended with code 3: it is all wrong"}),
              "");
    EXPECT_EQ(not_refused(
                  run_instead("#!/bin/sh\nexec /usr/bin/pasta --mtu 1500 \"$@\"\n", "echo started"),
                  {"pasta has ended with code 1: Multiple --mtu options given"}),
              "");
}

TEST_F(NetPastaProcess, ThatIsNoProgramIsAnError) {
    EXPECT_EQ(
        not_refused(run_instead("#!/nowhere/sh\n", "echo started"), {"pasta", "No such file"}), "");
}

TEST_F(NetPastaProcess, ThatTalksMuchDoesNotStandStill) {
    const Outcome outcome =
        run_instead("#!/bin/sh\n"
                    "(i=0; while [ $i -lt 3000 ]; do i=$((i+1)); "
                    "echo 'a line of some length, to fill a pipe with' >&2; done) &\n"
                    "exec /usr/bin/pasta \"$@\"\n",
                    "sleep 0.5; exec python3 /lab/client.py reach tcp,198.51.100.10,1000");

    EXPECT_EQ(outcome.out, "tcp,198.51.100.10,1000 internet 203.0.113.2\n") << outcome.describe();
}

} // namespace microbox::testing
