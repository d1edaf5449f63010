// SPDX-License-Identifier: MIT
#include "core/state/ids.hpp"
#include "tests/unit/state/state_folder.hpp"

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

namespace microbox::core {

namespace {

bool try_to_lock(const std::string& file, std::uint32_t slot) {
    const sys::Fd other(::open(file.c_str(), O_RDWR | O_CLOEXEC));

    struct flock lock {};

    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = static_cast<off_t>(slot);
    lock.l_len = 1;
    return ::fcntl(other.get(), F_OFD_SETLK, &lock) == 0;
}

std::uint32_t slot_of(const IdLease& lease) {
    return (lease.first - id_base) / ids_per_run;
}

} // namespace

TEST(LeaseIds, TwoLeasesDoNotOverlap) {
    const testing::TemporaryState state;

    const auto one = lease_ids(state.folder);
    const auto other = lease_ids(state.folder);

    ASSERT_TRUE(one.ok());
    ASSERT_TRUE(other.ok());
    EXPECT_NE(one->first, other->first);
    for (const auto* lease : {&*one, &*other}) {
        EXPECT_GE(lease->first, id_base);
        EXPECT_LT(slot_of(*lease), id_slots);
        EXPECT_EQ((lease->first - id_base) % ids_per_run, 0U);
    }
}

TEST(LeaseIds, ALeaseEndsWithItsLastDescriptorInAnyProcess) {
    const testing::TemporaryState state;
    auto lease = lease_ids(state.folder);
    ASSERT_TRUE(lease.ok());
    const std::uint32_t slot = slot_of(*lease);
    const std::string file = state.folder.path + "/ids";
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t holder = ::fork();
    if (holder == 0) {
        char byte = 0;
        ::close(ends[1]);
        const ssize_t got = ::read(ends[0], &byte, 1);
        ::_exit(got == 0 ? 0 : 1);
    }
    ::close(ends[0]);

    EXPECT_FALSE(try_to_lock(file, slot));
    lease->lock.reset();
    EXPECT_FALSE(try_to_lock(file, slot)) << "the other process still holds it";
    ::close(ends[1]);
    ASSERT_EQ(::waitpid(holder, nullptr, 0), holder);

    EXPECT_TRUE(try_to_lock(file, slot));
}

} // namespace microbox::core
