// SPDX-License-Identifier: MIT
// trusted.overlay.* attributes on the files of a root file system steer nothing (the class of
// CVE-2023-0386).
#include "tests/support/root_modes.hpp"
#include "tests/support/sandbox.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

namespace fs = std::filesystem;

/// A root with a secret that is closed to all but id 70000, which is outside every range.
class MarkedRoot : public TinyRoot {
public:
    MarkedRoot() {
        for (const char* name : {"/secret", "/plain"}) {
            fs::create_directory(path() + name);
            std::ofstream(path() + name + "/file") << name << '\n';
        }
        if (::chmod((path() + "/secret").c_str(), 0700) < 0 ||
            ::chown((path() + "/secret").c_str(), 70000, 70000) < 0)
            ADD_FAILURE() << "secret";
    }

    /// False where the file system has no trusted attributes.
    [[nodiscard]] bool
    mark(const std::string& inside, const std::string& name, const std::string& value) const {
        return ::setxattr((path() + inside).c_str(),
                          ("trusted.overlay." + name).c_str(),
                          value.data(),
                          value.size(),
                          0) == 0;
    }
};

Outcome probe(const TinyRoot& root, const std::vector<std::vector<std::string>>& verbs) {
    std::vector<std::string> arguments = {"--fs", root.path(), "--", "/probe"};
    const std::vector<std::string> words = sequence(verbs);
    arguments.insert(arguments.end(), words.begin(), words.end());
    return run(arguments);
}

} // namespace

TEST(OverlayAttributes, ARedirectLeadsNowhereElse) {
    MBX_NEEDS_ROOT();
    for (const char* to : {"/secret", "secret", "../secret", "/../../../etc"}) {
        const MarkedRoot root;
        if (!root.mark("/plain", "redirect", to) || !root.mark("/plain/file", "redirect", to))
            GTEST_SKIP() << "needs trusted attributes: " << std::strerror(errno);

        const Outcome outcome =
            probe(root, {{"list", "/plain"}, {"read", "/plain/file"}, {"write", "/plain/x", "1"}});

        EXPECT_EQ(outcome.value("entry"), "file") << to << outcome.describe();
        EXPECT_NE(outcome.out.find("/plain"), std::string::npos) << to << outcome.describe();
        EXPECT_EQ(outcome.value("write"), "ok") << to << outcome.describe();
    }
}

TEST(OverlayAttributes, AMetadataOnlyCopyBringsNoOtherFilesData) {
    MBX_NEEDS_ROOT();
    const MarkedRoot root;
    if (!root.mark("/plain/file", "metacopy", "") ||
        !root.mark("/plain/file", "redirect", "/secret/file"))
        GTEST_SKIP() << "needs trusted attributes: " << std::strerror(errno);

    const Outcome outcome =
        probe(root, {{"read", "/plain/file"}, {"chmod", "/plain/file", "0600"}});

    EXPECT_EQ(outcome.out.find("/secret"), std::string::npos) << outcome.describe();
}

TEST(OverlayAttributes, AnOpaqueDirectoryIsAnOrdinaryOne) {
    MBX_NEEDS_ROOT();
    for (const char* value : {"y", "x"}) {
        const MarkedRoot root;
        if (!root.mark("/plain", "opaque", value))
            GTEST_SKIP() << "needs trusted attributes: " << std::strerror(errno);

        const Outcome outcome = probe(root, {{"list", "/plain"}, {"write", "/plain/x", "1"}});

        EXPECT_EQ(outcome.value("entry"), "file") << outcome.describe();
        EXPECT_EQ(outcome.value("write"), "ok") << outcome.describe();
    }
}

} // namespace microbox::testing
