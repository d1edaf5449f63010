// SPDX-License-Identifier: MIT
// The descriptor, as help, lists and errors show it, and the door behind it.
#include "tests/contract/suite/instantiate.hpp"

#include <cctype>
#include <string_view>

#include <malloc.h>

namespace microbox::contract {

namespace {

/// Why a text does not fit into a list of such texts; "" when it does.
std::string one_line_fault(const char* text) {
    const std::string_view line = text == nullptr ? "" : text;
    if (line.empty())
        return "is empty";
    if (line.find('\n') != std::string_view::npos)
        return "has more than one line";
    if (line.ends_with("."))
        return "ends with a full stop";
    if (std::isspace(static_cast<unsigned char>(line.front())) != 0 ||
        std::isspace(static_cast<unsigned char>(line.back())) != 0)
        return "begins or ends with a blank";
    // "IPv4" and other names keep their capitals, a sentence does not begin here.
    if (line.size() > 1 && std::isupper(static_cast<unsigned char>(line[0])) != 0 &&
        std::islower(static_cast<unsigned char>(line[1])) != 0)
        return "begins like a sentence";
    return "";
}

bool is_option_name(std::string_view name) {
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    if (name.empty() || !fits(name.front()) || !fits(name.back()))
        return false;
    for (const char c : name)
        if (!fits(c) && c != '-')
            return false;
    return true;
}

bool is_argument_name(std::string_view name) {
    for (const char c : name)
        if (std::islower(static_cast<unsigned char>(c)) != 0 ||
            std::isspace(static_cast<unsigned char>(c)) != 0)
            return false;
    return !name.empty();
}

} // namespace

class ContractOfDescriptor : public Contract {};

TEST_P(ContractOfDescriptor, HasASummaryAndAVersion) {
    EXPECT_EQ(one_line_fault(descriptor().summary), "") << descriptor().summary;
    EXPECT_EQ(one_line_fault(descriptor().version), "") << descriptor().version;
    EXPECT_NE(std::isdigit(static_cast<unsigned char>(descriptor().version[0])), 0)
        << descriptor().version;
}

TEST_P(ContractOfDescriptor, DescribesItsOptions) {
    for (std::size_t i = 0; i < descriptor().option_count; ++i) {
        const MbxOption& option = descriptor().options[i];
        SCOPED_TRACE(option.name);
        EXPECT_TRUE(is_option_name(option.name));
        EXPECT_EQ(one_line_fault(option.help), "") << option.help;
        if (option.argument != nullptr) {
            EXPECT_TRUE(is_argument_name(option.argument)) << option.argument;
        }
    }
}

TEST_P(ContractOfDescriptor, OnlyModesAcceptValues) {
    const std::string role = descriptor().role;
    if (role != "filesystem" && role != "network") {
        EXPECT_EQ(descriptor().accepts, nullptr);
    }
}

TEST_P(ContractOfDescriptor, TakesNoEmptyValue) {
    if (descriptor().accepts != nullptr) {
        EXPECT_EQ(descriptor().accepts("", MBX_ARGUMENT_NONE), 0);
    }
}

TEST_P(ContractOfDescriptor, GivesBackWhatAnInstanceTook) {
    const auto round = [this] { return make() != nullptr; };
    // The first fill caches of the C library.
    ASSERT_TRUE(round() && round());

    const std::size_t before = ::mallinfo2().uordblks;
    bool made = true;
    for (int i = 0; i < 10; ++i)
        made = round() && made;
    const std::size_t after = ::mallinfo2().uordblks;

    EXPECT_TRUE(made);
    EXPECT_EQ(after, before) << "bytes are lost between create and destroy";
}

TEST_P(ContractOfDescriptor, NamesARemedyForEachNeed) {
    const Instance plugin = make();
    const sdk::Facts nothing;

    for (const sdk::Requirement& requirement : plugin->requirements()) {
        EXPECT_EQ(one_line_fault(requirement.need.c_str()), "") << requirement.need;
        EXPECT_NE(requirement.remedy, "") << requirement.need;
        EXPECT_NE(requirement.fact.subject, "") << requirement.need;
        ASSERT_TRUE(static_cast<bool>(requirement.met)) << requirement.need;
        EXPECT_FALSE(requirement.met(nothing)) << requirement.need << ": met where nothing is";
    }
}

MBX_CONTRACT(ContractOfDescriptor);

} // namespace microbox::contract
