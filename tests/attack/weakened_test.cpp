// SPDX-License-Identifier: MIT
// Every attack works somewhere: where a protection is missing, it says so.
#include "tests/attack/weakened.hpp"
#include "tests/support/host_state.hpp"

#include <cstdio>
#include <filesystem>
#include <map>
#include <set>
#include <string>

#include <unistd.h>

namespace microbox::testing {

namespace {

/// What the kernel of a machine may lack, and whether the virtual machine's has it: there it is
/// shown to work.
struct Lacking {
    const char* why;
    bool works_in_the_machine;
};

const std::map<std::string, Lacking> kernels_lack = {
    {"T46b", {"no modules", true}},
    {"T46c", {"CONFIG_UEVENT_HELPER is off", false}},
    {"T46e", {"no sysrq", true}},
    {"T46f", {"no sysrq", true}},
    {"T47a", {"CONFIG_UEVENT_HELPER is off", false}},
    {"T48a", {"no kcore", true}},
    {"T48o", {"no devices of ACPI in /proc", true}},
    {"T66a", {"x32 is off", false}},
    {"T66b", {"x32 is off", false}},
    {"T71a", {"no modules", true}},
    {"T71b", {"no modules", true}},
    {"T71c", {"no modules", true}},
    {"T71d", {"no kexec", true}},
    {"T71e", {"no kexec", true}},
    {"T71s", {"no ports", true}},
    {"T71t", {"no ports", true}},
    {"T87a", {"needs two processors without other work; Cgroup.ProcessorTimeIsThrottled", false}},
    {"T88g", {"root of a container may lack SYS_RESOURCE", true}},
    {"T88h", {"root of a container may lack SYS_RESOURCE", true}},
    {"T88i", {"root of a container may lack SYS_RESOURCE", true}},
};

} // namespace

TEST(Weakened, EveryAttackWorksWhereItsProtectionIsMissing) {
    if (::geteuid() != 0)
        GTEST_SKIP() << "needs root: what is weakened is root's";
    const HostState before = HostState::take();
    std::map<std::string, std::string> last;
    std::set<std::string> fired;
    {
        const World world;
        for (const Weakened& place : weakened_places()) {
            const Outcome outcome = place.attack(world);
            const Attempts attempts = attempts_of(outcome);
            EXPECT_FALSE(attempts.empty()) << place.name;
            std::size_t worked = 0;
            for (const auto& [id, attempt] : attempts) {
                if (attempt.outcome == "ESCAPE") {
                    fired.insert(id);
                    ++worked;
                }
                EXPECT_NE(attempt.outcome, "broken") << place.name << ": " << id << attempt.why;
                last[id] += place.name + ": " + attempt.outcome + ", " + attempt.why + "; ";
            }
            std::printf("%s: %zu of %zu attacks worked, %.1f s\n",
                        place.name.c_str(),
                        worked,
                        attempts.size(),
                        outcome.seconds);
        }
        EXPECT_TRUE(world.is_unharmed());
    }
    const std::map<std::string, std::string> all = all_attacks();
    const std::set<std::string> of_networks(attacks_of_networks().begin(),
                                            attacks_of_networks().end());
    for (const auto& [id, what] : all)
        if (fired.count(id) == 0 && kernels_lack.count(id) == 0 && of_networks.count(id) == 0)
            ADD_FAILURE() << id << " (" << what << ") has worked nowhere: " << last[id];
    std::size_t nowhere = 0;
    for (const auto& [id, lacking] : kernels_lack) {
        EXPECT_EQ(all.count(id), 1U) << id << " is no attack";
        nowhere += lacking.works_in_the_machine ? 0U : 1U;
    }
    EXPECT_LE(nowhere, 6U);
    EXPECT_EQ(left_behind(before), "");
    for (const char* const place : {"/tmp", "/dev/shm", "/run", "/"})
        for (const auto& entry : std::filesystem::directory_iterator(place))
            EXPECT_NE(entry.path().filename().string().rfind("mbx-attack-", 0), 0U) << entry.path();
}

TEST(V2Weakened, WhatOtherKernelsLackWorksHere) {
    MBX_NEEDS_ROOT();
    const World world;
    std::string which = "--only=";
    for (const auto& [id, lacking] : kernels_lack)
        which += id + ",";

    const Attempts attempts = attempts_of(attack_unsandboxed(world, which));

    EXPECT_EQ(attempts.size(), kernels_lack.size());
    for (const auto& [id, attempt] : attempts)
        if (kernels_lack.at(id).works_in_the_machine) {
            EXPECT_EQ(attempt.outcome, "ESCAPE") << id << " " << attempt.why;
        }
}

} // namespace microbox::testing
