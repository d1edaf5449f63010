// SPDX-License-Identifier: MIT
#include "tests/root/caller/plain_caller.hpp"

#include "tests/support/private_mounts.hpp"

#include <sys/stat.h>
#include <unistd.h>

namespace microbox::testing {

void PlainCaller::SetUp() {
    if (::geteuid() != 0)
        GTEST_SKIP() << "needs root";
    ASSERT_TRUE(enter_private_mounts());
    ASSERT_EQ(::chown(runtime_.path().c_str(), user, user), 0);
    ASSERT_EQ(::chmod(runtime_.path().c_str(), 0700), 0);
}

void PlainCaller::TearDown() {
    // For the next test of this process; the namespace takes the rest with it.
    for (const char* file : {"/etc/subuid", "/etc/subgid"})
        ::umount2(file, MNT_DETACH);
}

void PlainCaller::give_ids(const std::string& subuid, const std::string& subgid) {
    const auto put = [this](const std::string& name, const std::string& text) {
        const std::string file = files_.file(name, text);
        ASSERT_EQ(::chmod(file.c_str(), 0644), 0);
        ASSERT_EQ(::mount(file.c_str(), ("/etc/" + name).c_str(), nullptr, MS_BIND, nullptr), 0);
    };
    put("subuid", subuid);
    put("subgid", subgid);
}

Options PlainCaller::how() const {
    Options options;
    options.user = user;
    options.environment = {{"XDG_RUNTIME_DIR", runtime_.path()}};
    return options;
}

Outcome PlainCaller::ask(const std::vector<std::string>& words) const {
    return run(words, how());
}

Outcome PlainCaller::ask_through(const std::string& program,
                                 std::vector<std::string> before,
                                 const std::vector<std::string>& words) const {
    Options options = how();
    options.program = program;
    before.push_back(binary_path());
    before.insert(before.end(), words.begin(), words.end());
    return start(before, options).finish();
}

} // namespace microbox::testing
