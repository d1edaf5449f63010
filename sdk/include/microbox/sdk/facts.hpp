// SPDX-License-Identifier: MIT
// Facts: what a plugin may know of the host while it plans. It names them in ask(), the core looks
// each up once, so that planning stays a function of (Request, Facts).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace microbox::sdk {

/// One question about the host.
struct FactQuery {
    enum class Kind {
        path,      ///< stat of a path, links followed: PathFact
        link,      ///< stat of a path, last link not followed; PathFact::link has its target
        text,      ///< the first 256 KiB of a file: PathFact::text
        directory, ///< the names in a directory, sorted: PathFact::names
        kernel,    ///< a feature by name, e.g. "idmapped-mounts": PathFact::exists
        helper,    ///< a program on the caller's PATH: PathFact::exists, link = where
    };
    Kind kind = Kind::path;
    std::string subject;

    auto operator<=>(const FactQuery&) const = default;
};

/// The answer. For a path that cannot be read error_number says why and the rest is empty.
struct PathFact {
    enum class Type { none, file, directory, link, device, other };
    bool exists = false;
    int error_number = 0; ///< ENOENT, EACCES, ... 0 when it exists
    Type type = Type::none;
    std::string absolute;  ///< canonical path on the host (Kind::path)
    std::uint32_t uid = 0; ///< owner on the host
    std::uint32_t gid = 0;
    std::uint32_t mode = 0;         ///< permission bits
    std::uint64_t device = 0;       ///< st_rdev of a device
    long filesystem = 0;            ///< f_type of statfs(2), for Kind::path
    std::string link;               ///< target of a link; path of a helper
    std::string text;               ///< Kind::text
    std::vector<std::string> names; ///< Kind::directory
};

/// Answers by question. A question that was not asked has an answer that does not exist.
class Facts {
public:
    void put(FactQuery query, PathFact fact) { answers_[std::move(query)] = std::move(fact); }

    [[nodiscard]] bool has(const FactQuery& query) const { return answers_.contains(query); }

    [[nodiscard]] const PathFact& get(FactQuery::Kind kind, std::string_view subject) const {
        static const PathFact none;
        const auto found = answers_.find(FactQuery{kind, std::string(subject)});
        return found == answers_.end() ? none : found->second;
    }

    [[nodiscard]] const PathFact& path(std::string_view s) const {
        return get(FactQuery::Kind::path, s);
    }

    [[nodiscard]] const PathFact& link(std::string_view s) const {
        return get(FactQuery::Kind::link, s);
    }

    [[nodiscard]] const std::string& text(std::string_view s) const {
        return get(FactQuery::Kind::text, s).text;
    }

    [[nodiscard]] const std::vector<std::string>& directory(std::string_view s) const {
        return get(FactQuery::Kind::directory, s).names;
    }

    [[nodiscard]] bool kernel(std::string_view feature) const {
        return get(FactQuery::Kind::kernel, feature).exists;
    }

private:
    std::map<FactQuery, PathFact> answers_;
};

} // namespace microbox::sdk
