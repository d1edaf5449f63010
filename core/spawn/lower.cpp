// SPDX-License-Identifier: MIT
// Step after step into the part in which it runs; the launcher's own operations between them.
#include "core/spawn/lower.hpp"

#include "core/plan/paths.hpp"
#include "core/spawn/lower_tree.hpp"

#include <linux/seccomp.h>

namespace microbox::core {

namespace {

using child::Code;
using child::Operation;

class Lowering {
public:
    Lowering(const Plan& plan, Prepared& prepared)
        : plan_(plan), prepared_(prepared), tree_(plan, prepared, block_) {}

    sdk::Result<Block> run() {
        // Keyrings are charged to the user who joins: before the ids change (kernel.md 9's 200th).
        add(Part::enter, make(Code::keyring));
        tree_.storage();
        Operation enter = make(Code::enter_root);
        enter.text = block_.text(prepared_.staging);
        add(Part::inside, enter);
        for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
            if (prepared_.left_out == i)
                continue;
            step_ = static_cast<std::uint16_t>(i);
            stage_ = plan_.steps[i].stage;
            MBX_CHECK(std::visit([this](const auto& step) { return (*this)(step); },
                                 plan_.steps[i].step));
        }
        step_ = child::no_step;
        tree_.finish();
        finish_command();
        return std::move(block_);
    }

    sdk::Result<void> operator()(const sdk::Mount& mount) {
        MBX_CHECK(tree_.mount(mount, step_, part()));
        const auto* fresh = std::get_if<sdk::NewFilesystem>(&mount.source);
        if (fresh == nullptr || fresh->type != "proc" || mount.target != "/proc")
            return {};
        add(Part::inside, make(Code::take_proc));
        if (plan_.command.init)
            return {};
        // Pid 1 of a nested namespace sees its own processes only through a proc of its own. The
        // outer one stays below: without a visible proc a user namespace may not mount another.
        MBX_CHECK(tree_.mount(mount, step_, Part::command));
        add(Part::command, make(Code::take_proc));
        return {};
    }

    sdk::Result<void> operator()(const sdk::Directory& step) {
        tree_.directory(step, step_);
        return {};
    }

    sdk::Result<void> operator()(const sdk::Symlink& step) {
        tree_.symlink(step, step_);
        return {};
    }

    sdk::Result<void> operator()(const sdk::File& step) {
        tree_.file(step, step_);
        return {};
    }

    sdk::Result<void> operator()(const sdk::Device& step) {
        tree_.device(step, step_);
        return {};
    }

    sdk::Result<void> operator()(const sdk::Mask& step) { return cover(Code::mask, step.path); }

    sdk::Result<void> operator()(const sdk::ReadOnly& step) {
        return cover(Code::read_only, step.path);
    }

    sdk::Result<void> operator()(const sdk::PivotRoot&) {
        add(Part::inside, make(Code::pivot));
        return {};
    }

    sdk::Result<void> operator()(const sdk::Hostname& step) {
        return named(Part::early, Code::host_name, step.name);
    }

    sdk::Result<void> operator()(const sdk::LinkUp& step) {
        return named(Part::early, Code::link_up, step.interface);
    }

    sdk::Result<void> operator()(const sdk::Rlimit& step) {
        Operation op = make(Code::rlimit);
        op.a = static_cast<std::uint64_t>(step.resource);
        op.b = step.soft;
        op.c = step.hard;
        add(Part::command, op);
        return {};
    }

    sdk::Result<void> operator()(const sdk::Sysctl& step) {
        return valued(Part::inside, Code::sysctl, step.name, step.value);
    }

    sdk::Result<void> operator()(const sdk::WriteDescriptor& step) {
        Operation op = make(Code::write_fd);
        op.other = block_.data(step.content.data(), step.content.size());
        op.length = static_cast<std::uint32_t>(step.content.size());
        return on_slot(op, step.slot);
    }

    sdk::Result<void> operator()(const sdk::JoinNamespace& step) {
        Operation op = make(Code::join);
        op.a = static_cast<std::uint64_t>(step.type);
        return on_slot(op, step.slot);
    }

    sdk::Result<void> operator()(const sdk::Unshare& step) {
        Operation op = make(Code::unshare);
        op.a = static_cast<std::uint64_t>(step.types);
        add(part(), op);
        return {};
    }

    sdk::Result<void> operator()(const sdk::Ids& step) {
        ids_ = make(Code::ids);
        ids_.a = step.user;
        ids_.b = step.group;
        ids_.other = block_.data(step.groups.data(), step.groups.size() * sizeof(std::uint32_t));
        ids_.length = static_cast<std::uint32_t>(step.groups.size());
        return {};
    }

    sdk::Result<void> operator()(const sdk::Capabilities& step) {
        has_capabilities_ = true;
        capabilities_ = make(Code::capabilities);
        capabilities_.a = step.keep;
        return {};
    }

    sdk::Result<void> operator()(const sdk::Prctl& step) {
        Operation op = make(Code::prctl);
        op.a = static_cast<std::uint64_t>(step.option);
        op.other = block_.data(step.arguments, sizeof step.arguments);
        seal(op);
        return {};
    }

    sdk::Result<void> operator()(const sdk::SelfAttribute& step) {
        Operation op = make(Code::self_attribute);
        op.text = block_.text(step.name);
        op.other = block_.data(step.value.data(), step.value.size());
        op.length = static_cast<std::uint32_t>(step.value.size());
        seal(op);
        return {};
    }

    sdk::Result<void> operator()(const sdk::LandlockRestrict& step) {
        Operation op = make(Code::landlock);
        return on_slot(op, step.ruleset);
    }

    sdk::Result<void> operator()(const sdk::Filter& step) {
        Operation op = make(Code::filter);
        op.a = step.flags | (step.listens ? SECCOMP_FILTER_FLAG_NEW_LISTENER : 0);
        block_.header.listens |= step.listens ? 1 : 0;
        op.other = block_.data(step.program->data(), step.program->size() * sizeof(sock_filter));
        op.length = static_cast<std::uint32_t>(step.program->size());
        add(Part::last, op);
        return {};
    }

private:
    [[nodiscard]] Operation make(Code code) const {
        Operation op{};
        op.code = code;
        op.step = step_;
        op.fd = -1;
        return op;
    }

    void add(Part part, Operation op) { block_.add(part, op); }

    /// Stages seal and identity are written last, behind the limits.
    void seal(Operation op) {
        if (stage_ == sdk::Stage::limits)
            add(Part::command, op);
        else
            sealing_.push_back(op);
    }

    [[nodiscard]] Part part() const {
        switch (stage_) {
        case sdk::Stage::enter:
            return Part::enter;
        case sdk::Stage::assemble:
            return Part::assemble;
        case sdk::Stage::inside:
            return Part::inside;
        case sdk::Stage::limits:
        case sdk::Stage::identity:
        case sdk::Stage::seal:
            return Part::command;
        case sdk::Stage::filter:
            return Part::last;
        }
        return Part::command;
    }

    sdk::Result<void> named(Part part, Code code, const std::string& name) {
        Operation op = make(code);
        op.text = block_.text(name);
        add(part, op);
        return {};
    }

    sdk::Result<void>
    valued(Part part, Code code, const std::string& name, const std::string& value) {
        Operation op = make(code);
        op.text = block_.text(name);
        op.other = block_.data(value.data(), value.size());
        op.length = static_cast<std::uint32_t>(value.size());
        add(part, op);
        return {};
    }

    /// What covers parts of /proc goes where the visible /proc is mounted.
    sdk::Result<void> cover(Code code, const std::string& path) {
        const bool nested = !plan_.command.init && lies_in(path, "/proc");
        return named(nested ? Part::command : Part::inside, code, path);
    }

    sdk::Result<void> on_slot(Operation op, const sdk::Slot& slot) {
        const auto found = prepared_.slots.find(slot.name);
        if (found == prepared_.slots.end())
            return sdk::fail("nobody has filled the slot " + slot.name);
        const bool in_init = part() == Part::command || part() == Part::last;
        op.fd = in_init ? block_.pass(found->second.get()) : found->second.get();
        if (stage_ == sdk::Stage::seal)
            sealing_.push_back(op);
        else
            add(part(), op);
        return {};
    }

    /// Bounding set before the ids (EPERM with another user after them), capability sets after
    /// them, the directory as the command's own user, no_new_privs and what follows it at the end.
    void finish_command() {
        if (has_capabilities_) {
            Operation bounding = capabilities_;
            bounding.code = Code::bounding;
            add(Part::command, bounding);
        }
        if (ids_.code == Code::ids)
            add(Part::command, ids_);
        Operation directory = make(Code::directory);
        directory.text = block_.text(plan_.command.directory);
        add(Part::command, directory);
        if (has_capabilities_)
            add(Part::command, capabilities_);
        for (const Operation& op : sealing_)
            add(Part::command, op);
        block_.set_vectors(
            plan_.command.arguments, plan_.command.environment, plan_.command.candidates);
        if (plan_.command.prober)
            block_.header.prober = block_.pass(prepared_.prober.get());
        block_.header.init = plan_.command.init ? 1 : 0;
        block_.header.keeps_groups = keeps_groups(plan_) ? 1 : 0;
        block_.header.terminal = static_cast<std::uint8_t>(plan_.terminal);
        block_.header.terminal_user = static_cast<std::uint32_t>(ids_.a);
    }

    const Plan& plan_;
    Prepared& prepared_;
    Block block_;
    TreeLowering tree_;
    std::uint16_t step_ = child::no_step;
    sdk::Stage stage_ = sdk::Stage::enter;
    Operation ids_{};
    Operation capabilities_{};
    bool has_capabilities_ = false;
    std::vector<Operation> sealing_;
};

} // namespace

sdk::Result<Block> lower(const Plan& plan, Prepared& prepared) {
    return Lowering(plan, prepared).run();
}

} // namespace microbox::core
