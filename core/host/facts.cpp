// SPDX-License-Identifier: MIT
#include "core/host/facts.hpp"

#include "core/host/helper.hpp"

#include <microbox/sys/file.hpp>

#include <algorithm>
#include <cerrno>
#include <climits>

#include <dirent.h>
#include <sys/stat.h>
#include <sys/vfs.h>

namespace microbox::core {

namespace {

using sdk::FactQuery;
using sdk::PathFact;

constexpr std::size_t most_text = 256U << 10U;

PathFact::Type type_of(mode_t mode) {
    if (S_ISREG(mode))
        return PathFact::Type::file;
    if (S_ISDIR(mode))
        return PathFact::Type::directory;
    if (S_ISLNK(mode))
        return PathFact::Type::link;
    return S_ISCHR(mode) || S_ISBLK(mode) ? PathFact::Type::device : PathFact::Type::other;
}

void take_stat(const struct stat& status, PathFact& fact) {
    fact.exists = true;
    fact.type = type_of(status.st_mode);
    fact.uid = status.st_uid;
    fact.gid = status.st_gid;
    fact.mode = status.st_mode & 07777U;
    fact.device = status.st_rdev;
}

PathFact of_path(const std::string& path) {
    PathFact fact;

    struct stat status {};

    if (::stat(path.c_str(), &status) < 0) {
        fact.error_number = errno;
        return fact;
    }
    take_stat(status, fact);

    struct statfs filesystem {};

    if (::statfs(path.c_str(), &filesystem) == 0)
        fact.filesystem = static_cast<long>(filesystem.f_type);
    char resolved[PATH_MAX];
    if (::realpath(path.c_str(), resolved) != nullptr)
        fact.absolute = resolved;
    return fact;
}

PathFact of_link(const std::string& path) {
    PathFact fact;

    struct stat status {};

    if (::lstat(path.c_str(), &status) < 0) {
        fact.error_number = errno;
        return fact;
    }
    take_stat(status, fact);
    if (fact.type == PathFact::Type::link) {
        char target[PATH_MAX];
        const ssize_t got = ::readlink(path.c_str(), target, sizeof target);
        if (got > 0)
            fact.link.assign(target, static_cast<std::size_t>(got));
    }
    return fact;
}

PathFact of_text(const std::string& path) {
    PathFact fact;
    auto text = sys::read_file(path, most_text);
    if (!text) {
        fact.error_number = text.error().error_number;
        return fact;
    }
    fact.exists = true;
    fact.type = PathFact::Type::file;
    fact.text = std::move(*text);
    return fact;
}

PathFact of_directory(const std::string& path) {
    PathFact fact;
    DIR* const directory = ::opendir(path.c_str());
    if (directory == nullptr) {
        fact.error_number = errno;
        return fact;
    }
    fact.exists = true;
    fact.type = PathFact::Type::directory;
    errno = 0;
    while (const dirent* entry = ::readdir(directory)) {
        const std::string name = entry->d_name;
        if (name != "." && name != "..")
            fact.names.push_back(name);
        errno = 0;
    }
    fact.error_number = errno; // half a list is none
    ::closedir(directory);
    std::sort(fact.names.begin(), fact.names.end());
    return fact;
}

PathFact of_helper(const std::string& name) {
    const std::string found = find_helper(name);
    if (found.empty()) {
        PathFact fact;
        fact.error_number = ENOENT;
        return fact;
    }
    PathFact fact = of_path(found);
    fact.link = found;
    return fact;
}

PathFact answer(const FactQuery& query) {
    switch (query.kind) {
    case FactQuery::Kind::path:
        return of_path(query.subject);
    case FactQuery::Kind::link:
        return of_link(query.subject);
    case FactQuery::Kind::text:
        return of_text(query.subject);
    case FactQuery::Kind::directory:
        return of_directory(query.subject);
    case FactQuery::Kind::helper:
        return of_helper(query.subject);
    case FactQuery::Kind::kernel: {
        PathFact fact;
        fact.exists = kernel_has(query.subject);
        return fact;
    }
    }
    return {};
}

} // namespace

void look_up(const std::vector<FactQuery>& queries, sdk::Facts& facts) {
    for (const FactQuery& query : queries)
        if (!facts.has(query))
            facts.put(query, answer(query));
}

sdk::Result<void> find_out(const std::vector<FactQuery>& queries, sdk::Facts& facts) {
    look_up(queries, facts);
    for (const FactQuery& query : queries) {
        const int error = facts.get(query.kind, query.subject).error_number;
        if (error == EMFILE || error == ENFILE || error == ENOMEM || error == EIO || error == EINTR)
            return sdk::fail_errno("look at " + query.subject, error);
    }
    return {};
}

} // namespace microbox::core
