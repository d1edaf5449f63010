// SPDX-License-Identifier: MIT
// Standard streams: they pass through whole, the caller's files behind them stay as they are, and
// nothing else is inherited.
#include "tests/support/caller.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

namespace microbox::testing {

namespace {

std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string owner_and_mode(const std::string& path) {
    struct stat status {};

    ::stat(path.c_str(), &status);
    return std::to_string(status.st_uid) + ":" + std::to_string(status.st_gid) + " " +
           std::to_string(status.st_mode & 07777U);
}

constexpr const char* counted_bytes =
    "head -c \"$BYTES\" /dev/zero | tr '\\0' 'a' | \"$@\" | { cksum; } && "
    "head -c \"$BYTES\" /dev/zero | tr '\\0' 'a' | cksum";

/// Two lines that must be equal: the sum of what went through the sandbox, and of what went in.
void expect_unharmed(const std::string& bytes, std::chrono::milliseconds limit) {
    Options how;
    how.environment = {{"BYTES", bytes}};
    how.timeout = limit;
    const Outcome outcome = run_from(counted_bytes, probe_arguments({}, {"cat"}), how);

    const std::size_t end = outcome.out.find('\n');
    ASSERT_NE(end, std::string::npos) << outcome.describe();
    EXPECT_EQ(outcome.out.substr(0, end + 1), outcome.out.substr(end + 1)) << outcome.describe();
    EXPECT_NE(outcome.out.find(" " + bytes), std::string::npos) << outcome.describe();
}

} // namespace

TEST(Streams, Carry64MebibytesThroughPipesUnharmed) {
    MBX_NEEDS_ROOT();

    expect_unharmed(std::to_string(64L << 20), std::chrono::minutes(1));
}

TEST(Streams, CarryAGibibyteThroughPipes) {
    MBX_NEEDS_ROOT();
    Options how;
    how.timeout = std::chrono::minutes(2);

    const Outcome outcome = run_from(
        "head -c 1073741824 /dev/zero | \"$@\" | wc -c", probe_arguments({}, {"cat"}), how);

    EXPECT_EQ(outcome.out, "1073741824\n") << outcome.describe();
}

TEST(Streams, ErrorsPassThroughInAnyAmountBesideTheOutput) {
    MBX_NEEDS_ROOT();

    const Outcome outcome =
        run_shell({}, "echo out; head -c 8000000 /dev/zero | tr '\\0' e >&2; echo end");

    EXPECT_EQ(outcome.out, "out\nend\n");
    EXPECT_EQ(outcome.err.size(), 8'000'000U);
}

TEST(Streams, ThatTheCallerHasClosedAreTheNullDevice) {
    MBX_NEEDS_ROOT();

    const Outcome in = run_from("exec \"$@\" <&-", shell_inside({}, "cat; echo code $?"));
    const Outcome out = run_from("exec \"$@\" >&-", shell_inside({}, "echo x && echo fine >&2"));
    const Outcome err = run_from("exec \"$@\" 2>&-", shell_inside({}, "echo x >&2 && echo fine"));
    const Outcome all = run_from("exec \"$@\" <&- >&- 2>&-", probe_arguments({}, {"exit", "4"}));

    EXPECT_EQ(in.out, "code 0\n") << in.describe();
    EXPECT_EQ(out.code, 0) << out.describe();
    EXPECT_NE(out.err.find("fine"), std::string::npos) << out.describe();
    EXPECT_EQ(err.out, "fine\n") << err.describe();
    EXPECT_EQ(all.code, 4) << all.describe();
}

TEST(Streams, FilesBehindThemKeepOwnerModeAndContent) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory folder;
    const std::string in = folder.file("in", "question\n");
    const std::string out = folder.file("out", "");
    for (const std::string& file : {in, out}) {
        ASSERT_EQ(::chmod(file.c_str(), 0640), 0);
        ASSERT_EQ(::chown(file.c_str(), 1234, 2345), 0);
    }
    const std::string before = owner_and_mode(in);
    Options how;
    how.environment = {{"IN", in}, {"OUT", out}};

    const Outcome outcome = run_from("exec \"$@\" <\"$IN\" >\"$OUT\"",
                                     shell_inside({},
                                                  "cat; chown 0:0 /proc/self/fd/0 /proc/self/fd/1; "
                                                  "chmod 777 /proc/self/fd/0 /proc/self/fd/1"),
                                     how);

    EXPECT_EQ(content_of(in), "question\n") << outcome.describe();
    EXPECT_EQ(content_of(out), "question\n") << outcome.describe();
    EXPECT_EQ(owner_and_mode(in), before);
    EXPECT_EQ(owner_and_mode(out), before);
}

TEST(Streams, AFileGivenForReadingCannotBeReopenedForWriting) {
    MBX_NEEDS_ROOT();
    const ScratchDirectory folder;
    const std::string in = folder.file("in", "precious");
    ASSERT_EQ(::chmod(in.c_str(), 0644), 0);
    Options how;
    how.environment = {{"IN", in}};

    const Outcome outcome = run_from(
        "exec \"$@\" <\"$IN\"", probe_arguments({}, {"open", "/proc/self/fd/0", "rw"}), how);

    EXPECT_EQ(outcome.value("open"), "EACCES") << outcome.describe();
    EXPECT_EQ(content_of(in), "precious");
}

TEST(Streams, AFullDeviceIsAnErrorOfWhatWePrint) {
    for (const std::vector<std::string>& words : {std::vector<std::string>{"--help"},
                                                  {"--version"},
                                                  {"plugins"},
                                                  {"plan", "--", "true"},
                                                  {"plan", "--json", "--", "true"}}) {
        const Outcome outcome = run_from("exec \"$@\" >/dev/full", words);
        EXPECT_EQ(outcome.code, 125) << words.front() << outcome.describe();
        EXPECT_NE(outcome.err.find("No space left on device"), std::string::npos)
            << words.front() << outcome.describe();
    }
}

TEST(Streams, AReaderThatGoesEndsTheCommandBySigpipe) {
    MBX_NEEDS_ROOT();

    const Outcome outcome =
        run_from("{ \"$@\"; echo code $? >&2; } | head -n 1", shell_inside({}, "exec yes"));

    EXPECT_EQ(outcome.out, "y\n") << outcome.describe();
    EXPECT_NE(outcome.err.find("code 141"), std::string::npos) << outcome.describe();
}

TEST(Descriptors, NothingButTheStreamsIsInherited) {
    MBX_NEEDS_ROOT();
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 4096);
    ::setrlimit(RLIMIT_NOFILE, &limit);
    const sys::Fd secret(::open("/etc/shadow", O_RDONLY | O_CLOEXEC));
    ASSERT_TRUE(secret);
    Options how;
    for (int fd = 3; fd < 1024; ++fd)
        how.descriptors.emplace_back(secret.get(), fd);
    how.descriptors.emplace_back(secret.get(), static_cast<int>(limit.rlim_cur) - 1);

    for (const std::vector<std::string>& options :
         {std::vector<std::string>{}, std::vector<std::string>{"--no-init"}}) {
        const Outcome outcome = run_probe(options, {"fds"}, how);
        EXPECT_EQ(outcome.code, 0) << outcome.describe();
        EXPECT_EQ(outcome.values("fd").size(), 3U) << outcome.describe();
    }
}

} // namespace microbox::testing
