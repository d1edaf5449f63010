// SPDX-License-Identifier: MIT
#include "core/config/mounts.hpp"

#include <gtest/gtest.h>

namespace microbox::core {

namespace {

Setting given(const char* name, const char* value, Origin origin = Origin::command_line) {
    return {name, value, std::string("--") + name, origin, false};
}

sdk::Result<std::vector<UserMount>> mounts(const std::vector<Setting>& settings) {
    Settings all;
    for (const Setting& setting : settings)
        all.add(setting);
    return parse_mounts(all, "/home/me");
}

std::string fault(const char* name, const char* value) {
    const auto parsed = mounts({given(name, value)});
    return parsed.ok() ? "" : parsed.error().what;
}

} // namespace

TEST(ParseMounts, ReadsEveryForm) {
    const auto parsed = mounts({given("mount-ro", "/a:/1"),
                                given("mount-rw", "b/c:/2:owner"),
                                given("volume", "/d:/3"),
                                given("volume", "/e:/4:ro,owner"),
                                given("tmpfs", "/5"),
                                given("tmpfs", "/6:1M")});

    ASSERT_TRUE(parsed.ok()) << parsed.error().what;
    const auto& all = *parsed;
    ASSERT_EQ(all.size(), 6U);
    EXPECT_TRUE(all[0].read_only);
    EXPECT_EQ(all[1].host, "/home/me/b/c");
    EXPECT_TRUE(all[1].owner);
    EXPECT_FALSE(all[2].read_only);
    EXPECT_TRUE(all[3].read_only && all[3].owner);
    EXPECT_EQ(all[4].kind, UserMount::Kind::tmpfs);
    EXPECT_FALSE(all[4].bytes.has_value());
    EXPECT_EQ(all[5].bytes, 1048576U);
    EXPECT_EQ(all[5].source, "--tmpfs /6:1M");
}

TEST(ParseMounts, NormalisesTheDestination) {
    const auto parsed = mounts({given("mount-ro", "/a:/x//./y/../z/")});

    ASSERT_TRUE(parsed.ok());
    EXPECT_EQ((*parsed)[0].destination, "/x/z");
}

TEST(ParseMounts, RefusesWhatIsNoMount) {
    EXPECT_NE(fault("mount-ro", "/a").find("is not HOST:DEST"), std::string::npos);
    EXPECT_NE(fault("mount-ro", ":/a").find("host's path is empty"), std::string::npos);
    EXPECT_NE(fault("mount-ro", "/a:").find("destination is empty"), std::string::npos);
    EXPECT_NE(fault("mount-ro", "/a:b").find("'b' is not absolute"), std::string::npos);
    EXPECT_NE(fault("mount-ro", "/a:/").find("the root itself"), std::string::npos);
    EXPECT_NE(fault("mount-rw", "/a:/x/..").find("the root itself"), std::string::npos);
    EXPECT_NE(fault("mount-rw", "/a:/b:ro").find("'ro' is not understood"), std::string::npos);
    EXPECT_NE(fault("volume", "/a:/b:rw,ro").find("do not go together"), std::string::npos);
    EXPECT_NE(fault("volume", "/a:/b:").find("'' is not understood"), std::string::npos);
    EXPECT_NE(fault("volume", "/a:/b:ro:x").find("is not HOST:DEST"), std::string::npos);
    EXPECT_NE(fault("tmpfs", "x").find("is not absolute"), std::string::npos);
    EXPECT_NE(fault("tmpfs", "/x:lots").find("is not a size"), std::string::npos);
    EXPECT_NE(fault("tmpfs", "/x:").find("is not a size"), std::string::npos);
    EXPECT_NE(fault("tmpfs", "/x:-5").find("is not a size"), std::string::npos);
}

TEST(ParseMounts, TwoOnOneDestinationAreBothNamed) {
    const auto parsed = mounts({given("mount-ro", "/a:/x"), given("mount-rw", "/b:/x/")});

    ASSERT_FALSE(parsed.ok());
    EXPECT_NE(parsed.error().what.find("--mount-ro /a:/x"), std::string::npos);
    EXPECT_NE(parsed.error().what.find("--mount-rw /b:/x/"), std::string::npos);
}

TEST(ParseMounts, TheCommandLineReplacesAProfilesMount) {
    const auto parsed = mounts({given("tmpfs", "/x", Origin::profile), given("mount-ro", "/b:/x")});

    ASSERT_TRUE(parsed.ok()) << parsed.error().what;
    ASSERT_EQ(parsed->size(), 1U);
    EXPECT_EQ((*parsed)[0].host, "/b");
}

} // namespace microbox::core
