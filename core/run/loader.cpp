// SPDX-License-Identifier: MIT
#include "core/run/loader.hpp"

#include <microbox/sys/fd.hpp>

#include <algorithm>
#include <cstring>

#include <elf.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace microbox::core {

namespace {

sys::Fd open_inside(int root, const std::string& path, std::uint64_t flags) {
    open_how how{};
    how.flags = flags | O_CLOEXEC;
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    return sys::Fd(static_cast<int>(::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how)));
}

template <class T>
std::optional<T> at(std::string_view page, std::size_t offset) {
    if (offset > page.size() || page.size() - offset < sizeof(T))
        return std::nullopt;
    T value;
    std::memcpy(&value, page.data() + offset, sizeof value);
    return value;
}

std::optional<std::string> elf_loader(std::string_view page) {
    const auto header = at<Elf64_Ehdr>(page, 0);
    if (!header || header->e_phentsize != sizeof(Elf64_Phdr))
        return std::nullopt;
    for (std::size_t i = 0; i < header->e_phnum; ++i) {
        const auto segment = at<Elf64_Phdr>(page, header->e_phoff + i * sizeof(Elf64_Phdr));
        if (!segment)
            return std::nullopt;
        if (segment->p_type != PT_INTERP)
            continue;
        if (segment->p_offset >= page.size())
            return std::nullopt;
        const std::string_view rest = page.substr(segment->p_offset, segment->p_filesz);
        const std::size_t end = rest.find('\0');
        if (end == std::string_view::npos || end == 0)
            return std::nullopt;
        return std::string(rest.substr(0, end));
    }
    return std::nullopt;
}

} // namespace

std::optional<Loader> loader_of(std::string_view page) {
    if (page.substr(0, SELFMAG) == std::string_view(ELFMAG, SELFMAG)) {
        const auto path = elf_loader(page);
        return path ? std::optional<Loader>({"loader", *path}) : std::nullopt;
    }
    if (page.substr(0, 2) != "#!")
        return std::nullopt;
    std::string_view line = page.substr(2, page.find('\n') - 2);
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t'))
        line.remove_prefix(1);
    const std::string_view path = line.substr(0, line.find_first_of(" \t\r"));
    return path.empty() ? std::nullopt : std::optional<Loader>({"interpreter", std::string(path)});
}

std::optional<MissingLoader> missing_loader(const std::vector<std::string>& candidates,
                                            pid_t process) {
    const sys::Fd root(
        ::open(("/proc/" + std::to_string(process) + "/root").c_str(), O_PATH | O_CLOEXEC));
    if (!root)
        return std::nullopt;
    for (const std::string& program : candidates) {
        const sys::Fd file = open_inside(root.get(), program, O_RDONLY | O_NONBLOCK | O_NOCTTY);

        struct stat status {};

        if (!file || ::fstat(file.get(), &status) < 0 || !S_ISREG(status.st_mode))
            continue;
        char page[4096];
        const ssize_t got = ::read(file.get(), page, sizeof page);
        if (got <= 0)
            continue;
        const auto loader = loader_of({page, static_cast<std::size_t>(got)});
        if (loader && !open_inside(root.get(), loader->path, O_PATH))
            return MissingLoader{program, loader->kind, loader->path};
    }
    return std::nullopt;
}

} // namespace microbox::core
