// SPDX-License-Identifier: MIT
// The descriptor of a plugin, whose file root (or a plain user, for himself) has installed. A file
// that is not trusted is never opened, and nothing of one is read before the loader has it: this is
// the first look. What passes has names that a command line can hold, and a role.
#include "core/plugin/descriptor.hpp"

#include "tests/fuzz/target.hpp"

#include <algorithm>
#include <set>

namespace microbox::fuzz {

namespace {

/// A word of the input; "-" is a null pointer.
class Words {
public:
    explicit Words(std::string_view text) : words_(lines_of(text)) {}

    const char* next() {
        if (at_ == words_.size())
            return nullptr;
        const std::string& word = words_[at_++];
        return word == "-" ? nullptr : word.c_str();
    }

    [[nodiscard]] bool more() const { return at_ < words_.size(); }

private:
    std::vector<std::string> words_;
    std::size_t at_ = 0;
};

MbxOption option_of(Words& words) {
    MbxOption option{};
    option.name = words.next();
    option.argument = words.next();
    option.help = words.next();
    option.default_value = words.next();
    const char* const letter = words.next();
    option.short_name = letter == nullptr ? '\0' : letter[0];
    return option;
}

void* make() {
    return nullptr;
}

void unmake(void* /*plugin*/) {}

} // namespace

void one(std::string_view text) {
    Words words(text);
    MbxDescriptor descriptor{};
    descriptor.abi = MICROBOX_SDK_ABI;
    descriptor.size = sizeof descriptor;
    descriptor.toolchain = MICROBOX_TOOLCHAIN;
    descriptor.name = words.next();
    descriptor.role = words.next();
    descriptor.summary = words.next();
    descriptor.version = words.next();
    descriptor.create = make;
    descriptor.destroy = unmake;
    std::vector<MbxOption> options;
    while (words.more())
        options.push_back(option_of(words));
    descriptor.options = options.empty() ? nullptr : options.data();
    descriptor.option_count = options.size();
    const std::string name = descriptor.name == nullptr ? "fs-x" : descriptor.name;
    const auto checked = core::check_descriptor(descriptor, name);
    if (!checked.ok()) {
        HOLDS(!checked.error().what.empty());
        return;
    }
    HOLDS(name.find_first_of("/.\n ") == std::string::npos);
    std::set<std::string> names;
    for (const MbxOption& option : options) {
        HOLDS(option.name != nullptr && option.name[0] != '\0' && option.name[0] != '-');
        HOLDS(std::string_view(option.name).find_first_of("= \n/") == std::string_view::npos);
        HOLDS(names.insert(option.name).second);
        HOLDS(option.help != nullptr);
    }
}

} // namespace microbox::fuzz
