// SPDX-License-Identifier: MIT
// Places that a start needs and does not find as they should be: a state folder that is full, a
// /run that cannot be written, a host without /tmp, /run, /sys or /proc.
#include "tests/faults/modes.hpp"

#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace microbox::faults {

namespace {

constexpr const char* state = "/run/microbox";
const Mode plain = {"tmpfs", {}, false};

void mount_state(const char* options) {
    if (::mkdir(state, 0700) < 0 ||
        ::mount("tmpfs", state, "tmpfs", MS_NOSUID | MS_NODEV, options) < 0)
        throw std::runtime_error("the state folder's file system");
}

/// Writes a file until nothing more goes in.
void fill_bytes(const std::string& path) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    const std::string block(4096, 'x');
    while (::write(fd, block.data(), block.size()) > 0) {
    }
    ::close(fd);
}

/// Makes empty files until no more can be made, and takes some away.
void fill_inodes(const std::string& folder, int leave) {
    std::filesystem::create_directory(folder);
    int made = 0;
    for (;; ++made) {
        const int fd = ::open(
            (folder + "/" + std::to_string(made)).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0)
            break;
        ::close(fd);
    }
    while (leave-- > 0)
        std::filesystem::remove(folder + "/" + std::to_string(--made));
}

} // namespace

TEST(Places, AStateFolderWithoutSpace) {
    MBX_NEEDS_ROOT();

    EXPECT_EQ(in_worlds(1,
                        [](int) {
                            mount_state("size=64k,mode=700");
                            Subject subject(plain);
                            fill_bytes(std::string(state) + "/filler");
                            subject.look_around();
                            std::string wrong = subject.check_start("no space", {}, {"No space"});
                            wrong += subject.was_contained() ? "it started\n" : "";
                            ::unlink((std::string(state) + "/filler").c_str());
                            subject.look_around();
                            wrong += subject.check_start("space again", {});
                            return wrong + (subject.was_contained() ? "" : "it did not start\n");
                        }),
              "");
}

TEST(Places, AStateFolderWithoutInodes) {
    MBX_NEEDS_ROOT();

    EXPECT_EQ(in_worlds(1,
                        [](int) {
                            mount_state("nr_inodes=16,mode=700");
                            Subject subject(plain);
                            const std::string filler = std::string(state) + "/filler";
                            std::string wrong;
                            for (int leave = 0; leave <= 3; ++leave) {
                                fill_inodes(filler, leave);
                                subject.look_around();
                                wrong += subject.check_start(
                                    std::to_string(leave) + " inodes", {}, {"No space"});
                                std::filesystem::remove_all(filler);
                            }
                            wrong += subject.tally().refused > 0 ? "" : "none is too few\n";
                            return wrong +
                                   (subject.was_contained() ? "" : "three do not suffice\n");
                        }),
              "");
}

TEST(Places, ARunThatIsReadOnly) {
    MBX_NEEDS_ROOT();

    EXPECT_EQ(in_worlds(1,
                        [](int) {
                            Subject subject(plain);
                            std::string wrong;
                            for (const bool there : {true, false}) {
                                if (!there)
                                    std::filesystem::remove_all(state);
                                ::mount(nullptr, "/run", nullptr, MS_REMOUNT | MS_RDONLY, nullptr);
                                subject.look_around();
                                wrong += subject.check_start(there ? "/run is read-only"
                                                                   : "and /run/microbox is missing",
                                                             {},
                                                             {"Read-only file system"});
                                wrong += subject.was_contained() ? "it started\n" : "";
                                ::mount(nullptr, "/run", nullptr, MS_REMOUNT, nullptr);
                            }
                            return wrong;
                        }),
              "");
}

TEST(Places, AStateFolderThatIsAFile) {
    MBX_NEEDS_ROOT();

    EXPECT_EQ(in_worlds(1,
                        [](int) {
                            Subject subject(plain);
                            std::filesystem::remove_all(state);
                            ::close(::open(state, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
                            subject.look_around();
                            return subject.check_start("a file", {}, {state});
                        }),
              "");
}

class MissingPlace : public ::testing::TestWithParam<const char*> {};

TEST_P(MissingPlace, IsNoMatterOrIsNamed) {
    MBX_NEEDS_ROOT();

    EXPECT_EQ(in_worlds(1,
                        [](int) {
                            const std::string place = GetParam();
                            Subject subject(plain);
                            return subject.check_start("without /" + place,
                                                       {MICROBOX_WITHOUT_PLACE, place},
                                                       {"/" + place, "limit-cgroup"});
                        }),
              "");
}

INSTANTIATE_TEST_SUITE_P(Each,
                         MissingPlace,
                         ::testing::Values("tmp", "run", "sys", "proc", "home", "var", "etc"),
                         [](const auto& place) { return std::string(place.param); });

} // namespace microbox::faults
