// SPDX-License-Identifier: MIT
// Rulesets as nft prints them: recorded ones, and small ones of a test's own.
#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace microbox::test {

/// rulesets/NAME.json
inline std::string recorded(const std::string& name) {
    const std::ifstream file(std::string(MBX_RULESETS) + "/" + name + ".json");
    EXPECT_TRUE(file.good()) << name;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

inline std::string table(const std::string& objects) {
    return R"({"nftables": [{"table": {"family": "inet", "name": "t"}}, )" + objects + "]}";
}

inline std::string base(const std::string& policy, const std::string& hook = "forward") {
    return R"({"chain": {"family": "inet", "table": "t", "name": "f", "type": "filter", "hook": ")" +
           hook + R"(", "prio": 0, "policy": ")" + policy + R"("}})";
}

/// expressions: without the brackets.
inline std::string rule(const std::string& chain, const std::string& expressions) {
    return R"({"rule": {"family": "inet", "table": "t", "chain": ")" + chain + R"(", "expr": [)" +
           expressions + "]}}";
}

inline std::string joined(const std::vector<std::string>& parts) {
    std::string all;
    for (const std::string& part : parts)
        all += (all.empty() ? "" : ", ") + part;
    return all;
}

inline std::string match(const std::string& left, const std::string& op, const std::string& right) {
    return R"({"match": {"op": ")" + op + R"(", "left": )" + left + R"(, "right": )" + right + "}}";
}

inline std::string meta(const std::string& key) {
    return R"({"meta": {"key": ")" + key + R"("}})";
}

inline std::string ct(const std::string& key) {
    return R"({"ct": {"key": ")" + key + R"("}})";
}

} // namespace microbox::test
