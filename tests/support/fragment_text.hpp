// SPDX-License-Identifier: MIT
// A fragment as text, one line for each thing it says, for comparison with what is expected.
#pragma once

#include <microbox/sdk/plan.hpp>

#include <array>
#include <sstream>
#include <string>
#include <variant>

namespace microbox::tests {

namespace detail {

inline std::string octal(std::uint32_t mode) {
    std::ostringstream out;
    out << '0' << std::oct << mode;
    return out.str();
}

inline std::string quoted(std::string text) {
    std::string out = "\"";
    for (const char c : text)
        out += c == '\n' ? std::string("\\n") : std::string(1, c);
    return out + "\"";
}

inline std::string to_text(sdk::Ownership ownership) {
    switch (ownership) {
    case sdk::Ownership::as_is:
        return "as-is";
    case sdk::Ownership::keep:
        return "keep";
    case sdk::Ownership::owner_is_root:
        return "owner-is-root";
    }
    return "?";
}

inline std::string to_text(const sdk::MountFlags& flags) {
    std::string text = flags.read_only ? "ro" : "rw";
    text += flags.no_suid ? ",nosuid" : "";
    text += flags.no_dev ? ",nodev" : "";
    text += flags.no_exec ? ",noexec" : "";
    return text;
}

struct SourceText {
    std::string operator()(const sdk::Bind& s) const {
        return "bind " + s.path + (s.recursive ? " recursive " : " single ") + to_text(s.ownership);
    }

    std::string operator()(const sdk::StorageDirectory& s) const {
        return "storage " + s.name + " " + octal(s.mode);
    }

    std::string operator()(const sdk::Overlay& s) const {
        return "overlay " + s.lower + " " + to_text(s.ownership);
    }

    std::string operator()(const sdk::NewFilesystem& s) const { return "new " + s.type; }

    std::string operator()(const sdk::PreparedMount& s) const {
        return "prepared " + s.slot.name + (s.lower.empty() ? "" : " over " + s.lower);
    }
};

/// Kinds that no test has needed yet print as their index and show up as a difference.
struct StepText {
    std::string operator()(const sdk::Mount& s) const {
        return "mount " + s.target + " = " + std::visit(SourceText{}, s.source) + " " +
               to_text(s.flags);
    }

    std::string operator()(const sdk::Directory& s) const {
        return "directory " + s.path + " " + octal(s.mode);
    }

    std::string operator()(const sdk::Symlink& s) const {
        return "symlink " + s.path + " -> " + s.to;
    }

    std::string operator()(const sdk::File& s) const {
        return "file " + s.path + " " + octal(s.mode) + " " + quoted(s.content);
    }

    std::string operator()(const sdk::Mask& s) const { return "mask " + s.path; }

    std::string operator()(const sdk::LinkUp& s) const { return "link-up " + s.interface; }

    std::string operator()(const sdk::Sysctl& s) const {
        return "sysctl " + s.name + " = " + s.value;
    }

    template <class Other>
    std::string operator()(const Other&) const {
        return "step without a text";
    }
};

inline std::string to_text(sdk::Stage stage) {
    constexpr std::array words = {
        "enter", "assemble", "inside", "limits", "identity", "seal", "filter"};
    return words.at(static_cast<std::size_t>(stage));
}

inline std::string to_text(sdk::Notice::Kind kind) {
    constexpr std::array words = {"weakened", "warning", "info"};
    return words.at(static_cast<std::size_t>(kind));
}

} // namespace detail

/// "assemble: mount / = storage root 0755 rw,nosuid,nodev [default]", and so on.
[[nodiscard]] inline std::string fragment_text(const sdk::Fragment& fragment) {
    std::string text;
    for (const std::string& claim : fragment.claims)
        text += "claim: " + claim + "\n";
    if (fragment.own_network)
        text += std::string("network: ") + (*fragment.own_network ? "own" : "host's") + "\n";
    if (fragment.storage)
        text += "storage: " + std::to_string(fragment.storage->bytes) + " bytes [" +
                fragment.storage->source + "]\n";
    for (const sdk::PlacedStep& placed : fragment.steps)
        text += detail::to_text(placed.stage) + ": " + std::visit(detail::StepText{}, placed.step) +
                " [" + placed.source + "]\n";
    for (const sdk::Notice& notice : fragment.notices)
        text += detail::to_text(notice.kind) + ": " + notice.text + "\n";
    return text;
}

} // namespace microbox::tests
