// SPDX-License-Identifier: MIT
#include "tests/root/nested/container.hpp"

#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include <unistd.h>

namespace microbox::testing {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr const char* build_inside = "/build";

std::string build_tree() {
    return fs::path(binary_path()).parent_path().parent_path();
}

Json bound(const std::string& from, const std::string& to) {
    return {{"destination", to}, {"type", "bind"}, {"source", from}, {"options", {"rbind", "ro"}}};
}

Json memory(const std::string& on, const std::string& mode) {
    return {{"destination", on}, {"type", "tmpfs"}, {"source", "tmpfs"}, {"options", {mode}}};
}

void make_root(const fs::path& root) {
    for (const char* name : {"usr", "proc", "dev", "sys", "tmp", "run", "etc", "build"})
        fs::create_directories(root / name);
    // runc gives a file system in memory the mode of the directory below it.
    fs::permissions(root / "tmp", fs::perms(01777));
    for (const char* name : {"bin", "sbin", "lib", "lib64"})
        fs::create_directory_symlink(std::string("usr/") + name, root / name);
}

/// `runc spec` writes what runc would do by default; the rest is said here.
void adapt(const fs::path& file,
           const ContainerSpec& spec,
           const std::vector<std::string>& command) {
    Json config = Json::parse(std::ifstream(file));
    Json& process = config["process"];
    process["terminal"] = false;
    process["args"] = command;
    process["user"] = {{"uid", spec.user}, {"gid", spec.user}};
    process["noNewPrivileges"] = false;
    process["capabilities"] = Json::object();
    for (const char* set : {"bounding", "effective", "permitted"})
        process["capabilities"][set] = spec.capabilities;
    for (const Json& mount : {bound("/usr", "/usr"),
                              bound(build_tree(), build_inside),
                              memory("/tmp", "mode=1777"),
                              memory("/run", "mode=755")})
        config["mounts"].push_back(mount);
    if (!spec.covered) {
        config["linux"]["maskedPaths"] = Json::array();
        config["linux"]["readonlyPaths"] = Json::array();
    }
    std::ofstream(file) << config;
}

} // namespace

std::vector<std::string> capabilities_of_docker() {
    return {"CAP_CHOWN",
            "CAP_DAC_OVERRIDE",
            "CAP_FSETID",
            "CAP_FOWNER",
            "CAP_MKNOD",
            "CAP_NET_RAW",
            "CAP_SETGID",
            "CAP_SETUID",
            "CAP_SETFCAP",
            "CAP_SETPCAP",
            "CAP_NET_BIND_SERVICE",
            "CAP_SYS_CHROOT",
            "CAP_KILL",
            "CAP_AUDIT_WRITE"};
}

std::string binary_in_container() {
    return std::string(build_inside) + "/bin/microbox";
}

Outcome run_in_container(const ContainerSpec& spec, const std::vector<std::string>& command) {
    const ScratchDirectory bundle;
    make_root(fs::path(bundle.path()) / "rootfs");
    Options how;
    how.program = "/usr/sbin/runc";
    const Outcome made = start({"spec", "--bundle", bundle.path()}, how).finish();
    if (made.code != 0)
        return made;
    adapt(fs::path(bundle.path()) / "config.json", spec, command);
    return start({"--root",
                  bundle.path() + "/state",
                  "run",
                  "--bundle",
                  bundle.path(),
                  "mbx-nested-" + std::to_string(::getpid())},
                 how)
        .finish();
}

} // namespace microbox::testing
