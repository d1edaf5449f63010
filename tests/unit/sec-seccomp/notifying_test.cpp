// SPDX-License-Identifier: MIT
// A filter whose refusals are told: it allows what it allowed, by as many instructions, and tells
// what it refused.
#include "evaluate.hpp"
#include "listener.hpp"
#include "tests/unit/sec-seccomp/planned.hpp"

#include <cerrno>

#include <linux/audit.h>

namespace microbox::tests {
namespace {

const std::initializer_list<std::uint64_t> argument_values = {
    0, 1, 2, 9, 10, 16, 40, 0x5412, 0x541c, 0x7e020000, 0xffffffff, 0x100000000 | 0x5412};

/// Every call with arguments that decide about some: what(before, after, data).
template <class What>
void for_each_call(const Program& before, const Program& after, What what) {
    for (const std::uint32_t arch :
         {static_cast<std::uint32_t>(seccomp::native_architecture()), 0x40000003U})
        for (std::uint32_t number = 0; number < 0x40000400;
             number = number == 600 ? 0x40000000 : number + 1)
            for (const std::uint64_t value : argument_values) {
                seccomp_data data{};
                data.nr = static_cast<int>(number);
                data.arch = arch;
                for (auto& argument : data.args)
                    argument = value;
                what(evaluate(before, data), evaluate(after, data), data);
            }
}

std::uint32_t kind(const Verdict& verdict) {
    return verdict.action & SECCOMP_RET_ACTION_FULL;
}

sdk::Request explaining(std::map<std::string, std::vector<std::string>> options = {}) {
    sdk::Request request = request_with(std::move(options));
    request.explain_denials = true;
    return request;
}

FakeHost host_of_kernel(const std::string& release) {
    FakeHost host;
    host.file("/proc/sys/kernel/osrelease", release);
    return host;
}

} // namespace

TEST(NotifyingFilter, AllowsAndKillsAsBeforeAndTellsTheRest) {
    const Program before = ready_program();
    const Program after = seccomp::notifying(before);
    long told = 0;

    for_each_call(before, after, [&](const Verdict& was, const Verdict& is, const auto& data) {
        ASSERT_TRUE(was.valid && is.valid);
        if (kind(was) == SECCOMP_RET_ERRNO) {
            ASSERT_EQ(is.action, SECCOMP_RET_USER_NOTIF) << data.nr;
            ++told;
        } else {
            ASSERT_EQ(is.action, was.action) << data.nr;
        }
        // What the kernel answers from its bitmap it still does.
        ASSERT_EQ(is.constant, was.constant) << data.nr;
    });

    EXPECT_GT(told, 1000);
}

TEST(NotifyingFilter, HasTheSameInstructionsButForWhatTheyReturn) {
    const Program before = ready_program();
    const Program after = seccomp::notifying(before);

    ASSERT_EQ(after.size(), before.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
        EXPECT_EQ(after[i].code, before[i].code);
        EXPECT_EQ(after[i].jt, before[i].jt);
        EXPECT_EQ(after[i].jf, before[i].jf);
        if (before[i].code != (BPF_RET | BPF_K)) {
            EXPECT_EQ(after[i].k, before[i].k);
        }
    }
}

TEST(NotifyingFilter, IsAnsweredWithWhatTheFilterWouldHaveSaid) {
    const Program before = ready_program();

    for_each_call(before, before, [&](const Verdict& was, const Verdict&, const auto& data) {
        if (kind(was) == SECCOMP_RET_ERRNO) {
            ASSERT_EQ(seccomp::answer_to(before, data), was.action) << data.nr;
        }
        const auto same = seccomp::evaluate(before, data);
        ASSERT_TRUE(same && *same == was.action) << data.nr;
    });
}

TEST(NotifyingFilter, IsNeverAnsweredWithAnAllowance) {
    const seccomp_data read{};
    const Program out_of_bounds = {{BPF_LD | BPF_W | BPF_ABS, 0, 0, 1000}};
    const Program open = {{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}};
    const Program endless = {{BPF_LD | BPF_W | BPF_ABS, 0, 0, 0}};

    for (const Program& program : {ready_program(), out_of_bounds, open, endless, Program{}})
        EXPECT_EQ(seccomp::answer_to(program, read), SECCOMP_RET_ERRNO | EPERM);
}

TEST(ExplainDenials, ListensWithTheFilterThatWasChosen) {
    const auto planned =
        plan_on(host_of_kernel("6.1.0-18-amd64\n"), explaining({{"deny-syscall", {"chroot"}}}));

    const Program program = program_of(planned);
    ASSERT_FALSE(program.empty());
    const auto& filter = std::get<sdk::Filter>(planned->steps[0].step);
    EXPECT_TRUE(filter.listens);
    EXPECT_EQ(filter.flags, 1U << 5U); // SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
    EXPECT_EQ(planned->claims, (std::vector<std::string>{"security.filter", "security.listener"}));
    seccomp_data chroot{};
    chroot.nr = seccomp::find_syscall("chroot")->number;
    chroot.arch = seccomp::native_architecture();
    EXPECT_EQ(evaluate(program, chroot).action, SECCOMP_RET_USER_NOTIF);
}

TEST(ExplainDenials, DoesWithoutTheFlagThatOlderKernelsLack) {
    const auto planned = plan_on(host_of_kernel("5.15.0\n"), explaining());

    ASSERT_FALSE(program_of(planned).empty());
    EXPECT_EQ(std::get<sdk::Filter>(planned->steps[0].step).flags, 0U);
}

TEST(ExplainDenials, HasNothingToTellWithoutAFilter) {
    const auto planned = plan_on(host_of_kernel("6.1.0\n"), explaining({{"seccomp", {"off"}}}));

    ASSERT_TRUE(planned.ok());
    EXPECT_TRUE(planned->steps.empty());
    EXPECT_EQ(planned->claims, std::vector<std::string>{"security.filter"});
}

TEST(ExplainDenials, ChangesNothingOfAFilterWhenItIsNotAskedFor) {
    const auto planned = plan_on(FakeHost(), request_with({}));

    ASSERT_FALSE(program_of(planned).empty());
    EXPECT_FALSE(std::get<sdk::Filter>(planned->steps[0].step).listens);
}

} // namespace microbox::tests
