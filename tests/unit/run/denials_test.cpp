// SPDX-License-Identifier: MIT
// What was denied, in words and in the report; a storage that is full.
#include "core/run/denials.hpp"
#include "core/run/full_storage.hpp"
#include "core/run/report.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace microbox::core {

namespace {

sdk::Denial unshared() {
    return {"unshare(CLONE_NEWNET)",
            "default filter: EPERM",
            7,
            "python3",
            3,
            "--allow-syscall unshare"};
}

struct statfs storage_with(std::uint64_t free_pages, std::uint64_t free_inodes) {
    struct statfs found {};

    found.f_bsize = 4096;
    found.f_bavail = free_pages;
    found.f_files = 1000;
    found.f_ffree = free_inodes;
    return found;
}

} // namespace

TEST(DenialInWords, SaysWhatByWhomHowOftenWhyAndWhatWouldAllowIt) {
    EXPECT_EQ(in_words(unshared()),
              "unshare(CLONE_NEWNET) by pid 7 (python3), 3 times: default filter: EPERM; "
              "--allow-syscall unshare would allow it");
}

TEST(DenialInWords, LeavesOutWhatIsNotKnown) {
    sdk::Denial denial;
    denial.what = "a call";
    EXPECT_EQ(in_words(denial), "a call");
    denial.program = "sh";
    EXPECT_EQ(in_words(denial), "a call by (sh)");
    denial.remedy = "no option allows it";
    EXPECT_EQ(in_words(denial), "a call by (sh); no option allows it");
}

TEST(DenialsOfAReport, AreAListWithEveryMember) {
    ReportData data;
    data.denied.emplace();
    PluginReport(data, "sec-x").denied(unshared());
    PluginReport(data, "net-x").denied({"a connection", "no network", 0, "", 1, "--net with more"});

    const auto denied = nlohmann::json::parse(report_json(data, nullptr)).at("denied");

    ASSERT_EQ(denied.size(), 2U);
    EXPECT_EQ(denied[0],
              (nlohmann::json{{"plugin", "sec-x"},
                              {"what", "unshare(CLONE_NEWNET)"},
                              {"rule", "default filter: EPERM"},
                              {"pid", 7},
                              {"program", "python3"},
                              {"count", 3},
                              {"remedy", "--allow-syscall unshare"}}));
    EXPECT_TRUE(denied[1].at("pid").is_null());
    EXPECT_TRUE(denied[1].at("program").is_null());
}

TEST(DenialsOfAReport, AreNotKnownUnlessAskedFor) {
    ReportData data;
    PluginReport(data, "sec-x").denied(unshared());

    EXPECT_TRUE(nlohmann::json::parse(report_json(data, nullptr)).at("denied").is_null());
}

TEST(FullStorage, IsOneWithoutPagesOrInodes) {
    const sdk::Storage storage{4096000, 1000, "--storage"};

    EXPECT_FALSE(full_storage(storage, storage_with(500, 500)));
    const auto full = full_storage(storage, storage_with(0, 500));
    ASSERT_TRUE(full);
    EXPECT_EQ(full->denial.remedy, "--storage with more");
    EXPECT_EQ(full->denial.rule, "--storage: 4096000 bytes: ENOSPC");
    EXPECT_TRUE(full_storage(storage, storage_with(500, 0)));
}

TEST(FullStorage, IsNotWhatIsNoStorage) {
    EXPECT_FALSE(full_storage(sdk::Storage{4096000, 1000, "--storage"}, std::string("/proc")));
    EXPECT_FALSE(full_storage(sdk::Storage{4096000, 1000, "--storage"}, std::string("/none")));
}

} // namespace microbox::core
