// SPDX-License-Identifier: MIT
// Who may know whom: cli -> core -> sdk <- plugins, and no mode's name outside its plugin.
#include "tests/support/source_text.hpp"

#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace microbox::tests {

namespace {

namespace fs = std::filesystem;

const fs::path project = MICROBOX_SOURCE_DIR;

bool begins(const std::string& text, const std::string& with) {
    return text.rfind(with, 0) == 0;
}

std::string shown(const fs::path& path) {
    return path.lexically_relative(project).string();
}

std::vector<std::string> plugin_names() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(project / "plugins"))
        if (entry.is_directory())
            names.push_back(entry.path().filename());
    return names;
}

/// Headers of the C library and the kernel. sys/capability.h is libcap's.
bool is_system_header(const std::string& path) {
    static const std::set<std::string> plain = {"dirent.h",
                                                "dlfcn.h",
                                                "errno.h",
                                                "fcntl.h",
                                                "grp.h",
                                                "poll.h",
                                                "pwd.h",
                                                "sched.h",
                                                "signal.h",
                                                "spawn.h",
                                                "termios.h",
                                                "unistd.h"};
    for (const char* folder : {"linux/", "asm/", "sys/", "net/", "netinet/", "arpa/"})
        if (begins(path, folder))
            return path != "sys/capability.h";
    return plain.count(path) != 0;
}

bool is_standard_header(const std::string& path) {
    return path.find_first_of("/.") == std::string::npos;
}

/// The library that a header belongs to, "" for the system's, the standard's and our own.
std::string library_of(const Include& include) {
    const std::string& path = include.path;
    if (include.quoted || is_standard_header(path) || is_system_header(path) ||
        begins(path, "microbox/"))
        return {};
    if (begins(path, "boost/")) {
        const std::size_t end = path.find_first_of("/.", 6);
        return path.substr(0, end);
    }
    return path.substr(0, path.find_first_of("/."));
}

/// Names of the options that plugins bring, read from their tables: {"storage", "SIZE", ...} or
/// {"flag", nullptr, ...}, also those that the SDK holds for several.
std::set<std::string> plugin_options() {
    static const std::regex row(
        "\\{\"([a-z][a-z0-9-]*)\",(?:\"[A-Za-z0-9=:,\\[\\]._-]*\"|nullptr),(?:\"|[a-z_]+,)");
    std::set<std::string> names;
    for (const char* folder : {"plugins", "sdk/include"})
        for (const fs::path& file : sources_below(project / folder)) {
            const std::string code = bare_code(read_source(file));
            if (code.find("MbxOption") == std::string::npos)
                continue;
            for (std::sregex_iterator found(code.begin(), code.end(), row), end; found != end;
                 ++found)
                names.insert((*found)[1]);
        }
    return names;
}

} // namespace

TEST(Layering, TheSdkNeedsNothingButTheSystem) {
    const auto headers = sources_below(project / "sdk");
    ASSERT_FALSE(headers.empty());
    for (const fs::path& file : headers)
        for (const Include& include : includes_of(read_source(file)))
            EXPECT_TRUE(!include.quoted &&
                        (is_standard_header(include.path) || is_system_header(include.path) ||
                         begins(include.path, "microbox/")))
                << shown(file) << " includes " << include.path
                << ": the SDK includes the standard library and kernel headers only";
}

/// A folder beside the plugins that is none: a library that several of them link.
bool is_library(const std::string& name) {
    return !fs::exists(project / "plugins" / name / "plugin.cpp");
}

TEST(Layering, PluginsKnowTheSdkAndThemselves) {
    const auto names = plugin_names();
    ASSERT_FALSE(names.empty());
    EXPECT_FALSE(is_library("net-none"));
    for (const std::string& name : names) {
        const fs::path own = project / "plugins" / name;
        for (const fs::path& file : sources_below(own))
            for (const Include& include : includes_of(read_source(file))) {
                const std::string& path = include.path;
                bool foreign = begins(path, "core/") || begins(path, "cli/") ||
                               begins(path, "tests/") || begins(path, "plugins/") ||
                               path.find("..") != std::string::npos;
                if (include.quoted && !fs::exists(own / path) &&
                    !fs::exists(file.parent_path() / path))
                    for (const std::string& sibling : names)
                        foreign = foreign || (!is_library(sibling) &&
                                              fs::exists(project / "plugins" / sibling / path));
                EXPECT_FALSE(foreign) << shown(file) << " includes " << path
                                      << ": a plugin includes the SDK, its own files and libraries";
            }
        const std::string cmake = read_source(own / "CMakeLists.txt");
        EXPECT_EQ(cmake.find("microbox_core"), std::string::npos) << name << " links the core";
    }
}

TEST(Layering, TheCoreKnowsNeitherCliNorPlugins) {
    for (const char* folder : {"core", "cli"})
        for (const fs::path& file : sources_below(project / folder))
            for (const Include& include : includes_of(read_source(file))) {
                EXPECT_FALSE(begins(include.path, "plugins/") || begins(include.path, "tests/") ||
                             include.path.find("..") != std::string::npos)
                    << shown(file) << " includes " << include.path;
                EXPECT_FALSE(folder == std::string("core") && begins(include.path, "cli/"))
                    << shown(file) << " includes " << include.path << ": the core is below the cli";
            }
}

TEST(Layering, TheCoreNamesNoPluginAndNoneOfItsOptions) {
    // Modes whose names are ordinary words too ("host", "tmpfs" the file system) are looked for
    // behind --fs and --net only.
    const std::set<std::string> ordinary = {"host", "none", "system", "tmpfs"};
    std::set<std::string> forbidden_words;
    std::string patterns;
    for (const std::string& name : plugin_names()) {
        patterns += (patterns.empty() ? "" : "|") + name;
        const std::size_t dash = name.find('-');
        const std::string role = name.substr(0, dash);
        const std::string mode = name.substr(dash + 1);
        if (role != "fs" && role != "net")
            continue;
        patterns += "|--" + role + "[ =]" + mode;
        if (ordinary.count(mode) == 0)
            forbidden_words.insert(mode);
    }
    for (const std::string& option : plugin_options())
        patterns += "|--" + option;
    const std::regex forbidden("(^|[^a-z0-9-])(" + patterns + ")($|[^a-z0-9-])");

    for (const char* folder : {"core", "cli"})
        for (const fs::path& file : sources_below(project / folder))
            for (const std::string& literal : string_literals(read_source(file))) {
                std::smatch found;
                EXPECT_FALSE(std::regex_search(literal, found, forbidden))
                    << shown(file) << " names '" << found[2] << "' in \"" << literal << '"';
                EXPECT_EQ(forbidden_words.count(literal), 0U)
                    << shown(file) << " names the mode \"" << literal << '"';
            }
}

TEST(Layering, TheOptionsOfPluginsAreFound) {
    const auto options = plugin_options();

    EXPECT_EQ(options.count("storage"), 1U);
    EXPECT_EQ(options.count("dns"), 1U);
    EXPECT_EQ(options.count("fs"), 0U);
}

TEST(Layering, ALibraryIsIncludedInTwoFilesAtMost) {
    std::map<std::string, std::set<std::string>> users;
    for (const char* folder : {"core", "cli", "plugins"})
        for (const fs::path& file : sources_below(project / folder))
            for (const Include& include : includes_of(read_source(file)))
                if (const std::string library = library_of(include); !library.empty()) {
                    const std::string path = shown(file);
                    const std::string owner = begins(path, "plugins/")
                                                  ? path.substr(0, path.find('/', 8))
                                                  : path.substr(0, path.find('/'));
                    users[owner + " uses " + library].insert(path);
                }
    for (const auto& [use, files] : users) {
        std::string list;
        for (const std::string& file : files)
            list += " " + file;
        EXPECT_LE(files.size(), 2U)
            << use << " in" << list << ": hide it behind a small interface of our own";
    }
}

} // namespace microbox::tests
