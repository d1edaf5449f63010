// SPDX-License-Identifier: MIT
// What --fs system takes from hosts of different make, and that it takes nothing else.
#include "tests/support/fake_host.hpp"
#include "tests/support/fragment_text.hpp"

#include <gtest/gtest.h>

namespace microbox::tests {

namespace {

/// A Debian 12: merged /usr, the time zone a link.
FakeHost debian() {
    FakeHost host;
    host.directory("/usr", {"bin", "lib"})
        .link("/bin", "usr/bin", "/usr/bin")
        .link("/sbin", "usr/sbin", "/usr/sbin")
        .link("/lib", "usr/lib", "/usr/lib")
        .link("/lib64", "usr/lib64", "/usr/lib64")
        .directory("/etc",
                   {"alternatives", "java-17-openjdk", "javascript", "passwd", "shadow", "ssl"})
        .directory("/etc/alternatives", {"awk"})
        .directory("/etc/java-17-openjdk", {"jvm-amd64.cfg"})
        .directory("/etc/javascript", {})
        .directory("/etc/ssl", {"certs", "private"})
        .directory("/etc/ssl/private", {})
        .directory("/etc/ssl/certs", {"ca-certificates.crt"})
        .directory("/home", {"ann"})
        .file("/etc/ld.so.cache")
        .file("/etc/passwd")
        .file("/etc/shadow")
        .link("/etc/localtime",
              "/usr/share/zoneinfo/Etc/UTC",
              "/usr/share/zoneinfo/Etc/UTC",
              FakeHost::Type::file);
    return host;
}

/// The lines without the account files, which other tests hold.
std::string text_of(const sdk::Fragment& fragment) {
    sdk::Fragment shown = fragment;
    std::erase_if(shown.steps, [](const sdk::PlacedStep& placed) {
        return std::holds_alternative<sdk::File>(placed.step);
    });
    return fragment_text(shown);
}

bool says(const std::string& text, const std::string& word) {
    return text.find(word) != std::string::npos;
}

} // namespace

TEST(FsSystem, TakesProgramsAndSettingsOfAMergedHost) {
    const auto planned = plan_on(debian(), request_with());

    ASSERT_TRUE(planned.ok()) << planned.error().what;
    EXPECT_EQ(
        text_of(*planned),
        "claim: root\n"
        "storage: 536870912 bytes [default]\n"
        "assemble: mount / = storage root 0755 ro,nosuid,nodev [default]\n"
        "assemble: mount /usr = bind /usr recursive keep ro,nosuid,nodev [default]\n"
        "assemble: symlink /bin -> usr/bin [default]\n"
        "assemble: symlink /sbin -> usr/sbin [default]\n"
        "assemble: symlink /lib -> usr/lib [default]\n"
        "assemble: symlink /lib64 -> usr/lib64 [default]\n"
        "assemble: mount /etc/ld.so.cache = bind /etc/ld.so.cache recursive as-is ro,nosuid,nodev "
        "[default]\n"
        "assemble: mount /etc/alternatives = bind /etc/alternatives recursive as-is "
        "ro,nosuid,nodev "
        "[default]\n"
        "assemble: mount /etc/ssl/certs = bind /etc/ssl/certs recursive as-is ro,nosuid,nodev "
        "[default]\n"
        "assemble: symlink /etc/localtime -> /usr/share/zoneinfo/Etc/UTC [default]\n"
        "assemble: mount /etc/java-17-openjdk = bind /etc/java-17-openjdk recursive as-is "
        "ro,nosuid,nodev [default]\n"
        "assemble: mount /root = storage home 0700 rw,nosuid,nodev [default]\n"
        "assemble: mount /var/tmp = storage var-tmp 01777 rw,nosuid,nodev [default]\n"
        "assemble: directory /sys 0555 [default]\n"
        "inside: mount /sys = new sysfs ro,nosuid,nodev,noexec [default]\n"
        "inside: mask /sys/firmware [default]\n"
        "inside: mask /sys/devices/virtual/powercap [default]\n");
}

TEST(FsSystem, BringsAccountsOfItsOwn) {
    sdk::Request request = request_with();
    request.user = 1000;

    const auto planned = plan_on(debian(), request);

    ASSERT_TRUE(planned.ok());
    const std::string text = fragment_text(*planned);
    EXPECT_TRUE(says(text, "file /etc/passwd 0644 \"root:x:0:0:")) << text;
    EXPECT_TRUE(says(text, "\\nuser:x:1000:0:")) << text;
    EXPECT_FALSE(says(text, "bind /etc/passwd")) << text;
}

TEST(FsSystem, BindsTheDirectoriesOfAHostThatIsNotMerged) {
    FakeHost host;
    host.directory("/usr", {"bin"}).directory("/bin", {"sh"}).directory("/lib", {"libc.so.6"});

    const auto planned = plan_on(host, request_with());

    ASSERT_TRUE(planned.ok());
    const std::string text = fragment_text(*planned);
    EXPECT_TRUE(says(text, "mount /bin = bind /bin recursive keep ro,nosuid,nodev")) << text;
    EXPECT_TRUE(says(text, "mount /lib = bind /lib recursive keep ro,nosuid,nodev")) << text;
    EXPECT_FALSE(says(text, "/lib64")) << text;
}

TEST(FsSystem, BindsWhatALinkOutOfUsrLeadsTo) {
    FakeHost host = debian();
    host.link("/lib32", "/opt/lib32", "/opt/lib32")
        .link("/etc/timezone", "/var/zone", "/var/zone", FakeHost::Type::file);

    const auto planned = plan_on(host, request_with());

    ASSERT_TRUE(planned.ok());
    const std::string text = fragment_text(*planned);
    EXPECT_TRUE(says(text, "mount /lib32 = bind /opt/lib32 recursive keep ro")) << text;
    EXPECT_TRUE(says(text, "mount /etc/timezone = bind /var/zone recursive as-is ro")) << text;
}

TEST(FsSystem, LeavesDanglingLinksOut) {
    FakeHost host = debian();
    host.link("/libx32", "usr/libx32").link("/etc/timezone", "/nowhere");

    const auto planned = plan_on(host, request_with());

    ASSERT_TRUE(planned.ok());
    EXPECT_FALSE(says(fragment_text(*planned), "/libx32"));
    EXPECT_FALSE(says(fragment_text(*planned), "/etc/timezone"));
}

TEST(FsSystem, TakesCertificatesOfOtherDistributionsWithoutTheirKeys) {
    FakeHost host = debian();
    host.link("/etc/ssl/certs", "../pki/tls/certs", "/etc/pki/tls/certs")
        .directory("/etc/pki/tls", {"certs", "private"})
        .directory("/etc/pki/tls/certs", {"ca-bundle.crt"})
        .directory("/etc/pki/tls/private", {});

    const auto planned = plan_on(host, request_with());

    ASSERT_TRUE(planned.ok());
    const std::string text = fragment_text(*planned);
    EXPECT_TRUE(says(text, "mount /etc/ssl/certs = bind /etc/pki/tls/certs recursive")) << text;
    EXPECT_TRUE(says(text, "mount /etc/pki/tls/certs = bind /etc/pki/tls/certs recursive")) << text;
    EXPECT_FALSE(says(text, "private")) << text;
}

TEST(FsSystem, IsTheSameWithReadonlyAndWithHostIds) {
    sdk::Request request = request_with();
    request.read_only_root = true;
    request.isolated_ids = false;

    const auto plain = plan_on(debian(), request_with());
    const auto changed = plan_on(debian(), request);

    ASSERT_TRUE(plain.ok() && changed.ok());
    EXPECT_EQ(fragment_text(*plain), fragment_text(*changed));
}

TEST(FsSystem, RefusesAHostWithoutUsr) {
    EXPECT_TRUE(says(refusal(FakeHost{}, request_with()), "no directory /usr"));
}

TEST(FsSystem, RefusesAStorageThatIsNoSize) {
    EXPECT_TRUE(says(refusal(debian(), request_with({{"storage", {"x"}}})), "--storage: 'x'"));
}

} // namespace microbox::tests
