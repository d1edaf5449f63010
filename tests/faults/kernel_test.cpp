// SPDX-License-Identifier: MIT
// A kernel without a call: another way that is as safe, or a refusal that names what is missing.
#include "tests/faults/modes.hpp"

namespace microbox::faults {

namespace {

struct Missing {
    const char* call;
    std::vector<std::string> names; ///< one of them is in a refusal
};

/// The newer ones that microbox, its libraries or the loader use, and some old ones that a filter
/// around it may answer for.
const std::vector<Missing>& missing() {
    static const std::vector<Missing> calls = {
        {"openat2", {"openat2"}},
        {"clone3", {"clone3"}},
        {"close_range", {"close_range"}},
        {"mount_setattr", {"mount_setattr"}},
        {"open_tree", {"open_tree", "mount"}},
        {"move_mount", {"move_mount", "mount"}},
        {"fsopen", {"fsopen", "mount"}},
        {"fsconfig", {"fsconfig", "mount"}},
        {"fsmount", {"fsmount", "mount"}},
        {"pidfd_open", {"pidfd"}},
        {"pidfd_send_signal", {"pidfd"}},
        {"faccessat2", {"faccessat2"}},
        {"landlock_create_ruleset", {"landlock"}},
        {"memfd_create", {"memfd"}},
        {"execveat", {"execveat", "init", "child"}},
        {"statx", {"statx"}},
        {"seccomp", {"seccomp", "filter"}},
        {"unshare", {"unshare", "namespace"}},
        {"keyctl", {"keyring"}},
        {"getrandom", {"random"}},
        {"prlimit64", {"limit"}},
        {"signalfd4", {"signalfd", "init"}},
        {"pivot_root", {"pivot"}},
        {"capset", {"capabilities"}},
        {"waitid", {"waitid"}},
        {"setns", {"setns", "namespace"}},
    };
    return calls;
}

std::string part(const Mode& mode, int index, int count) {
    Subject subject(mode);
    std::string wrong;
    int place = 0;
    for (const Missing& one : missing())
        // setpriv(1), which makes the plain user, needs it too.
        if (place++ % count == index && !(mode.plain_user && one.call == std::string("capset")))
            wrong += subject.check_start(std::string("without ") + one.call,
                                         {MICROBOX_WITHOUT_CALLS, one.call, "--"},
                                         one.names);
    return wrong;
}

class OlderKernels : public ::testing::TestWithParam<Mode> {};

} // namespace

TEST_P(OlderKernels, AreRefusedByNameOrServedAsSafely) {
    MBX_NEEDS_ROOT();

    EXPECT_EQ(in_worlds(worlds_at_once(),
                        [&](int index) { return part(GetParam(), index, worlds_at_once()); }),
              "");
}

INSTANTIATE_TEST_SUITE_P(Modes, OlderKernels, ::testing::ValuesIn(modes()), name_of_mode);

} // namespace microbox::faults
