// SPDX-License-Identifier: MIT
#include "core/log/quote.hpp"

#include <gtest/gtest.h>

namespace microbox::core {

TEST(QuoteControls, LeavesTextAlone) {
    EXPECT_EQ(quote_controls("/srv/büro 'x' \\n"), "/srv/büro 'x' \\n");
}

TEST(QuoteControls, ShowsEscapeSequences) {
    EXPECT_EQ(quote_controls("a\x1b[31mb\nc\td\x7f"), "a\\x1b[31mb\\x0ac\\x09d\\x7f");
}

TEST(QuoteControls, ShowsC1ControlsAndBrokenUtf8) {
    EXPECT_EQ(quote_controls("\xC2\x9B"
                             "31m"),
              "\\xc2\\x9b31m");
    EXPECT_EQ(quote_controls("a\xFF\xC3"), "a\\xff\\xc3");
}

TEST(JsonString, EscapesWhatJsonWants) {
    EXPECT_EQ(json_string("a\"b\\c\n\x01"), "\"a\\\"b\\\\c\\n\\u0001\"");
}

TEST(JsonString, IsAlwaysUtf8) {
    EXPECT_EQ(json_string("a\xFFz"), "\"a\xEF\xBF\xBDz\"");
    EXPECT_EQ(json_string("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
    EXPECT_EQ(json_string("\xF0\x9F\xA6\x8A"), "\"\xF0\x9F\xA6\x8A\"");
}

} // namespace microbox::core
