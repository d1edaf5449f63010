// SPDX-License-Identifier: MIT
// The work of an administrator in a Debian root file system: packages, accounts, archives.
#include "tests/support/local_package.hpp"
#include "tests/support/sandbox.hpp"

#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

Outcome shell(const std::string& script, std::vector<std::string> options = {}) {
    options.insert(options.end(), {"--fs", rootfs(), "--", "sh", "-euc", script});
    Options with_time;
    with_time.timeout = std::chrono::seconds(60);
    return run(options, with_time);
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST(Packages, AptInstallsALocalOneWithItsMaintainerScripts) {
    MBX_NEEDS_ROOT();
    const LocalPackage package;
    ASSERT_EQ(package.built().code, 0) << package.built().describe();

    const Outcome outcome = shell(
        "apt-get install -y -qq --no-install-recommends /tmp/mbx-sample.deb >/tmp/apt.log 2>&1 "
        "|| { cat /tmp/apt.log; exit 9; }\n"
        "dpkg -s mbx-sample | grep Status\n"
        "stat -c 'directory %U %G %a' /var/lib/mbx-sample\n"
        "stat -c 'file %U' /usr/lib/mbx-sample/data\n",
        {"--mount-ro", package.file() + ":/tmp/mbx-sample.deb"});

    ASSERT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_TRUE(has(outcome.out, "Status: install ok installed")) << outcome.describe();
    EXPECT_EQ(outcome.value("directory"), "mbx-sample mbx-sample 2750") << outcome.describe();
    EXPECT_EQ(outcome.value("file"), "mbx-sample") << outcome.describe();
    EXPECT_FALSE(std::filesystem::exists(rootfs() + "/var/lib/mbx-sample"));
}

TEST(Packages, DpkgInstallsListsAndRemoves) {
    MBX_NEEDS_ROOT();
    const LocalPackage package;
    ASSERT_EQ(package.built().code, 0) << package.built().describe();

    const Outcome outcome = shell("dpkg -i /tmp/p.deb >/dev/null 2>&1\n"
                                  "dpkg -l mbx-sample | tail -n 1\n"
                                  "dpkg -P mbx-sample >/dev/null 2>&1\n"
                                  "test ! -e /usr/lib/mbx-sample && echo removed\n"
                                  "dpkg -l | grep -c ^ii\n",
                                  {"--mount-ro", package.file() + ":/tmp/p.deb"});

    ASSERT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_TRUE(has(outcome.out, "ii  mbx-sample")) << outcome.describe();
    EXPECT_TRUE(has(outcome.out, "removed\n")) << outcome.describe();
}

TEST(Accounts, UseraddMakesAUserWhoCanWork) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = shell("useradd -m -u 2345 worker\n"
                                  "groupadd crew && usermod -aG crew worker\n"
                                  "echo 'worker:secret' | chpasswd\n"
                                  "stat -c 'home %U %u' /home/worker\n"
                                  "su worker -c 'echo \"as $(id -un) $(id -Gn)\"; touch ~/mine'\n"
                                  "stat -c 'made %U' /home/worker/mine\n"
                                  "grep -c '^worker:\\$' /etc/shadow\n");

    ASSERT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.value("home"), "worker 2345") << outcome.describe();
    EXPECT_EQ(outcome.value("as"), "worker worker crew") << outcome.describe();
    EXPECT_EQ(outcome.value("made"), "worker") << outcome.describe();
}

TEST(Archives, TarKeepsOwnersModesAndLinks) {
    MBX_NEEDS_ROOT();

    const Outcome outcome =
        shell("mkdir /tmp/t && cd /tmp/t\n"
              "echo x > a && chown 33:8 a && chmod 4755 a && ln a hard && ln -s a soft\n"
              "tar -C /tmp -cf /tmp/t.tar t\n"
              "mkdir /tmp/out && tar -C /tmp/out -xpf /tmp/t.tar\n"
              "stat -c 'file %u %g %a %h' /tmp/out/t/a\n"
              "readlink /tmp/out/t/soft\n"
              "tar -C / -cf - etc usr/share/doc | tar -tf - | wc -l\n");

    ASSERT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.value("file"), "33 8 4755 2") << outcome.describe();
}

TEST(Archives, OwnersOfTheRootFileSystemAreTheirOwn) {
    MBX_NEEDS_ROOT();

    const Outcome outcome = shell("stat -c 'shadow %U %G %a' /etc/shadow\n"
                                  "stat -c 'games %U' /etc/passwd\n"
                                  "find / -xdev -type f -user nobody | wc -l\n");

    ASSERT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.value("shadow"), "root shadow 640") << outcome.describe();
    EXPECT_TRUE(has(outcome.out, "\n0\n")) << outcome.describe();
}

} // namespace microbox::testing
