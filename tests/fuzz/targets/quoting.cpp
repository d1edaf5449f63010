// SPDX-License-Identifier: MIT
// Text of others on its way to a terminal, a report or a plan: names and paths of the sandbox, and
// whatever an error quotes. No control character is left, what is printable stays as it is, and as
// JSON it is what another parser reads.
#include "core/config/json_file.hpp"
#include "core/log/json.hpp"
#include "tests/fuzz/target.hpp"

namespace microbox::fuzz {

void one(std::string_view text) {
    const std::string quoted = core::quote_controls(text);
    HOLDS(core::quote_controls(quoted) == quoted);
    for (std::size_t i = 0; i < quoted.size(); ++i) {
        const auto byte = static_cast<unsigned char>(quoted[i]);
        HOLDS(byte >= 0x20 && byte != 0x7f);
        HOLDS(byte != 0xc2 || static_cast<unsigned char>(quoted[i + 1]) >= 0xa0);
    }
    core::JsonWriter writer;
    writer.begin_object().key("text").begin_array().string(text).end_array().end_object();
    const auto read = core::parse_json(writer.text(), "written");
    if (says(text, std::string_view("\0", 1))) {
        HOLDS(!read.ok() && says(read.error().what, "a NUL character is in the value"));
        return;
    }
    HOLDS(read.ok() && read->size() == 1 && read->front().values.size() == 1);
    const std::string& again = read->front().values.front();
    HOLDS(says(again, "\xEF\xBF\xBD") || again == text);
}

} // namespace microbox::fuzz
