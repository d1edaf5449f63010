// SPDX-License-Identifier: MIT
// The only file that includes Boost.ProgramOptions.
#include "core/config/line.hpp"

#include <algorithm>
#include <set>

#include <boost/program_options.hpp>

namespace microbox::core {

namespace {

namespace po = boost::program_options;

/// No guessing of abbreviations: what is short today is ambiguous with the next plugin.
constexpr int style =
    po::command_line_style::allow_long | po::command_line_style::allow_short |
    po::command_line_style::allow_dash_for_short | po::command_line_style::long_allow_adjacent |
    po::command_line_style::long_allow_next | po::command_line_style::short_allow_adjacent |
    po::command_line_style::short_allow_next | po::command_line_style::allow_sticky;

void describe_to(po::options_description& options, const char* name, char letter, bool is_flag) {
    std::string names = name;
    if (letter != 0)
        names += std::string(",") + letter;
    if (is_flag)
        options.add_options()(names.c_str(), "");
    else
        options.add_options()(names.c_str(), po::value<std::string>(), "");
}

po::options_description described(const OptionTable& table) {
    po::options_description options;
    for (const KnownOption& known : table.all()) {
        describe_to(options, known.option->name, known.option->short_name, known.is_flag());
        if (known.alias != nullptr)
            describe_to(options, known.alias, 0, known.is_flag());
    }
    return options;
}

sdk::Error syntax_error(const po::invalid_command_line_syntax& wrong, const std::string& name) {
    using kind = po::invalid_command_line_syntax;
    switch (wrong.kind()) {
    case kind::missing_parameter:
        return sdk::fail(name + ": a value is missing");
    case kind::empty_adjacent_parameter:
        return sdk::fail(name + ": the value is empty");
    case kind::extra_parameter:
        return sdk::fail(name + ": takes no value");
    default:
        return sdk::fail(name + ": is not understood");
    }
}

sdk::Result<Word> to_word(const po::option& option, const OptionTable& table) {
    Word word;
    const std::string_view first = option.original_tokens.empty()
                                       ? std::string_view(option.string_key)
                                       : option.original_tokens.front();
    // "-v/a:/b" and "--fs=x" are one token each.
    word.written = first.substr(0, first.substr(0, 2) == "--" ? first.find('=') : 2);
    const std::string_view key =
        std::string_view(option.string_key)
            .substr(std::min(option.string_key.find_first_not_of('-'), option.string_key.size()));
    const KnownOption* known = option.unregistered ? nullptr : table.find(key);
    if (known == nullptr) {
        word.name = key;
        return word;
    }
    word.known = true;
    word.name = known->option->name;
    // "-it" is one token for two.
    if (word.written.substr(0, 2) != "--" && known->option->short_name != 0)
        word.written = std::string("-") + known->option->short_name;
    if (known->is_flag())
        return word;
    word.value = option.value.empty() ? std::string() : option.value.front();
    if (word.value.empty())
        return sdk::fail(word.written + ": the value is empty");
    const bool next_word = option.original_tokens.size() > 1;
    if (next_word && word.value.substr(0, 2) == "--" && table.find(word.value.substr(2)) != nullptr)
        return sdk::fail(word.written + ": a value is missing in front of " + word.value,
                         "when it is meant as the value: " + word.written + "=" + word.value);
    return word;
}

sdk::Result<void> check_repeated(const Line& line, const OptionTable& table) {
    std::set<std::string_view> seen;
    for (const Word& word : line.options)
        if (word.known && !seen.insert(word.name).second &&
            table.find(word.name)->option->repeatable == 0)
            return sdk::fail(word.written + ": is given twice, and can be given once");
    return {};
}

} // namespace

sdk::Result<Line> parse_line(const std::vector<std::string>& words, const OptionTable& table) {
    Line line;
    const auto end = std::find(words.begin(), words.end(), "--");
    line.has_command = end != words.end();
    if (line.has_command)
        line.command.assign(end + 1, words.end());
    try {
        const po::options_description options = described(table);
        po::command_line_parser parser(std::vector<std::string>(words.begin(), end));
        const po::parsed_options parsed =
            parser.options(options).style(style).allow_unregistered().run();
        for (const po::option& option : parsed.options) {
            if (option.string_key.empty()) {
                line.bare.insert(line.bare.end(), option.value.begin(), option.value.end());
                continue;
            }
            MBX_TRY(Word word, to_word(option, table));
            line.options.push_back(std::move(word));
        }
    } catch (const po::invalid_command_line_syntax& wrong) {
        return syntax_error(wrong, wrong.get_option_name());
    } catch (const std::exception& wrong) {
        return sdk::fail(std::string("the command line is not understood: ") + wrong.what());
    }
    MBX_CHECK(check_repeated(line, table));
    return line;
}

} // namespace microbox::core
