// SPDX-License-Identifier: MIT
// What the command is: ids, environment, directory, session, clocks, limits; nothing of the caller.
#include "tests/support/caller.hpp"

#include <algorithm>

#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

/// Where the root is the host's there is no place for a mount of ours, and no need.
class Identity : public ::testing::TestWithParam<const char*> {
protected:
    [[nodiscard]] static std::vector<std::string> arguments(const std::vector<std::string>& options,
                                                            const std::string& verb) {
        const std::string root = GetParam();
        std::vector<std::string> all = {"--fs", root == "directory" ? rootfs() : root};
        all.insert(all.end(), options.begin(), options.end());
        if (root != "host")
            return probe_arguments(all, {verb});
        all.insert(all.end(), {"--", probe_path(), verb});
        return all;
    }
};

} // namespace

TEST_P(Identity, OfAUserHasItsIdsAndNoCapabilities) {
    MBX_NEEDS_ROOT();

    const Outcome ids = run(arguments({"--user", "1000:1001"}, "ids"));
    const Outcome caps = run(arguments({"--user", "1000:1001"}, "caps"));

    EXPECT_EQ(ids.value("uid"), "1000 1000 1000") << ids.describe();
    EXPECT_EQ(ids.value("gid"), "1001 1001 1001") << ids.describe();
    for (const char* const set : {"CapInh", "CapPrm", "CapEff", "CapAmb"})
        EXPECT_EQ(caps.value(set), "0000000000000000") << caps.describe();
}

TEST_P(Identity, OfAUserWithoutAGroupIsTheSameNumberTwice) {
    MBX_NEEDS_ROOT();

    const Outcome ids = run(arguments({"-u", "65534"}, "ids"));

    EXPECT_EQ(ids.value("uid"), "65534 65534 65534") << ids.describe();
    EXPECT_EQ(ids.value("gid"), "65534 65534 65534") << ids.describe();
}

TEST_P(Identity, HasNoSupplementaryGroups) {
    MBX_NEEDS_ROOT();

    const Outcome outcome =
        run_from("exec setpriv --groups 4,27,1000 \"$@\"", arguments({}, "ids"));

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.value("groups"), "") << outcome.describe();
}

INSTANTIATE_TEST_SUITE_P(Tmpfs, Identity, ::testing::Values("tmpfs"));
INSTANTIATE_TEST_SUITE_P(System, Identity, ::testing::Values("system"));
INSTANTIATE_TEST_SUITE_P(Host, Identity, ::testing::Values("host"));
INSTANTIATE_TEST_SUITE_P(Directory, Identity, ::testing::Values("directory"));

TEST(User, OutsideOfTheRangeOrByNameIsRefused) {
    MBX_NEEDS_ROOT();
    for (const char* const value : {"65536", "-1", "0:65536", "root", "1:", ":1", "", "1:2:3"}) {
        const Outcome outcome = run_probe({"--user", value}, {"ids"});
        EXPECT_EQ(outcome.code, 125) << value << outcome.describe();
        EXPECT_NE(outcome.err.find("--user"), std::string::npos) << value << outcome.describe();
        EXPECT_EQ(outcome.out, "") << value;
    }
}

TEST(Environment, IsTheDefaultsAndNothingOfTheCaller) {
    MBX_NEEDS_ROOT();
    Options how;
    how.environment = {{"SECRET", "1"}, {"LD_PRELOAD", "/x.so"}, {"LANG", "de_DE"}};

    const Outcome outcome = run_probe({}, {"env"}, how);

    std::vector<std::string> entries = outcome.values("env");
    std::sort(entries.begin(), entries.end());
    const std::vector<std::string> expected = {
        "HOME=/root",
        "LANG=C.UTF-8",
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "TERM=xterm",
        "container=microbox"};
    EXPECT_EQ(entries, expected) << outcome.describe();
}

TEST(Environment, TakesValuesCopiesAndFilesTheLastOneWins) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory folder;
    const std::string file = folder.file("vars", "# comment\nFROM_FILE=f=1\n\nBOTH=file\nEMPTY=\n");
    Options how;
    how.environment = {{"COPIED", "c d"}, {"NOT_COPIED", "x"}};

    const Outcome outcome = run_probe({"--env",
                                       "SET=a=b",
                                       "-e",
                                       "COPIED",
                                       "-e",
                                       "ABSENT",
                                       "--env-file",
                                       file,
                                       "-e",
                                       "BOTH=line",
                                       "-e",
                                       "HOME=/home/x"},
                                      {"env"},
                                      how);

    const std::vector<std::string> entries = outcome.values("env");
    const auto has = [&](const char* entry) {
        return std::count(entries.begin(), entries.end(), entry) == 1;
    };
    for (const char* const entry :
         {"SET=a=b", "COPIED=c d", "FROM_FILE=f=1", "BOTH=line", "EMPTY=", "HOME=/home/x"})
        EXPECT_TRUE(has(entry)) << entry << "\n" << outcome.describe();
    EXPECT_EQ(entries.size(), 5U + 5U) << outcome.describe();
}

TEST(Environment, RefusesAWrongNameAndAMissingFile) {
    MBX_NEEDS_ROOT();

    const Outcome name = run_probe({"--env", "1A=x"}, {"env"});
    const Outcome file = run_probe({"--env-file", "/no/such/file"}, {"env"});

    EXPECT_EQ(name.code, 125) << name.describe();
    EXPECT_NE(name.err.find("'1A'"), std::string::npos) << name.describe();
    EXPECT_EQ(file.code, 125) << file.describe();
    EXPECT_NE(file.err.find("/no/such/file"), std::string::npos) << file.describe();
}

TEST(Command, HasUmask022AndTheRootAsDirectoryWhateverTheCallerHas) {
    MBX_NEEDS_ROOT();

    const Outcome outcome =
        run_from("umask 077; cd /tmp; exec \"$@\"", shell_inside({}, "umask; pwd"));

    EXPECT_EQ(outcome.out, "0022\n/\n") << outcome.describe();
}

TEST(Command, HasASessionOfTheSandboxAndNoTerminal) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({}, {"session"});
    const Outcome alone = run_probe({"--no-init"}, {"session"});

    EXPECT_EQ(outcome.value("session"), "1") << outcome.describe();
    EXPECT_EQ(outcome.value("group"), outcome.value("pid")) << outcome.describe();
    EXPECT_EQ(outcome.value("tty"), "ENXIO") << outcome.describe();
    EXPECT_EQ(alone.value("session"), "1") << alone.describe();
}

TEST(Command, HasAKeyringOfItsOwn) {
    MBX_NEEDS_ROOT();
    // A session's keyring that the sandbox could inherit; where keyctl(2) is denied there is none.
    (void)::syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, 0);
    Options how;
    how.program = probe_path();

    const Outcome outside = run({"keyring"}, how);
    const Outcome inside = run_probe({"--allow-syscall", "keyctl"}, {"keyring"});

    // Without one of the session's there would be the user's: "_uid_ses.0".
    EXPECT_NE(inside.value("keyring").find(";_ses"), std::string::npos) << inside.describe();
    EXPECT_NE(inside.value("keyring").substr(0, inside.value("keyring").find(' ')),
              outside.value("keyring").substr(0, outside.value("keyring").find(' ')));
}

TEST(Command, IsNotShieldedFromTheOomKillerAsTheCallerIs) {
    MBX_NEEDS_ROOT();

    // A caller that may not shield itself (CAP_SYS_RESOURCE) offers itself: that is kept.
    const Outcome outcome = run_from("{ echo -500 || echo 300; } 2>&- >/proc/self/oom_score_adj; "
                                     "cat /proc/self/oom_score_adj; exec \"$@\"",
                                     probe_arguments({}, {"read", "/proc/self/oom_score_adj"}));

    EXPECT_TRUE(outcome.out == "-500\n0\n" || outcome.out == "300\n300\n") << outcome.describe();
}

TEST(Command, IsAsPoliteAsTheCaller) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_from("exec nice -n 7 \"$@\"", shell_inside({}, "nice"));

    EXPECT_EQ(outcome.out, "7\n") << outcome.describe();
}

TEST(Command, HasClocksThatBeginWithIt) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({}, {"uptime"});
    const Outcome file = run_probe({}, {"read", "/proc/uptime"});

    for (const char* const clock : {"boottime", "monotonic"})
        EXPECT_LT(std::stol(outcome.value(clock)), 20) << outcome.describe();
    EXPECT_LT(std::stod(file.out), 20) << file.describe();
}

TEST(Command, MakesNoCoreFiles) {
    MBX_NEEDS_ROOT();

    const Outcome outcome =
        run_from("ulimit -c unlimited; exec \"$@\"", probe_arguments({}, {"rlimit", "core"}));

    EXPECT_EQ(outcome.value("rlimit"), "core 0 0") << outcome.describe();
}

TEST(WorkingDirectory, IsTheOneThatWasAskedFor) {
    MBX_NEEDS_ROOT();

    EXPECT_EQ(run_probe({"--workdir", "/tmp"}, {"cwd"}).value("cwd"), "/tmp");
    EXPECT_EQ(run_probe({"-w", "/tmp/../etc/"}, {"cwd"}).value("cwd"), "/etc");
}

TEST(WorkingDirectory, ThatIsMissingIsAnErrorOfItsOwn) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({"--workdir", "/no/such"}, {"cwd"});

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_NE(outcome.err.find("--workdir: /no/such does not exist"), std::string::npos)
        << outcome.describe();
}

TEST(WorkingDirectory, ThatIsAFileIsAnErrorOfItsOwn) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({"--workdir", "/etc/hosts"}, {"cwd"});

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_NE(outcome.err.find("--workdir: /etc/hosts is not a directory"), std::string::npos)
        << outcome.describe();
}

TEST(WorkingDirectory, ThatTheUserMayNotEnterIsAnErrorOfItsOwn) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({"--user", "1000", "--workdir", "/root"}, {"cwd"});

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_NE(outcome.err.find("--workdir: /root cannot be entered"), std::string::npos)
        << outcome.describe();
}

TEST(WorkingDirectory, ThatIsRelativeIsRefused) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = run_probe({"--workdir", "tmp"}, {"cwd"});

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_NE(outcome.err.find("'tmp' is not an absolute path"), std::string::npos);
}

TEST(HostName, IsTheOneThatWasAskedForEverywhere) {
    MBX_NEEDS_ROOT();

    const Outcome outcome =
        run_shell({"--hostname", "box-7.example"},
                  "uname -n; cat /etc/hostname; grep -c box-7.example /etc/hosts");

    EXPECT_EQ(outcome.out, "box-7.example\nbox-7.example\n1\n") << outcome.describe();
}

TEST(HostName, IsGeneratedAndNeverTheHosts) {
    MBX_NEEDS_ROOT();
    char host[256] = "";
    ::gethostname(host, sizeof host - 1);

    const std::string first = run_probe({}, {"hostname"}).value("hostname");
    const std::string second = run_probe({}, {"hostname"}).value("hostname");

    EXPECT_NE(first, "");
    EXPECT_NE(first, host);
    EXPECT_NE(first, second);
}

TEST(HostName, ThatIsNoneIsRefusedByName) {
    MBX_NEEDS_ROOT();
    for (const std::string& name : {std::string(),
                                    std::string(65, 'a'),
                                    std::string("-a"),
                                    std::string("a-"),
                                    std::string("a_b"),
                                    std::string("a b"),
                                    std::string("a\nb"),
                                    std::string("a..b"),
                                    std::string("b\xc3\xa4r"),
                                    std::string("../x")}) {
        const Outcome outcome = run_probe({"--hostname", name}, {"hostname"});
        EXPECT_EQ(outcome.code, 125) << name << outcome.describe();
        EXPECT_NE(outcome.err.find("--hostname"), std::string::npos) << name << outcome.describe();
    }
}

} // namespace microbox::testing
