// SPDX-License-Identifier: MIT
// The table of microbox's own options. Data; the grammar of each value is in request.cpp.
#include "core/config/options.hpp"

#include "core/plugin/build.hpp"

#include <array>

namespace microbox::core {

namespace {

struct OwnOption {
    MbxOption option;
    const char* alias;
};

constexpr MbxOption value(const char* name,
                          const char* argument,
                          const char* help,
                          const char* default_value = nullptr,
                          char short_name = 0) {
    return {name, argument, help, default_value, 0, short_name};
}

constexpr MbxOption
values(const char* name, const char* argument, const char* help, char short_name = 0) {
    return {name, argument, help, nullptr, 1, short_name};
}

constexpr MbxOption flag(const char* name, const char* help, char short_name = 0) {
    return {name, nullptr, help, nullptr, 0, short_name};
}

constexpr std::array<OwnOption, 28> own_options{{
    {value("fs",
           "MODE|DIR",
           "the root: a mode, MODE:ARGUMENT, or a directory",
           build::default_filesystem),
     nullptr},
    {value("net", "MODE", "the network: a mode or MODE:ARGUMENT", build::default_network),
     "network"},
    {values("mount-ro",
            "HOST:DEST[:owner]",
            "bind of a file or directory, read-only with everything below it; HOST cannot contain "
            "':'"),
     nullptr},
    {values(
         "mount-rw",
         "HOST:DEST[:owner]",
         "bind that can be written as the owner of HOST; ':owner' does so even when that is root, "
         "and a setuid file made there is then root's on the host"),
     nullptr},
    {values("volume", "HOST:DEST[:ro|rw][,owner]", "the same in the form that others use", 'v'),
     nullptr},
    {values("tmpfs", "PATH[:SIZE]", "a further file system in memory, inside the one budget"),
     nullptr},
    {flag("readonly", "the root cannot be written; /tmp and /dev/shm still can"), "read-only"},
    {flag("unmask",
          "nothing of /proc and /sys is covered, so that a sandbox inside can have its own "
          "(weaker)"),
     nullptr},
    {value("hostname", "NAME", "name of the sandbox; otherwise a generated one"), nullptr},
    {values("env",
            "K=V|K",
            "set a variable, or copy it from the caller; nothing else is inherited",
            'e'),
     nullptr},
    {values("env-file", "FILE", "variables as lines K=V; '#' starts a comment"), nullptr},
    {value("workdir", "DIR", "directory of the command, inside", "/", 'w'), "chdir"},
    {value("user", "UID[:GID]", "ids of the command, inside", "0:0", 'u'), nullptr},
    {value(
         "userns", "isolated|host", "ids of the sandbox's own, or (weaker) the host's", "isolated"),
     nullptr},
    {flag("no-init", "the command is process 1 itself"), nullptr},
    {flag("tty",
          "a terminal of the sandbox's own for every standard stream that is one (the default when "
          "there is one)",
          't'),
     nullptr},
    {flag("no-tty", "the caller's terminal itself, without job control inside"), nullptr},
    {flag("interactive", "changes nothing: standard input is always the command's", 'i'), nullptr},
    {value("log-level", "info|warn|error", "what is said on standard error", "error"), nullptr},
    {value("log-format", "text|json", "how it is said", "text"), nullptr},
    {value("report", "FILE", "write the result as JSON"), nullptr},
    {flag("explain-denials",
          "say at the end what the sandbox was denied, and which option would allow it"),
     nullptr},
    {value("trace", "FILE", "write the spans of the start-up (Chrome trace format)"), nullptr},
    {flag("verify",
          "a sandbox of the same plan is tested from inside first: see `microbox verify`"),
     nullptr},
    {value("config",
           "FILE",
           "options as JSON, instead of the system's microbox.json; the command line comes first"),
     nullptr},
    {value("profile", "NAME", "options as JSON from the profile folders; comes before --config"),
     nullptr},
    {flag("help", "this text", 'h'), nullptr},
    {flag("version", "the version of microbox"), nullptr},
}};

} // namespace

OptionTable::OptionTable() {
    for (const OwnOption& own : own_options)
        options_.push_back({&own.option, own.alias, {}});
}

sdk::Result<void>
OptionTable::add(const MbxOption* options, std::size_t count, const std::string& plugin) {
    for (std::size_t i = 0; i < count; ++i) {
        const MbxOption& option = options[i];
        for (const KnownOption& known : options_) {
            const bool same_short =
                option.short_name != 0 && option.short_name == known.option->short_name;
            if (find(option.name) != &known && !same_short)
                continue;
            const std::string owner =
                known.plugin.empty() ? "microbox itself" : "the plugin " + known.plugin;
            const std::string name = same_short ? "-" + std::string(1, option.short_name)
                                                : "--" + std::string(option.name);
            return sdk::fail("the plugin " + plugin + " brings the option " + name + ", which " +
                                 owner + " has",
                             "remove one of them");
        }
        options_.push_back({&option, nullptr, plugin});
    }
    return {};
}

sdk::Result<void> OptionTable::add(const PluginSet& set) {
    for (const LoadedPlugin& loaded : set.plugins)
        MBX_CHECK(add(loaded.descriptor->options, loaded.descriptor->option_count, loaded.name()));
    return {};
}

const KnownOption* OptionTable::find(std::string_view name) const {
    for (const KnownOption& known : options_)
        if (name == known.option->name || (known.alias != nullptr && name == known.alias))
            return &known;
    return nullptr;
}

std::vector<std::string> OptionTable::names() const {
    std::vector<std::string> names;
    for (const KnownOption& known : options_)
        names.emplace_back(known.option->name);
    return names;
}

bool is_for_command_line_only(std::string_view name) {
    return name == "config" || name == "profile" || name == "help" || name == "version";
}

} // namespace microbox::core
