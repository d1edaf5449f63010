// SPDX-License-Identifier: MIT
// --io-*: what is understood, and which disks it is said of.
#include "hosts.hpp"
#include "io.hpp"
#include "tests/support/plugin_under_test.hpp"
#include "v2_limits.hpp"

#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

using namespace microbox;
using test::give;

TEST(CgroupIo, NothingIsLimitedUnlessAsked) {
    const auto limits = limit_cgroup::parse_io(test::default_request());
    ASSERT_TRUE(limits.ok());
    EXPECT_FALSE(limits->any());
}

TEST(CgroupIo, RatesAndWeightsAreRead) {
    auto request = test::default_request();
    give(request, "io-write", "10M");
    give(request, "io-weight", "250");
    const auto limits = limit_cgroup::parse_io(request);
    ASSERT_TRUE(limits.ok()) << limits.error().what;
    EXPECT_EQ(limits->write_bytes, 10U << 20U);
    EXPECT_EQ(limits->read_bytes, 0U);
    EXPECT_EQ(limits->weight, 250U);
    EXPECT_EQ(limits->source, "--io-write");
    EXPECT_EQ(limit_cgroup::io_max_line("8:0", *limits), "8:0 rbps=max wbps=10485760");
}

TEST(CgroupIo, WrongValuesAreNamed) {
    for (const auto& [option, value] : std::vector<std::pair<std::string, std::string>>{
             {"io-read", "fast"}, {"io-write", "1"}, {"io-weight", "0"}, {"io-weight", "10001"}}) {
        auto request = test::default_request();
        give(request, option, value);
        const auto limits = limit_cgroup::parse_io(request);
        ASSERT_FALSE(limits.ok()) << option << value;
        EXPECT_NE(limits.error().what.find("--" + option), std::string::npos);
        EXPECT_NE(limits.error().what.find(value), std::string::npos);
    }
}

sdk::Facts disks_host() {
    sdk::Facts facts;
    test::put_text(facts,
                   "/proc/self/mountinfo",
                   "22 27 0:21 / /proc rw - proc proc rw\n"
                   "27 1 8:2 / / rw - ext4 /dev/sda2 rw\n"
                   "28 1 8:1 / /boot rw - vfat /dev/sda1 rw\n"
                   "29 1 254:0 / /home rw - xfs /dev/mapper/home rw\n"
                   "30 1 0:40 / /data rw - btrfs /dev/nvme0n1p1 rw\n"
                   "31 1 0:41 / /net rw - nfs server:/x rw\n");
    for (const char* partition : {"8:1", "8:2", "259:1"}) {
        test::put_file(facts, std::string("/sys/dev/block/") + partition, 0);
        test::put_file(facts, std::string("/sys/dev/block/") + partition + "/partition", 0);
        test::put_text(facts,
                       std::string("/sys/dev/block/") + partition + "/../dev",
                       partition[0] == '8' ? "8:0\n" : "259:0\n");
    }
    test::put_file(facts, "/sys/dev/block/254:0", 0);
    sdk::PathFact device;
    device.exists = true;
    device.type = sdk::PathFact::Type::device;
    device.device = (259U << 8U) | 1U;
    facts.put({sdk::FactQuery::Kind::path, "/dev/nvme0n1p1"}, device);
    return facts;
}

TEST(CgroupIo, EveryWholeDiskBehindAMountIsLimitedOnce) {
    EXPECT_EQ(limit_cgroup::disks(disks_host()),
              (std::vector<std::string>{"254:0", "259:0", "8:0"}));
    const auto facts = disks_host();
    for (const auto& question : limit_cgroup::disk_questions(facts)) {
        const bool of_disks = question.subject.rfind("/sys/dev/block/", 0) == 0 ||
                              question.subject == "/dev/nvme0n1p1";
        EXPECT_TRUE(of_disks) << question.subject;
    }
}

TEST(CgroupIo, TheKernelsAccountIsRead) {
    limit_cgroup::IoLimits limits;
    limits.read_bytes = 4096;
    const std::string text = "8:0 rbps=4096 wbps=max riops=max wiops=max\n";
    EXPECT_TRUE(limit_cgroup::holds_io(text, "8:0", limits));
    EXPECT_FALSE(limit_cgroup::holds_io(text, "8:16", limits));
    limits.read_bytes = 8192;
    EXPECT_FALSE(limit_cgroup::holds_io(text, "8:0", limits));
    EXPECT_EQ(limit_cgroup::sum_of("8:0 rbytes=5 wbytes=7\n8:16 rbytes=3 wbytes=1\n", "rbytes"), 8);
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(limit_cgroup::sum_of("8:0 r=1\n8:1 r=9223372036854775807\n8:2 r=-5\n", "r"), most);
}

} // namespace
