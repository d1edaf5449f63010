// SPDX-License-Identifier: MIT
// The lists of --fs system.
#include "host_parts.hpp"

#include <string>

namespace fs_system {

using namespace microbox::sdk;

namespace {

using Kind = FactQuery::Kind;
using Type = PathFact::Type;

constexpr const char* program_directories[] = {
    "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"};

/// Never whole folders with keys in them: /etc/ssl and /etc/pki/tls have a private/.
constexpr const char* settings[] = {
    "/etc/ld.so.cache",
    "/etc/ld.so.conf", // the linker ld(1) reads both to find what a shared library needs
    "/etc/ld.so.conf.d",
    "/etc/alternatives",
    "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf",
    "/etc/ca-certificates/extracted", // Arch
    "/etc/pki/tls/certs",             // Fedora
    "/etc/pki/tls/openssl.cnf",
    "/etc/pki/ca-trust/extracted",
    "/etc/crypto-policies",
    "/etc/localtime",
    "/etc/timezone",
    "/etc/protocols",
    "/etc/services",
};

/// Debian's Java keeps the list of its virtual machines there and does not start without it.
bool of_java(const std::string& name) {
    return name.rfind("java-", 0) == 0;
}

std::vector<std::string> all_settings(const Facts& facts) {
    std::vector<std::string> paths(std::begin(settings), std::end(settings));
    for (const std::string& name : facts.directory("/etc"))
        if (of_java(name))
            paths.push_back("/etc/" + name);
    return paths;
}

Mount read_only_bind(const std::string& target, const std::string& host, Ownership ownership) {
    Mount mount{target, Bind{host, true, ownership}, {}};
    mount.flags.read_only = true;
    return mount;
}

bool in_usr(const std::string& path) {
    return path.rfind("/usr/", 0) == 0;
}

} // namespace

std::vector<FactQuery> questions(const Facts& facts) {
    std::vector<FactQuery> wanted = {{Kind::path, "/usr"}, {Kind::directory, "/etc"}};
    for (const char* directory : program_directories) {
        wanted.push_back({Kind::link, directory});
        wanted.push_back({Kind::path, directory});
    }
    for (const std::string& path : all_settings(facts)) {
        wanted.push_back({Kind::link, path});
        wanted.push_back({Kind::path, path});
    }
    return wanted;
}

Result<void> add_programs(Fragment& fragment, const Facts& facts) {
    const PathFact& usr = facts.path("/usr");
    if (usr.type != Type::directory)
        return fail("--fs system: this host has no directory /usr to take programs from",
                    "--fs DIR takes a root file system, --fs host the host's whole tree");
    fragment.add(Stage::assemble, read_only_bind("/usr", usr.absolute, Ownership::keep));
    for (const char* directory : program_directories) {
        const PathFact& there = facts.link(directory);
        const PathFact& target = facts.path(directory);
        // A link out of /usr would dangle in the sandbox: what it leads to is bound in its place.
        if (there.type == Type::link && in_usr(target.absolute))
            fragment.add(Stage::assemble, Symlink{directory, there.link});
        else if (target.type == Type::directory)
            fragment.add(Stage::assemble,
                         read_only_bind(directory, target.absolute, Ownership::keep));
    }
    return {};
}

void add_settings(Fragment& fragment, const Facts& facts) {
    for (const std::string& path : all_settings(facts)) {
        const PathFact& there = facts.link(path);
        const PathFact& target = facts.path(path);
        if (there.type == Type::link && in_usr(target.absolute))
            fragment.add(Stage::assemble, Symlink{path, there.link});
        // Ownership as it is on the host: what only root may read there stays unreadable here.
        else if (target.type == Type::file || target.type == Type::directory)
            fragment.add(Stage::assemble, read_only_bind(path, target.absolute, Ownership::as_is));
    }
}

} // namespace fs_system
