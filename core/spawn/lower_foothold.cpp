// SPDX-License-Identifier: MIT
// What a foothold does in its own way: directories of others in an overlay, and device nodes.
#include "core/spawn/lower_tree.hpp"

#include <set>

#include <linux/mount.h>

namespace microbox::core {

using child::Code;
using child::Operation;

namespace {

/// The path that a step makes or mounts on in the root; null for other steps.
const std::string* placed_path(const sdk::Step& step) {
    if (const auto* mount = std::get_if<sdk::Mount>(&step))
        return &mount->target;
    if (const auto* directory = std::get_if<sdk::Directory>(&step))
        return &directory->path;
    if (const auto* link = std::get_if<sdk::Symlink>(&step))
        return &link->path;
    const auto* file = std::get_if<sdk::File>(&step);
    return file == nullptr ? nullptr : &file->path;
}

} // namespace

/// The host's own mounts are locked in the copy of its tree and cannot be taken away: its /proc
/// would come to light when a sandbox with CAP_SYS_ADMIN takes its own off. Something empty is laid
/// between, and locked by the birth as they are.
void TreeLowering::hide_locked(std::uint32_t path, Operation base) {
    Operation hide = operation(Code::mask, base);
    hide.text = path;
    block_.add(Part::assemble, hide);
}

/// Every directory on the way to what the plan puts into the root.
void TreeLowering::own_directories(Operation base) {
    std::set<std::string> ways; // sorted: a directory comes before what lies in it
    for (const PlanStep& placed : plan_.steps) {
        const std::string* path = placed_path(placed.step);
        for (std::size_t at = path == nullptr ? std::string::npos : path->find('/', 1);
             at != std::string::npos;
             at = path->find('/', at + 1))
            ways.insert(path->substr(0, at));
    }
    for (const std::string& way : ways) {
        Operation own = operation(Code::own_directory, base);
        own.text = block_.text(way);
        block_.add(Part::assemble, own);
    }
}

/// mknod(2) of a device is refused in a user namespace: the host's own node is bound.
void TreeLowering::host_device(const sdk::Device& device, std::uint16_t step) {
    const Operation base = base_of(step);
    Operation tree = operation(Code::tree_from_device, base);
    tree.text = block_.text(device.path);
    tree.b = (std::uint64_t{device.major} << 32U) | device.minor;
    block_.add(Part::assemble, tree);
    Operation set = operation(Code::attributes, base);
    set.a = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;
    block_.add(Part::assemble, set);
    Operation attach = operation(Code::attach, base);
    attach.text = tree.text;
    attach.flags = child::flag_make_file;
    block_.add(Part::assemble, attach);
}

} // namespace microbox::core
