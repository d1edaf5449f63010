// SPDX-License-Identifier: MIT
#include "fallback.hpp"

#include "mounts.hpp"
#include "processors.hpp"

#include <microbox/sys/file.hpp>

#include <algorithm>
#include <cerrno>
#include <charconv>

namespace microbox::limit_cgroup {

namespace {

/// The hard limit of a line like "Max data size  SOFT  HARD  bytes".
std::uint64_t hard_limit(std::string_view limits, std::string_view name) {
    const auto at = limits.find(name);
    if (at == std::string_view::npos)
        return Watch::unlimited;
    const auto words = split(limits.substr(at + name.size(), 60), " \n");
    std::uint64_t value = Watch::unlimited;
    if (words.size() > 1)
        std::from_chars(words[1].data(), words[1].data() + words[1].size(), value);
    return value;
}

/// The soft limit that a process has.
std::string soft_limit_of(pid_t pid, std::string_view name) {
    const auto text = sys::read_file("/proc/" + std::to_string(pid) + "/limits");
    const auto at = text.ok() ? text->find(name) : std::string::npos;
    if (at == std::string::npos)
        return "unknown";
    const auto words = split(std::string_view(*text).substr(at + name.size(), 60), " \n");
    return words.empty() ? "unknown" : words.front();
}

constexpr const char* data_size = "Max data size";
constexpr const char* processes = "Max processes";

/// The supervisor is counted with what it has made.
std::uint64_t with_supervisor(std::uint64_t pids) {
    return pids + 1;
}

} // namespace

bool Fallback::kernel_holds_pids(const sdk::Request& request) {
    return !request.privileged && request.isolated_ids;
}

void Fallback::plan(const Controllers& loose,
                    const Limits& limits,
                    const sdk::Request& request,
                    const sdk::Facts& facts,
                    sdk::Fragment& fragment) {
    loose_ = loose;
    limits_ = limits;
    planned_ = true;
    kernel_holds_pids_ = kernel_holds_pids(request);
    const std::string& here = facts.text(own_limits_file);
    data_bytes_ = std::min(limits.memory_bytes, hard_limit(here, data_size));
    if (holds(Controller::memory)) {
        fragment.add(sdk::Stage::limits,
                     sdk::Rlimit{RLIMIT_DATA, data_bytes_, data_bytes_},
                     limits.memory_source);
    }
    // Of each user inside, where the ids are the sandbox's own.
    if (holds(Controller::pids) && !kernel_holds_pids_ && request.isolated_ids) {
        const std::uint64_t pids = std::min(limits.pids, hard_limit(here, processes));
        fragment.add(sdk::Stage::limits, sdk::Rlimit{RLIMIT_NPROC, pids, pids}, limits.pids_source);
    }
}

void Fallback::take_over(const Controllers& loose) {
    loose_ = loose;
    planned_ = false;
}

std::string Fallback::words() const {
    std::string text;
    const auto add = [&](const std::string& more) { text += (text.empty() ? "" : "; ") + more; };
    if (holds(Controller::memory))
        add("memory: each process by RLIMIT_DATA, all together by a watch 20 times a second");
    if (holds(Controller::pids))
        add(kernel_holds_pids_ ? "pids: by RLIMIT_NPROC of the user namespace"
                               : "pids: of each user by RLIMIT_NPROC, all together by the watch");
    if (holds(Controller::cpu))
        add("cpus: by the number of processors it starts on, which it can change");
    return text;
}

sdk::Result<void> Fallback::prepare() {
    if (!holds(Controller::pids) || !kernel_holds_pids_)
        return {};
    rlimit own{};
    if (::getrlimit(RLIMIT_NPROC, &own) != 0)
        return sdk::fail_errno("read RLIMIT_NPROC", errno);
    rlimit tight = own;
    tight.rlim_cur = std::min<rlim_t>(own.rlim_cur, with_supervisor(limits_.pids));
    // What the namespace is made with counts for it from then on: attach() gives ours back.
    if (::setrlimit(RLIMIT_NPROC, &tight) != 0)
        return sdk::fail_errno("set RLIMIT_NPROC", errno);
    own_nproc_ = own;
    return {};
}

sdk::Result<void> Fallback::attach(sdk::Session& session) {
    if (own_nproc_ && ::setrlimit(RLIMIT_NPROC, &*own_nproc_) != 0)
        return sdk::fail_errno("give RLIMIT_NPROC back", errno);
    const rlimit data = {data_bytes_, data_bytes_};
    if (!planned_ && holds(Controller::memory) &&
        ::prlimit(session.init_pid(), RLIMIT_DATA, &data, nullptr) != 0)
        return sdk::fail_errno("set RLIMIT_DATA of the sandbox", errno);
    if (holds(Controller::cpu))
        return keep_to_processors(session.init_pid(), whole_processors(limits_.cpu_quota_us));
    return {};
}

sdk::Result<void> Fallback::verify(sdk::Session& session) const {
    if (holds(Controller::memory)) {
        const std::string data = soft_limit_of(session.command_pid(), data_size);
        // --ulimit may ask for less.
        std::uint64_t bytes = Watch::unlimited;
        std::from_chars(data.data(), data.data() + data.size(), bytes);
        if (bytes > data_bytes_)
            return sdk::fail("the command's RLIMIT_DATA is " + data + " instead of " +
                             std::to_string(data_bytes_));
    }
    if (own_nproc_) {
        const std::string expected =
            std::to_string(std::min<rlim_t>(own_nproc_->rlim_cur, with_supervisor(limits_.pids)));
        const std::string found = soft_limit_of(session.init_pid(), processes);
        if (found != expected)
            return sdk::fail("RLIMIT_NPROC of the sandbox's init is " + found + " instead of " +
                             expected);
    }
    if (holds(Controller::cpu))
        return expect_processors(session.command_pid(), whole_processors(limits_.cpu_quota_us));
    return {};
}

sdk::Result<void> Fallback::running(sdk::Session& session) {
    if (holds(Controller::memory))
        watch_.memory_bytes = limits_.memory_bytes;
    if (holds(Controller::pids) && !kernel_holds_pids_)
        watch_.tasks = limits_.pids;
    if (watch_.memory_bytes == Watch::unlimited && watch_.tasks == Watch::unlimited)
        return {};
    return watch_.start(session);
}

void Fallback::exited(sdk::Report& report) const {
    if (holds(Controller::memory))
        report.integer("memory_peak_bytes", static_cast<std::int64_t>(watch_.peak().memory_bytes));
    if (watch_.tasks != Watch::unlimited)
        report.integer("pids_peak", static_cast<std::int64_t>(watch_.peak().tasks));
    if (!watch_.reason().empty())
        report.reason(watch_.reason());
}

} // namespace microbox::limit_cgroup
