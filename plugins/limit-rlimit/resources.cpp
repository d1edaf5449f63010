// SPDX-License-Identifier: MIT
// The table of resources. The kernel's words are those of fs/proc/base.c, lnames.
#include "resources.hpp"

#include <sys/resource.h>

namespace microbox::limit_rlimit {

const std::vector<Resource>& resources() {
    static const std::vector<Resource> table = {
        {"core", RLIMIT_CORE, "Max core file size", true},
        {"cpu", RLIMIT_CPU, "Max cpu time", false},
        {"data", RLIMIT_DATA, "Max data size", true},
        {"fsize", RLIMIT_FSIZE, "Max file size", true},
        {"locks", RLIMIT_LOCKS, "Max file locks", false},
        {"memlock", RLIMIT_MEMLOCK, "Max locked memory", true},
        {"msgqueue", RLIMIT_MSGQUEUE, "Max msgqueue size", true},
        {"nice", RLIMIT_NICE, "Max nice priority", false},
        {"nofile", RLIMIT_NOFILE, "Max open files", false},
        {"nproc", RLIMIT_NPROC, "Max processes", false},
        {"rss", RLIMIT_RSS, "Max resident set", true},
        {"rtprio", RLIMIT_RTPRIO, "Max realtime priority", false},
        {"rttime", RLIMIT_RTTIME, "Max realtime timeout", false},
        {"sigpending", RLIMIT_SIGPENDING, "Max pending signals", false},
        {"stack", RLIMIT_STACK, "Max stack size", true},
        {"as", RLIMIT_AS, "Max address space", true},
    };
    return table;
}

const Resource* find_resource(std::string_view name) {
    for (const Resource& resource : resources())
        if (name == resource.name)
            return &resource;
    return nullptr;
}

const Resource* find_resource(int number) {
    for (const Resource& resource : resources())
        if (number == resource.number)
            return &resource;
    return nullptr;
}

} // namespace microbox::limit_rlimit
