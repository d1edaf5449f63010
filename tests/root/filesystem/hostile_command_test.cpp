// SPDX-License-Identifier: MIT
// Commands that lead to what starts them: /proc/self/exe is init's image until the exec, and a root
// file system can have that executed (CVE-2019-5736). It is sealed, cannot be read, finds nothing
// of what it works with, and ends.
#include "tests/support/outside.hpp"
#include "tests/support/sandbox.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

namespace fs = std::filesystem;

class LeadingBack : public TinyRoot {
public:
    LeadingBack() {
        fs::create_symlink("/proc/self/exe", path() + "/self");
        fs::create_symlink("/proc/1/exe", path() + "/init");
        std::ofstream(path() + "/script") << "#!/proc/self/exe\n";
        std::ofstream(path() + "/script1") << "#!/proc/1/exe\n";
        for (const char* const name : {"/script", "/script1"})
            fs::permissions(path() + name, fs::perms(0755));
    }
};

} // namespace

TEST(HostileCommand, ThatIsOurOwnImageEndsAndLeavesItAsItWas) {
    MBX_NEEDS_ROOT();
    const LeadingBack root;
    const std::string binary = content_of(binary_path());

    for (const char* const command : {"/self",
                                      "/init",
                                      "/script",
                                      "/script1",
                                      "/proc/self/exe",
                                      "/proc/thread-self/exe",
                                      "/proc/1/exe",
                                      "/proc/self/fd/3",
                                      "/proc/self/fd/4"})
        for (const char* const option : {"--no-init", "--no-tty"}) {
            Options options;
            options.timeout = std::chrono::seconds(10);
            const Outcome outcome = run({"--fs", root.path(), option, "--", command}, options);
            EXPECT_TRUE(outcome.code == 1 || outcome.code == 126)
                << command << option << outcome.describe();
            EXPECT_EQ(outcome.out, "") << command;
        }
    EXPECT_TRUE(content_of(binary_path()) == binary);
}

/// A working directory by the descriptor of a launcher (CVE-2024-21626), named by the caller or by
/// a link of the root file system.
TEST(HostileWorkingDirectory, BehindADescriptorOrAnotherProcessLeadsNowhere) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory host;
    const std::string file = host.file("host", "secret of the host");
    const int directory = ::open(host.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    std::vector<std::string> ways = {"/proc/self/cwd",
                                     "/proc/1/cwd",
                                     "/proc/self/root",
                                     "/proc/1/root",
                                     "/proc/self/task/1/cwd",
                                     host.path()};
    for (int fd = 0; fd < 12; ++fd)
        ways.push_back("/proc/self/fd/" + std::to_string(fd));

    const TinyRoot plain;
    EXPECT_EQ(run({"--fs", plain.path(), "--workdir", "/tmp", "--", "/probe", "cwd"}).out,
              "cwd /tmp\n");
    for (const std::string& way : ways) {
        const TinyRoot root;
        fs::create_symlink(way, root.path() + "/work");
        for (const std::string& named : {way, std::string("/work")}) {
            Options options;
            options.directory = host.path();
            options.descriptors = {{directory, 7}};
            const Outcome outcome = run({"--fs",
                                         root.path(),
                                         "--workdir",
                                         named,
                                         "--",
                                         "/probe",
                                         "sequence",
                                         "read",
                                         "host",
                                         "+",
                                         "read",
                                         "../../../../../../.." + file,
                                         "+",
                                         "cwd"},
                                        options);
            EXPECT_EQ(outcome.out.find("secret"), std::string::npos) << named << outcome.describe();
            EXPECT_TRUE((outcome.code == 125 && outcome.out.empty()) ||
                        (outcome.code == 0 && outcome.value("cwd").rfind("/", 0) == 0))
                << named << " -> " << way << outcome.describe();
        }
    }
    ::close(directory);
}

} // namespace microbox::testing
