// SPDX-License-Identifier: MIT
#include "cli/verify_print.hpp"

#include <gtest/gtest.h>

namespace microbox::cli {

namespace {

using State = core::Finding::State;

const core::Findings findings = {{"core", "a < b & \"c\"", State::held, ""},
                                 {"net-x", "closed\x1b", State::broken, "'connected'"},
                                 {"core", "seen", State::untestable, "no /proc"}};

} // namespace

TEST(VerifyText, HasALineForEachAndWhatIsBrokenAtTheEnd) {
    EXPECT_EQ(findings_as_text(findings),
              "held              core              a < b & \"c\"\n"
              "broken            net-x             closed\\x1b: 'connected'\n"
              "not testable here core              seen: no /proc\n"
              "\n"
              "broken            net-x             closed\\x1b: 'connected'\n"
              "\n"
              "1 held, 1 broken, 1 not testable here\n");
}

TEST(VerifyJunit, HasFailuresAndSkippedOnesAndIsWellFormed) {
    EXPECT_EQ(
        findings_as_junit(findings),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuite name=\"microbox verify\" tests=\"3\" failures=\"1\" errors=\"0\" "
        "skipped=\"1\">\n"
        "  <testcase classname=\"core\" name=\"a &lt; b &amp; &quot;c&quot;\"/>\n"
        "  <testcase classname=\"net-x\" name=\"closed\\x1b\"><failure "
        "message=\"'connected'\"/></testcase>\n"
        "  <testcase classname=\"core\" name=\"seen\"><skipped message=\"no /proc\"/></testcase>\n"
        "</testsuite>\n");
}

TEST(VerifyJson, CountsAndLists) {
    const std::string json = findings_as_json(findings);

    EXPECT_NE(json.find("\"broken\": 1"), std::string::npos) << json;
    EXPECT_NE(json.find("\"state\": \"not_testable\""), std::string::npos) << json;
    EXPECT_NE(json.find("\"seen\": \"'connected'\""), std::string::npos) << json;
}

} // namespace microbox::cli
