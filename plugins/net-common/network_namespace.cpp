// SPDX-License-Identifier: MIT
#include "network_namespace.hpp"

#include <microbox/sys/file.hpp>

#include <cerrno>
#include <exception>
#include <string>
#include <thread>
#include <utility>

#include <sched.h>
#include <sys/socket.h>

namespace microbox::net {

sdk::Result<sys::Fd> network_of(pid_t pid) {
    return sys::open("/proc/" + std::to_string(pid) + "/ns/net", O_RDONLY);
}

sdk::Result<void> within(int network, const std::function<sdk::Result<void>()>& visit) {
    sdk::Result<void> result;
    std::exception_ptr thrown;
    std::thread visitor([&] {
        try {
            if (::setns(network, CLONE_NEWNET) < 0)
                result = sdk::fail_errno("enter another network", errno);
            else
                result = visit();
        } catch (...) {
            thrown = std::current_exception();
        }
    });
    visitor.join();
    if (thrown)
        std::rethrow_exception(thrown);
    return result;
}

sys::Fd socket_in(int network, int family, int type, int protocol) {
    if (network < 0)
        return sys::Fd(::socket(family, type | SOCK_CLOEXEC, protocol));
    sys::Fd made;
    int error = 0;
    const auto visited = within(network, [&]() -> sdk::Result<void> {
        made.reset(::socket(family, type | SOCK_CLOEXEC, protocol));
        error = errno;
        return {};
    });
    errno = visited.ok() ? error : visited.error().error_number;
    return made;
}

} // namespace microbox::net
