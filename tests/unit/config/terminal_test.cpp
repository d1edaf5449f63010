// SPDX-License-Identifier: MIT
#include "core/config/terminal.hpp"

#include <gtest/gtest.h>

namespace microbox::core {

namespace {

constexpr Streams all = stream_in | stream_out | stream_errors;

Setting flag(const char* name, Origin origin, const std::string& source, bool off = false) {
    Setting setting;
    setting.name = name;
    setting.source = source;
    setting.origin = origin;
    setting.off = off;
    return setting;
}

Settings settings_of(std::initializer_list<Setting> list) {
    Settings settings;
    for (const Setting& one : list)
        settings.add(one);
    return settings;
}

Streams chosen(const Settings& settings, Streams terminals) {
    const auto streams = choose_terminal(settings, terminals);
    EXPECT_TRUE(streams.ok()) << streams.error().what;
    return streams.ok() ? *streams : 8;
}

} // namespace

TEST(ChooseTerminal, TakesEveryStreamThatIsOne) {
    EXPECT_EQ(chosen({}, all), all);
    EXPECT_EQ(chosen({}, stream_errors), stream_errors);
    EXPECT_EQ(chosen({}, no_streams), no_streams);
    EXPECT_EQ(chosen(settings_of({flag("tty", Origin::command_line, "--tty")}), stream_out),
              stream_out);
}

TEST(ChooseTerminal, OrNone) {
    EXPECT_EQ(chosen(settings_of({flag("no-tty", Origin::command_line, "--no-tty")}), all),
              no_streams);
}

TEST(ChooseTerminal, TheHigherOriginWins) {
    EXPECT_EQ(chosen(settings_of({flag("no-tty", Origin::configuration, "file"),
                                  flag("tty", Origin::command_line, "--tty")}),
                     all),
              all);
    EXPECT_EQ(chosen(settings_of({flag("tty", Origin::profile, "profile"),
                                  flag("no-tty", Origin::command_line, "--no-tty")}),
                     all),
              no_streams);
    EXPECT_EQ(chosen(settings_of({flag("tty", Origin::profile, "profile", true)}), no_streams),
              no_streams);
}

TEST(ChooseTerminal, RefusesWhatCannotBe) {
    const auto none =
        choose_terminal(settings_of({flag("tty", Origin::profile, "profile ci: tty")}), no_streams);
    ASSERT_FALSE(none.ok());
    EXPECT_EQ(none.error().what, "profile ci: tty: none of the standard streams is a terminal");

    const auto both =
        choose_terminal(settings_of({flag("tty", Origin::command_line, "-t"),
                                     flag("no-tty", Origin::command_line, "--no-tty")}),
                        all);
    ASSERT_FALSE(both.ok());
    EXPECT_EQ(both.error().what, "-t and --no-tty contradict each other");
}

TEST(ChooseTerminal, StreamsHaveNames) {
    EXPECT_EQ(stream_words(stream_in | stream_errors),
              (std::vector<std::string>{"stdin", "stderr"}));
    EXPECT_EQ(stream_words(stream_out), (std::vector<std::string>{"stdout"}));
}

} // namespace microbox::core
