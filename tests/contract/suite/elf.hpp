// SPDX-License-Identifier: MIT
// What a shared object says about itself in its ELF file, read without loading it.
#pragma once

#include <string>
#include <vector>

namespace microbox::contract {

struct SharedObject {
    std::string fault; ///< why it could not be read; "" when it could
    std::vector<std::string> exports;
    bool binds_now = false;
    bool relro = false;
    bool text_relocations = false;
    bool executable_stack = true;      ///< what no PT_GNU_STACK means
    std::vector<std::string> run_path; ///< DT_RPATH, DT_RUNPATH
};

[[nodiscard]] SharedObject read_shared_object(const std::string& path);

} // namespace microbox::contract
