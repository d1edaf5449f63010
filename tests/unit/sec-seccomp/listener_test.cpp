// SPDX-License-Identifier: MIT
// The real kernel and a real listener: each refused call gets the filter's own errno, whatever
// becomes of who should answer. Needs no root.
#include "evaluate.hpp"
#include "listener.hpp"
#include "tests/unit/sec-seccomp/filter_call.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <functional>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace microbox::tests {
namespace {

long load(const Program& program) {
    const sock_fprog filter{static_cast<unsigned short>(program.size()),
                            const_cast<sock_filter*>(program.data())};
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    return ::syscall(
        SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter);
}

void send_fd(int line, int fd) {
    char byte = 0;
    iovec part{&byte, 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> space{};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = space.data();
    header.msg_controllen = space.size();
    cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(rights), &fd, sizeof fd);
    ::sendmsg(line, &header, 0);
}

sys::Fd receive_fd(int line) {
    char byte = 0;
    iovec part{&byte, 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> space{};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = space.data();
    header.msg_controllen = space.size();
    int fd = -1;
    if (::recvmsg(line, &header, MSG_CMSG_CLOEXEC) == 1 && CMSG_FIRSTHDR(&header) != nullptr)
        std::memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&header)), sizeof fd);
    return sys::Fd(fd);
}

/// A child behind the default filter, told of, that exits with what `act` returns.
class Behind {
public:
    explicit Behind(const std::function<int()>& act) {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
            return;
        const sys::Fd ours(ends[0]);
        sys::Fd theirs(ends[1]);
        child_ = ::fork();
        if (child_ == 0) {
            const long listener = load(seccomp::notifying(ready_program()));
            if (listener < 0)
                ::_exit(99);
            send_fd(theirs.get(), static_cast<int>(listener));
            ::close(static_cast<int>(listener));
            ::_exit(act());
        }
        theirs.reset();
        listener_ = receive_fd(ours.get());
    }

    Behind(const Behind&) = delete;
    Behind& operator=(const Behind&) = delete;

    ~Behind() {
        if (!waited_ && child_ > 0) {
            ::kill(child_, SIGKILL);
            ::waitpid(child_, nullptr, 0);
        }
    }

    [[nodiscard]] pid_t pid() const { return child_; }

    [[nodiscard]] sys::Fd listener() { return std::move(listener_); }

    int exit_code() {
        int status = -1;
        ::waitpid(child_, &status, 0);
        waited_ = true;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }

private:
    pid_t child_ = -1;
    bool waited_ = false;
    sys::Fd listener_;
};

/// Until nobody is behind the filter any more.
void serve(seccomp::Listener& listener) {
    for (int rounds = 0; rounds < 100000; ++rounds) {
        pollfd polled{listener.fd(), POLLIN, 0};
        if (::poll(&polled, 1, 10000) <= 0)
            break;
        const auto goes_on = listener.serve();
        ASSERT_TRUE(goes_on.ok());
        if (!*goes_on)
            return;
    }
    FAIL() << "the child did not end";
}

template <class... Arguments>
int errno_of(long number, Arguments... arguments) {
    return ::syscall(number, arguments...) < 0 ? errno : 0;
}

} // namespace

TEST(Listener, GivesTheErrnoOfTheFilter) {
    Behind behind([] {
        if (errno_of(SYS_unshare, 0) != EPERM)
            return 1;
        if (errno_of(SYS_socket, AF_NETLINK, SOCK_RAW, 9) != EPROTONOSUPPORT)
            return 2;
        if (errno_of(1000) != ENOSYS || errno_of(SYS_clone3, nullptr, 0) != ENOSYS)
            return 3;
        return errno_of(SYS_getppid);
    });
    seccomp::Listener listener(behind.listener(), ready_program(), behind.pid());

    serve(listener);

    EXPECT_EQ(behind.exit_code(), 0);
    std::map<std::string, std::uint64_t> counts;
    for (const auto& [kind, entry] : listener.ledger().kinds()) {
        counts[in_words(kind.call)] += entry.count;
        EXPECT_NE(entry.first_pid, 0);
        EXPECT_NE(kind.program, "");
    }
    // clone3 is answered and not listed: libc falls back at every thread.
    EXPECT_EQ(counts,
              (std::map<std::string, std::uint64_t>{
                  {"unshare(0x0)", 1}, {"socket(AF_NETLINK, protocol 9)", 1}, {"call 1000", 1}}));
}

TEST(Listener, CountsAFlood) {
    Behind behind([] {
        for (int i = 0; i < 5000; ++i)
            if (errno_of(SYS_bpf, 0, nullptr, 0) != EPERM)
                return 1;
        return 0;
    });
    seccomp::Listener listener(behind.listener(), ready_program(), behind.pid());

    serve(listener);

    EXPECT_EQ(behind.exit_code(), 0);
    ASSERT_EQ(listener.ledger().kinds().size(), 1U);
    EXPECT_EQ(listener.ledger().kinds().begin()->second.count, 5000U);
}

/// A flood keeps no timeout and no signal waiting: the poll loop has its turn in between.
TEST(Listener, AnswersNoMoreThanItsMostAtOnce) {
    constexpr std::uint64_t callers = 2 * seccomp::Listener::most_at_once;
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const sys::Fd reading(ends[0]);
    const sys::Fd writing(ends[1]);
    Behind behind([&] {
        for (std::uint64_t i = 0; i < callers; ++i)
            if (::fork() == 0) {
                const bool said = ::write(writing.get(), "x", 1) == 1;
                ::_exit(said ? errno_of(SYS_unshare, 0) : 0);
            }
        int good = 0;
        int status = 0;
        while (::wait(&status) > 0)
            good += WIFEXITED(status) && WEXITSTATUS(status) == EPERM ? 1 : 0;
        return good == callers ? 0 : 1;
    });
    seccomp::Listener listener(behind.listener(), ready_program(), behind.pid());
    char byte = 0;
    for (std::uint64_t i = 0; i < callers; ++i)
        ASSERT_EQ(::read(reading.get(), &byte, 1), 1);
    ::usleep(200000); // from the byte to the call

    ASSERT_TRUE(listener.serve().ok());

    ASSERT_EQ(listener.ledger().kinds().size(), 1U);
    EXPECT_LE(listener.ledger().kinds().begin()->second.count,
              std::uint64_t{seccomp::Listener::most_at_once});
    serve(listener);
    EXPECT_EQ(listener.ledger().kinds().begin()->second.count, callers);
    EXPECT_EQ(behind.exit_code(), 0);
}

TEST(Listener, ThatGoesAwayLeavesADenial) {
    Behind behind([] { return errno_of(SYS_unshare, 0); });
    { const sys::Fd closed = behind.listener(); }

    EXPECT_EQ(behind.exit_code(), ENOSYS);
}

TEST(Listener, SurvivesACallerThatIsKilledWhileItAsks) {
    Behind behind([] { return errno_of(SYS_unshare, 0); });
    seccomp::Listener listener(behind.listener(), ready_program(), behind.pid());
    pollfd polled{listener.fd(), POLLIN, 0};
    ASSERT_EQ(::poll(&polled, 1, 10000), 1);
    ::kill(behind.pid(), SIGKILL);
    EXPECT_EQ(behind.exit_code(), -SIGKILL);

    const auto goes_on = listener.serve();

    ASSERT_TRUE(goes_on.ok());
    EXPECT_FALSE(*goes_on);
    EXPECT_TRUE(listener.ledger().kinds().empty());
}

} // namespace microbox::tests
