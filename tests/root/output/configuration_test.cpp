// SPDX-License-Identifier: MIT
// --config and --profile with the real binary: the command line beats the profile, that beats the
// configuration.
#include "tests/support/caller.hpp"

#include <filesystem>

#include <sys/stat.h>

namespace microbox::testing {

namespace {

class Configuration : public ::testing::Test {
protected:
    Configuration() {
        std::filesystem::create_directories(folder_.path() + "/microbox/profiles");
        how_.environment = {{"XDG_CONFIG_HOME", folder_.path()}};
    }

    void profile(const std::string& name, const std::string& text) const {
        (void)folder_.file("microbox/profiles/" + name + ".json", text);
    }

    [[nodiscard]] std::string config(const std::string& text) const {
        return folder_.file("config.json", text);
    }

    [[nodiscard]] Outcome probe(const std::vector<std::string>& options,
                                const std::vector<std::string>& words) const {
        return run_probe(options, words, how_);
    }

    ScratchDirectory folder_;
    Options how_;
};

} // namespace

TEST_F(Configuration, IsBeatenByTheProfileAndThatByTheLine) {
    MBX_NEEDS_ROOT();
    const std::string file = config("{ // comments are allowed\n \"hostname\": \"from-config\", "
                                    "\"workdir\": \"/etc\", \"user\": \"7\" }");
    profile("mine", "{\"hostname\": \"from-profile\", \"workdir\": \"/tmp\"}");

    const std::vector<std::string> both = {"--config", file, "--profile", "mine"};
    std::vector<std::string> three = both;
    three.insert(three.end(), {"--hostname", "from-line"});

    EXPECT_EQ(probe({"--config", file}, {"hostname"}).value("hostname"), "from-config");
    EXPECT_EQ(probe(both, {"hostname"}).value("hostname"), "from-profile");
    EXPECT_EQ(probe(three, {"hostname"}).value("hostname"), "from-line");
    EXPECT_EQ(probe(both, {"cwd"}).value("cwd"), "/tmp");
    EXPECT_EQ(probe(both, {"ids"}).value("uid"), "7 7 7");
}

TEST_F(Configuration, OfALimitIsEnforced) {
    MBX_NEEDS_ROOT();
    profile("small", R"({"pids": 12, "ulimit": ["nofile=99:99"]})");

    const Outcome forks = probe({"--profile", "small"}, {"forkmany", "50"});
    const Outcome files = probe({"--profile", "small"}, {"rlimit", "nofile"});

    EXPECT_NE(forks.value("forked").find("EAGAIN"), std::string::npos) << forks.describe();
    EXPECT_EQ(files.value("rlimit"), "nofile 99 99") << files.describe();
}

TEST_F(Configuration, ThatIsWrongIsRefusedByFileAndWord) {
    MBX_NEEDS_ROOT();
    for (const auto& [text, word] : {std::pair{"{\"hostnam\": \"x\"}", "hostnam"},
                                     {"{\"memory\": \"much\"}", "much"},
                                     {"{\"memory\": \"1MB\", \"memory\": \"2MB\"}", "memory"},
                                     {"{\"config\": \"/x\"}", "config"},
                                     {"{", "config.json"},
                                     {"[]", "config.json"},
                                     {"{\"require\": [\"limit-quantum\"]}", "limit-quantum"}}) {
        const Outcome outcome = probe({"--config", config(text)}, {"print", "started"});
        EXPECT_EQ(outcome.code, 125) << text << outcome.describe();
        EXPECT_EQ(outcome.out, "") << text;
        EXPECT_NE(outcome.err.find(word), std::string::npos) << text << outcome.describe();
    }
}

TEST_F(Configuration, ThatOthersCanWriteIsRefused) {
    MBX_NEEDS_ROOT();
    const std::string file = config("{}");
    ASSERT_EQ(::chmod(file.c_str(), 0666), 0);

    const Outcome outcome = probe({"--config", file}, {"print"});

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_NE(outcome.err.find(file), std::string::npos) << outcome.describe();
}

TEST_F(Configuration, AProfileIsNeverTakenFromTheCurrentDirectory) {
    MBX_NEEDS_ROOT();
    (void)folder_.file("here.json", "{}");
    how_.directory = folder_.path();

    const Outcome bare = probe({"--profile", "here"}, {"print"});
    const Outcome path = probe({"--profile", "./here"}, {"print"});
    const Outcome up = probe({"--profile", "../here"}, {"print"});

    for (const Outcome* const outcome : {&bare, &path, &up}) {
        EXPECT_EQ(outcome->code, 125) << outcome->describe();
        EXPECT_EQ(outcome->out, "");
    }
    EXPECT_NE(bare.err.find("there is no profile 'here'"), std::string::npos) << bare.describe();
}

TEST_F(Configuration, AMissingProfileIsAnsweredWithTheNearestName) {
    MBX_NEEDS_ROOT();
    profile("judge", "{}");

    const Outcome outcome = probe({"--profile", "jugde"}, {"print"});

    EXPECT_EQ(outcome.code, 125) << outcome.describe();
    EXPECT_NE(outcome.err.find("did you mean 'judge'"), std::string::npos) << outcome.describe();
}

} // namespace microbox::testing
