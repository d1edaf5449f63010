// SPDX-License-Identifier: MIT
// Mounts by descriptor: a link never steers one, a mask is what it should be, read-only means all
// of it.
#include "core/child/covers.hpp"
#include "core/child/mounts.hpp"
#include "core/child/raw.hpp"
#include "core/run/mountinfo.hpp"
#include "tests/userns/own_namespaces.hpp"

#include <cerrno>

#include <linux/mount.h>

namespace microbox::child::testing {

class Mounts : public OwnNamespaces {
protected:
    void make(const std::string& directory) const {
        ASSERT_EQ(::mkdir(root(directory).c_str(), 0755), 0) << directory;
    }

    /// The host's null device, as the sandbox gets one.
    void mount_null() {
        make("/dev");
        ASSERT_EQ(tree_from_path(registers_, "/dev/null", false), 0);
        ASSERT_EQ(attach(registers_, "/dev/null", flag_make_file), 0);
    }

    /// A tmpfs at a directory of the root.
    void mount_tmpfs(const std::string& directory) {
        ASSERT_EQ(fs_open(registers_, "tmpfs"), 0);
        ASSERT_EQ(fs_create(registers_, 0), 0);
        ASSERT_EQ(attach(registers_, directory.c_str(), flag_make_directory), 0);
    }

    static bool can_write(const std::string& path) {
        const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        close_fd(fd);
        return fd >= 0;
    }

    std::string options_of(const std::string& path) const {
        for (const auto& mount : core::parse_mountinfo(text_of("/proc/self/mountinfo")))
            if (mount.point == root(path))
                return mount.options;
        return {};
    }
};

TEST_F(Mounts, AMaskOverAFileIsTheNullDevice) {
    inside([this] {
        mount_null();
        put(root("/secret"), "secret");

        EXPECT_EQ(mask(registers_, "/secret"), 0);

        EXPECT_EQ(text_of(root("/secret")), "");
    });
}

TEST_F(Mounts, AFalseNullDeviceMasksNothing) {
    inside([this] {
        make("/dev");
        put(root("/dev/null"), "a file that only looks like it");
        put(root("/secret"), "secret");

        EXPECT_EQ(mask(registers_, "/secret"), -ENODEV);
    });
}

TEST_F(Mounts, AnotherDeviceIsNoNullDevice) {
    inside([this] {
        make("/dev");
        ASSERT_EQ(tree_from_path(registers_, "/dev/zero", false), 0);
        ASSERT_EQ(attach(registers_, "/dev/null", flag_make_file), 0);
        put(root("/secret"), "secret");

        EXPECT_EQ(mask(registers_, "/secret"), -ENODEV);
    });
}

TEST_F(Mounts, ALinkInPlaceOfTheNullDeviceIsNotFollowed) {
    inside([this] {
        make("/dev");
        put(root("/visible"), "x");
        link("/visible", root("/dev/null"));
        put(root("/secret"), "secret");

        EXPECT_EQ(mask(registers_, "/secret"), -ELOOP);
    });
}

TEST_F(Mounts, ALinkInPlaceOfTheSecretIsNotFollowed) {
    inside([this] {
        mount_null();
        put(root("/other"), "kept");
        link("/other", root("/secret"));

        EXPECT_EQ(mask(registers_, "/secret"), -ELOOP);
        EXPECT_EQ(text_of(root("/other")), "kept");
    });
}

TEST_F(Mounts, AMaskOverADirectoryIsEmptyAndReadOnly) {
    inside([this] {
        make("/secrets");
        put(root("/secrets/key"), "secret");

        EXPECT_EQ(mask(registers_, "/secrets"), 0);

        EXPECT_TRUE(std::filesystem::is_empty(root("/secrets")));
        EXPECT_FALSE(can_write(root("/secrets/new")));
    });
}

TEST_F(Mounts, WhatIsNotThereNeedsNoMask) {
    inside([this] {
        EXPECT_EQ(mask(registers_, "/none/of/it"), 0);
        EXPECT_EQ(make_read_only(registers_, "/none"), 0);
    });
}

TEST_F(Mounts, ReadOnlyHoldsForTheMountsBelow) {
    inside([this] {
        make("/tree");
        mount_tmpfs("/tree/below");
        ASSERT_TRUE(can_write(root("/tree/below/before")));

        EXPECT_EQ(make_read_only(registers_, "/tree"), 0);

        EXPECT_FALSE(can_write(root("/tree/x")));
        EXPECT_FALSE(can_write(root("/tree/below/x")));
    });
}

TEST_F(Mounts, ALinkIsNoTargetForWhatIsTheSandboxsOwn) {
    inside([this] {
        make("/elsewhere");
        link("/elsewhere", root("/proc"));
        ASSERT_EQ(fs_open(registers_, "tmpfs"), 0);
        ASSERT_EQ(fs_create(registers_, 0), 0);

        EXPECT_EQ(attach(registers_, "/proc", flag_make_directory | flag_no_links), -ELOOP);
        EXPECT_EQ(options_of("/elsewhere"), "");
    });
}

TEST_F(Mounts, ALinkLeadsAUsersMountToAPlaceInside) {
    inside([this] {
        link(outside(), root("/data"));
        make("/inside");
        link("/inside", root("/other"));
        ASSERT_EQ(fs_open(registers_, "tmpfs"), 0);
        ASSERT_EQ(fs_create(registers_, 0), 0);

        EXPECT_EQ(attach(registers_, "/data", 0), -ENOENT);
        EXPECT_EQ(attach(registers_, "/other", 0), 0);

        EXPECT_NE(options_of("/inside"), "");
    });
}

TEST_F(Mounts, ATargetThatMayMissIsSkipped) {
    inside([this] {
        ASSERT_EQ(fs_open(registers_, "tmpfs"), 0);
        ASSERT_EQ(fs_create(registers_, 0), 0);

        EXPECT_EQ(attach(registers_, "/none", flag_optional), 0);
        EXPECT_EQ(attach(registers_, "/none", 0), -ENOENT);
    });
}

TEST_F(Mounts, ASourceThatHasBecomeALinkIsRefused) {
    inside([this] {
        link("/etc", outside("/swapped"));

        EXPECT_EQ(tree_from_path(registers_, outside("/swapped").c_str(), true), -ELOOP);
    });
}

TEST_F(Mounts, FlagsAreThereWhenTheMountAppears) {
    inside([this] {
        Operation safe{};
        safe.a = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
        safe.fd = -1;
        safe.flags = flag_recursive;
        ASSERT_EQ(tree_from_path(registers_, outside().c_str(), true), 0);
        ASSERT_EQ(set_attributes(registers_, safe), 0);
        ASSERT_EQ(attach(registers_, "/data", flag_make_directory), 0);

        const std::string options = options_of("/data");

        for (const char* wanted : {"ro", "nosuid", "nodev"})
            EXPECT_NE(options.find(wanted), std::string::npos) << options;
        EXPECT_EQ(text_of(root("/data/file")), "untouched");
    });
}

TEST_F(Mounts, AnUnknownFileSystemIsRefusedAtOnce) {
    inside([this] { EXPECT_EQ(fs_open(registers_, "warpfs"), -ENODEV); });
}

} // namespace microbox::child::testing
