// SPDX-License-Identifier: MIT
// Two looks at a command line: one at what decides which plugins there are, one at everything.
#include "core/config/invocation.hpp"

#include "core/config/environment.hpp"
#include "core/config/file.hpp"
#include "core/config/request.hpp"
#include "core/config/settings.hpp"
#include "core/config/terminal.hpp"
#include "core/plugin/build.hpp"
#include "core/plugin/select.hpp"

#include <microbox/sdk/nearest.hpp>

#include <algorithm>
#include <climits>
#include <optional>

#include <unistd.h>

namespace microbox::core {

namespace {

constexpr const char* filesystem_option = filesystem_role.option;
constexpr const char* network_option = network_role.option;

sdk::Result<SettingsFile> read_settings(Origin origin,
                                        std::string title,
                                        const std::string& path,
                                        const Surroundings& around) {
    MBX_TRY(const std::string text, read_configuration(path, around.owners));
    MBX_TRY(std::vector<FileEntry> entries, parse_json(text, path));
    return SettingsFile{origin, std::move(title), std::move(entries)};
}

/// The configuration and the profile, the lower one first.
sdk::Result<std::vector<SettingsFile>> read_files(const Settings& line,
                                                  const Surroundings& around) {
    std::vector<SettingsFile> files;
    const Setting* given = line.one("config");
    const std::string path = given != nullptr ? given->value : around.configuration;
    if (given != nullptr || ::access(path.c_str(), F_OK) == 0) {
        auto file = read_settings(Origin::configuration, path, path, around);
        if (!file.ok())
            return std::move(file.error())
                .within(given != nullptr ? given->source : "configuration");
        files.push_back(std::move(*file));
    }
    if (const Setting* profile = line.one("profile"); profile != nullptr) {
        MBX_TRY(const std::string found, find_profile(profile->value, profile->source, around));
        MBX_TRY(SettingsFile file,
                read_settings(Origin::profile, "profile " + profile->value, found, around));
        files.push_back(std::move(file));
    }
    return files;
}

sdk::Result<void> open_log(const Settings& settings) {
    sdk::Level level = sdk::Level::error;
    LogFormat format = LogFormat::text;
    if (const Setting* setting = settings.one("log-level"); setting != nullptr) {
        if (setting->value == "info")
            level = sdk::Level::info;
        else if (setting->value == "warn")
            level = sdk::Level::warning;
        else if (setting->value != "error")
            return sdk::fail(setting->source + ": '" + setting->value +
                             "' is not a level: info, warn or error");
    }
    if (const Setting* setting = settings.one("log-format"); setting != nullptr) {
        if (setting->value != "text" && setting->value != "json")
            return sdk::fail(setting->source + ": '" + setting->value +
                             "' is neither text nor json");
        format = setting->value == "json" ? LogFormat::json : LogFormat::text;
    }
    log_open(level, format);
    return {};
}

/// The configuration's list replaces the build's; a profile adds to it and takes nothing away.
sdk::Result<std::vector<std::string>> required_plugins(const std::vector<SettingsFile>& files,
                                                       std::vector<std::string> required) {
    for (const SettingsFile& file : files) {
        for (const FileEntry& entry : file.entries) {
            if (entry.name != require_key)
                continue;
            if (entry.kind != FileEntry::Kind::list)
                return sdk::fail(file.title + ": " + require_key + ": a list of plugins is right");
            for (const std::string& name : entry.values)
                if (role_of_name(name) == nullptr)
                    return sdk::fail(file.title + ": " + require_key + ": '" + name +
                                     "' is not a plugin's name");
            if (file.origin == Origin::configuration)
                required.clear();
            required.insert(required.end(), entry.values.begin(), entry.values.end());
        }
    }
    return required;
}

sdk::Given mode_value(const Settings& settings, const char* option, const char* fallback) {
    if (const Setting* setting = settings.one(option); setting != nullptr)
        return {setting->value, setting->source, false};
    return {fallback, std::string("default of --") + option, true};
}

struct Owner {
    std::string plugin;
    const Role* role = nullptr;
    const MbxOption* option = nullptr;
};

/// Installed plugins that bring an option. Opens all of them: for errors only.
std::vector<Owner> owners_of(std::string_view name, const Catalogue& catalogue) {
    std::vector<Owner> owners;
    for (const Inspected& one : catalogue.inspect_all()) {
        for (std::size_t i = 0; one.descriptor != nullptr && i < one.descriptor->option_count;
             ++i) {
            const MbxOption& option = one.descriptor->options[i];
            const bool by_letter = name.size() == 1 && option.short_name == name[0];
            if (name == option.name || by_letter)
                owners.push_back({one.name, role_of_name(one.name), &option});
        }
    }
    return owners;
}

std::string
nearest_option(std::string_view name, const OptionTable& table, const Catalogue& catalogue) {
    std::vector<std::string> names = table.names();
    for (const Inspected& one : catalogue.inspect_all())
        for (std::size_t i = 0; one.descriptor != nullptr && i < one.descriptor->option_count; ++i)
            names.emplace_back(one.descriptor->options[i].name);
    return sdk::nearest(name, names);
}

sdk::Error not_chosen(const std::string& written, const std::vector<Owner>& owners) {
    std::string plugins;
    std::string choices;
    for (const Owner& owner : owners) {
        plugins += (plugins.empty() ? "" : ", ") + owner.plugin;
        choices += (choices.empty() ? "--" : " or --") + std::string(owner.role->option) + " " +
                   owner.plugin.substr(std::string_view(owner.role->prefix).size());
    }
    return sdk::fail(written + " belongs to " +
                     (owners.size() == 1 ? "the plugin " : "the plugins ") + plugins +
                     ", which this run does not use (" + choices + ")");
}

sdk::Error unknown_on_line(const Word& word, const OptionTable& table, const Catalogue& catalogue) {
    const std::vector<Owner> owners = owners_of(word.name, catalogue);
    if (!owners.empty())
        return not_chosen(word.written, owners);
    const std::string near = nearest_option(word.name, table, catalogue);
    return sdk::fail("unknown option '" + word.written + "'",
                     near.empty() ? "microbox --help lists what the installed plugins bring"
                                  : "did you mean --" + near + "?");
}

/// A key that no plugin of this run has. When its mode was put aside by a higher origin the key has
/// lost its meaning with it; otherwise it is an error.
sdk::Result<void> unknown_in_file(const FileEntry& entry,
                                  const SettingsFile& file,
                                  const Settings& settings,
                                  const OptionTable& table,
                                  const Catalogue& catalogue) {
    const std::string where = file.title + ": " + entry.name;
    const std::vector<Owner> owners = owners_of(entry.name, catalogue);
    for (const Owner& owner : owners) {
        const Setting* mode =
            owner.role->option == nullptr ? nullptr : settings.one(owner.role->option);
        if (entry.name == owner.option->name && mode != nullptr && mode->origin > file.origin) {
            log_line(sdk::Level::info,
                     {},
                     where + ": has no meaning with " + mode->source + " " + mode->value);
            return {};
        }
    }
    if (!owners.empty() && entry.name.size() > 1)
        return not_chosen(where, owners);
    const std::string near = nearest_option(entry.name, table, catalogue);
    return sdk::fail(file.title + ": unknown option '" + entry.name + "'",
                     near.empty() ? "microbox --help lists what the installed plugins bring"
                                  : "did you mean '" + near + "'?");
}

/// Unknown names, in the words of the plugins that have them.
sdk::Result<void> check_names(const Line& line,
                              const std::vector<SettingsFile>& files,
                              const Settings& early,
                              const OptionTable& table,
                              const Catalogue& catalogue) {
    for (const Word& word : line.options)
        if (!word.known)
            return unknown_on_line(word, table, catalogue);
    if (!line.bare.empty())
        return sdk::fail("unexpected word '" + line.bare.front() + "': the command goes after --");
    for (const SettingsFile& file : files)
        for (const FileEntry& entry : file.entries)
            if (entry.name != require_key && table.find(entry.name) == nullptr)
                MBX_CHECK(unknown_in_file(entry, file, early, table, catalogue));
    return {};
}

sdk::Result<void> check_command(const Line& line, Command command) {
    if (command == Command::none)
        return line.has_command
                   ? sdk::fail("this verb takes no command: what follows -- is not run",
                               "leave it out; `microbox --verify ... -- CMD` verifies before a run")
                   : sdk::Result<void>();
    if (line.command.empty())
        return sdk::fail("no command: what to run goes after --", "as in: microbox -- sh -c 'id'");
    if (line.command.front().empty())
        return sdk::fail("the command's name is empty");
    return {};
}

std::string current_directory() {
    char path[PATH_MAX];
    return ::getcwd(path, sizeof path) == nullptr ? std::string("/") : std::string(path);
}

sdk::Result<Settings> collect_settings(const std::vector<SettingsFile>& files,
                                       const Line& line,
                                       const OptionTable& table) {
    Settings settings;
    for (const SettingsFile& file : files)
        MBX_CHECK(add_file(settings, file, table));
    add_line(settings, line);
    return settings;
}

sdk::Result<RunRequest> to_request(const Settings& settings,
                                   const OptionTable& table,
                                   std::vector<std::string> command,
                                   const Surroundings& around) {
    MBX_TRY(const Streams terminal, choose_terminal(settings, around.terminals));
    const char* type = terminal == no_streams ? nullptr : around.variable("TERM");
    MBX_TRY(CommandEnvironment environment,
            make_environment(settings, around.variable, type == nullptr ? "" : type));
    for (const std::string& name : environment.absent)
        log_line(sdk::Level::warning, {}, "--env " + name + ": the caller has no such variable");
    return make_request({&settings,
                         &table,
                         std::move(command),
                         std::move(environment),
                         current_directory(),
                         terminal});
}

} // namespace

sdk::Result<Invocation> read_invocation(const std::vector<std::string>& words,
                                        const std::vector<MbxOption>& verb_options,
                                        const Surroundings& around,
                                        Command command) {
    Invocation invocation;
    OptionTable table;
    MBX_CHECK(table.add(verb_options.data(), verb_options.size(), {}));
    MBX_TRY(const Line first, parse_line(words, table));
    Settings line_only;
    add_line(line_only, first);
    invocation.help = line_only.flag("help");
    invocation.version = line_only.flag("version");
    if (invocation.help || invocation.version)
        return invocation;
    MBX_CHECK(open_log(line_only));
    MBX_TRY(const std::vector<SettingsFile> files, read_files(line_only, around));
    MBX_TRY(const Settings early, collect_settings(files, first, table));
    MBX_CHECK(open_log(early));
    if (!around.catalogue->ignored().empty())
        log_line(sdk::Level::info, {}, around.catalogue->ignored());
    for (const MbxOption& option : verb_options)
        if (const Setting* given = line_only.one(option.name); given != nullptr)
            invocation.verb_options.emplace(option.name, given->value);

    Selection selection;
    selection.filesystem = mode_value(early, filesystem_option, build::default_filesystem);
    selection.network = mode_value(early, network_option, build::default_network);
    selection.filesystem_for_directory = build::default_filesystem_for_directory;
    MBX_TRY(selection.required, required_plugins(files, around.required_plugins));
    MBX_TRY(invocation.plugins, select(*around.catalogue, selection));

    MBX_CHECK(table.add(invocation.plugins));
    MBX_TRY(const Line line, parse_line(words, table));
    MBX_CHECK(check_names(line, files, early, table, *around.catalogue));
    MBX_CHECK(check_command(line, command));
    MBX_TRY(const Settings settings, collect_settings(files, line, table));
    std::vector<std::string> words_run = line.command;
    if (command == Command::none)
        words_run = {"true"}; // planned with, and not run
    MBX_TRY(invocation.request, to_request(settings, table, std::move(words_run), around));
    invocation.request.filesystem = std::move(selection.filesystem);
    invocation.request.network = std::move(selection.network);
    invocation.request.required_plugins = std::move(selection.required);
    return invocation;
}

} // namespace microbox::core
