// SPDX-License-Identifier: MIT
// The one file that talks to libcap: capabilities by name.
#include "names.hpp"

#include <microbox/sdk/nearest.hpp>

#include <algorithm>
#include <vector>

#include <sys/capability.h>

namespace microbox::sec_capabilities {

namespace {

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return result;
}

std::string upper(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return result;
}

std::vector<std::string> all_names() {
    std::vector<std::string> names = {"ALL"};
    for (unsigned number = 0; number <= CAP_LAST_CAP; ++number)
        names.push_back(capability_name(number));
    return names;
}

} // namespace

bool is_all(std::string_view text) {
    return lower(text) == "all";
}

sdk::Result<unsigned> parse_capability(std::string_view text, const std::string& source) {
    std::string name = lower(text);
    if (name.rfind("cap_", 0) == 0)
        name.erase(0, 4);
    // cap_from_name(3) takes numbers as well; a number says nothing to the reader of a command
    // line.
    const bool is_word = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || c == '_';
    });
    cap_value_t number = 0;
    if (is_word && ::cap_from_name(("cap_" + name).c_str(), &number) == 0 && number >= 0 &&
        number < 64)
        return static_cast<unsigned>(number);
    const std::string near = sdk::nearest(upper(name), all_names());
    return sdk::fail(source + ": unknown capability '" + std::string(text) + "'" +
                         (near.empty() ? "" : ", did you mean " + near + "?"),
                     "capabilities(7) lists them: NET_ADMIN, SYS_PTRACE, ...; ALL is all of them");
}

std::string capability_name(unsigned number) {
    char* found = ::cap_to_name(static_cast<cap_value_t>(number));
    if (found == nullptr)
        return std::to_string(number);
    std::string name = upper(found);
    ::cap_free(found);
    return name.rfind("CAP_", 0) == 0 ? name.substr(4) : name;
}

} // namespace microbox::sec_capabilities
