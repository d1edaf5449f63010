// SPDX-License-Identifier: MIT
// What --fs tmpfs plans.
#include "tests/support/fake_host.hpp"
#include "tests/support/fragment_text.hpp"

#include <gtest/gtest.h>

namespace microbox::tests {

namespace {

constexpr const char* nsswitch =
    "assemble: file /etc/nsswitch.conf 0644 \"passwd: files\\ngroup: files\\nshadow: files\\n"
    "hosts: files dns\\nnetworks: files\\nprotocols: files\\nservices: files\\n\" [default]\n";

} // namespace

TEST(FsTmpfs, PlansAnEmptyRootWithAccounts) {
    const auto planned = plan_on(FakeHost{}, request_with());

    ASSERT_TRUE(planned.ok());
    EXPECT_EQ(
        fragment_text(*planned),
        std::string("claim: root\n"
                    "storage: 536870912 bytes [default]\n"
                    "assemble: mount / = storage root 0755 rw,nosuid,nodev [default]\n"
                    "assemble: directory /etc 0755 [default]\n"
                    "assemble: directory /root 0700 [default]\n"
                    "assemble: file /etc/passwd 0644 \"root:x:0:0:root:/root:/bin/sh\\n"
                    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\\n\" [default]\n"
                    "assemble: file /etc/group 0644 \"root:x:0:\\ntty:x:5:\\nnogroup:x:65534:\\n\" "
                    "[default]\n") +
            nsswitch);
}

TEST(FsTmpfs, MakesTheRootReadOnlyOnRequest) {
    sdk::Request request = request_with();
    request.read_only_root = true;

    const auto planned = plan_on(FakeHost{}, request);

    ASSERT_TRUE(planned.ok());
    EXPECT_NE(
        fragment_text(*planned).find("mount / = storage root 0755 ro,nosuid,nodev [--readonly]"),
        std::string::npos);
}

TEST(FsTmpfs, NamesTheUserOfTheCommand) {
    sdk::Request request = request_with();
    request.user = 1000;
    request.group = 100;

    const auto planned = plan_on(FakeHost{}, request);

    ASSERT_TRUE(planned.ok());
    const std::string text = fragment_text(*planned);
    EXPECT_NE(text.find("\\nuser:x:1000:100:user:/tmp:/bin/sh\\n"), std::string::npos) << text;
    EXPECT_NE(text.find("\\nuser:x:100:\\n"), std::string::npos) << text;
}

TEST(FsTmpfs, DoesNotNameNobodyTwice) {
    sdk::Request request = request_with();
    request.user = 65534;
    request.group = 65534;

    const auto planned = plan_on(FakeHost{}, request);

    ASSERT_TRUE(planned.ok());
    EXPECT_EQ(fragment_text(*planned).find("user:x:"), std::string::npos);
}

TEST(FsTmpfs, PlansTheSameForHostIds) {
    sdk::Request request = request_with();
    request.isolated_ids = false;

    const auto isolated = plan_on(FakeHost{}, request_with());
    const auto host = plan_on(FakeHost{}, request);

    ASSERT_TRUE(isolated.ok() && host.ok());
    EXPECT_EQ(fragment_text(*isolated), fragment_text(*host));
}

TEST(FsTmpfs, SaysWhereProgramsComeFrom) {
    const auto planned = plan_on(FakeHost{}, request_with());

    ASSERT_TRUE(planned.ok());
    EXPECT_NE(planned->not_found_hint.find("--fs system"), std::string::npos);
}

TEST(FsTmpfs, TakesTheStorageItIsGiven) {
    const auto planned = plan_on(FakeHost{}, request_with({{"storage", {"1.5g"}}}));

    ASSERT_TRUE(planned.ok());
    EXPECT_EQ(planned->storage->bytes, 1610612736U);
    EXPECT_EQ(planned->storage->inodes, 0U);
    EXPECT_EQ(planned->storage->source, "--storage");
}

TEST(FsTmpfs, AcceptsOneMebibyteAndNotAByteLess) {
    EXPECT_TRUE(plan_on(FakeHost{}, request_with({{"storage", {"1M"}}})).ok());
    EXPECT_NE(refusal(FakeHost{}, request_with({{"storage", {"1048575"}}})).find("too small"),
              std::string::npos);
}

TEST(FsTmpfs, RefusesAStorageThatIsNoSize) {
    for (const char* wrong : {"", "-1", "0", "lots", "5X", "1e9", "99999999999T"}) {
        const std::string what = refusal(FakeHost{}, request_with({{"storage", {wrong}}}));
        EXPECT_EQ(what.rfind("--storage: '" + std::string(wrong) + "'", 0), 0U) << what;
    }
}

TEST(FsTmpfs, NamesTheProfileThatIsWrong) {
    sdk::Request request = request_with();
    request.options["storage"] = {{"much", "profile ci: storage", false}};

    EXPECT_EQ(refusal(FakeHost{}, request).rfind("profile ci: storage: 'much'", 0), 0U);
}

} // namespace microbox::tests
