// SPDX-License-Identifier: MIT
#include "core/plugin/descriptor.hpp"
#include "core/plugin/roles.hpp"

#include <gtest/gtest.h>

namespace microbox::core {

namespace {

void* create_nothing() {
    return nullptr;
}

void destroy_nothing(void*) {}

const MbxOption two_options[] = {{"one", "N", "first", nullptr, 0, 0},
                                 {"two", "N", "second", "1", 0, 't'}};

MbxDescriptor right() {
    return {sizeof(MbxDescriptor),
            MICROBOX_SDK_ABI,
            MICROBOX_TOOLCHAIN,
            "sec-lock",
            "security",
            "a lock",
            "1.0",
            two_options,
            2,
            nullptr,
            create_nothing,
            destroy_nothing};
}

std::string fault(const MbxDescriptor& descriptor) {
    const auto checked = check_descriptor(descriptor, "sec-lock");
    return checked.ok() ? "" : checked.error().what;
}

} // namespace

TEST(CheckDescriptor, TakesARightOne) {
    EXPECT_EQ(fault(right()), "");
}

TEST(CheckDescriptor, NamesBothAbis) {
    MbxDescriptor wrong = right();
    wrong.abi = MICROBOX_SDK_ABI + 1;

    EXPECT_EQ(fault(wrong),
              "was built for SDK ABI " + std::to_string(MICROBOX_SDK_ABI + 1) +
                  ", this microbox has " + std::to_string(MICROBOX_SDK_ABI) + ": rebuild it");
}

TEST(CheckDescriptor, BearsFieldsThatAreNull) {
    MbxDescriptor wrong = right();
    wrong.toolchain = nullptr;
    EXPECT_NE(fault(wrong).find("C++ library nothing"), std::string::npos);

    wrong = right();
    wrong.name = nullptr;
    EXPECT_NE(fault(wrong).find("calls itself nothing"), std::string::npos);

    wrong = right();
    wrong.summary = nullptr;
    EXPECT_NE(fault(wrong).find("no summary"), std::string::npos);

    wrong = right();
    wrong.options = nullptr;
    EXPECT_NE(fault(wrong).find("no list"), std::string::npos);
}

TEST(CheckDescriptor, RefusesACountOfOptionsThatCannotBe) {
    MbxDescriptor wrong = right();
    wrong.option_count = 100000;

    EXPECT_NE(fault(wrong).find("at most"), std::string::npos);
}

TEST(CheckDescriptor, RefusesAFlagWithADefault) {
    static const MbxOption flag[] = {{"one", nullptr, "a flag", "1", 0, 0}};
    MbxDescriptor wrong = right();
    wrong.options = flag;
    wrong.option_count = 1;

    EXPECT_NE(fault(wrong).find("default for its flag"), std::string::npos);
}

TEST(RoleOfName, FollowsThePrefix) {
    EXPECT_EQ(role_of_name("fs-x"), &filesystem_role);
    EXPECT_EQ(role_of_name("net-x"), &network_role);
    EXPECT_STREQ(role_of_name("limit-x")->word, "limit");
    EXPECT_STREQ(role_of_name("sec-x-2")->word, "security");
}

TEST(RoleOfName, RefusesWhatIsNoPluginName) {
    for (const char* name : {"", "fs-", "x", "libc", "fs_x", "fs-../x", "fs-X", "fs-a b"})
        EXPECT_EQ(role_of_name(name), nullptr) << name;
}

} // namespace microbox::core
