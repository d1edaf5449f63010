// SPDX-License-Identifier: MIT
// Plans of whole command lines against files: what a run would do has changed only when its file
// has (tests/golden/refresh writes them anew).
#include "tests/support/sandbox.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

namespace microbox::testing {

namespace {

using Json = nlohmann::ordered_json;

/// What differs from host to host: the cgroup's steps and what is said of it, the filter's length,
/// the machine's paths.
bool is_of_this_host(const Json& part) {
    return part.at("plugin") == "limit-cgroup";
}

Json stable(Json plan) {
    Json steps = Json::array();
    for (Json& step : plan["steps"]) {
        if (is_of_this_host(step))
            continue;
        step.erase("program");
        step.erase("instructions");
        steps.push_back(std::move(step));
    }
    plan["steps"] = std::move(steps);
    Json slots = Json::array();
    for (const Json& slot : plan["slots"])
        if (slot.get<std::string>().rfind("limit-cgroup.", 0) != 0)
            slots.push_back(slot);
    plan["slots"] = std::move(slots);
    plan.erase("birth_cgroup");
    Json notices = Json::array();
    for (const Json& notice : plan["notices"])
        if (!is_of_this_host(notice))
            notices.push_back(notice);
    plan["notices"] = std::move(notices);
    for (Json& plugin : plan["plugins"])
        plugin.erase("version");
    return plan;
}

/// One line for each element of a list of objects, so that a difference reads as one.
std::string written(const Json& plan) {
    std::string text = "{\n";
    for (const auto& [key, value] : plan.items()) {
        text += (text.size() > 2 ? ",\n" : "") + Json(key).dump() + ": ";
        if (!value.is_array() || value.empty() || !value.front().is_object()) {
            text += value.dump();
            continue;
        }
        for (std::size_t i = 0; i < value.size(); ++i)
            text += (i == 0 ? "[\n  " : ",\n  ") + value[i].dump();
        text += "\n]";
    }
    return text + "\n}\n";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at))
        text.replace(at, from.size(), to);
    return text;
}

class Golden : public ::testing::Test {
protected:
    void compare(const std::string& name, std::vector<std::string> options) {
        for (std::string& option : options)
            option = replaced(replaced(option, "ROOT", root_.path()), "HOST", data_.path());
        std::vector<std::string> line = {"plan", "--json", "--hostname", "box"};
        line.insert(line.end(), options.begin(), options.end());
        const Outcome outcome = run(line);
        ASSERT_EQ(outcome.code, 0) << outcome.describe();
        const std::string plan =
            replaced(replaced(outcome.out, root_.path(), "ROOT"), data_.path(), "HOST");
        const std::string now = written(stable(Json::parse(plan)));
        const std::string file = std::string(MICROBOX_GOLDEN) + "/" + name + ".json";
        if (std::getenv("MICROBOX_REFRESH_GOLDEN") != nullptr) {
            std::ofstream(file) << now;
            return;
        }
        std::ifstream golden(file);
        EXPECT_EQ(std::string(std::istreambuf_iterator<char>(golden), {}), now)
            << "the plan has changed; when that is meant: tests/golden/refresh";
    }

private:
    TinyRoot root_;
    ScratchDirectory data_;
};

} // namespace

TEST_F(Golden, ABareCommand) {
    compare("bare", {"--", "true"});
}

TEST_F(Golden, AReadOnlyRootInMemoryWithMoreMemoryFileSystems) {
    compare("memory",
            {"--readonly",
             "--storage",
             "64M",
             "--tmpfs",
             "/scratch:1M",
             "--tmpfs",
             "/more/deep",
             "--",
             "sh",
             "-c",
             "true"});
}

TEST_F(Golden, ARootFileSystemWithAMountAndAUser) {
    compare("rootfs",
            {"--fs",
             "ROOT",
             "--mount-ro",
             "HOST:/etc/deep/data",
             "-w",
             "/tmp",
             "-u",
             "1000:100",
             "--",
             "/bin/id"});
}

TEST_F(Golden, AReadOnlyRootFileSystemWithoutInit) {
    compare("rootfs-readonly", {"--fs", "ROOT", "--readonly", "--no-init", "--", "/bin/id"});
}

TEST_F(Golden, TheHostWithItsNetworkAndItsIds) {
    compare("host",
            {"--fs",
             "host",
             "--net",
             "host",
             "--dns",
             "192.0.2.1",
             "--userns",
             "host",
             "--readonly",
             "--",
             "ls"});
}

TEST_F(Golden, LimitsAndRights) {
    compare("rights",
            {"--ulimit",
             "nofile=256:512",
             "--timeout",
             "30s",
             "--cap-drop",
             "ALL",
             "--cap-add",
             "chown",
             "--seccomp",
             "off",
             "--",
             "true"});
}

TEST_F(Golden, TheUsersMountsOverDefaults) {
    compare("covered",
            {"--mount-ro",
             "HOST:/etc",
             "--tmpfs",
             "/tmp",
             "-v",
             "HOST:/tmp/in:ro",
             "--env",
             "A=1",
             "--dns",
             "192.0.2.1,2001:db8::1",
             "--",
             "true"});
}

} // namespace microbox::testing
