// SPDX-License-Identifier: MIT
#include "core/run/covered.hpp"

#include "core/run/mountinfo.hpp"

#include <microbox/sys/file.hpp>

namespace microbox::core {

std::string hint_for_covered(const std::string& point) {
    const auto text = sys::read_file("/proc/self/mountinfo");
    const auto cover = text.ok() ? first_cover(parse_mountinfo(*text), point) : std::nullopt;
    if (!cover)
        return "a new " + point + " can be mounted only where a whole one is visible";
    return *cover + " is covered here, by a container around this process, so no new " + point +
           " may be mounted; uncover it: podman --security-opt unmask=ALL, docker --security-opt "
           "systempaths=unconfined, microbox --unmask";
}

} // namespace microbox::core
