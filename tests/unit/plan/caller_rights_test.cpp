// SPDX-License-Identifier: MIT
#include "core/plan/caller_rights.hpp"

#include <gtest/gtest.h>

namespace microbox::core {

namespace {

RunRequest request_of(IdMap users, Caller::MapWriter writer, std::string few_ids) {
    RunRequest request;
    request.caller.has_host = false;
    request.caller.user = 1000;
    request.caller.group = 1000;
    request.caller.groups = users;
    request.caller.users = std::move(users);
    request.caller.writer = writer;
    request.caller.keeps_groups = writer == Caller::MapWriter::itself;
    request.caller.few_ids = std::move(few_ids);
    return request;
}

RunRequest alone() {
    return request_of({{0, 1000, 1}}, Caller::MapWriter::itself, "/etc/subuid has no range");
}

RunRequest with_many() {
    return request_of({{0, 1000, 1}, {1, 100000, 65536}}, Caller::MapWriter::helpers, "");
}

} // namespace

TEST(CallerRights, RootOfTheHostMayEverything) {
    RunRequest request;
    request.isolated_ids = false;
    request.user = 4000000000U;
    std::vector<PlanNotice> notices;

    add_notices(request, notices);

    EXPECT_TRUE(check_rights(request).ok());
    EXPECT_TRUE(notices.empty());
}

TEST(CallerRights, HostIdsNeedRoot) {
    RunRequest request = with_many();
    request.isolated_ids = false;

    const auto checked = check_rights(request);

    ASSERT_FALSE(checked.ok());
    EXPECT_EQ(checked.error().what,
              "--userns host: needs root of the host: the caller is user 1000");
}

TEST(CallerRights, AUserThatTheSandboxLacksIsRefusedWithTheReason) {
    RunRequest request = alone();
    request.user = 1;

    const auto checked = check_rights(request);

    ASSERT_FALSE(checked.ok());
    EXPECT_EQ(checked.error().what,
              "--user: user 1 does not exist in this sandbox, its user ids end at 0");
    EXPECT_EQ(checked.error().hint, "/etc/subuid has no range");
    request.user = 0;
    EXPECT_TRUE(check_rights(request).ok());
    request.group = 1;
    EXPECT_FALSE(check_rights(request).ok());
}

TEST(CallerRights, AllIdsOfAFullRangeExist) {
    RunRequest request = with_many();
    request.user = 65535;
    request.group = 65535;

    EXPECT_TRUE(check_rights(request).ok());
}

TEST(CallerRights, FewIdsAreSaidOnceAtInfo) {
    std::vector<PlanNotice> notices;

    add_notices(alone(), notices);
    add_notices(with_many(), notices);

    ASSERT_EQ(notices.size(), 2U);
    EXPECT_EQ(notices[0].notice.kind, sdk::Notice::Kind::info);
    EXPECT_EQ(notices[0].notice.text,
              "the sandbox has root alone, which is the caller: /etc/subuid has no range");
    EXPECT_NE(notices[1].notice.text.find("supplementary groups"), std::string::npos);
}

} // namespace microbox::core
