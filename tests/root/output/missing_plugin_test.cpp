// SPDX-License-Identifier: MIT
// Deleting one plugin takes away exactly its ability, and the error names it; without a layer that
// is required nothing starts.
#include "tests/support/caller.hpp"

#include <filesystem>
#include <memory>

namespace microbox::testing {

namespace {

namespace fs = std::filesystem;

/// A copy of the program and its plugins, in hands that are trusted whoever has built them.
class Installation {
public:
    Installation() {
        const fs::path from = fs::path(binary_path()).parent_path().parent_path();
        fs::create_directories(folder_.path() + "/bin");
        fs::create_directories(plugins());
        fs::copy_file(binary_path(), program());
        for (const auto& entry : fs::directory_iterator(from / "lib/microbox/plugins"))
            fs::copy_file(entry.path(), fs::path(plugins()) / entry.path().filename());
        for (const auto& entry : fs::recursive_directory_iterator(folder_.path()))
            fs::permissions(entry.path(), fs::perms(0755));
    }

    [[nodiscard]] std::string program() const { return folder_.path() + "/bin/microbox"; }

    [[nodiscard]] std::string plugins() const { return folder_.path() + "/lib/microbox/plugins"; }

private:
    ScratchDirectory folder_;
};

class Missing : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        if (::geteuid() == 0)
            installed_ = std::make_unique<Installation>();
    }

    static void TearDownTestSuite() { installed_.reset(); }

    ~Missing() override {
        while (!taken_.empty())
            put_back();
        for (const std::string& name : opened_)
            fs::permissions(file(name), fs::perms(0755));
    }

    void take(const std::string& name) {
        fs::rename(file(name), file(name) + ".away");
        taken_.push_back(name);
    }

    void put_back() {
        fs::rename(file(taken_.back()) + ".away", file(taken_.back()));
        taken_.pop_back();
    }

    void open_to_others(const std::string& name) {
        fs::permissions(file(name), fs::perms(0777));
        opened_.push_back(name);
    }

    [[nodiscard]] static Outcome run_installed(const std::vector<std::string>& arguments) {
        Options how;
        how.program = installed_->program();
        return run(arguments, how);
    }

    [[nodiscard]] static Outcome probe(const std::vector<std::string>& options) {
        return run_installed(probe_arguments(options, {"print", "fine"}));
    }

private:
    [[nodiscard]] static std::string file(const std::string& name) {
        return installed_->plugins() + "/" + name + ".so";
    }

    static std::unique_ptr<Installation> installed_;
    std::vector<std::string> taken_;
    std::vector<std::string> opened_;
};

std::unique_ptr<Installation> Missing::installed_;

void expect_refusal(const Outcome& outcome, const std::string& word) {
    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_EQ(outcome.out, "") << outcome.describe();
    EXPECT_NE(outcome.err.find(word), std::string::npos) << word << "\n" << outcome.describe();
}

} // namespace

TEST_F(Missing, NothingMissingTheCopyWorks) {
    MBX_NEEDS_ROOT();

    EXPECT_EQ(probe({}).out, "fine\n");
}

TEST_F(Missing, AModeIsUnknownWithoutItsPluginAndTheOthersAreNamed) {
    MBX_NEEDS_ROOT();
    take("net-host");

    const Outcome outcome = probe({"--net", "host"});

    expect_refusal(outcome, "'host'");
    EXPECT_NE(outcome.err.find("installed are bridge, none"), std::string::npos)
        << outcome.describe();
    EXPECT_NE(outcome.err.find("net-host"), std::string::npos) << outcome.describe();
    EXPECT_EQ(probe({}).out, "fine\n");
}

TEST_F(Missing, TheHostsProgramsNeedTheirPlugin) {
    MBX_NEEDS_ROOT();
    take("fs-system");

    expect_refusal(run_installed({"--fs", "system", "--", "true"}), "system");
    EXPECT_EQ(probe({}).out, "fine\n");
}

TEST_F(Missing, ADirectoryAsRootNeedsItsPlugin) {
    MBX_NEEDS_ROOT();
    take("fs-rootfs");
    const TinyRoot root;

    expect_refusal(run_installed({"--fs", root.path(), "--", "/probe", "print", "x"}), "rootfs");
    EXPECT_EQ(probe({}).out, "fine\n");
}

TEST_F(Missing, TheDefaultModeToo) {
    MBX_NEEDS_ROOT();
    take("fs-tmpfs");

    expect_refusal(probe({}), "tmpfs");
}

TEST_F(Missing, AnOptionGoesWithItsPlugin) {
    MBX_NEEDS_ROOT();
    take("limit-time");

    expect_refusal(probe({"--timeout", "5s"}), "--timeout");
    EXPECT_EQ(probe({}).out, "fine\n");
}

TEST_F(Missing, ALayerThatIsRequiredStopsEveryRunAndNamesItsPackage) {
    MBX_NEEDS_ROOT();
    for (const char* const name : {"limit-cgroup", "sec-capabilities", "sec-seccomp"}) {
        take(name);
        const Outcome outcome = probe({});
        expect_refusal(outcome, name);
        EXPECT_NE(outcome.err.find("package"), std::string::npos) << outcome.describe();
        put_back();
    }
}

TEST_F(Missing, IsNotListed) {
    MBX_NEEDS_ROOT();
    take("sec-seccomp");

    const Outcome plugins = run_installed({"plugins"});
    const Outcome help = run_installed({"--help"});

    EXPECT_EQ(plugins.out.find("sec-seccomp"), std::string::npos) << plugins.describe();
    EXPECT_EQ(help.out.find("--allow-syscall"), std::string::npos) << help.describe();
    EXPECT_NE(help.out.find("--cap-add"), std::string::npos) << help.describe();
}

TEST_F(Missing, APluginThatOthersCanWriteIsRefusedWithTheReason) {
    MBX_NEEDS_ROOT();
    open_to_others("sec-seccomp");

    const Outcome outcome = probe({});
    const Outcome plugins = run_installed({"plugins"});

    expect_refusal(outcome, "sec-seccomp");
    EXPECT_NE(outcome.err.find("writ"), std::string::npos) << outcome.describe();
    EXPECT_NE(plugins.out.find("writ"), std::string::npos) << plugins.describe();
}

} // namespace microbox::testing
