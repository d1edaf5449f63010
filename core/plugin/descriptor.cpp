// SPDX-License-Identifier: MIT
// ABI first: the fields behind it mean something only when it is ours.
#include "core/plugin/descriptor.hpp"

#include "core/plugin/roles.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <string_view>

namespace microbox::core {

namespace {

constexpr std::size_t most_options = 256;

std::string or_nothing(const char* text) {
    return text == nullptr ? "nothing" : "'" + std::string(text) + "'";
}

bool is_option_name(const char* name) {
    if (name == nullptr || name[0] == '\0' || name[0] == '-')
        return false;
    return std::ranges::all_of(std::string_view(name), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

sdk::Result<void> check_options(const MbxDescriptor& descriptor) {
    if (descriptor.option_count > most_options)
        return sdk::fail("says that it has " + std::to_string(descriptor.option_count) +
                         " options: at most " + std::to_string(most_options));
    if (descriptor.option_count > 0 && descriptor.options == nullptr)
        return sdk::fail("has options but no list of them");
    std::set<std::string> names;
    for (std::size_t i = 0; i < descriptor.option_count; ++i) {
        const MbxOption& option = descriptor.options[i];
        if (!is_option_name(option.name))
            return sdk::fail("has an option named " + or_nothing(option.name) +
                             ": lower-case letters, digits and '-' are right");
        if (!names.insert(option.name).second)
            return sdk::fail("has the option '" + std::string(option.name) + "' twice");
        if (option.help == nullptr)
            return sdk::fail("has no help for its option '" + std::string(option.name) + "'");
        if (option.argument == nullptr && option.default_value != nullptr)
            return sdk::fail("has a default for its flag '" + std::string(option.name) + "'");
        if (option.short_name != 0 &&
            std::isalnum(static_cast<unsigned char>(option.short_name)) == 0)
            return sdk::fail("has a short name for '" + std::string(option.name) +
                             "' that is no letter or digit");
    }
    return {};
}

} // namespace

sdk::Result<void> check_descriptor(const MbxDescriptor& descriptor, const std::string& name) {
    if (descriptor.abi != MICROBOX_SDK_ABI)
        return sdk::fail("was built for SDK ABI " + std::to_string(descriptor.abi) +
                         ", this microbox has " + std::to_string(MICROBOX_SDK_ABI) +
                         ": rebuild it");
    if (descriptor.size != sizeof(MbxDescriptor))
        return sdk::fail("has a descriptor of " + std::to_string(descriptor.size) +
                         " bytes, this microbox expects " + std::to_string(sizeof(MbxDescriptor)) +
                         ": rebuild it");
    if (descriptor.toolchain == nullptr ||
        std::string_view(descriptor.toolchain) != MICROBOX_TOOLCHAIN)
        return sdk::fail("was built for the C++ library " + or_nothing(descriptor.toolchain) +
                         ", this microbox for '" + MICROBOX_TOOLCHAIN + "': rebuild it");
    if (descriptor.name == nullptr || name != descriptor.name)
        return sdk::fail("calls itself " + or_nothing(descriptor.name) + ", its file " + name +
                         ".so");
    const Role* role = role_of_name(name);
    if (role == nullptr)
        return sdk::fail("has a name that says no role");
    if (descriptor.role == nullptr || std::string_view(descriptor.role) != role->word)
        return sdk::fail("has the role " + or_nothing(descriptor.role) + ", its name says '" +
                         role->word + "'");
    if (descriptor.summary == nullptr || descriptor.version == nullptr)
        return sdk::fail("has no summary or no version");
    if (descriptor.create == nullptr || descriptor.destroy == nullptr)
        return sdk::fail("has no create or no destroy function");
    return check_options(descriptor);
}

} // namespace microbox::core
