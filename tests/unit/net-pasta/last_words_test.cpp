// SPDX-License-Identifier: MIT
#include "last_words.hpp"

#include <string>

#include <gtest/gtest.h>

namespace microbox::net_pasta {

namespace {

std::string line_of(const std::string& text) {
    LastWords words;
    words.add(text);
    return words.line();
}

} // namespace

TEST(NetPastaLastWords, AreTheLastLineThatSaysSomething) {
    EXPECT_EQ(line_of(""), "");
    EXPECT_EQ(line_of("\n\n"), "");
    EXPECT_EQ(line_of("a warning\npasta: the error\n"), "the error");
    EXPECT_EQ(line_of("the error\nFailed to send 46 bytes to syslog\n\n"), "the error");
    EXPECT_EQ(line_of("without an end"), "without an end");
}

TEST(NetPastaLastWords, AreBoundedAndPrintable) {
    EXPECT_EQ(line_of("a\x1b[31m\tb\xff"), "a?[31m?b?");
    EXPECT_LE(line_of(std::string(100000, 'x')).size(), 300U);
    LastWords words;
    for (int i = 0; i < 100000; ++i)
        words.add("much\n");
    words.add("the end\n");
    EXPECT_EQ(words.line(), "the end");
}

} // namespace microbox::net_pasta
