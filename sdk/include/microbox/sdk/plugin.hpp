// SPDX-License-Identifier: MIT
// The door and the room: one exported C datum that is checked before any C++ type crosses, and
// behind it the C++ interfaces that a plugin implements.
#pragma once

#include <microbox/sdk/abi.hpp>
#include <microbox/sdk/facts.hpp>
#include <microbox/sdk/option.hpp>
#include <microbox/sdk/plan.hpp>
#include <microbox/sdk/promise.hpp>
#include <microbox/sdk/request.hpp>
#include <microbox/sdk/result.hpp>
#include <microbox/sdk/session.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

extern "C" {

/// What lies behind a mode's argument on the host, for accepts().
enum MbxArgumentKind { MBX_ARGUMENT_NONE = 0, MBX_ARGUMENT_DIRECTORY = 1, MBX_ARGUMENT_FILE = 2 };

/// The one export of a plugin, named `microbox_plugin`. Static storage.
struct MbxDescriptor {
    std::uint32_t size;       ///< sizeof(MbxDescriptor) of the plugin
    std::uint32_t abi;        ///< MICROBOX_SDK_ABI of the plugin
    const char* toolchain;    ///< MICROBOX_TOOLCHAIN of the plugin: the C++ library's ABI
    const char* name;         ///< "fs-tmpfs": the file's name without .so
    const char* role;         ///< "filesystem", "network", "limit", "security"
    const char* summary;      ///< one line, lower case
    const char* version;      ///< of the plugin: "0.1.0"
    const MbxOption* options; ///< option_count of them
    std::size_t option_count;
    /// Modes only, may be NULL: takes a value that is no mode's name (`--fs ./dir`). [pure]
    int (*accepts)(const char* value, int argument_kind);
    void* (*create)(void);         ///< a microbox::sdk::Plugin*, or NULL when there is no memory
    void (*destroy)(void* plugin); ///< called once for each create, in reverse order
};
}

namespace microbox::sdk {

/// Something a plugin needs of the host. One list feeds doctor, the error of a refused run, the
/// docs.
struct Requirement {
    std::string need;                      ///< "cgroup controller memory"
    FactQuery fact;                        ///< looked up for met()
    std::function<bool(const Facts&)> met; ///< [pure]
    std::string remedy;                    ///< what to do when it is not met
    bool required = true;                  ///< false: something works less well
};

/// What cleanup() works on: the journal's entries of one run and this plugin, newest first.
struct Leftovers {
    std::string run_id;
    std::vector<std::string> entries;
};

/// Something that a look at the host has shown, for doctor.
struct Finding {
    std::string need; ///< "forwarding from the sandboxes is not filtered by others"
    bool met = false;
    std::string remedy;   ///< when it is not met: the exact thing to do
    bool required = true; ///< false: something works less well
};

/// One instance lives for one run; the phases are called in this order. Every default does nothing.
/// What a plugin throws is caught by the core and becomes an error with its name and the phase.
class Plugin {
public:
    Plugin() = default;
    Plugin(const Plugin&) = delete;
    Plugin& operator=(const Plugin&) = delete;
    virtual ~Plugin() = default;

    /// What this host must have. [pure]
    [[nodiscard]] virtual std::vector<Requirement> requirements() { return {}; }

    /// What facts cannot tell of this host (the rules of somebody's firewall). Reads, and changes
    /// nothing. [parent]
    [[nodiscard]] virtual std::vector<Finding> examine() { return {}; }

    /// The facts that plan() needs; asked again with the answers so far until it asks nothing new,
    /// at most four times. [pure]
    [[nodiscard]] virtual std::vector<FactQuery> ask(const Request&, const Facts&) { return {}; }

    /// Request and facts in, steps out. Same input, same output; no kernel state, no files, no
    /// clock, no environment. Errors: the user's, naming the option's source and value. [pure]
    [[nodiscard]] virtual Result<Fragment> plan(const Request&, const Facts&) = 0;

    /// What `microbox verify` may test of what plan() has planned with the same request and facts.
    /// Asked for by that verb alone. [pure]
    [[nodiscard]] virtual std::vector<Promise> promises(const Request&, const Facts&) { return {}; }

    /// Takes what the run needs, journal entry first; fills the slots. [parent]
    [[nodiscard]] virtual Result<void> prepare(Session&) { return {}; }

    /// The child exists in its namespaces and waits. [parent]
    [[nodiscard]] virtual Result<void> attach(Session&) { return {}; }

    /// The sandbox is set up, the command not yet executed: compare the kernel's account with the
    /// plan. An error ends the run before its first instruction. [parent]
    [[nodiscard]] virtual Result<void> verify(Session&) { return {}; }

    /// The command starts now: register what should be watched. [parent]
    [[nodiscard]] virtual Result<void> running(Session&) { return {}; }

    /// All processes of the sandbox are gone. [parent]
    virtual void exited(Session&, Report&) {}

    /// Releases what the journal names, in reverse; bears entries that never came to be, and being
    /// called twice. Must not use anything remembered: after a crash another process calls it.
    /// Errors are logged, and keep the journal for the next try. [cleanup]
    [[nodiscard]] virtual Result<void> cleanup(const Leftovers&, Log&) { return {}; }

    /// Releases what runs have shared (Session::share), from its entries alone, newest first. No
    /// run uses it, and none can begin to meanwhile. Errors keep the entries. [cleanup]
    [[nodiscard]] virtual Result<void> release_shared(const std::vector<std::string>&, Log&) {
        return {};
    }
};

/// Where the root comes from. Plans a Mount on "/", claims "root".
class FilesystemMode : public Plugin {};

/// Whom the sandbox can talk to. Sets Fragment::own_network, claims "network".
class NetworkMode : public Plugin {};

/// Holds limits: claims "limit.WORD" for each.
class LimitEnforcer : public Plugin {};

/// Takes rights away: claims "security.WORD".
class SecurityLayer : public Plugin {};

} // namespace microbox::sdk

/// Exports a plugin: MBX_PLUGIN(FsTmpfs, "fs-tmpfs", "filesystem", "an empty root in memory",
/// "0.1.0", options_array, accepts_or_nullptr). The array may have one element with a NULL name for
/// "none".
#define MBX_PLUGIN(                                                                                \
    type, plugin_name, plugin_role, plugin_summary, plugin_version, options_, accepts_)            \
    extern "C" __attribute__((visibility("default"))) const MbxDescriptor microbox_plugin;         \
    const MbxDescriptor microbox_plugin = {                                                        \
        sizeof(MbxDescriptor),                                                                     \
        MICROBOX_SDK_ABI,                                                                          \
        MICROBOX_TOOLCHAIN,                                                                        \
        plugin_name,                                                                               \
        plugin_role,                                                                               \
        plugin_summary,                                                                            \
        plugin_version,                                                                            \
        options_,                                                                                  \
        (options_)[0].name == nullptr ? 0 : sizeof(options_) / sizeof((options_)[0]),              \
        accepts_,                                                                                  \
        []() noexcept -> void* {                                                                   \
            try {                                                                                  \
                return static_cast<microbox::sdk::Plugin*>(std::make_unique<type>().release());    \
            } catch (...) {                                                                        \
                return nullptr;                                                                    \
            }                                                                                      \
        },                                                                                         \
        [](void* plugin) noexcept { delete static_cast<microbox::sdk::Plugin*>(plugin); }}
