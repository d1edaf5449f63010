// SPDX-License-Identifier: MIT
#include "core/spawn/lower.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include <linux/prctl.h>

namespace microbox::core {

namespace {

using child::Code;
using child::look;
using child::Operation;

Plan small_plan() {
    Plan plan;
    plan.storage = sdk::Storage{1U << 20U, 256, "default"};
    plan.command.arguments = {"true"};
    plan.command.candidates = {"/bin/true"};
    plan.command.directory = "/work";
    plan.steps.push_back({sdk::Stage::assemble,
                          sdk::Mount{"/", sdk::StorageDirectory{"root", 0755}, {}},
                          "fs-x",
                          "default"});
    return plan;
}

void add(Plan& plan, sdk::Stage stage, sdk::Step step) {
    plan.steps.push_back({stage, std::move(step), "x", "default"});
}

std::vector<Code> codes(const std::vector<std::uint64_t>& block,
                        child::Range child::Program::*part) {
    const auto* program = reinterpret_cast<const child::Program*>(block.data());
    const child::Range range = program->*part;
    const auto* operations = look<Operation>(program, range.first);
    std::vector<Code> list;
    for (std::uint32_t i = 0; i < range.count; ++i)
        list.push_back(operations[i].code);
    return list;
}

std::vector<std::uint64_t> lowered(const Plan& plan) {
    Prepared prepared;
    prepared.staging = "/run/x";
    auto block = lower(plan, prepared);
    return block.ok() ? block->finish() : std::vector<std::uint64_t>{};
}

std::size_t place_of(const std::vector<Code>& list, Code code) {
    return static_cast<std::size_t>(std::find(list.begin(), list.end(), code) - list.begin());
}

} // namespace

TEST(Lower, RightsAreGivenUpInTheOnlyOrderThatWorks) {
    Plan plan = small_plan();
    add(plan, sdk::Stage::limits, sdk::Rlimit{4, 0, 0});
    add(plan, sdk::Stage::identity, sdk::Ids{1000, 1000, {}});
    add(plan, sdk::Stage::identity, sdk::Capabilities{1});
    add(plan, sdk::Stage::seal, sdk::Prctl{PR_SET_NO_NEW_PRIVS, {1, 0, 0, 0}});

    const auto list = codes(lowered(plan), &child::Program::command);

    EXPECT_EQ(list,
              (std::vector<Code>{Code::rlimit,
                                 Code::bounding,
                                 Code::ids,
                                 Code::directory,
                                 Code::capabilities,
                                 Code::prctl}));
}

TEST(Lower, TheTerminalBelongsToTheCommandsUser) {
    Plan plan = small_plan();
    plan.terminal = stream_in | stream_errors;
    add(plan, sdk::Stage::identity, sdk::Ids{1000, 100, {}});

    const auto block = lowered(plan);
    const auto* program = reinterpret_cast<const child::Program*>(block.data());

    EXPECT_EQ(program->terminal, 5);
    EXPECT_EQ(program->terminal_user, 1000U);
}

TEST(Lower, TheFilterIsAloneInTheLastPart) {
    Plan plan = small_plan();
    add(plan,
        sdk::Stage::filter,
        sdk::Filter{std::make_shared<const std::vector<sock_filter>>(1, sock_filter{6, 0, 0, 0}),
                    0});

    EXPECT_EQ(codes(lowered(plan), &child::Program::last), (std::vector<Code>{Code::filter}));
}

TEST(Lower, ANewKeyringComesFirstOfAll) {
    const auto list = codes(lowered(small_plan()), &child::Program::enter);

    ASSERT_FALSE(list.empty());
    EXPECT_EQ(list.front(), Code::keyring);
}

TEST(Lower, TheStorageStandsBeforeTheRoot) {
    const auto list = codes(lowered(small_plan()), &child::Program::assemble);

    EXPECT_LT(place_of(list, Code::set_store), place_of(list, Code::set_root));
    EXPECT_LT(place_of(list, Code::set_root), list.size());
}

TEST(Lower, AReadOnlyRootIsSealedAfterItIsFilled) {
    Plan plan = small_plan();
    std::get<sdk::Mount>(plan.steps[0].step).flags.read_only = true;
    add(plan, sdk::Stage::assemble, sdk::File{"/etc/x", "y", 0644});

    const auto list = codes(lowered(plan), &child::Program::assemble);

    EXPECT_EQ(list.back(), Code::root_attributes);
    EXPECT_LT(place_of(list, Code::make_file), place_of(list, Code::root_attributes));
}

TEST(Lower, AFileInTheHostsTreeIsCoveredAndNeverWritten) {
    Plan plan = small_plan();
    std::get<sdk::Mount>(plan.steps[0].step).source = sdk::Bind{"/", true, sdk::Ownership::as_is};
    add(plan, sdk::Stage::assemble, sdk::File{"/etc/hosts", "y", 0644});
    add(plan, sdk::Stage::assemble, sdk::Directory{"/etc/new", 0755});
    add(plan, sdk::Stage::assemble, sdk::Symlink{"/etc/link", "to"});

    const auto list = codes(lowered(plan), &child::Program::assemble);

    EXPECT_LT(place_of(list, Code::cover_file), list.size());
    EXPECT_EQ(place_of(list, Code::make_file), list.size());
    EXPECT_EQ(place_of(list, Code::make_directory), list.size());
    EXPECT_EQ(place_of(list, Code::make_link), list.size());
}

TEST(Lower, APreparedRootIsWrittenUnlessItIsReadOnly) {
    for (const bool read_only : {false, true}) {
        Plan plan = small_plan();
        plan.steps.clear();
        sdk::Mount root{"/", sdk::PreparedMount{{"x.root"}, "/srv/x"}, {}};
        root.flags.read_only = read_only;
        add(plan, sdk::Stage::assemble, root);
        add(plan, sdk::Stage::assemble, sdk::File{"/etc/hosts", "x", 0644});
        Prepared prepared;
        prepared.staging = "/run/x";
        prepared.slots["x.root"] = sys::Fd();

        auto block = lower(plan, prepared);

        ASSERT_TRUE(block.ok()) << block.error().what;
        const auto list = codes(block->finish(), &child::Program::assemble);
        EXPECT_EQ(place_of(list, Code::make_file) == list.size(), read_only);
        EXPECT_EQ(place_of(list, Code::cover_file) == list.size(), !read_only);
    }
}

TEST(Lower, RefusesASlotThatNobodyHasFilled) {
    Plan plan = small_plan();
    add(plan, sdk::Stage::enter, sdk::WriteDescriptor{{"limit-x.tasks"}, "0"});
    Prepared prepared;

    const auto block = lower(plan, prepared);

    ASSERT_FALSE(block.ok());
    EXPECT_NE(block.error().what.find("limit-x.tasks"), std::string::npos);
}

TEST(Lower, WithoutInitTheMasksOfProcGoWhereItsProcIs) {
    Plan plan = small_plan();
    add(plan, sdk::Stage::inside, sdk::Mount{"/proc", sdk::NewFilesystem{"proc", {}}, {}});
    add(plan, sdk::Stage::inside, sdk::Mask{"/proc/kcore"});
    plan.command.init = false;

    const auto block = lowered(plan);

    const auto command = codes(block, &child::Program::command);
    const auto inside = codes(block, &child::Program::inside);
    EXPECT_LT(place_of(command, Code::mask), command.size());
    EXPECT_LT(place_of(command, Code::take_proc), place_of(command, Code::mask));
    EXPECT_EQ(place_of(inside, Code::mask), inside.size());
}

} // namespace microbox::core
