// SPDX-License-Identifier: MIT
#include "core/verify/apart.hpp"

#include <microbox/sys/file.hpp>

#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace microbox::core {

namespace {

constexpr std::size_t most_read = std::size_t{1} << 20U;

[[noreturn]] void
be_the_child(const std::function<int()>& call, pid_t parent, int nothing, int out, int err) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent || ::dup2(nothing, STDIN_FILENO) < 0 ||
        ::dup2(out, STDOUT_FILENO) < 0 || ::dup2(err, STDERR_FILENO) < 0)
        ::_exit(125);
    ::_exit(call());
}

} // namespace

std::string text_of(int file) {
    ::lseek(file, 0, SEEK_SET);
    auto text = sys::read_all(file, "a file in memory", most_read);
    return text.ok() ? std::move(*text) : std::string();
}

sdk::Result<Apart> run_apart(const std::function<int()>& call) {
    const sys::Fd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const sys::Fd out(::memfd_create("mbx-out", MFD_CLOEXEC));
    const sys::Fd err(::memfd_create("mbx-err", MFD_CLOEXEC));
    if (!nothing || !out || !err)
        return sdk::fail_errno("make files in memory for the run's streams", errno);
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child < 0)
        return sdk::fail_errno("make a process for the run", errno);
    if (child == 0)
        be_the_child(call, parent, nothing.get(), out.get(), err.get());
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    Apart apart;
    constexpr int signal_base = 128;
    apart.code = WIFEXITED(status) ? WEXITSTATUS(status) : signal_base + WTERMSIG(status);
    apart.out = text_of(out.get());
    apart.err = text_of(err.get());
    return apart;
}

} // namespace microbox::core
