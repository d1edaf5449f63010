// SPDX-License-Identifier: MIT
#include "cli/plan_print.hpp"

#include <gtest/gtest.h>

#include <linux/sched.h>

namespace microbox::cli {

namespace {

core::Plan small_plan() {
    core::Plan plan;
    plan.plugins = {{"fs-plain", "1.0", "filesystem"}};
    plan.namespaces = CLONE_NEWNS | CLONE_NEWPID;
    plan.hostname = "brave-otter";
    plan.command.arguments = {"sh", "-c", "id\x1b[1m"};
    plan.command.directory = "/";
    plan.slots = {{"limit-x.memory"}};
    sdk::Mount mount;
    mount.target = "/data";
    mount.source = sdk::Bind{"/srv/data", true, sdk::Ownership::owner_is_root};
    mount.flags.read_only = true;
    mount.by_user = true;
    plan.steps.push_back({sdk::Stage::assemble, mount, "core", "--mount-ro /srv/data:/data"});
    plan.steps.push_back({sdk::Stage::filter,
                          sdk::Filter{std::make_shared<const std::vector<sock_filter>>(
                                          std::vector<sock_filter>{{0x06, 1, 2, 0x7fff0000}}),
                                      0},
                          "sec-x",
                          "default"});
    plan.notices.push_back({{sdk::Notice::Kind::weakened, "less than usual"}, "sec-x"});
    return plan;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST(PlanAsText, HasALineForEachStepWithWhoAsked) {
    const std::string text = plan_as_text(small_plan());

    EXPECT_TRUE(has(text, "bind of /srv/data on /data")) << text;
    EXPECT_TRUE(has(text, "[core: --mount-ro /srv/data:/data]")) << text;
    EXPECT_TRUE(has(text, "namespaces:  mount, pid\n")) << text;
    EXPECT_TRUE(has(text, "weakened: sec-x: less than usual\n")) << text;
}

TEST(PlanAsText, NamesTheStreamsOfATerminal) {
    core::Plan plan = small_plan();
    EXPECT_FALSE(has(plan_as_text(plan), "terminal:")) << plan_as_text(plan);
    EXPECT_TRUE(has(plan_as_json(plan), "\"terminal\": []")) << plan_as_json(plan);
    plan.terminal = core::stream_in | core::stream_errors;

    EXPECT_TRUE(has(plan_as_text(plan), "terminal:    of the sandbox's own: stdin, stderr\n"))
        << plan_as_text(plan);
    EXPECT_TRUE(has(plan_as_json(plan), "\"terminal\": [\n    \"stdin\",\n    \"stderr\"\n  ]"))
        << plan_as_json(plan);
}

TEST(PlanAsText, QuotesEscapeSequences) {
    EXPECT_TRUE(has(plan_as_text(small_plan()), "id\\x1b[1m"));
    EXPECT_FALSE(has(plan_as_text(small_plan()), "\x1b"));
}

TEST(PlanAsJson, HasEveryFieldOfAStep) {
    const std::string text = plan_as_json(small_plan());

    for (const char* part : {R"("stage": "assemble")",
                             R"("kind": "mount")",
                             R"("plugin": "core")",
                             R"("asked_by": "--mount-ro /srv/data:/data")",
                             R"("target": "/data")",
                             R"("kind": "bind")",
                             R"("path": "/srv/data")",
                             R"("recursive": true)",
                             R"("ownership": "owner-is-root")",
                             R"("read_only": true)",
                             R"("no_suid": true)",
                             R"("by_user": true)",
                             R"("limit-x.memory")",
                             R"("instructions": 1)",
                             R"("program": "000601027fff0000")",
                             R"("text": "less than usual")"})
        EXPECT_TRUE(has(text, part)) << part << " is missing in\n" << text;
}

TEST(NamespaceWords, KnowsAllEight) {
    EXPECT_EQ(namespace_words(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS |
                              CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWCGROUP | CLONE_NEWTIME)
                  .size(),
              8U);
    EXPECT_TRUE(namespace_words(0).empty());
}

} // namespace microbox::cli
