// SPDX-License-Identifier: MIT
// RunRequest: the command line, the profile and the configuration after parsing; options still as
// text.
#pragma once

#include "core/host/caller.hpp"
#include "core/terminal/streams.hpp"

#include <microbox/sdk/request.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace microbox::core {

/// --mount-ro, --mount-rw, -v, --tmpfs after their grammar was checked; paths not yet looked up.
struct UserMount {
    enum class Kind { bind, tmpfs };
    Kind kind = Kind::bind;
    std::string host;        ///< absolute (made so with the caller's directory)
    std::string destination; ///< absolute, normalised (no "//", ".", "..")
    bool read_only = false;
    bool owner = false; ///< ":owner": the owner of HOST is root inside even when that is host root
    std::optional<std::uint64_t> bytes; ///< --tmpfs PATH:SIZE
    std::string source;                 ///< "--mount-rw /a:/b"
};

struct RunRequest {
    Caller caller;
    sdk::Given filesystem; ///< value of --fs
    sdk::Given network;    ///< value of --net
    std::vector<std::string> command;
    std::vector<UserMount> mounts;
    std::vector<std::string> environment; ///< final "K=V" list, defaults included
    std::string search_path;              ///< PATH of the sandbox
    std::string hostname;                 ///< "" : to be generated
    std::string directory = "/";
    unsigned user = 0;
    unsigned group = 0;
    bool read_only_root = false;
    bool unmasked = false;        ///< --unmask
    bool explain_denials = false; ///< --explain-denials
    bool isolated_ids = true;
    bool init = true;
    bool verify = false;           ///< --verify
    bool promises = false;         ///< the plugins are asked for theirs
    Streams terminal = no_streams; ///< standard streams that become the sandbox's own terminal
    std::string report_file;       ///< "" none; "-" is not special
    std::string trace_file;
    /// The plugins' options that were given, and their defaults, by name.
    std::map<std::string, std::vector<sdk::Given>, std::less<>> options;
    /// Plugins that must take part, or the run is refused ("require" of the configuration).
    std::vector<std::string> required_plugins;
};

} // namespace microbox::core
