// SPDX-License-Identifier: MIT
// Reads /proc/PID/status and smaps_rollup of a sandbox through its own proc file system: the cost
// grows with the sandbox and not with the host, and nobody leaves a pid namespace.
#include "processes.hpp"

#include "mounts.hpp"

#include <microbox/sys/file.hpp>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <string>

#include <dirent.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace microbox::limit_cgroup {

namespace {

bool is_of(const sys::Fd& file, long magic) {
    struct statfs filesystem {};

    return ::fstatfs(file.get(), &filesystem) == 0 && static_cast<long>(filesystem.f_type) == magic;
}

std::string text_of(int proc, pid_t pid, const char* file) {
    constexpr std::size_t most = 16384;
    auto text = sys::read_file_at(proc, std::to_string(pid) + "/" + file, most);
    return text.ok() ? std::move(*text) : std::string();
}

std::uint64_t number_after(std::string_view text, std::string_view key) {
    // At the beginning of a line: "Threads:" is also the end of other words.
    const std::string wanted = "\n" + std::string(key) + ":";
    const auto at = text.find(wanted);
    if (at == std::string_view::npos)
        return 0;
    text.remove_prefix(at + wanted.size());
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

dev_t device_of(const sys::Fd& file) {
    struct stat status {};

    return ::fstat(file.get(), &status) == 0 ? status.st_dev : 0;
}

} // namespace

std::uint64_t kilobytes_in(std::string_view text, std::string_view key) {
    return number_after(text, key) * 1024U;
}

ProcessUsage usage_in(std::string_view status) {
    // A kernel thread and a zombie have no memory, and no such lines.
    return {kilobytes_in(status, "VmRSS"),
            kilobytes_in(status, "VmSwap"),
            number_after(status, "Threads")};
}

sdk::Result<void> Processes::open(pid_t init) {
    const std::string root = "/proc/" + std::to_string(init) + "/root";
    MBX_TRY(proc_, sys::open(root + "/proc", O_RDONLY | O_DIRECTORY));
    if (!is_of(proc_, PROC_SUPER_MAGIC))
        return sdk::fail("the sandbox's /proc is none, so its processes cannot be counted");
    std::vector<dev_t> known;
    for (const char* hosts : {"/", "/tmp", "/dev/shm"})
        if (auto file = sys::open(hosts, O_PATH); file.ok())
            known.push_back(device_of(*file));
    for (const char* place : {"/", "/tmp", "/dev/shm"}) {
        auto file = sys::open(root + place, O_PATH);
        if (!file.ok() || !is_of(*file, TMPFS_MAGIC))
            continue;
        const dev_t device = device_of(*file);
        if (std::find(known.begin(), known.end(), device) != known.end())
            continue;
        known.push_back(device);
        stores_.push_back(std::move(*file));
    }
    return {};
}

std::vector<pid_t> Processes::list() const {
    std::vector<pid_t> pids;
    // A directory stream of its own each time: its place is not ours to keep.
    const int again = ::openat(proc_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* const directory = again < 0 ? nullptr : ::fdopendir(again);
    if (directory == nullptr) {
        if (again >= 0)
            ::close(again);
        return pids;
    }
    while (const dirent* entry = ::readdir(directory)) {
        const std::string_view name = entry->d_name;
        pid_t pid = 0;
        const auto parsed = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (parsed.ec == std::errc{} && parsed.ptr == name.data() + name.size())
            pids.push_back(pid);
    }
    ::closedir(directory);
    return pids;
}

std::uint64_t Processes::stored_bytes() const {
    std::uint64_t bytes = 0;
    for (const sys::Fd& store : stores_) {
        struct statfs filesystem {};

        if (::fstatfs(store.get(), &filesystem) == 0)
            bytes += static_cast<std::uint64_t>(filesystem.f_blocks - filesystem.f_bfree) *
                     static_cast<std::uint64_t>(filesystem.f_bsize);
    }
    return bytes;
}

std::uint64_t Processes::exact_memory(const std::vector<pid_t>& pids, std::uint64_t stored) const {
    std::uint64_t own = 0;
    std::uint64_t shared = 0;
    for (const pid_t pid : pids) {
        const std::string text = text_of(proc_.get(), pid, "smaps_rollup");
        own += kilobytes_in(text, "Pss_Anon") + kilobytes_in(text, "SwapPss");
        shared += kilobytes_in(text, "Pss_Shmem");
    }
    // A file of the storage that is mapped is in both: the larger one is certain.
    return own + std::max(shared, stored);
}

Usage Processes::look(std::uint64_t memory_limit) const {
    Usage usage;
    const auto pids = list();
    usage.memory_bytes = stored_bytes();
    const std::uint64_t stored = usage.memory_bytes;
    for (const pid_t pid : pids) {
        const ProcessUsage one = usage_in(text_of(proc_.get(), pid, "status"));
        usage.memory_bytes += one.resident + one.swapped;
        usage.tasks += one.threads;
    }
    if (usage.memory_bytes > memory_limit)
        usage.memory_bytes = exact_memory(pids, stored);
    return usage;
}

} // namespace microbox::limit_cgroup
