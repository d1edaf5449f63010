// SPDX-License-Identifier: MIT
#include "core/config/line.hpp"

#include <gtest/gtest.h>

namespace microbox::core {

namespace {

using Words = std::vector<std::string>;

Line parsed(const Words& words) {
    auto line = parse_line(words, OptionTable());
    EXPECT_TRUE(line.ok()) << line.error().what;
    return line.ok() ? *line : Line{};
}

std::string fault(const Words& words) {
    const auto line = parse_line(words, OptionTable());
    return line.ok() ? "" : line.error().what;
}

} // namespace

TEST(ParseLine, TakesAValueBesideOrBehind) {
    const Line line = parsed({"--fs=a", "--net", "b", "-wc", "-u", "1", "--", "cmd", "--fs", "--"});

    ASSERT_EQ(line.options.size(), 4U);
    EXPECT_EQ(line.options[0].value, "a");
    EXPECT_EQ(line.options[1].value, "b");
    EXPECT_EQ(line.options[2].name, "workdir");
    EXPECT_EQ(line.options[2].value, "c");
    EXPECT_EQ(line.options[2].written, "-w");
    EXPECT_EQ(line.options[3].value, "1");
    EXPECT_EQ(line.command, (Words{"cmd", "--fs", "--"}));
}

TEST(ParseLine, AnAliasIsItsOption) {
    const Line line = parsed({"--network", "x", "--read-only", "--chdir=/"});

    EXPECT_EQ(line.options[0].name, "net");
    EXPECT_EQ(line.options[0].written, "--network");
    EXPECT_EQ(line.options[1].name, "readonly");
    EXPECT_EQ(line.options[2].name, "workdir");
}

TEST(ParseLine, AnEqualSignInAValueStays) {
    EXPECT_EQ(parsed({"--env=A=b=c"}).options[0].value, "A=b=c");
    EXPECT_EQ(parsed({"-e", "A="}).options[0].value, "A=");
}

TEST(ParseLine, ANegativeValueIsAValue) {
    EXPECT_EQ(parsed({"--user", "-1"}).options[0].value, "-1");
}

TEST(ParseLine, AbbreviationsAreNotGuessed) {
    const Line line = parsed({"--hostn=x"});

    ASSERT_EQ(line.options.size(), 1U);
    EXPECT_FALSE(line.options[0].known);
}

TEST(ParseLine, BareWordsAreKeptApart) {
    EXPECT_EQ(parsed({"ls", "--readonly", "-l", "--"}).bare, Words{"ls"});
}

TEST(ParseLine, FlagsOfOneLetterGoTogether) {
    const Line line = parsed({"-it", "-w/a"});

    ASSERT_EQ(line.options.size(), 3U);
    EXPECT_EQ(line.options[0].name, "interactive");
    EXPECT_EQ(line.options[0].written, "-i");
    EXPECT_EQ(line.options[1].name, "tty");
    EXPECT_EQ(line.options[1].written, "-t");
    EXPECT_EQ(line.options[2].value, "/a");
    EXPECT_EQ(fault({"-it", "-t"}), "-t: is given twice, and can be given once");
}

TEST(ParseLine, RefusesMissingEmptyAndNeedlessValues) {
    EXPECT_EQ(fault({"--fs"}), "--fs: a value is missing");
    EXPECT_EQ(fault({"-v"}), "--volume: a value is missing");
    EXPECT_EQ(fault({"--fs="}), "--fs: the value is empty");
    EXPECT_EQ(fault({"--fs", ""}), "--fs: the value is empty");
    EXPECT_EQ(fault({"--readonly=yes"}), "--readonly: takes no value");
}

TEST(ParseLine, AnOptionIsNotTakenForTheValueOfAnother) {
    EXPECT_NE(fault({"--fs", "--net", "x"}).find("--fs: a value is missing in front of --net"),
              std::string::npos);
    EXPECT_EQ(parsed({"--hostname=--net"}).options[0].value, "--net");
}

TEST(ParseLine, RefusesASecondValueWhereThereIsOne) {
    EXPECT_EQ(fault({"--fs", "a", "--fs", "b"}), "--fs: is given twice, and can be given once");
    EXPECT_EQ(fault({"--net", "a", "--network", "b"}),
              "--network: is given twice, and can be given once");
    EXPECT_EQ(fault({"--env", "A=1", "-e", "A=2"}), "");
}

TEST(OptionTable, APluginCannotTakeAnOptionOfMicrobox) {
    static const MbxOption taken[] = {{"hostname", "N", "x", nullptr, 0, 0}};
    static const MbxOption alias[] = {{"network", "N", "x", nullptr, 0, 0}};
    static const MbxOption letter[] = {{"visible", "N", "x", nullptr, 0, 'v'}};
    for (const MbxOption* options : {taken, alias, letter}) {
        OptionTable table;
        const auto added = table.add(options, 1, "sec-x");
        ASSERT_FALSE(added.ok()) << options->name;
        EXPECT_NE(added.error().what.find("sec-x"), std::string::npos);
        EXPECT_NE(added.error().what.find("microbox itself"), std::string::npos);
    }
}

} // namespace microbox::core
