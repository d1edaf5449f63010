// SPDX-License-Identifier: MIT
// Packages and accounts in a Debian root file system that a plain user has unpacked as ./dev rootfs
// does.
#include "tests/support/local_package.hpp"
#include "tests/support/plain_user.hpp"

namespace microbox::testing {

namespace {

/// Its files have the sandbox's ids: root is the caller, the others are its subordinate ids.
class OwnDebian {
public:
    OwnDebian() {
        unpacked_ = inside({"--fs",
                            "system",
                            "--mount-ro",
                            rootfs_archive() + ":/rootfs.tar",
                            "--mount-rw",
                            folder_.path() + ":/out",
                            "--",
                            "tar",
                            "-C",
                            "/out",
                            "-xpf",
                            "/rootfs.tar"});
    }

    OwnDebian(const OwnDebian&) = delete;
    OwnDebian& operator=(const OwnDebian&) = delete;
    OwnDebian(OwnDebian&&) = delete;
    OwnDebian& operator=(OwnDebian&&) = delete;

    /// What belongs to subordinate ids is removed by them.
    ~OwnDebian() {
        static_cast<void>(inside({"--fs",
                                  "system",
                                  "--mount-rw",
                                  folder_.path() + ":/out",
                                  "--",
                                  "find",
                                  "/out",
                                  "-mindepth",
                                  "1",
                                  "-delete"}));
    }

    [[nodiscard]] const Outcome& unpacked() const { return unpacked_; }

    [[nodiscard]] const std::string& path() const { return folder_.path(); }

    [[nodiscard]] Outcome shell(const std::string& script,
                                std::vector<std::string> options = {}) const {
        options.insert(options.end(), {"--fs", path(), "--", "sh", "-euc", script});
        return inside(options);
    }

private:
    static Outcome inside(const std::vector<std::string>& arguments) {
        Options with_time;
        with_time.timeout = std::chrono::seconds(60);
        return run(arguments, with_time);
    }

    ScratchDirectory folder_;
    Outcome unpacked_;
};

} // namespace

TEST(UserPackages, AreInstalledWithTheirScriptsAndPurged) {
    MBX_NEEDS_PLAIN_USER();
    const OwnDebian debian;
    ASSERT_EQ(debian.unpacked().code, 0) << debian.unpacked().describe();
    const LocalPackage package;
    ASSERT_EQ(package.built().code, 0) << package.built().describe();

    const Outcome outcome =
        debian.shell("apt-get install -y -qq --no-install-recommends /tmp/p.deb >/tmp/log 2>&1 "
                     "|| { cat /tmp/log; exit 9; }\n"
                     "stat -c 'directory %U %G %a' /var/lib/mbx-sample\n"
                     "stat -c 'file %U' /usr/lib/mbx-sample/data\n"
                     "dpkg -P mbx-sample >/tmp/log 2>&1 || { cat /tmp/log; exit 8; }\n"
                     "test ! -e /usr/lib/mbx-sample && echo removed yes\n",
                     {"--mount-ro", package.file() + ":/tmp/p.deb"});

    ASSERT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.value("directory"), "mbx-sample mbx-sample 2750") << outcome.describe();
    EXPECT_EQ(outcome.value("file"), "mbx-sample") << outcome.describe();
    EXPECT_EQ(outcome.value("removed"), "yes") << outcome.describe();
}

TEST(UserPackages, ThoseOfTheRootCanBeRemovedAndUnpackedAgain) {
    MBX_NEEDS_PLAIN_USER();
    const OwnDebian debian;
    ASSERT_EQ(debian.unpacked().code, 0) << debian.unpacked().describe();

    // Its directories are of the lower layer.
    const Outcome outcome = debian.shell(
        "ls /usr/share/doc/gpgv | wc -l | sed 's/^/before /'\n"
        "dpkg --purge --force-all gpgv >/tmp/log 2>&1 || { cat /tmp/log; exit 8; }\n"
        "test ! -e /usr/bin/gpgv && test ! -e /usr/share/doc/gpgv && echo removed yes\n"
        "mkdir /usr/share/doc/gpgv && ls /usr/share/doc/gpgv | wc -l | sed 's/^/again /'\n"
        "stat -c 'shadow %U %G %a' /etc/shadow\n");

    ASSERT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_NE(outcome.value("before"), "0") << outcome.describe();
    EXPECT_EQ(outcome.value("removed"), "yes") << outcome.describe();
    EXPECT_EQ(outcome.value("again"), "0") << outcome.describe();
    EXPECT_EQ(outcome.value("shadow"), "root shadow 640") << outcome.describe();
    EXPECT_TRUE(std::filesystem::exists(debian.path() + "/usr/bin/gpgv"));
}

TEST(UserPackages, AnAccountIsMadeAndWorks) {
    MBX_NEEDS_PLAIN_USER();
    const OwnDebian debian;
    ASSERT_EQ(debian.unpacked().code, 0) << debian.unpacked().describe();

    const Outcome outcome = debian.shell("useradd -m -u 2345 worker\n"
                                         "adduser --quiet --system daemon-of-mine\n"
                                         "stat -c 'home %U %u' /home/worker\n"
                                         "su worker -c 'touch ~/mine; id -un | sed s/^/as\\ /'\n"
                                         "stat -c 'made %U' /home/worker/mine\n"
                                         "id -u daemon-of-mine >/dev/null && echo system yes\n");

    ASSERT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.value("home"), "worker 2345") << outcome.describe();
    EXPECT_EQ(outcome.value("as"), "worker") << outcome.describe();
    EXPECT_EQ(outcome.value("made"), "worker") << outcome.describe();
    EXPECT_EQ(outcome.value("system"), "yes") << outcome.describe();
}

} // namespace microbox::testing
