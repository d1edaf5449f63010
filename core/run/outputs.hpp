// SPDX-License-Identifier: MIT
// The files of --report and --trace: opened before the run starts, so that a path that cannot be
// written is an error then; written when all is over.
#pragma once

#include "core/run/request.hpp"

#include <microbox/sdk/result.hpp>
#include <microbox/sys/fd.hpp>

#include <functional>
#include <string>

namespace microbox::core {

class Outputs {
public:
    /// Errors: "--report: open PATH: why".
    [[nodiscard]] sdk::Result<void> open(const RunRequest& request);

    /// Asks for the texts that somebody wants. False: one could not be written, which was said.
    [[nodiscard]] bool write(const std::function<std::string()>& report,
                             const std::function<std::string()>& trace) const;

private:
    sys::Fd report_;
    sys::Fd trace_;
};

} // namespace microbox::core
