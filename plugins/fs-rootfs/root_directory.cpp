// SPDX-License-Identifier: MIT
// The refusals of `--fs DIR`, each in words that say what would be right.
#include "root_directory.hpp"

#include <algorithm>
#include <cerrno>

#include <linux/magic.h>

namespace fs_rootfs {

using namespace microbox::sdk;

namespace {

using Kind = FactQuery::Kind;
using Type = PathFact::Type;

/// The core mounts on these whatever the root holds. A link there is how hostile images have
/// steered runtimes elsewhere (CVE-2019-19921, CVE-2021-30465); no honest root file system has one.
constexpr const char* mount_points[] = {"/proc", "/dev", "/sys"};

constexpr const char* make_one =
    "a root file system can be made with mmdebstrap, or unpacked from an "
    "image; --fs system needs none";

bool of_the_kernel(const PathFact& directory) {
    const auto below = [&](const std::string& top) {
        return directory.absolute == top || directory.absolute.rfind(top + "/", 0) == 0;
    };
    return directory.filesystem == PROC_SUPER_MAGIC || directory.filesystem == SYSFS_MAGIC ||
           below("/proc") || below("/sys");
}

Error unusable(const std::string& option, const PathFact& directory) {
    switch (directory.error_number) {
    case ENOENT:
    case 0:
        return fail(option + ": there is no such directory", make_one);
    case EACCES:
        return fail(option + ": cannot be read: permission denied",
                    "every directory above it must be searchable by the caller");
    default:
        return fail_errno(option, directory.error_number);
    }
}

} // namespace

std::vector<FactQuery> questions(const Request& request, const Facts& facts) {
    if (request.argument.empty())
        return {};
    std::vector<FactQuery> wanted = {{Kind::path, request.argument},
                                     {Kind::directory, request.argument}};
    const std::string& absolute = facts.path(request.argument).absolute;
    if (!absolute.empty())
        for (const char* mount_point : mount_points)
            wanted.push_back({Kind::link, absolute + mount_point});
    return wanted;
}

Result<std::string> root_directory(const Request& request, const Facts& facts) {
    const std::string source = request.argument_source.empty() ? "--fs" : request.argument_source;
    if (request.argument.empty())
        return fail(source + " rootfs: which directory? Right would be --fs DIR", make_one);
    const std::string option = source + " " + request.argument;

    const PathFact& directory = facts.path(request.argument);
    if (!directory.exists || directory.absolute.empty())
        return unusable(option, directory);
    if (directory.type != Type::directory)
        return fail(
            option + ": is not a directory",
            "an archive or an image must be unpacked first, as root so that owners are kept");
    if (directory.absolute == "/")
        return fail(option + ": is the host's own root directory", "--fs host is for that");
    if (of_the_kernel(directory))
        return fail(option + ": lies in the kernel's own file system, it cannot be a root",
                    make_one);

    const PathFact& listing = facts.get(Kind::directory, request.argument);
    if (listing.error_number == EACCES)
        return fail(option + ": cannot be read: permission denied",
                    "the caller must be allowed to read and search the directory");
    if (listing.error_number != 0)
        return fail_errno(option, listing.error_number);
    if (listing.names.empty())
        return fail(option + ": is empty: there is nothing to run in it", make_one);

    for (const char* mount_point : mount_points) {
        const PathFact& inner = facts.link(directory.absolute + mount_point);
        if (inner.type == Type::link)
            return fail(option + ": its " + mount_point + " is a link to " + inner.link +
                            ": not a root file system to be trusted",
                        "if you trust it, replace the link with an empty directory");
        if (inner.exists && inner.type != Type::directory)
            return fail(option + ": its " + mount_point + " is not a directory");
    }
    return directory.absolute;
}

std::optional<Notice> about_owner(const Request& request, const Facts& facts) {
    if (request.privileged)
        return std::nullopt;
    const std::uint32_t owner = facts.path(request.argument).uid;
    const auto has = [owner](const IdRange& range) {
        return owner >= range.first && owner - range.first < range.count;
    };
    if (std::any_of(request.host_users.begin(), request.host_users.end(), has))
        return std::nullopt;
    return Notice{
        Notice::Kind::warning,
        "--fs " + request.argument + " belongs to user " + std::to_string(owner) +
            ", who is none of the sandbox's: what lies in it can be read as far as others may, and "
            "changed hardly or not. One of the caller's own has no such limits: microbox --fs "
            "system --mount-ro ARCHIVE.tar:/a.tar --mount-rw NEW:/out -- tar -C /out -xpf /a.tar"};
}

} // namespace fs_rootfs
