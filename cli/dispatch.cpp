// SPDX-License-Identifier: MIT
// From the first word to its verb.
#include "cli/output.hpp"
#include "cli/verbs.hpp"

#include <microbox/sdk/nearest.hpp>

#include <array>

namespace microbox::cli {

namespace {

struct Verb {
    const char* word;
    int (*call)(const Words&);
};

constexpr std::array<Verb, 8> verbs{{
    {"run", run},
    {"plan", plan},
    {"plugins", plugins},
    {"verify", verify},
    {"doctor", doctor},
    {"gc", gc},
    {"help", [](const Words&) { return help(); }},
    {"version", [](const Words&) { return version(); }},
}};

} // namespace

int dispatch(const Words& words) {
    if (words.empty())
        return failed(sdk::fail("no command: what to run goes after --",
                                "microbox --help lists the options; microbox -- sh runs a shell"));
    for (const Verb& verb : verbs)
        if (words.front() == verb.word)
            return verb.call(Words(words.begin() + 1, words.end()));
    if (words.front().starts_with('-'))
        return run(words);
    std::vector<std::string> names;
    names.reserve(std::size(verbs));
    for (const Verb& verb : verbs)
        names.emplace_back(verb.word);
    const std::string near = sdk::nearest(words.front(), names);
    return failed(sdk::fail("unexpected word '" + words.front() + "': the command goes after --",
                            near.empty() ? "verbs are " + listed(names)
                                         : "did you mean the verb " + near + "?"));
}

} // namespace microbox::cli
