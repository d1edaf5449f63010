// SPDX-License-Identifier: MIT
#include "tests/contract/suite/subject.hpp"

#include "core/host/facts.hpp"
#include "core/plan/plan.hpp"
#include "core/plugin/descriptor.hpp"
#include "core/plugin/library.hpp"
#include "tests/support/fragment_text.hpp"
#include "tests/support/plugin_under_test.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace microbox::contract {

namespace {

constexpr int most_rounds = 4; // sdk::Plugin::ask

/// A directory with something in it, for modes that take one.
const std::string& some_directory() {
    struct Directory {
        Directory() {
            path = std::filesystem::temp_directory_path() / "microbox-contract-XXXXXX";
            if (::mkdtemp(path.data()) == nullptr)
                std::abort();
            std::filesystem::create_directory(path + "/bin");
        }

        Directory(const Directory&) = delete;
        Directory& operator=(const Directory&) = delete;

        ~Directory() {
            std::error_code ignored;
            std::filesystem::remove_all(path, ignored);
        }

        std::string path;
    };

    static const Directory directory;
    return directory.path;
}

std::string argument_for(const MbxDescriptor& descriptor) {
    if (!subjects().argument.empty() || descriptor.accepts == nullptr)
        return subjects().argument;
    const std::string& directory = some_directory();
    return descriptor.accepts(directory.c_str(), MBX_ARGUMENT_DIRECTORY) != 0 ? directory : "";
}

std::string slots_text(const sdk::Fragment& fragment) {
    std::string text;
    for (const sdk::Slot& slot : fragment.slots)
        text += "slot: " + slot.name + "\n";
    if (fragment.birth_cgroup)
        text += "birth: " + fragment.birth_cgroup->name + "\n";
    if (fragment.memory_bytes)
        text += "memory: " + std::to_string(*fragment.memory_bytes) + "\n";
    return text + "hint: " + fragment.not_found_hint + "\n";
}

std::string filter_text(const sdk::PlacedStep& placed) {
    const auto* filter = std::get_if<sdk::Filter>(&placed.step);
    if (filter == nullptr || !filter->program)
        return "";
    std::string text = "filter:";
    for (const sock_filter& line : *filter->program)
        text += " " + std::to_string(line.code) + "," + std::to_string(line.jt) + "," +
                std::to_string(line.jf) + "," + std::to_string(line.k);
    return text + "\n";
}

} // namespace

Subjects& subjects() {
    static Subjects all;
    return all;
}

void Contract::SetUp() {
    const std::filesystem::path file = std::filesystem::canonical(GetParam());
    const auto opened = core::open_library(file);
    ASSERT_TRUE(opened.ok()) << opened.error().what;
    const auto checked = core::check_descriptor(**opened, file.stem());
    ASSERT_TRUE(checked.ok()) << name() << " " << checked.error().what;
    descriptor_ = *opened;
}

std::string Contract::name() const {
    return std::filesystem::path(GetParam()).stem();
}

Instance Contract::make() const {
    return {static_cast<sdk::Plugin*>(descriptor_->create()), descriptor_->destroy};
}

sdk::Request Contract::request() const {
    sdk::Request request = test::default_request(descriptor());
    request.hostname = "box";
    request.argument = argument_for(descriptor());
    const std::string role = descriptor().role;
    if (role == "filesystem" || role == "network")
        request.argument_source = role == "network" ? "--net" : "--fs";
    return request;
}

Answers answers_for(sdk::Plugin& plugin, const sdk::Request& request) {
    Answers answers;
    for (int round = 0; round <= most_rounds; ++round) {
        const auto asked = plugin.ask(request, answers.facts);
        answers.settled = true;
        for (const sdk::FactQuery& query : asked)
            answers.settled = answers.settled && answers.facts.has(query);
        if (answers.settled)
            break;
        core::look_up(asked, answers.facts);
    }
    return answers;
}

std::string plan_text(sdk::Plugin& plugin, const sdk::Request& request, const sdk::Facts& facts) {
    const auto fragment = plugin.plan(request, facts);
    if (!fragment.ok())
        return "error: " + fragment.error().what + "\nhint: " + fragment.error().hint;
    std::string text = tests::fragment_text(*fragment) + slots_text(*fragment);
    for (const sdk::PlacedStep& placed : fragment->steps)
        text += core::step_kind(placed.step) + " " + core::describe(placed.step) + "\n" +
                filter_text(placed);
    return text;
}

} // namespace microbox::contract
