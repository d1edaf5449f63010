// SPDX-License-Identifier: MIT
// A step is its promise: what it does can be seen from inside, by a question of the prober's.
#include "core/verify/promises.hpp"

#include "core/prober/hash.hpp"
#include "core/run/kernel_words.hpp"

#include <cstdint>

#include <linux/prctl.h>

namespace microbox::core {

namespace {

std::string hex(std::uint64_t value) {
    std::string text;
    for (int shift = 60; shift >= 0; shift -= 4)
        text += "0123456789abcdef"[(value >> static_cast<unsigned>(shift)) & 15U];
    return text;
}

std::string hashed(const std::string& bytes) {
    prober::Hash hash;
    hash.add(bytes.data(), bytes.size());
    return hex(hash.value());
}

/// The flags as the prober names them, with what else may be set between them.
std::string pattern_of(const sdk::MountFlags& flags) {
    std::string pattern;
    for (const char* word : wanted_flags(flags))
        pattern += std::string("*") + word;
    return pattern + "*";
}

const std::vector<std::string>& refused() {
    static const std::vector<std::string> all = {"EROFS", "EACCES", "EPERM", "ENOENT", "ENOTDIR"};
    return all;
}

class Promising {
public:
    explicit Promising(const Plan& plan) : plan_(plan) {}

    std::vector<PlanPromise> run() {
        for (const PlanStep& placed : plan_.steps) {
            plugin_ = placed.plugin;
            std::visit([this](const auto& step) { (*this)(step); }, placed.step);
        }
        plugin_ = "core";
        of_every_sandbox();
        of_the_storage();
        of_the_command();
        promises_.insert(promises_.end(), plan_.promises.begin(), plan_.promises.end());
        return std::move(promises_);
    }

    void operator()(const sdk::Mount& mount) {
        std::vector<std::string> held = {pattern_of(mount.flags)};
        // One that may be missing, and one that lies behind a link, the kernel's account has
        // judged.
        if (mount.target_may_miss)
            held.insert(held.end(), {"ENOENT", "ENOTDIR"});
        promise(mount.target + " is mounted as planned", {"flags", mount.target}, std::move(held));
        if (mount.flags.read_only)
            promise(
                "nothing can be written on " + mount.target, {"write", mount.target}, refused());
    }

    void operator()(const sdk::Directory& step) {
        promise(step.path + " is a directory", {"look", step.path}, {"directory", "link *"});
    }

    void operator()(const sdk::Symlink& step) {
        promise(step.path + " is a link to " + step.to,
                {"look", step.path},
                {"link " + step.to, "directory"});
    }

    void operator()(const sdk::File& step) {
        promise(step.path + " has the content of the plan",
                {"content", step.path},
                {std::to_string(step.content.size()) + " " + hashed(step.content)});
    }

    void operator()(const sdk::Device& step) {
        promise(step.path + " is the device of that name",
                {"look", step.path},
                {"device " + std::to_string(step.major) + ":" + std::to_string(step.minor)});
    }

    void operator()(const sdk::Mask& step) {
        promise("nothing is read from " + step.path,
                {"read", step.path},
                {"empty", "ENOENT", "ENOTDIR", "EACCES", "EPERM"});
    }

    void operator()(const sdk::ReadOnly& step) {
        promise(step.path + " is read-only", {"flags", step.path}, {"*ro*", "ENOENT", "ENOTDIR"});
    }

    void operator()(const sdk::Hostname& step) {
        promise("the hostname is the sandbox's own", {"hostname"}, {step.name});
    }

    void operator()(const sdk::LinkUp& step) {
        promise("the interface " + step.interface + " is up", {"link", step.interface}, {"up"});
    }

    void operator()(const sdk::Rlimit& step) {
        promise("the limit " + describe(step) + " is in force",
                {"rlimit", std::to_string(step.resource)},
                {std::to_string(step.soft) + " " + std::to_string(step.hard)});
    }

    void operator()(const sdk::Sysctl& step) {
        promise(step.name + " is " + step.value, {"line", "/proc/sys/" + step.name}, {step.value});
    }

    void operator()(const sdk::Ids& step) {
        promise(
            "the user is " + std::to_string(step.user), {"status", "Uid"}, {four_times(step.user)});
        promise("the group is " + std::to_string(step.group),
                {"status", "Gid"},
                {four_times(step.group)});
        std::string groups;
        for (const std::uint32_t group : step.groups)
            groups += (groups.empty() ? "" : " ") + std::to_string(group);
        if (!keeps_groups(plan_))
            promise("no group of the caller's is left", {"status", "Groups"}, {groups});
    }

    void operator()(const sdk::Capabilities& step) {
        promise("no capability can be had but those of the plan",
                {"status", "CapBnd"},
                {hex(step.keep)});
        // What remains of them for another user than root is none.
        promise("no capability is held but those of the plan",
                {"status", "CapEff"},
                {hex(step.keep), hex(0)});
        for (const char* set : {"CapInh", "CapAmb"})
            promise(std::string("the set ") + set + " is empty", {"status", set}, {hex(0)});
    }

    void operator()(const sdk::Prctl& step) {
        if (step.option == PR_SET_NO_NEW_PRIVS)
            promise(
                "no program gives further rights (no_new_privs)", {"status", "NoNewPrivs"}, {"1"});
    }

    void operator()(const sdk::Filter&) {
        promise("a filter of system calls is in force", {"status", "Seccomp"}, {"2"});
    }

    // Their effect is in the kernel's account, which is compared from outside.
    void operator()(const sdk::PivotRoot&) {}

    void operator()(const sdk::WriteDescriptor&) {}

    void operator()(const sdk::JoinNamespace&) {}

    void operator()(const sdk::Unshare&) {}

    void operator()(const sdk::SelfAttribute&) {}

    void operator()(const sdk::LandlockRestrict&) {}

private:
    void
    promise(std::string text, std::vector<std::string> question, std::vector<std::string> held) {
        promises_.push_back({{std::move(text), std::move(question), std::move(held)}, plugin_});
    }

    void of_every_sandbox() {
        promise("no descriptor is open but the standard streams", {"descriptors"}, {"none"});
        promise("no process is seen but those of the sandbox", {"processes"}, {"none"});
        for (const char* path : {"/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe"})
            promise(std::string(path) + " cannot be written", {"write", path}, refused());
        if (!plan_.command.init)
            return;
        promise("init cannot be overwritten", {"write", "/proc/1/exe"}, refused());
        promise("init's memory cannot be read", {"read", "/proc/1/mem"}, refused());
        promise("init's environment cannot be read", {"read", "/proc/1/environ"}, refused());
    }

    /// Seen through any of its directories: they are one file system.
    void of_the_storage() {
        if (!plan_.storage)
            return;
        for (const PlanStep& placed : plan_.steps) {
            const auto* mount = std::get_if<sdk::Mount>(&placed.step);
            if (mount == nullptr || !std::holds_alternative<sdk::StorageDirectory>(mount->source))
                continue;
            // The kernel counts in pages.
            constexpr std::uint64_t page = 4096;
            const std::uint64_t bytes = (plan_.storage->bytes + page - 1) / page * page;
            promise("the storage is as large as planned, in bytes and in files",
                    {"room", mount->target},
                    {std::to_string(bytes) + " " + std::to_string(plan_.storage->inodes)});
            return;
        }
    }

    void of_the_command() {
        std::string all;
        for (const std::string& variable : plan_.command.environment)
            all += variable + '\0';
        promise("the environment is that of the plan",
                {"environment"},
                {std::to_string(plan_.command.environment.size()) + " " + hashed(all)});
        promise("the working directory is " + plan_.command.directory,
                {"directory"},
                {plan_.command.directory, "/*"});
    }

    const Plan& plan_;
    std::string plugin_;
    std::vector<PlanPromise> promises_;
};

} // namespace

std::vector<PlanPromise> promises_of(const Plan& plan) {
    return Promising(plan).run();
}

} // namespace microbox::core
