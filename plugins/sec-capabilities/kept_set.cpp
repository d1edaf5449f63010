// SPDX-License-Identifier: MIT
// The arithmetic of the kept set, and what is said about capabilities that weaken the sandbox.
#include "kept_set.hpp"

#include "names.hpp"

#include <microbox/sdk/units.hpp>

#include <algorithm>

#include <linux/capability.h>

namespace microbox::sec_capabilities {

namespace {

constexpr std::uint64_t bit(unsigned number) {
    return std::uint64_t{1} << number;
}

struct Danger {
    unsigned number;
    const char* words;
};

constexpr Danger dangers[] = {
    {CAP_SYS_ADMIN, "mounts, namespaces and much of the kernel's rarely used code can be reached"},
    {CAP_SYS_PTRACE, "processes of other users of the sandbox can be read and changed"},
    {CAP_SYS_MODULE, "kernel modules can be loaded"},
    {CAP_DAC_READ_SEARCH, "every file can be read, whatever its permissions"},
    {CAP_NET_ADMIN, "interfaces, routes and packet filters can be changed"},
    {CAP_NET_RAW, "packets can be forged and those of others be read"},
    {CAP_SYS_RAWIO, "ports and memory of devices can be reached"},
    {CAP_BPF, "programs can be loaded into the kernel"},
    {CAP_PERFMON, "performance counters show what other processes do"},
    {CAP_MKNOD, "device files can be made"},
    {CAP_SYS_BOOT, "the machine can be restarted"},
    {CAP_SYS_TIME, "the clock can be set"},
    {CAP_SYSLOG, "the kernel's log and addresses can be read"},
    {CAP_MAC_ADMIN, "the policy of mandatory access control can be changed"},
    {CAP_MAC_OVERRIDE, "mandatory access control can be passed by"},
    {CAP_SYS_RESOURCE, "resource limits can be raised"},
    {CAP_CHECKPOINT_RESTORE, "process ids and memory maps can be forged"},
};

sdk::Notice
weakened(const sdk::Given& given, const std::string& name, const char* words, bool isolated_ids) {
    return {sdk::Notice::Kind::weakened,
            given.source + " " + name + ": " + words +
                (isolated_ids ? "" : "; with host ids that is the host itself")};
}

void join(std::string& sources, const std::string& source) {
    if (sources.find(source) == std::string::npos)
        sources += (sources.empty() ? "" : ", ") + source;
}

} // namespace

std::uint64_t default_set() {
    return bit(CAP_CHOWN) | bit(CAP_DAC_OVERRIDE) | bit(CAP_FSETID) | bit(CAP_FOWNER) |
           bit(CAP_SETGID) | bit(CAP_SETUID) | bit(CAP_SETPCAP) | bit(CAP_NET_BIND_SERVICE) |
           bit(CAP_SYS_CHROOT) | bit(CAP_KILL) | bit(CAP_SETFCAP);
}

sdk::Result<KeptSet> kept_set(const sdk::Request& request,
                              const std::string& last_capability_text) {
    const auto& drops = request.all("cap-drop");
    const auto& adds = request.all("cap-add");
    KeptSet kept;
    std::uint64_t dropped = 0;
    bool none = false;
    for (const sdk::Given& given : drops) {
        join(kept.source, given.source);
        if (is_all(given.value)) {
            none = true;
            continue;
        }
        MBX_TRY(const unsigned number, parse_capability(given.value, given.source));
        dropped |= bit(number);
    }

    std::uint64_t known = 0;
    if (!adds.empty()) {
        const std::string digits =
            last_capability_text.substr(0, last_capability_text.find_last_not_of(" \n") + 1);
        MBX_TRY(const std::uint64_t last, sdk::parse_count(digits, last_capability_file, 0, 63));
        known = ~std::uint64_t{0} >> (63 - last);
    }
    std::uint64_t added = 0;
    bool all = false;
    for (const sdk::Given& given : adds) {
        join(kept.source, given.source);
        if (is_all(given.value)) {
            all = true;
            kept.notices.push_back(weakened(given,
                                            "ALL",
                                            "root of the sandbox keeps every right that root has",
                                            request.isolated_ids));
            continue;
        }
        MBX_TRY(const unsigned number, parse_capability(given.value, given.source));
        if ((known & bit(number)) == 0)
            return sdk::fail(given.source + ": this kernel does not know " +
                             capability_name(number));
        const auto* danger = std::find_if(std::begin(dangers),
                                          std::end(dangers),
                                          [&](const Danger& d) { return d.number == number; });
        if (danger != std::end(dangers) && (added & bit(number)) == 0)
            kept.notices.push_back(
                weakened(given, capability_name(number), danger->words, request.isolated_ids));
        added |= bit(number);
    }

    // Rationale: `--cap-add ALL --cap-drop X` means all but X, as elsewhere in the field; a name
    // that was dropped must not come back through a wildcard.
    const std::uint64_t start = all ? known : none ? 0 : default_set();
    kept.mask = (start & ~dropped) | added;
    if (kept.source.empty())
        kept.source = "default";
    return kept;
}

} // namespace microbox::sec_capabilities
