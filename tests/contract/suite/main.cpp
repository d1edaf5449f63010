// SPDX-License-Identifier: MIT
// plugin_contract [--argument=VALUE] [FILE.so...]: the contract over these files, or over every
// plugin of the build.
#include "tests/contract/suite/subject.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <string_view>

namespace {

using microbox::contract::subjects;

void list(const std::filesystem::path& folder) {
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".so")
            subjects().files.push_back(entry.path());
    std::sort(subjects().files.begin(), subjects().files.end());
}

} // namespace

int main(int argc, char** argv) {
    constexpr std::string_view argument = "--argument=";
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word.starts_with(argument))
            subjects().argument = word.substr(argument.size());
        else if (!word.starts_with("-"))
            subjects().files.emplace_back(word);
    }
    if (subjects().files.empty())
        list(MICROBOX_BUILT_PLUGINS);
    if (subjects().files.empty()) {
        std::cerr << "plugin_contract: no plugin in " MICROBOX_BUILT_PLUGINS "\n";
        return 1;
    }
    for (const std::string& file : subjects().files) {
        if (!std::filesystem::is_regular_file(file)) {
            std::cerr << "plugin_contract: " << file << " is not a file\n";
            return 1;
        }
    }
    ::testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
