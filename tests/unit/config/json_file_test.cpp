// SPDX-License-Identifier: MIT
#include "core/config/json_file.hpp"

#include <gtest/gtest.h>

namespace microbox::core {

namespace {

std::string fault(const std::string& text) {
    const auto parsed = parse_json(text, "f.json");
    return parsed.ok() ? "" : parsed.error().what;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST(ParseJson, ReadsEveryKindAndComments) {
    const auto parsed = parse_json("{ // a comment\n \"b\": \"x\", /* another */ \"a\": 1.5,\n"
                                   "\"n\": 512, \"t\": true, \"l\": [\"p\", \"q\"] }",
                                   "f.json");

    ASSERT_TRUE(parsed.ok()) << parsed.error().what;
    ASSERT_EQ(parsed->size(), 5U);
    EXPECT_EQ((*parsed)[0].name, "b");
    EXPECT_EQ((*parsed)[1].values[0], "1.5");
    EXPECT_EQ((*parsed)[2].values[0], "512");
    EXPECT_TRUE((*parsed)[3].truth);
    EXPECT_EQ((*parsed)[4].values, (std::vector<std::string>{"p", "q"}));
}

TEST(ParseJson, SaysWhereTheSyntaxIsWrong) {
    const std::string what = fault("{\n \"a\": ,\n}");

    EXPECT_TRUE(has(what, "f.json: parse error at line 2, column")) << what;
    EXPECT_FALSE(has(what, "\n")) << what;
}

TEST(ParseJson, RefusesWhatIsNoObject) {
    EXPECT_TRUE(has(fault("[1]"), "an object of options"));
    EXPECT_TRUE(has(fault(""), "parse error"));
    EXPECT_TRUE(has(fault("{} x"), "parse error"));
}

TEST(ParseJson, RefusesANameTwice) {
    EXPECT_TRUE(has(fault(R"({"net": "a", "net": "b"})"), "'net' is there twice"));
}

TEST(ParseJson, RefusesNestedValuesAndNull) {
    EXPECT_TRUE(has(fault(R"({"a": {}})"), "'a'"));
    EXPECT_TRUE(has(fault(R"({"a": null})"), "'a'"));
    EXPECT_TRUE(has(fault(R"({"a": ["x", 1]})"), "strings only"));
    EXPECT_TRUE(has(fault("{\"a\": \"x\\u0000y\"}"), "NUL"));
    EXPECT_TRUE(has(fault("{\"a\\u0000\": \"x\"}"), "a NUL character is in the name"));
}

TEST(ParseJson, BearsDeepNesting) {
    EXPECT_TRUE(has(fault("{\"a\":" + std::string(100000, '[')), "parse error"));
}

} // namespace microbox::core
