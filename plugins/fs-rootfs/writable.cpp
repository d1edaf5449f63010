// SPDX-License-Identifier: MIT
// tmpfs has user.* attributes from Linux 6.6 on (2daf18a7884d "tmpfs,xattr: enable limited user
// extended attributes"). Without them an overlay of a user namespace cannot mark a directory as
// opaque, and refuses what needs it with EIO: rmdir, rename, mkdir in a removed one's place.
#include "writable.hpp"

namespace fs_rootfs {

using namespace microbox::sdk;

namespace {

using Kind = FactQuery::Kind;
using Type = PathFact::Type;

constexpr const char* attributes = "tmpfs-user-attributes";
constexpr const char* program = "fuse-overlayfs";
constexpr const char* device = "/dev/fuse";

std::string option(const Request& request) {
    return (request.argument_source.empty() ? "--fs" : request.argument_source) + " " +
           request.argument;
}

Error cannot_write(const Request& request, const std::string& lacks) {
    return fail(option(request) +
                    ": without root a writable one needs Linux 6.6, or fuse-overlayfs: " + lacks,
                "apt-get install fuse-overlayfs, or a root that is not written: --readonly");
}

} // namespace

bool needs_fuse(const Request& request, const Facts& facts) {
    return !request.privileged && !request.read_only_root && !facts.kernel(attributes);
}

std::vector<FactQuery> fuse_questions(const Request& request) {
    if (request.privileged || request.read_only_root)
        return {};
    return {{Kind::kernel, attributes}, {Kind::helper, program}, {Kind::path, device}};
}

Result<std::string> fuse_program(const Request& request, const Facts& facts) {
    const PathFact& helper = facts.get(Kind::helper, program);
    if (!helper.exists)
        return cannot_write(request, "it is not installed");
    if (facts.path(device).type != Type::device)
        return cannot_write(request, "/dev/fuse is missing (as root: modprobe fuse)");
    return helper.link;
}

Notice about_fuse(const Request& request) {
    return Notice{
        Notice::Kind::weakened,
        option(request) +
            " through fuse-overlayfs: this kernel's tmpfs cannot keep an overlay's "
            "marks (Linux 6.6 can). It is slower; a directory that was removed and made again "
            "may show what it had; the layer over DIR has a --storage of its own, and "
            "--memory and --cpus count neither that layer nor its work"};
}

Requirement writable_without_root() {
    return {"without root, a writable --fs DIR by the kernel's own overlay",
            {Kind::kernel, attributes},
            [](const Facts& facts) { return facts.kernel(attributes); },
            "Linux 6.6, or the package fuse-overlayfs, which is used instead",
            false};
}

} // namespace fs_rootfs
