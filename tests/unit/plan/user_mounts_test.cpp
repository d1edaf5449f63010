// SPDX-License-Identifier: MIT
#include "core/plan/user_mounts.hpp"

#include <cerrno>

#include <gtest/gtest.h>

namespace microbox::core {

namespace {

using Kind = sdk::FactQuery::Kind;

UserMount bind_on(const std::string& destination, bool read_only) {
    UserMount mount;
    mount.host = "/srv/data";
    mount.destination = destination;
    mount.read_only = read_only;
    mount.source = "--mount /srv/data:" + destination;
    return mount;
}

sdk::Facts host_of(std::uint32_t uid, std::uint32_t mode = 0755) {
    sdk::PathFact fact;
    fact.exists = true;
    fact.type = sdk::PathFact::Type::directory;
    fact.absolute = "/srv/data";
    fact.uid = uid;
    fact.mode = mode;
    sdk::Facts facts;
    facts.put({Kind::path, "/srv/data"}, fact);
    return facts;
}

RunRequest request_with(UserMount mount) {
    RunRequest request;
    request.mounts.push_back(std::move(mount));
    return request;
}

sdk::Ownership ownership_in(const UserSteps& steps) {
    return std::get<sdk::Bind>(std::get<sdk::Mount>(steps.steps.at(0).step).source).ownership;
}

void put_link(sdk::Facts& facts, const std::string& path, const std::string& to) {
    sdk::PathFact fact;
    fact.exists = true;
    fact.type = sdk::PathFact::Type::link;
    fact.link = to;
    facts.put({Kind::link, path}, fact);
}

} // namespace

TEST(UserMounts, TheOwnerOfAWritableSourceIsRootInside) {
    const auto planned = user_mounts(request_with(bind_on("/data", false)), host_of(1000));

    ASSERT_TRUE(planned.ok());
    EXPECT_EQ(ownership_in(*planned), sdk::Ownership::owner_is_root);
    EXPECT_TRUE(planned->notices.empty());
}

TEST(UserMounts, ASourceOfTheHostsRootIsWrittenAsNobodyAndThatIsSaid) {
    const auto planned = user_mounts(request_with(bind_on("/data", false)), host_of(0));

    ASSERT_TRUE(planned.ok());
    EXPECT_EQ(ownership_in(*planned), sdk::Ownership::as_is);
    ASSERT_EQ(planned->notices.size(), 1U);
    EXPECT_EQ(planned->notices[0].notice.kind, sdk::Notice::Kind::warning);
}

TEST(UserMounts, OwnerOnRequestIsAWeakenedProtection) {
    UserMount mount = bind_on("/data", false);
    mount.owner = true;

    const auto planned = user_mounts(request_with(mount), host_of(0));

    ASSERT_TRUE(planned.ok());
    EXPECT_EQ(ownership_in(*planned), sdk::Ownership::owner_is_root);
    ASSERT_EQ(planned->notices.size(), 1U);
    EXPECT_EQ(planned->notices[0].notice.kind, sdk::Notice::Kind::weakened);
    EXPECT_NE(planned->notices[0].notice.text.find("setuid"), std::string::npos);
}

TEST(UserMounts, WithoutRootTheCallersFilesAreRootsAndOthersCannotBeMadeSo) {
    UserMount mount = bind_on("/data", false);
    mount.owner = true;
    RunRequest request = request_with(mount);
    request.caller.has_host = false;
    request.caller.user = 1000;

    const auto own = user_mounts(request, host_of(1000));
    const auto others = user_mounts(request, host_of(0));
    request.mounts[0].owner = false;
    const auto unasked = user_mounts(request, host_of(0));
    const auto open = user_mounts(request, host_of(0, 0777));

    ASSERT_TRUE(own.ok());
    EXPECT_EQ(ownership_in(*own), sdk::Ownership::as_is);
    EXPECT_TRUE(own->notices.empty());
    ASSERT_FALSE(others.ok());
    EXPECT_NE(others.error().what.find("belongs to user 0, ':owner' needs root"), std::string::npos)
        << others.error().what;
    ASSERT_TRUE(unasked.ok());
    ASSERT_EQ(unasked->notices.size(), 1U);
    EXPECT_EQ(unasked->notices[0].notice.kind, sdk::Notice::Kind::warning);
    ASSERT_TRUE(open.ok());
    EXPECT_TRUE(open->notices.empty());
}

TEST(UserMounts, AReadOnlySourceKeepsItsOwners) {
    const auto planned = user_mounts(request_with(bind_on("/data", true)), host_of(1000));

    ASSERT_TRUE(planned.ok());
    EXPECT_EQ(ownership_in(*planned), sdk::Ownership::keep);
    EXPECT_TRUE(std::get<sdk::Mount>(planned->steps[0].step).flags.read_only);
}

TEST(UserMounts, WithTheHostsIdsNothingIsMapped) {
    RunRequest request = request_with(bind_on("/data", false));
    request.isolated_ids = false;

    const auto planned = user_mounts(request, host_of(1000));

    ASSERT_TRUE(planned.ok());
    EXPECT_EQ(ownership_in(*planned), sdk::Ownership::as_is);
}

TEST(UserMounts, EveryMountIsWithoutSetuidAndDevices) {
    const auto planned = user_mounts(request_with(bind_on("/data", false)), host_of(1000));

    ASSERT_TRUE(planned.ok());
    const auto& mount = std::get<sdk::Mount>(planned->steps[0].step);
    EXPECT_TRUE(mount.flags.no_suid);
    EXPECT_TRUE(mount.flags.no_dev);
    EXPECT_TRUE(std::get<sdk::Bind>(mount.source).recursive);
}

TEST(UserMounts, NamesASourceThatIsMissing) {
    sdk::PathFact missing;
    missing.error_number = ENOENT;
    sdk::Facts facts;
    facts.put({Kind::path, "/srv/data"}, missing);

    const auto planned = user_mounts(request_with(bind_on("/data", true)), facts);

    ASSERT_FALSE(planned.ok());
    EXPECT_NE(planned.error().what.find("/srv/data: No such file"), std::string::npos);
}

TEST(UserMounts, KeepsTheSandboxsOwnFileSystemsFree) {
    for (const char* place :
         {"/proc", "/proc/sys", "/sys/fs", "/dev", "/dev/pts", "/dev/mqueue/x"}) {
        const auto planned = user_mounts(request_with(bind_on(place, true)), host_of(0));

        EXPECT_FALSE(planned.ok()) << place;
    }
    EXPECT_TRUE(user_mounts(request_with(bind_on("/dev/fuse", true)), host_of(0)).ok());
    EXPECT_TRUE(user_mounts(request_with(bind_on("/process", true)), host_of(0)).ok());
}

TEST(CheckDestinations, RefusesALinkThatLeadsOutOfTheRoot) {
    sdk::Facts facts;
    put_link(facts, "/lower/data", "../../etc");

    const auto checked =
        check_destinations(request_with(bind_on("/data/x", true)), "/lower", facts);

    ASSERT_FALSE(checked.ok());
    EXPECT_NE(checked.error().what.find("/data/x leads out"), std::string::npos);
}

TEST(CheckDestinations, AnAbsoluteLinkStaysInTheRoot) {
    sdk::Facts facts;
    put_link(facts, "/lower/var/run", "/run");

    const RunRequest request = request_with(bind_on("/var/run/x", true));

    EXPECT_TRUE(check_destinations(request, "/lower", facts).ok());
}

TEST(CheckDestinations, EndsAtALoopOfLinks) {
    sdk::Facts facts;
    put_link(facts, "/lower/a", "b");
    put_link(facts, "/lower/b", "a");

    EXPECT_FALSE(check_destinations(request_with(bind_on("/a", true)), "/lower", facts).ok());
}

TEST(DestinationQuestions, FollowTheLinksThatAreKnown) {
    sdk::Facts facts;
    put_link(facts, "/lower/a", "/other");

    const auto asked = destination_questions(request_with(bind_on("/a/b", true)), "/lower", facts);

    std::vector<std::string> subjects;
    for (const auto& question : asked)
        subjects.push_back(question.subject);
    EXPECT_EQ(subjects, (std::vector<std::string>{"/lower/a", "/lower/other", "/lower/other/b"}));
}

} // namespace microbox::core
