// SPDX-License-Identifier: MIT
#include "layers.hpp"

#include "mount_calls.hpp"

#include <linux/openat2.h>
#include <sys/stat.h>

namespace fs_rootfs {

using namespace microbox::sdk;

namespace {

constexpr std::uint64_t bytes_per_inode = 4096; // as the core counts for the run's storage

Result<sys::Fd> memory_with_directories(std::uint64_t bytes) {
    MBX_TRY(sys::Fd memory,
            new_filesystem("tmpfs",
                           {{"size", std::to_string(bytes)},
                            {"nr_inodes", std::to_string(bytes / bytes_per_inode)},
                            {"mode", "0700"},
                            {"inode64", ""}})); // numbers that do not come again
    for (const auto& [name, mode] :
         {std::pair<const char*, mode_t>{"lower", 0700}, {"upper", 0755}, {"work", 0700}})
        if (::mkdirat(memory.get(), name, mode) < 0 || ::fchmodat(memory.get(), name, mode, 0) < 0)
            return fail_errno(std::string("make the directory ") + name, errno);
    return memory;
}

/// The directory as it was planned: a link on its path now was put there since.
Result<sys::Fd> read_only_tree(const std::string& directory) {
    open_how how{};
    how.flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
    how.resolve = RESOLVE_NO_SYMLINKS;
    const sys::Fd opened(
        static_cast<int>(::syscall(SYS_openat2, AT_FDCWD, directory.c_str(), &how, sizeof how)));
    if (!opened)
        return fail_errno("open " + directory, errno);
    sys::Fd tree(static_cast<int>(::syscall(
        SYS_open_tree, opened.get(), "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH)));
    if (!tree || !set_read_only(tree.get(), false))
        return fail_errno("take a read-only mount of " + directory, errno);
    return tree;
}

} // namespace

Result<Layers> make_layers(const std::string& directory, std::uint64_t bytes) {
    MBX_TRY(sys::Fd memory, memory_with_directories(bytes));
    MBX_TRY(sys::Fd lower, read_only_tree(directory));
    return Layers{std::move(memory), std::move(lower)};
}

} // namespace fs_rootfs
