// SPDX-License-Identifier: MIT
// Invariant 4: the kernel resolves inside the root; what a hostile root file system does leads
// nowhere.
#include "core/child/path.hpp"
#include "tests/userns/own_namespaces.hpp"

#include <cerrno>

namespace microbox::child::testing {

class Path : public OwnNamespaces {
protected:
    [[nodiscard]] int open(const std::string& path, bool no_links = false) const {
        return open_in_root(registers_.root, path.c_str(), no_links);
    }
};

TEST_F(Path, AnAbsoluteLinkEndsInTheRoot) {
    inside([this] {
        link("/etc/passwd", root("/escape"));
        put(root("/etc/passwd"), "the sandbox's");

        const int fd = open("/escape");

        ASSERT_GE(fd, 0);
        EXPECT_EQ(text_of("/proc/self/fd/" + std::to_string(fd)), "the sandbox's");
    });
}

TEST_F(Path, ALinkToAPlaceOfTheHostFindsNothing) {
    inside([this] {
        link(outside(), root("/escape"));

        EXPECT_EQ(open("/escape/file"), -ENOENT);
    });
}

TEST_F(Path, ClimbingEndsAtTheRoot) {
    inside([this] {
        link("../../../../../../.." + outside(), root("/climb"));
        put(root("/top"), "x");

        EXPECT_EQ(open("/climb/file"), -ENOENT);
        EXPECT_EQ(open("/../../.." + outside("/file")), -ENOENT);
        EXPECT_GE(open("/../../../top"), 0);
    });
}

TEST_F(Path, WithoutLinksEveryLinkIsRefused) {
    inside([this] {
        link("/etc", root("/last"));
        link("/", root("/way"));

        EXPECT_EQ(open("/last", true), -ELOOP);
        EXPECT_EQ(open("/way/etc", true), -ELOOP);
        EXPECT_GE(open("/etc", true), 0);
    });
}

TEST_F(Path, AMissingTargetIsMadeBehindLinksOfTheRoot) {
    inside([this] {
        ASSERT_EQ(::mkdir(root("/real").c_str(), 0755), 0);
        link("/real", root("/data"));

        const int fd = open_target(registers_.root, "/data/a/b", flag_make_directory);

        EXPECT_GE(fd, 0);
        EXPECT_TRUE(std::filesystem::is_directory(root("/real/a/b")));
    });
}

TEST_F(Path, ADanglingLinkIsNeverMadeReal) {
    inside([this] {
        link(outside("/made"), root("/dangling"));

        EXPECT_EQ(open_target(registers_.root, "/dangling", flag_make_file), -ENOENT);
        EXPECT_EQ(open_target(registers_.root, "/dangling", flag_make_directory), -ENOENT);
        EXPECT_FALSE(exists(outside("/made")));
    });
}

TEST_F(Path, NothingIsMadeUnlessThatIsAskedFor) {
    inside([this] {
        EXPECT_EQ(open_target(registers_.root, "/new", 0), -ENOENT);
        EXPECT_FALSE(exists(root("/new")));
    });
}

TEST_F(Path, AFileOnTheWayIsRefused) {
    inside([this] {
        put(root("/file"), "x");

        EXPECT_EQ(open_target(registers_.root, "/file/below", flag_make_directory), -ENOTDIR);
    });
}

TEST_F(Path, ALoopOfLinksEnds) {
    inside([this] {
        link("b", root("/a"));
        link("a", root("/b"));

        EXPECT_EQ(open("/a"), -ELOOP);
        EXPECT_EQ(open_target(registers_.root, "/a/x", flag_make_directory), -ELOOP);
    });
}

TEST_F(Path, ANameThatIsTooLongIsRefused) {
    inside([this] {
        const std::string endless = "/" + std::string(5000, 'x');

        EXPECT_LT(open_target(registers_.root, (endless + "/y").c_str(), flag_make_directory), 0);
    });
}

} // namespace microbox::child::testing
