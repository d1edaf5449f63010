// SPDX-License-Identifier: MIT
#include "core/spawn/lower_tree.hpp"

#include "core/plan/paths.hpp"

#include <cerrno>

#include <linux/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace microbox::core {

namespace {

using child::Code;
using child::Operation;

std::uint64_t attribute_bits(const sdk::MountFlags& flags, bool with_read_only) {
    std::uint64_t bits = 0;
    if (flags.read_only && with_read_only)
        bits |= MOUNT_ATTR_RDONLY;
    if (flags.no_suid)
        bits |= MOUNT_ATTR_NOSUID;
    if (flags.no_dev)
        bits |= MOUNT_ATTR_NODEV;
    if (flags.no_exec)
        bits |= MOUNT_ATTR_NOEXEC;
    return bits;
}

/// A tree that exists before it is mounted, and is none of ours: its flags are final at once.
bool is_foreign_source(const sdk::Mount& mount) {
    return std::holds_alternative<sdk::Bind>(mount.source) ||
           std::holds_alternative<sdk::PreparedMount>(mount.source);
}

} // namespace

void TreeLowering::storage() {
    const sdk::Storage& storage = *plan_.storage;
    new_filesystem({"tmpfs",
                    {{"size", std::to_string(storage.bytes)},
                     {"nr_inodes", std::to_string(storage.inodes)},
                     {"mode", "0755"}}},
                   MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV,
                   base_of(child::no_step),
                   Part::assemble);
    Operation set = operation(Code::set_store, base_of(child::no_step));
    set.text = block_.text(prepared_.staging);
    block_.add(Part::assemble, set);
}

void TreeLowering::new_filesystem(const sdk::NewFilesystem& filesystem,
                                  std::uint64_t attributes,
                                  Operation base,
                                  Part part) {
    Operation open = operation(Code::fs_open, base);
    open.text = block_.text(filesystem.type);
    block_.add(part, open);
    const auto add = [&](const std::string& key, const std::string& value) {
        Operation option = operation(value.empty() ? Code::fs_flag : Code::fs_string, base);
        option.text = block_.text(key);
        option.other = block_.text(value);
        block_.add(part, option);
    };
    for (const auto& [key, value] : filesystem.options)
        add(key, value);
    // The parent mounts it with the host's ids: root inside is its owner all the same.
    if (filesystem.type == "tmpfs" && part == Part::assemble && prepared_.first_id != 0) {
        add("uid", std::to_string(prepared_.first_id));
        add("gid", std::to_string(prepared_.first_id));
    }
    Operation create = operation(Code::fs_create, base);
    create.a = attributes;
    block_.add(part, create);
}

sdk::Result<Operation> TreeLowering::attributes(const sdk::Mount& mount, Operation base) const {
    Operation set = operation(Code::attributes, base);
    set.a = attribute_bits(mount.flags, is_foreign_source(mount));
    const auto* bind = std::get_if<sdk::Bind>(&mount.source);
    if (bind != nullptr && bind->recursive)
        set.flags |= child::flag_recursive;
    if (bind == nullptr || prepared_.first_id == 0)
        return set;
    if (bind->ownership == sdk::Ownership::keep)
        set.flags |= child::flag_keep_ids | child::flag_may_fail_idmap;
    if (bind->ownership == sdk::Ownership::owner_is_root) {
        struct stat status {};

        if (::stat(bind->path.c_str(), &status) < 0)
            return sdk::fail_errno(bind->path, errno);
        set.fd = prepared_.owners.at({status.st_uid, status.st_gid}).get();
        set.flags |= child::flag_may_fail_idmap;
    }
    return set;
}

sdk::Result<void> TreeLowering::source(const sdk::Mount& mount, Operation base, Part part) {
    if (const auto* bind = std::get_if<sdk::Bind>(&mount.source)) {
        Operation tree = operation(Code::tree_from_path, base);
        tree.text = block_.text(bind->path);
        tree.flags = bind->recursive ? child::flag_recursive : 0U;
        block_.add(part, tree);
    } else if (const auto* storage = std::get_if<sdk::StorageDirectory>(&mount.source)) {
        Operation tree = operation(Code::tree_from_store, base);
        tree.text = block_.text(storage->name);
        tree.a = storage->mode;
        block_.add(part, tree);
    } else if (const auto* overlay = std::get_if<sdk::Overlay>(&mount.source)) {
        Operation tree = operation(Code::tree_from_path, base);
        tree.text = block_.text(overlay->lower);
        block_.add(part, tree);
        Operation lower = operation(Code::attributes, base);
        lower.a = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
        if (prepared_.first_id != 0 && overlay->ownership == sdk::Ownership::keep)
            lower.flags = child::flag_keep_ids | child::flag_may_fail_idmap;
        block_.add(part, lower);
        if (has_foothold(plan_))
            own_directories(base);
        Operation join = operation(Code::overlay, base);
        join.a = attribute_bits(mount.flags, false);
        join.flags = overlay->user_attributes ? child::flag_user_attributes : 0U;
        block_.add(part, join);
        return {};
    } else if (const auto* fresh = std::get_if<sdk::NewFilesystem>(&mount.source)) {
        new_filesystem(*fresh, attribute_bits(mount.flags, part != Part::assemble), base, part);
        return {};
    } else if (const auto* made = std::get_if<sdk::PreparedMount>(&mount.source)) {
        const auto slot = prepared_.slots.find(made->slot.name);
        if (slot == prepared_.slots.end())
            return sdk::fail("nobody has filled the slot " + made->slot.name);
        Operation tree = operation(Code::tree_is_fd, base);
        tree.fd = slot->second.get();
        block_.add(part, tree);
    }
    MBX_TRY(const Operation set, attributes(mount, base));
    block_.add(part, set);
    return {};
}

sdk::Result<bool> TreeLowering::source_is_directory(const sdk::Mount& mount) {
    const auto* bind = std::get_if<sdk::Bind>(&mount.source);
    if (bind == nullptr)
        return true;

    struct stat status {};

    if (::stat(bind->path.c_str(), &status) < 0)
        return sdk::fail_errno(bind->path, errno);
    return S_ISDIR(status.st_mode);
}

bool TreeLowering::is_foreign(const std::string& path) const {
    const sdk::Mount* deepest = nullptr;
    for (const PlanStep& placed : plan_.steps) {
        const auto* mount = std::get_if<sdk::Mount>(&placed.step);
        if (mount == nullptr || placed.stage != sdk::Stage::assemble || mount->target == path ||
            !lies_in(path, mount->target))
            continue;
        if (deepest == nullptr || depth_of(mount->target) >= depth_of(deepest->target))
            deepest = mount;
    }
    if (deepest == nullptr)
        return false;
    return std::holds_alternative<sdk::PreparedMount>(deepest->source)
               ? deepest->flags.read_only
               : is_foreign_source(*deepest);
}

sdk::Result<void> TreeLowering::mount(const sdk::Mount& mount, std::uint16_t step, Part part) {
    const Operation base = base_of(step);
    MBX_CHECK(source(mount, base, part));
    const bool late_read_only =
        mount.flags.read_only && !is_foreign_source(mount) && part == Part::assemble;
    if (late_read_only) {
        Operation seal = operation(Code::root_attributes, base);
        seal.text = block_.text(mount.target);
        seal.a = MOUNT_ATTR_RDONLY;
        last_.push_back(seal);
    }
    if (mount.target == "/") {
        block_.add(part, operation(Code::set_root, base));
        leave_storage_out(mount, base);
        return {};
    }
    Operation attach = operation(Code::attach, base);
    attach.text = block_.text(mount.target);
    if (mount.target_may_miss)
        attach.flags |= child::flag_optional;
    if (!mount.by_user)
        for (const char* place : {"/proc", "/sys", "/dev"})
            if (lies_in(mount.target, place))
                attach.flags |= child::flag_no_links;
    if (!is_foreign(mount.target)) {
        MBX_TRY(const bool is_directory, source_is_directory(mount));
        if (part == Part::assemble)
            attach.flags |= is_directory ? child::flag_make_directory : child::flag_make_file;
        else
            directory({mount.target, 0755}, step);
    } else if (!mount.by_user) {
        Operation uncover = operation(Code::uncover, base);
        uncover.text = attach.text;
        block_.add(Part::assemble, uncover);
        if (has_foothold(plan_) && part != Part::assemble)
            hide_locked(attach.text, base);
    }
    block_.add(part, attach);
    leave_storage_out(mount, base);
    return {};
}

void TreeLowering::leave_storage_out(const sdk::Mount& mount, Operation base) {
    const auto* bind = std::get_if<sdk::Bind>(&mount.source);
    if (bind == nullptr || !bind->recursive || !lies_in(prepared_.staging, bind->path))
        return;
    const std::size_t above = bind->path == "/" ? 0 : bind->path.size();
    Operation uncover = operation(Code::uncover, base);
    uncover.text =
        block_.text((mount.target == "/" ? "" : mount.target) + prepared_.staging.substr(above));
    block_.add(Part::assemble, uncover);
}

void TreeLowering::directory(const sdk::Directory& directory, std::uint16_t step) {
    if (is_foreign(directory.path))
        return;
    Operation make = operation(Code::make_directory, base_of(step));
    make.text = block_.text(directory.path);
    make.a = directory.mode;
    block_.add(Part::assemble, make);
}

void TreeLowering::symlink(const sdk::Symlink& link, std::uint16_t step) {
    if (is_foreign(link.path))
        return;
    Operation make = operation(Code::make_link, base_of(step));
    make.text = block_.text(link.path);
    make.other = block_.text(link.to);
    block_.add(Part::assemble, make);
}

void TreeLowering::file(const sdk::File& file, std::uint16_t step) {
    Operation make =
        operation(is_foreign(file.path) ? Code::cover_file : Code::make_file, base_of(step));
    make.text = block_.text(file.path);
    make.other = block_.data(file.content.data(), file.content.size());
    make.length = static_cast<std::uint32_t>(file.content.size());
    make.a = file.mode;
    block_.add(Part::assemble, make);
}

void TreeLowering::device(const sdk::Device& device, std::uint16_t step) {
    if (has_foothold(plan_)) {
        host_device(device, step);
        return;
    }
    Operation make = operation(Code::make_device, base_of(step));
    make.text = block_.text(device.path);
    make.a = device.mode;
    make.b = makedev(device.major, device.minor);
    block_.add(Part::assemble, make);
}

void TreeLowering::finish() {
    for (const Operation& operation : last_)
        block_.add(Part::assemble, operation);
    last_.clear();
}

} // namespace microbox::core
