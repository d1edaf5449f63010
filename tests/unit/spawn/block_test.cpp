// SPDX-License-Identifier: MIT
#include "core/spawn/block.hpp"

#include <cstring>

#include <gtest/gtest.h>

namespace microbox::core {

namespace {

using child::look;
using child::Operation;
using child::Program;

Operation operation(child::Code code) {
    Operation op{};
    op.code = code;
    op.fd = -1;
    return op;
}

std::vector<std::string> strings(const Program* program, std::uint32_t list) {
    std::vector<std::string> words;
    for (const auto* at = look<std::uint32_t>(program, list); *at != 0; ++at)
        words.emplace_back(look<char>(program, *at));
    return words;
}

const Program* program_of(const std::vector<std::uint64_t>& block) {
    return reinterpret_cast<const Program*>(block.data());
}

} // namespace

TEST(Block, EveryPieceIsFoundAgainByItsOffset) {
    Block block;
    Operation link = operation(child::Code::make_link);
    link.text = block.text("/dev/fd");
    link.other = block.text("/proc/self/fd");
    block.add(Part::assemble, link);
    Operation file = operation(child::Code::make_file);
    const std::string content("a\0b", 3);
    file.text = block.text("/etc/x");
    file.other = block.data(content.data(), content.size());
    file.length = 3;
    block.add(Part::assemble, file);
    block.add(Part::last, operation(child::Code::filter));
    block.set_vectors({"sh", "", "-c"}, {"A=1"}, {"/bin/sh", "/usr/bin/sh"});
    block.header.init = 1;

    const auto finished = block.finish();

    const Program* program = program_of(finished);
    ASSERT_LE(program->size, finished.size() * sizeof(std::uint64_t));
    EXPECT_EQ(program->init, 1);
    ASSERT_EQ(program->assemble.count, 2U);
    const auto* operations = look<Operation>(program, program->assemble.first);
    EXPECT_EQ(operations[0].code, child::Code::make_link);
    EXPECT_STREQ(look<char>(program, operations[0].text), "/dev/fd");
    EXPECT_STREQ(look<char>(program, operations[0].other), "/proc/self/fd");
    EXPECT_EQ(std::memcmp(look<char>(program, operations[1].other), content.data(), 3), 0);
    EXPECT_EQ(program->last.count, 1U);
    EXPECT_EQ(program->enter.count, 0U);
    EXPECT_EQ(strings(program, program->arguments), (std::vector<std::string>{"sh", "", "-c"}));
    EXPECT_EQ(strings(program, program->environment), (std::vector<std::string>{"A=1"}));
    EXPECT_EQ(strings(program, program->candidates),
              (std::vector<std::string>{"/bin/sh", "/usr/bin/sh"}));
}

TEST(Block, AnEmptyOneIsAProgramThatDoesNothing) {
    Block block;

    const auto finished = block.finish();

    const Program* program = program_of(finished);
    EXPECT_EQ(program->size, program->size & 0xffffU);
    for (const child::Range& range : {program->enter,
                                      program->early,
                                      program->assemble,
                                      program->inside,
                                      program->command,
                                      program->last})
        EXPECT_EQ(range.count, 0U);
    EXPECT_TRUE(strings(program, program->arguments).empty());
}

TEST(Block, ADescriptorIsPassedOnceUnderOneNumber) {
    Block block;

    const auto first = block.pass(20);
    const auto second = block.pass(30);
    const auto again = block.pass(20);

    EXPECT_EQ(first, child::fd_first_passed);
    EXPECT_EQ(second, first + 1);
    EXPECT_EQ(again, first);
    const auto finished = block.finish();
    const Program* program = program_of(finished);
    ASSERT_EQ(program->passed_count, 2U);
    const auto* passed = look<child::Passed>(program, program->passed);
    EXPECT_EQ(passed[1].from, 30);
    EXPECT_EQ(passed[1].to, second);
}

TEST(Block, DataIsAlignedForTheKernelsStructures) {
    Block block;
    static_cast<void>(block.text("odd"));
    Operation ids = operation(child::Code::ids);
    const std::uint32_t groups[] = {5, 6};
    ids.other = block.data(groups, sizeof groups);
    block.add(Part::command, ids);

    const auto finished = block.finish();

    const Program* program = program_of(finished);
    const auto* op = look<Operation>(program, program->command.first);
    EXPECT_EQ(op->other % 8, 0U);
    EXPECT_EQ(look<std::uint32_t>(program, op->other)[1], 6U);
}

} // namespace microbox::core
