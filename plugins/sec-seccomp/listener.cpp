// SPDX-License-Identifier: MIT
// seccomp_unotify(2). POLLIN means a call that waits, and the kernel counts at least as many as
// wait: the ioctl that takes one finds it or says ENOENT, when its caller was killed meanwhile, and
// never blocks.
#include "listener.hpp"

#include "caller_of.hpp"

#include <algorithm>
#include <cerrno>

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace microbox::seccomp {
namespace {

constexpr std::size_t most_recent = 256;
constexpr auto moment = std::chrono::milliseconds(200);

std::vector<std::uint64_t> buffer(std::size_t known, std::size_t kernels) {
    const std::size_t bytes = std::max(known, kernels);
    return std::vector<std::uint64_t>((bytes + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t));
}

/// libc asks for clone3 at every thread and falls back on its ENOSYS: nothing is denied by that.
bool falls_back(int number, Action answer) {
    return number == SYS_clone3 && answer == (SECCOMP_RET_ERRNO | ENOSYS);
}

} // namespace

Action answer_to(const std::vector<sock_filter>& refusing, const seccomp_data& call) {
    const auto answer = evaluate(refusing, call);
    return answer && (*answer & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_ERRNO
               ? *answer
               : SECCOMP_RET_ERRNO | EPERM;
}

Listener::Listener(sys::Fd listener, std::vector<sock_filter> refusing, pid_t command)
    : fd_(std::move(listener)), refusing_(std::move(refusing)), depth_(pid_depth(command)) {
    seccomp_notif_sizes sizes{};
    static_cast<void>(::syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes));
    request_ = buffer(sizeof(seccomp_notif), sizes.seccomp_notif);
    response_ = buffer(sizeof(seccomp_notif_resp), sizes.seccomp_notif_resp);
}

sdk::Result<bool> Listener::serve() {
    for (int served = 0; served < most_at_once; ++served) {
        pollfd polled{fd_.get(), POLLIN, 0};
        if (::poll(&polled, 1, 0) <= 0)
            return true;
        if ((polled.revents & POLLIN) == 0)
            return (polled.revents & (POLLHUP | POLLERR | POLLNVAL)) == 0;
        MBX_CHECK(answer_one());
    }
    return true;
}

sdk::Result<void> Listener::answer_one() {
    std::fill(request_.begin(), request_.end(), 0); // the kernel insists
    if (::ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_RECV, request_.data()) < 0) {
        if (errno == ENOENT || errno == EINTR)
            return {};
        return sdk::fail_errno("take a refused call", errno);
    }
    const auto& call = *reinterpret_cast<const seccomp_notif*>(request_.data());
    const Action answer = answer_to(refusing_, call.data);
    account(call, answer);
    std::fill(response_.begin(), response_.end(), 0);
    auto& response = *reinterpret_cast<seccomp_notif_resp*>(response_.data());
    response.id = call.id;
    // MAX_ERRNO, as the kernel's own answer is cut (__seccomp_filter in kernel/seccomp.c).
    response.error = -std::min(static_cast<int>(answer & SECCOMP_RET_DATA), 4095);
    // ENOENT: its caller was killed meanwhile.
    if (::ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_SEND, &response) < 0 && errno != ENOENT)
        return sdk::fail_errno("answer a refused call", errno);
    return {};
}

bool Listener::is_waiting(std::uint64_t id) const {
    return ::ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

void Listener::account(const seccomp_notif& call, Action answer) {
    if (!falls_back(call.data.nr, answer))
        ++entry_of(call, answer).count;
}

Ledger::Entry& Listener::entry_of(const seccomp_notif& call, Action answer) {
    const CallKind kind = kind_of(call.data);
    const auto now = Clock::now();
    if (now >= recent_until_ || recent_.size() >= most_recent) {
        recent_.clear();
        recent_until_ = now + moment;
    }
    const auto known = recent_.find({kind, answer, call.pid});
    if (known != recent_.end())
        return *known->second;
    CallerOf caller = caller_of(static_cast<pid_t>(call.pid), depth_);
    // The thread may be gone, and its number another's.
    if (!is_waiting(call.id))
        caller = {};
    Ledger::Entry& entry = ledger_.entry({kind, answer, caller.program}, caller.pid);
    recent_.emplace(std::tuple(kind, answer, call.pid), &entry);
    return entry;
}

} // namespace microbox::seccomp
