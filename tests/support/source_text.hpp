// SPDX-License-Identifier: MIT
// C++ sources as tests see them that hold rules over the code: without comments, literals,
// includes.
#pragma once

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace microbox::tests {

/// A stretch of a source file of one kind.
struct SourcePiece {
    enum class Kind { code, comment, literal };
    Kind kind = Kind::code;
    std::string text; ///< a literal's text has its quotes
};

namespace detail {

inline bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Where the literal that begins at `at` ends (one past it). Knows raw strings and escapes.
inline std::size_t literal_end(std::string_view source, std::size_t at, bool raw) {
    if (raw) {
        const std::size_t open = std::min(source.find('(', at), source.size());
        const std::string close = ")" + std::string(source.substr(at + 1, open - at - 1)) + "\"";
        const std::size_t found = source.find(close, open);
        return found == std::string_view::npos ? source.size() : found + close.size();
    }
    const char quote = source[at];
    std::size_t end = at + 1;
    while (end < source.size() && source[end] != quote && source[end] != '\n')
        end += source[end] == '\\' ? 2 : 1;
    return std::min(end + 1, source.size());
}

} // namespace detail

[[nodiscard]] inline std::vector<SourcePiece> pieces_of(std::string_view source) {
    using Kind = SourcePiece::Kind;
    std::vector<SourcePiece> pieces;
    std::size_t begin = 0;
    std::size_t at = 0;
    const auto take = [&](Kind kind, std::size_t end) {
        if (at > begin)
            pieces.push_back({Kind::code, std::string(source.substr(begin, at - begin))});
        pieces.push_back({kind, std::string(source.substr(at, end - at))});
        begin = at = end;
    };
    while (at < source.size()) {
        const std::string_view two = source.substr(at, 2);
        const bool after_word = at > begin && detail::is_word(source[at - 1]);
        if (two == "//") {
            take(Kind::comment, std::min(source.find('\n', at), source.size()));
        } else if (two == "/*") {
            const std::size_t end = source.find("*/", at + 2);
            take(Kind::comment, end == std::string_view::npos ? source.size() : end + 2);
        } else if (source[at] == '"') {
            take(Kind::literal,
                 detail::literal_end(source, at, after_word && source[at - 1] == 'R'));
        } else if (source[at] == '\'' && !after_word) { // after a digit it separates thousands
            take(Kind::literal, detail::literal_end(source, at, false));
        } else {
            ++at;
        }
    }
    if (at > begin)
        pieces.push_back({Kind::code, std::string(source.substr(begin))});
    return pieces;
}

/// The code without comments and without the blanks that mean nothing: formatting does not change
/// it.
[[nodiscard]] inline std::string bare_code(std::string_view source) {
    std::string bare;
    bool blank = false;
    for (const SourcePiece& piece : pieces_of(source)) {
        if (piece.kind == SourcePiece::Kind::literal)
            bare += piece.text;
        if (piece.kind == SourcePiece::Kind::comment)
            blank = true;
        if (piece.kind != SourcePiece::Kind::code)
            continue;
        for (const char c : piece.text) {
            if (std::isspace(static_cast<unsigned char>(c)) != 0 || c == '\\') {
                blank = true;
                continue;
            }
            if (blank && !bare.empty() && detail::is_word(bare.back()) && detail::is_word(c))
                bare += ' ';
            blank = false;
            bare += c;
        }
    }
    return bare;
}

/// String literals without their quotes, includes left out.
[[nodiscard]] inline std::vector<std::string> string_literals(std::string_view source) {
    std::vector<std::string> literals;
    std::string before;
    for (const SourcePiece& piece : pieces_of(source)) {
        const bool included = before.size() >= 8 &&
                              before.find("#include", before.rfind('\n') + 1) != std::string::npos;
        if (piece.kind == SourcePiece::Kind::literal && piece.text.front() == '"' && !included)
            literals.push_back(piece.text.substr(1, piece.text.size() - 2));
        before = piece.kind == SourcePiece::Kind::code ? piece.text : std::string();
    }
    return literals;
}

/// One #include: the path and how it is spelled.
struct Include {
    std::string path;
    bool quoted = false;
};

[[nodiscard]] inline std::vector<Include> includes_of(std::string_view source) {
    std::vector<Include> includes;
    std::istringstream lines{std::string(source)};
    for (std::string line; std::getline(lines, line);) {
        const std::size_t hash = line.find_first_not_of(" \t");
        if (hash == std::string::npos || line[hash] != '#')
            continue;
        const std::size_t word = line.find_first_not_of(" \t", hash + 1);
        if (word == std::string::npos || line.compare(word, 7, "include") != 0)
            continue;
        const std::size_t open = line.find_first_of("<\"", word);
        if (open == std::string::npos)
            continue;
        const bool quoted = line[open] == '"';
        const std::size_t close = line.find(quoted ? '"' : '>', open + 1);
        includes.push_back({line.substr(open + 1, close - open - 1), quoted});
    }
    return includes;
}

[[nodiscard]] inline std::string read_source(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// All C and C++ files below a folder, sorted; none when it is not there.
[[nodiscard]] inline std::vector<std::filesystem::path>
sources_below(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> found;
    if (!std::filesystem::is_directory(folder))
        return found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        const std::string extension = entry.path().extension().string();
        if (extension == ".hpp" || extension == ".cpp" || extension == ".h" || extension == ".c")
            found.push_back(entry.path());
    }
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace microbox::tests
