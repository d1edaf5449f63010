// SPDX-License-Identifier: MIT
// The plan as JSON: every field of every step, so that two plans can be compared and nothing is
// hidden.
#include "cli/plan_print.hpp"
#include "core/log/json.hpp"

#include <variant>

namespace microbox::cli {

namespace {

using core::JsonWriter;

const char* to_word(sdk::Ownership ownership) {
    switch (ownership) {
    case sdk::Ownership::as_is:
        return "as-is";
    case sdk::Ownership::keep:
        return "keep";
    case sdk::Ownership::owner_is_root:
        return "owner-is-root";
    }
    return "as-is";
}

const char* to_word(sdk::Notice::Kind kind) {
    switch (kind) {
    case sdk::Notice::Kind::weakened:
        return "weakened";
    case sdk::Notice::Kind::warning:
        return "warning";
    case sdk::Notice::Kind::info:
        return "info";
    }
    return "info";
}

std::string octal(std::uint32_t mode) {
    std::string text;
    for (; mode != 0; mode >>= 3U)
        text.insert(text.begin(), static_cast<char>('0' + static_cast<char>(mode & 7U)));
    return "0" + text;
}

std::string hex(std::uint64_t value, unsigned digits) {
    std::string text;
    for (unsigned i = digits; i-- > 0;)
        text += "0123456789abcdef"[(value >> (4 * i)) & 15U];
    return text;
}

void list(JsonWriter& json, std::string_view name, const std::vector<std::string>& values) {
    json.key(name).begin_array();
    for (const std::string& value : values)
        json.string(value);
    json.end_array();
}

/// Members of the object of a mount's source.
struct SourceMembers {
    JsonWriter& json;

    void operator()(const sdk::Bind& s) const {
        json.key("kind").string("bind").key("path").string(s.path);
        json.key("recursive").boolean(s.recursive).key("ownership").string(to_word(s.ownership));
    }

    void operator()(const sdk::StorageDirectory& s) const {
        json.key("kind").string("storage-directory").key("name").string(s.name);
        json.key("mode").string(octal(s.mode));
    }

    void operator()(const sdk::Overlay& s) const {
        json.key("kind").string("overlay").key("lower").string(s.lower);
        json.key("ownership").string(to_word(s.ownership));
        json.key("user_attributes").boolean(s.user_attributes);
    }

    void operator()(const sdk::NewFilesystem& s) const {
        json.key("kind").string("new-filesystem").key("type").string(s.type);
        json.key("options").begin_array();
        for (const auto& [name, value] : s.options)
            json.string(value.empty() ? name : name + "=" + value);
        json.end_array();
    }

    void operator()(const sdk::PreparedMount& s) const {
        json.key("kind").string("prepared-mount").key("slot").string(s.slot.name);
        if (!s.lower.empty())
            json.key("lower").string(s.lower);
    }
};

/// Members of a step that its kind has.
struct StepMembers {
    JsonWriter& json;

    void operator()(const sdk::Mount& s) const {
        json.key("target").string(s.target).key("source").begin_object();
        std::visit(SourceMembers{json}, s.source);
        json.end_object();
        json.key("read_only").boolean(s.flags.read_only).key("no_suid").boolean(s.flags.no_suid);
        json.key("no_dev").boolean(s.flags.no_dev).key("no_exec").boolean(s.flags.no_exec);
        json.key("by_user").boolean(s.by_user).key("target_may_miss").boolean(s.target_may_miss);
    }

    void operator()(const sdk::Directory& s) const {
        json.key("path").string(s.path).key("mode").string(octal(s.mode));
    }

    void operator()(const sdk::Symlink& s) const {
        json.key("path").string(s.path).key("to").string(s.to);
    }

    void operator()(const sdk::File& s) const {
        json.key("path").string(s.path).key("content").string(s.content);
        json.key("mode").string(octal(s.mode));
    }

    void operator()(const sdk::Device& s) const {
        json.key("path").string(s.path).key("major").integer(s.major).key("minor").integer(s.minor);
        json.key("mode").string(octal(s.mode));
    }

    void operator()(const sdk::Mask& s) const { json.key("path").string(s.path); }

    void operator()(const sdk::ReadOnly& s) const { json.key("path").string(s.path); }

    void operator()(const sdk::PivotRoot&) const {}

    void operator()(const sdk::Hostname& s) const { json.key("name").string(s.name); }

    void operator()(const sdk::LinkUp& s) const { json.key("interface").string(s.interface); }

    void operator()(const sdk::Rlimit& s) const {
        json.key("resource").integer(s.resource);
        json.key("soft").string(limit(s.soft)).key("hard").string(limit(s.hard));
    }

    void operator()(const sdk::Sysctl& s) const {
        json.key("name").string(s.name).key("value").string(s.value);
    }

    void operator()(const sdk::WriteDescriptor& s) const {
        json.key("slot").string(s.slot.name).key("content").string(s.content);
    }

    void operator()(const sdk::JoinNamespace& s) const {
        json.key("slot").string(s.slot.name);
        namespaces(s.type);
    }

    void operator()(const sdk::Unshare& s) const { namespaces(s.types); }

    void operator()(const sdk::Ids& s) const {
        json.key("user").integer(s.user).key("group").integer(s.group).key("groups").begin_array();
        for (const std::uint32_t group : s.groups)
            json.integer(group);
        json.end_array();
    }

    void operator()(const sdk::Capabilities& s) const {
        json.key("keep").string("0x" + hex(s.keep, 16));
    }

    void operator()(const sdk::Prctl& s) const {
        json.key("option").integer(s.option).key("arguments").begin_array();
        for (const std::uint64_t argument : s.arguments)
            json.integer(argument);
        json.end_array();
    }

    void operator()(const sdk::SelfAttribute& s) const {
        json.key("name").string(s.name).key("value").string(s.value);
    }

    void operator()(const sdk::LandlockRestrict& s) const {
        json.key("slot").string(s.ruleset.name);
    }

    /// The program as in memory: 16 hexadecimal digits for each instruction (code, jt, jf, k).
    void operator()(const sdk::Filter& s) const {
        std::string program;
        if (s.program)
            for (const sock_filter& one : *s.program)
                program += hex(one.code, 4) + hex(one.jt, 2) + hex(one.jf, 2) + hex(one.k, 8);
        json.key("flags").integer(s.flags).key("listens").boolean(s.listens);
        json.key("instructions").integer(s.program ? s.program->size() : 0);
        json.key("program").string(program);
    }

private:
    static std::string limit(std::uint64_t value) {
        return value == UINT64_MAX ? "unlimited" : std::to_string(value);
    }

    void namespaces(int types) const { list(json, "namespaces", namespace_words(types)); }
};

void write_command(JsonWriter& json, const core::PlanCommand& command) {
    json.key("command").begin_object();
    list(json, "arguments", command.arguments);
    list(json, "candidates", command.candidates);
    list(json, "environment", command.environment);
    json.key("directory").string(command.directory).key("init").boolean(command.init);
    json.end_object();
}

void write_steps(JsonWriter& json, const core::Plan& plan) {
    json.key("steps").begin_array();
    for (const core::PlanStep& step : plan.steps) {
        json.begin_object().key("stage").string(core::to_word(step.stage));
        json.key("kind").string(core::step_kind(step.step));
        json.key("plugin").string(step.plugin).key("asked_by").string(step.source);
        std::visit(StepMembers{json}, step.step);
        json.end_object();
    }
    json.end_array();
}

void write_people(JsonWriter& json, const core::Plan& plan) {
    json.key("plugins").begin_array();
    for (const core::PlanPlugin& plugin : plan.plugins) {
        json.begin_object().key("name").string(plugin.name).key("version").string(plugin.version);
        json.key("role").string(plugin.role).end_object();
    }
    json.end_array().key("notices").begin_array();
    for (const core::PlanNotice& notice : plan.notices) {
        json.begin_object().key("kind").string(to_word(notice.notice.kind));
        json.key("plugin").string(notice.plugin).key("text").string(notice.notice.text);
        json.end_object();
    }
    json.end_array();
}

} // namespace

std::string plan_as_json(const core::Plan& plan) {
    JsonWriter json;
    json.begin_object().key("schema").integer(1);
    write_command(json, plan.command);
    json.key("hostname").string(plan.hostname);
    list(json, "namespaces", namespace_words(plan.namespaces));
    json.key("isolated_ids").boolean(plan.isolated_ids);
    json.key("foothold").boolean(core::has_foothold(plan));
    json.key("user_count").integer(core::users_of(plan.caller));
    json.key("group_count").integer(core::groups_of(plan.caller));
    json.key("own_network").boolean(plan.own_network);
    json.key("explain_denials").boolean(plan.explain_denials);
    list(json, "terminal", core::stream_words(plan.terminal));
    if (plan.storage) {
        json.key("storage").begin_object().key("bytes").integer(plan.storage->bytes);
        json.key("inodes").integer(plan.storage->inodes);
        json.key("asked_by").string(plan.storage->source).end_object();
    }
    if (plan.birth_cgroup)
        json.key("birth_cgroup").string(plan.birth_cgroup->name);
    json.key("slots").begin_array();
    for (const sdk::Slot& slot : plan.slots)
        json.string(slot.name);
    json.end_array();
    write_people(json, plan);
    write_steps(json, plan);
    return json.end_object().text();
}

} // namespace microbox::cli
