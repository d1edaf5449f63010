// SPDX-License-Identifier: MIT
// The check of owners and permissions from a file up to the root.
#include "core/plugin/trust.hpp"

#include "core/plugin/rights.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>

#include <sys/stat.h>

namespace microbox::core {

namespace {

/// What is wrong with one path; "" when nothing is.
std::string fault_of(const struct stat& status, const std::vector<uid_t>& owners) {
    if (std::find(owners.begin(), owners.end(), status.st_uid) == owners.end())
        return "belongs to user " + std::to_string(status.st_uid) +
               ", neither root nor the owner of this program";
    const bool sticky_folder = S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0;
    if (sticky_folder)
        return {};
    if ((status.st_mode & S_IWOTH) != 0)
        return "can be written by everybody";
    if ((status.st_mode & S_IWGRP) != 0)
        return "can be written by its group";
    return {};
}

sdk::Error not_trusted(const std::string& path, const std::string& fault) {
    return sdk::fail(path + " is not trusted: it " + fault, "chown root and chmod go-w " + path);
}

} // namespace

std::vector<uid_t> trusted_owners() {
    std::vector<uid_t> owners{0};

    struct stat status {};

    if (::stat("/proc/self/exe", &status) == 0 && status.st_uid != 0)
        owners.push_back(status.st_uid);
    return owners;
}

sdk::Result<std::string> trusted_path(const std::string& path, const std::vector<uid_t>& owners) {
    const std::unique_ptr<char, void (*)(void*)> canonical(::realpath(path.c_str(), nullptr),
                                                           ::free);
    if (!canonical)
        return sdk::fail_errno(path, errno);
    const std::string whole = canonical.get();
    for (std::string part = whole; !part.empty(); part.resize(part.rfind('/'))) {
        struct stat status {};

        if (::lstat(part.c_str(), &status) != 0)
            return sdk::fail_errno(part, errno);
        if (const std::string fault = fault_of(status, owners); !fault.empty())
            return not_trusted(part, fault);
    }
    return whole;
}

sdk::Result<std::string> trusted_file(const std::string& trusted_folder,
                                      const std::string& file,
                                      const std::vector<uid_t>& owners) {
    const std::string path = trusted_folder + "/" + file;

    struct stat status {};

    if (::lstat(path.c_str(), &status) != 0)
        return sdk::fail_errno(path, errno);
    if (S_ISLNK(status.st_mode))
        return trusted_path(path, owners);
    if (const std::string fault = fault_of(status, owners); !fault.empty())
        return not_trusted(path, fault);
    return path;
}

} // namespace microbox::core
