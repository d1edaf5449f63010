// SPDX-License-Identifier: MIT
// What --fs DIR plans, and each way in which DIR can be wrong.
#include "tests/support/fake_host.hpp"
#include "tests/support/fragment_text.hpp"

#include <gtest/gtest.h>

#include <linux/magic.h>

namespace microbox::tests {

namespace {

using Kind = sdk::FactQuery::Kind;

sdk::Request request_for(const std::string& argument) {
    sdk::Request request = request_with();
    request.argument = argument;
    request.argument_source = "--fs";
    return request;
}

/// A Debian root file system at /srv/debian.
FakeHost debian() {
    FakeHost host;
    host.directory("/srv/debian", {"bin", "dev", "etc", "proc", "sys", "usr"});
    for (const char* name : {"/dev", "/proc", "/sys"})
        host.directory(std::string("/srv/debian") + name, {});
    return host;
}

sdk::PathFact there(sdk::PathFact::Type type = sdk::PathFact::Type::none) {
    sdk::PathFact fact;
    fact.exists = true;
    fact.type = type;
    return fact;
}

/// A kernel whose tmpfs keeps the marks.
FakeHost with_attributes(FakeHost host) {
    return host.put(Kind::kernel, "tmpfs-user-attributes", there());
}

void with_helper(FakeHost& host) {
    sdk::PathFact helper = there();
    helper.link = "/usr/bin/fuse-overlayfs";
    host.put(Kind::helper, "fuse-overlayfs", helper);
}

FakeHost with_fuse(FakeHost host) {
    with_helper(host);
    return host.put(Kind::path, "/dev/fuse", there(sdk::PathFact::Type::device));
}

bool says(const std::string& text, const std::string& word) {
    return text.find(word) != std::string::npos;
}

} // namespace

TEST(FsRootfs, PlansAnOverlayOfTheDirectory) {
    const auto planned = plan_on(debian(), request_for("/srv/debian"));

    ASSERT_TRUE(planned.ok()) << planned.error().what;
    EXPECT_EQ(fragment_text(*planned),
              "claim: root\n"
              "storage: 536870912 bytes [default]\n"
              "assemble: mount / = overlay /srv/debian keep rw,nosuid,nodev [--fs]\n"
              "inside: mount /sys = new sysfs ro,nosuid,nodev,noexec [default]\n"
              "inside: mask /sys/firmware [default]\n"
              "inside: mask /sys/devices/virtual/powercap [default]\n");
}

TEST(FsRootfs, MakesARelativePathAbsolute) {
    FakeHost host = debian();
    host.spelled("./debian", "/srv/debian");

    const auto planned = plan_on(host, request_for("./debian"));

    ASSERT_TRUE(planned.ok()) << planned.error().what;
    EXPECT_TRUE(says(fragment_text(*planned), "overlay /srv/debian keep"));
}

TEST(FsRootfs, MakesTheRootReadOnlyOnRequest) {
    sdk::Request request = request_for("/srv/debian");
    request.read_only_root = true;

    const auto planned = plan_on(debian(), request);

    ASSERT_TRUE(planned.ok());
    EXPECT_TRUE(says(fragment_text(*planned), "overlay /srv/debian keep ro,nosuid,nodev"));
}

TEST(FsRootfs, LeavesTheAccountsOfTheRootAlone) {
    sdk::Request request = request_for("/srv/debian");
    request.user = 1000;
    request.isolated_ids = false;

    const auto planned = plan_on(debian(), request);

    ASSERT_TRUE(planned.ok());
    EXPECT_FALSE(says(fragment_text(*planned), "/etc/passwd"));
}

TEST(FsRootfs, BindsTheHostsSysOnTheHostsNetwork) {
    sdk::Request request = request_for("/srv/debian");
    request.own_network = false;

    const auto planned = plan_on(debian(), request);

    ASSERT_TRUE(planned.ok());
    EXPECT_TRUE(says(fragment_text(*planned), "assemble: mount /sys = bind /sys single as-is ro"));
}

TEST(FsRootfs, WithoutRootBindsAllOfTheHostsSysAndCoversWhatLiesOnIt) {
    sdk::Request request = request_for("/srv/debian");
    request.own_network = false;
    request.privileged = false;

    const auto planned = plan_on(with_attributes(debian()), request);

    ASSERT_TRUE(planned.ok());
    const std::string text = fragment_text(*planned);
    EXPECT_TRUE(says(text, "assemble: mount /sys = bind /sys recursive as-is ro")) << text;
    EXPECT_TRUE(says(text, "inside: mask /sys/fs [default]")) << text;
    EXPECT_TRUE(says(text, "inside: mask /sys/kernel [default]")) << text;
}

TEST(FsRootfs, WithoutRootMarksInUserAttributes) {
    for (const bool privileged : {true, false}) {
        sdk::Request request = request_for("/srv/debian");
        request.privileged = privileged;

        const auto planned = plan_on(with_attributes(debian()), request);

        ASSERT_TRUE(planned.ok());
        const auto& root = std::get<sdk::Mount>(planned->steps.front().step);
        EXPECT_EQ(std::get<sdk::Overlay>(root.source).user_attributes, !privileged);
    }
}

TEST(FsRootfs, WithoutRootAndMarksIsServedByFuseOverlayfs) {
    sdk::Request request = request_for("/srv/debian");
    request.privileged = false;

    const auto planned = plan_on(with_fuse(debian()), request);

    ASSERT_TRUE(planned.ok()) << planned.error().what;
    const std::string text = fragment_text(*planned);
    EXPECT_TRUE(says(text,
                     "assemble: mount / = prepared fs-rootfs.root over /srv/debian "
                     "rw,nosuid,nodev [--fs]"))
        << text;
    EXPECT_TRUE(says(text,
                     "weakened: --fs /srv/debian through fuse-overlayfs: this kernel's tmpfs "
                     "cannot keep an overlay's marks (Linux 6.6 can)"))
        << text;
    EXPECT_TRUE(says(text, "storage: 536870912 bytes")) << text;
}

TEST(FsRootfs, FuseOverlayfsIsForNobodyElse) {
    sdk::Request root = request_for("/srv/debian");
    sdk::Request read_only = request_for("/srv/debian");
    read_only.privileged = false;
    read_only.read_only_root = true;
    sdk::Request newer = request_for("/srv/debian");
    newer.privileged = false;

    for (const auto& planned : {plan_on(with_fuse(debian()), root),
                                plan_on(debian(), read_only),
                                plan_on(with_attributes(with_fuse(debian())), newer)}) {
        ASSERT_TRUE(planned.ok()) << planned.error().what;
        EXPECT_TRUE(says(fragment_text(*planned), "mount / = overlay /srv/debian keep"));
        EXPECT_FALSE(says(fragment_text(*planned), "fuse"));
    }
}

TEST(FsRootfs, WithoutFuseOverlayfsAndMarksSaysWhatWouldDo) {
    sdk::Request request = request_for("/srv/debian");
    request.privileged = false;
    FakeHost without_device = debian();
    with_helper(without_device);

    const auto no_program = plan_on(debian(), request);
    const auto no_device = plan_on(without_device, request);

    ASSERT_FALSE(no_program.ok());
    EXPECT_EQ(
        no_program.error().what,
        "--fs /srv/debian: without root a writable one needs Linux 6.6, or fuse-overlayfs: it "
        "is not installed");
    EXPECT_TRUE(says(no_program.error().hint, "apt-get install fuse-overlayfs"));
    EXPECT_TRUE(says(no_program.error().hint, "--readonly"));
    ASSERT_FALSE(no_device.ok());
    EXPECT_TRUE(says(no_device.error().what, "/dev/fuse is missing")) << no_device.error().what;
}

TEST(FsRootfs, SaysWhenTheDirectoryIsNobodysOfTheSandbox) {
    sdk::Request request = request_for("/srv/debian"); // which belongs to user 0
    request.privileged = false;
    request.host_users = {{1000, 1}, {100000, 65536}};

    const auto others = plan_on(with_attributes(debian()), request);
    request.host_users.push_back({0, 1});
    const auto own = plan_on(with_attributes(debian()), request);

    ASSERT_TRUE(others.ok());
    ASSERT_TRUE(own.ok());
    EXPECT_TRUE(says(fragment_text(*others), "warning: --fs /srv/debian belongs to user 0"));
    EXPECT_FALSE(says(fragment_text(*own), "warning:"));
}

TEST(FsRootfs, MakesAMissingSysDirectory) {
    FakeHost host;
    host.directory("/srv/small", {"bin"});

    const auto planned = plan_on(host, request_for("/srv/small"));

    ASSERT_TRUE(planned.ok());
    EXPECT_TRUE(says(fragment_text(*planned), "assemble: directory /sys 0555"));
}

TEST(FsRootfs, RefusesToGuessTheDirectory) {
    EXPECT_TRUE(says(refusal(debian(), request_for("")), "--fs DIR"));
}

TEST(FsRootfs, RefusesAMissingDirectory) {
    const std::string what = refusal(debian(), request_for("/srv/fedora"));

    EXPECT_TRUE(says(what, "--fs /srv/fedora: there is no such directory")) << what;
}

TEST(FsRootfs, RefusesAFile) {
    FakeHost host;
    host.file("/srv/debian.tar");

    EXPECT_TRUE(says(refusal(host, request_for("/srv/debian.tar")), "is not a directory"));
}

TEST(FsRootfs, RefusesADirectoryBehindAClosedDoor) {
    FakeHost host;
    host.refuse(Kind::path, "/root/debian", EACCES);

    EXPECT_TRUE(says(refusal(host, request_for("/root/debian")), "permission denied"));
}

TEST(FsRootfs, RefusesAnUnreadableDirectory) {
    FakeHost host = debian();
    host.refuse(Kind::directory, "/srv/debian", EACCES);

    EXPECT_TRUE(says(refusal(host, request_for("/srv/debian")), "permission denied"));
}

TEST(FsRootfs, PassesOtherErrorsOn) {
    FakeHost host = debian();
    host.refuse(Kind::path, "/srv/loop", ELOOP).refuse(Kind::directory, "/srv/debian", EIO);

    EXPECT_TRUE(says(refusal(host, request_for("/srv/loop")), "symbolic links"));
    EXPECT_TRUE(says(refusal(host, request_for("/srv/debian")), "Input/output error"));
}

TEST(FsRootfs, RefusesAnEmptyDirectory) {
    FakeHost host;
    host.directory("/srv/empty", {});

    EXPECT_TRUE(says(refusal(host, request_for("/srv/empty")), "is empty"));
}

TEST(FsRootfs, RefusesTheHostsOwnRoot) {
    FakeHost host;
    host.directory("/", {"bin"}).spelled("/proc/1/root", "/");

    EXPECT_TRUE(says(refusal(host, request_for("/")), "host's own root directory"));
    EXPECT_TRUE(says(refusal(host, request_for("/proc/1/root")), "host's own root directory"));
}

TEST(FsRootfs, RefusesKernelFileSystems) {
    FakeHost host;
    host.directory("/proc/self", {"fd"}).directory("/sys", {"fs"}).directory("/processes", {"bin"});
    sdk::PathFact elsewhere = host.answer({Kind::path, "/sys"});
    elsewhere.absolute = "/mnt/proc";
    elsewhere.filesystem = PROC_SUPER_MAGIC;
    host.directory("/mnt/proc", {"1"}).put(Kind::path, "/mnt/proc", elsewhere);

    EXPECT_TRUE(says(refusal(host, request_for("/proc/self")), "kernel's own"));
    EXPECT_TRUE(says(refusal(host, request_for("/sys")), "kernel's own"));
    EXPECT_TRUE(says(refusal(host, request_for("/mnt/proc")), "kernel's own"));
    EXPECT_TRUE(plan_on(host, request_for("/processes")).ok());
}

TEST(FsRootfs, RefusesLinksWhereTheCoreMounts) {
    for (const std::string name : {"/proc", "/dev", "/sys"}) {
        FakeHost host = debian();
        host.link("/srv/debian" + name, "/etc");

        const std::string what = refusal(host, request_for("/srv/debian"));

        EXPECT_TRUE(says(what, "its " + name + " is a link to /etc")) << what;
    }
}

TEST(FsRootfs, RefusesAFileWhereTheCoreMounts) {
    FakeHost host = debian();
    host.file("/srv/debian/proc");

    EXPECT_TRUE(says(refusal(host, request_for("/srv/debian")), "its /proc is not a directory"));
}

TEST(FsRootfs, RefusesAStorageThatIsNoSize) {
    sdk::Request request = request_for("/srv/debian");
    request.options["storage"] = {{"x", "--storage", false}};

    EXPECT_TRUE(says(refusal(debian(), request), "--storage: 'x'"));
}

TEST(FsRootfs, AcceptsDirectoriesOnly) {
    EXPECT_TRUE(microbox_plugin.accepts("debian", MBX_ARGUMENT_DIRECTORY));
    EXPECT_FALSE(microbox_plugin.accepts("warp", MBX_ARGUMENT_NONE));
    EXPECT_FALSE(microbox_plugin.accepts("./image", MBX_ARGUMENT_FILE));
}

} // namespace microbox::tests
