// SPDX-License-Identifier: MIT
// Stages and steps in words, the same in plan, error messages and JSON.
#include "core/plan/plan.hpp"

#include <type_traits>

namespace microbox::core {

namespace {

const char* flag_words(const sdk::MountFlags& flags) {
    if (flags.read_only)
        return flags.no_suid && flags.no_dev ? " (read-only, nosuid, nodev)" : " (read-only)";
    return flags.no_suid && flags.no_dev ? " (nosuid, nodev)" : "";
}

struct SourceWords {
    std::string operator()(const sdk::Bind& bind) const { return "bind of " + bind.path; }

    std::string operator()(const sdk::StorageDirectory& dir) const {
        return "storage directory " + dir.name;
    }

    std::string operator()(const sdk::Overlay& overlay) const {
        return "overlay of " + overlay.lower;
    }

    std::string operator()(const sdk::NewFilesystem& fs) const { return "new " + fs.type; }

    std::string operator()(const sdk::PreparedMount& mount) const {
        return "prepared mount {" + mount.slot.name + "}" +
               (mount.lower.empty() ? "" : " over " + mount.lower);
    }
};

struct StepWords {
    std::pair<const char*, std::string> operator()(const sdk::Mount& s) const {
        return {"mount",
                std::visit(SourceWords{}, s.source) + " on " + s.target + flag_words(s.flags)};
    }

    std::pair<const char*, std::string> operator()(const sdk::Directory& s) const {
        return {"directory", s.path};
    }

    std::pair<const char*, std::string> operator()(const sdk::Symlink& s) const {
        return {"symlink", s.path + " -> " + s.to};
    }

    std::pair<const char*, std::string> operator()(const sdk::File& s) const {
        return {"file", s.path + ", " + std::to_string(s.content.size()) + " bytes"};
    }

    std::pair<const char*, std::string> operator()(const sdk::Device& s) const {
        return {"device", s.path + " " + std::to_string(s.major) + ":" + std::to_string(s.minor)};
    }

    std::pair<const char*, std::string> operator()(const sdk::Mask& s) const {
        return {"mask", s.path};
    }

    std::pair<const char*, std::string> operator()(const sdk::ReadOnly& s) const {
        return {"read-only", s.path};
    }

    std::pair<const char*, std::string> operator()(const sdk::PivotRoot&) const {
        return {"pivot-root", "into the new root, the old one dropped"};
    }

    std::pair<const char*, std::string> operator()(const sdk::Hostname& s) const {
        return {"hostname", s.name};
    }

    std::pair<const char*, std::string> operator()(const sdk::LinkUp& s) const {
        return {"link-up", s.interface};
    }

    std::pair<const char*, std::string> operator()(const sdk::Rlimit& s) const {
        const auto word = [](std::uint64_t v) {
            return v == UINT64_MAX ? std::string("unlimited") : std::to_string(v);
        };
        return {"rlimit",
                "resource " + std::to_string(s.resource) + " soft " + word(s.soft) + " hard " +
                    word(s.hard)};
    }

    std::pair<const char*, std::string> operator()(const sdk::Sysctl& s) const {
        return {"sysctl", s.name + " = " + s.value};
    }

    std::pair<const char*, std::string> operator()(const sdk::WriteDescriptor& s) const {
        return {"write", "'" + s.content + "' into {" + s.slot.name + "}"};
    }

    std::pair<const char*, std::string> operator()(const sdk::JoinNamespace& s) const {
        return {"join-namespace", "{" + s.slot.name + "}"};
    }

    std::pair<const char*, std::string> operator()(const sdk::Unshare& s) const {
        return {"unshare", std::to_string(s.types)};
    }

    std::pair<const char*, std::string> operator()(const sdk::Ids& s) const {
        return {"ids", std::to_string(s.user) + ":" + std::to_string(s.group)};
    }

    std::pair<const char*, std::string> operator()(const sdk::Capabilities& s) const {
        static const char* digits = "0123456789abcdef";
        std::string hex;
        for (int shift = 60; shift >= 0; shift -= 4)
            hex += digits[(s.keep >> static_cast<unsigned>(shift)) & 15U];
        return {"capabilities", "keep 0x" + hex};
    }

    std::pair<const char*, std::string> operator()(const sdk::Prctl& s) const {
        return {"prctl", std::to_string(s.option)};
    }

    std::pair<const char*, std::string> operator()(const sdk::SelfAttribute& s) const {
        return {"self-attribute", s.name + " = " + s.value};
    }

    std::pair<const char*, std::string> operator()(const sdk::LandlockRestrict& s) const {
        return {"landlock", "{" + s.ruleset.name + "}"};
    }

    std::pair<const char*, std::string> operator()(const sdk::Filter& s) const {
        return {"filter",
                std::to_string(s.program ? s.program->size() : 0) + " instructions of seccomp" +
                    (s.listens ? ", what they refuse is answered by the plugin" : "")};
    }
};

} // namespace

const char* to_word(sdk::Stage stage) {
    switch (stage) {
    case sdk::Stage::enter:
        return "enter";
    case sdk::Stage::assemble:
        return "assemble";
    case sdk::Stage::inside:
        return "inside";
    case sdk::Stage::limits:
        return "limits";
    case sdk::Stage::identity:
        return "identity";
    case sdk::Stage::seal:
        return "seal";
    case sdk::Stage::filter:
        return "filter";
    }
    return "?";
}

std::string step_kind(const sdk::Step& step) {
    return std::visit(StepWords{}, step).first;
}

std::string describe(const sdk::Step& step) {
    return std::visit(StepWords{}, step).second;
}

} // namespace microbox::core
