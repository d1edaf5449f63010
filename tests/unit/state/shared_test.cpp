// SPDX-License-Identifier: MIT
// What the runs of a plugin share: users and removers, makers, leases, and a journal that a crash
// has cut.
#include "core/state/shared.hpp"
#include "tests/unit/state/state_folder.hpp"

#include <cerrno>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace microbox::core {

namespace {

using Lines = std::vector<std::string>;

std::string path_of(const testing::TemporaryState& state) {
    return state.folder.path + "/shared/net-mine";
}

SharedFile use(const testing::TemporaryState& state) {
    auto file = SharedFile::use(state.folder, "net-mine");
    EXPECT_TRUE(file.ok());
    return std::move(*file);
}

sdk::Result<void> write(SharedFile& file, const std::string& entry) {
    return file.make([&](sdk::Shared& shared) { return shared.journal(entry); });
}

} // namespace

TEST(Shared, EntriesAreThereForTheNextAndNotTwice) {
    const testing::TemporaryState state;
    {
        SharedFile first = use(state);
        ASSERT_TRUE(write(first, "bridge mbx0").ok());
        ASSERT_TRUE(write(first, "bridge mbx0").ok());
    }
    SharedFile second = use(state);
    Lines seen;

    ASSERT_TRUE(second
                    .make([&](sdk::Shared& shared) -> sdk::Result<void> {
                        seen = shared.entries();
                        return shared.journal("table inet mine");
                    })
                    .ok());

    EXPECT_EQ(seen, (Lines{"bridge mbx0"}));
    EXPECT_EQ(*second.read(), (Lines{"bridge mbx0", "table inet mine"}));
}

TEST(Shared, AnEntryIsOneLine) {
    const testing::TemporaryState state;
    SharedFile file = use(state);

    EXPECT_FALSE(write(file, "two\nlines").ok());
    EXPECT_FALSE(write(file, std::string("a\0b", 3)).ok());
    EXPECT_EQ(*file.read(), Lines{});
}

TEST(Shared, ALineThatACrashHasCutIsLeftOutAndNotContinued) {
    const testing::TemporaryState state;
    SharedFile file = use(state);
    ASSERT_TRUE(write(file, "whole").ok());
    std::ofstream(path_of(state), std::ios::app) << "half";

    EXPECT_EQ(*file.read(), (Lines{"whole"}));
    ASSERT_TRUE(write(file, "next").ok());

    EXPECT_EQ(*file.read(), (Lines{"whole", "next"}));
}

TEST(Shared, IsNotRemovedWhileSomebodyUsesIt) {
    const testing::TemporaryState state;
    {
        const SharedFile user = use(state);
        const SharedFile another = use(state);
        EXPECT_EQ(SharedFile::adopt(state.folder, "net-mine").error().error_number, EAGAIN);
    }

    auto remover = SharedFile::adopt(state.folder, "net-mine");

    ASSERT_TRUE(remover.ok());
    EXPECT_EQ(sharing_plugins(state.folder), (Lines{"net-mine"}));
    remover->remove();
    EXPECT_EQ(sharing_plugins(state.folder), Lines{});
    EXPECT_EQ(SharedFile::adopt(state.folder, "net-mine").error().error_number, ENOENT);
}

TEST(Shared, ANumberIsNobodyElsesUntilItsHolderEnds) {
    const testing::TemporaryState state;
    std::set<std::uint64_t> numbers;
    {
        std::vector<SharedFile> holders;
        for (int i = 0; i < 5; ++i) {
            holders.push_back(use(state));
            const auto number = holders.back().lease(100, 5, {});
            ASSERT_TRUE(number.ok());
            EXPECT_TRUE(*number >= 100 && *number < 105) << *number;
            numbers.insert(*number);
        }
        EXPECT_EQ(numbers.size(), 5U);
        SharedFile late = use(state);
        EXPECT_EQ(late.lease(100, 5, {}).error().error_number, ENOSPC);
        holders.pop_back();
        EXPECT_TRUE(late.lease(100, 5, {}).ok());
    }
    SharedFile next = use(state);
    EXPECT_TRUE(next.lease(100, 1, {}).ok());
}

TEST(Shared, ANumberThatIsTurnedDownIsFreeForOthers) {
    const testing::TemporaryState state;
    SharedFile picky = use(state);
    SharedFile other = use(state);

    EXPECT_EQ(picky.lease(7, 1, [](std::uint64_t) { return false; }).error().error_number, ENOSPC);

    EXPECT_EQ(*other.lease(7, 1, {}), 7U);
}

TEST(Shared, NumbersThatCannotBeAreRefused) {
    const testing::TemporaryState state;
    SharedFile file = use(state);

    EXPECT_FALSE(file.lease(1, 0, {}).ok());
    EXPECT_FALSE(file.lease(std::uint64_t{1} << 48U, 1, {}).ok());
    EXPECT_FALSE(file.lease(1, std::uint64_t{1} << 48U, {}).ok());
}

TEST(Shared, ALinkInItsPlaceIsNotFollowed) {
    const testing::TemporaryState state;
    { const SharedFile made = use(state); }
    std::filesystem::remove(path_of(state));
    std::filesystem::create_symlink("/etc/passwd", path_of(state));

    EXPECT_FALSE(SharedFile::use(state.folder, "net-mine").ok());
}

} // namespace microbox::core
