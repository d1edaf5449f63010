// SPDX-License-Identifier: MIT
#include "network_namespace.hpp"

#include <microbox/sys/file.hpp>

#include <cerrno>
#include <exception>
#include <string>

#include <sched.h>

namespace microbox::net_bridge {

sdk::Result<sys::Fd> network_of(pid_t pid) {
    return sys::open("/proc/" + std::to_string(pid) + "/ns/net", O_RDONLY);
}

sdk::Result<void> within(const sys::Fd& network, const std::function<sdk::Result<void>()>& visit) {
    MBX_TRY(const sys::Fd own, sys::open("/proc/self/ns/net", O_RDONLY));

    struct Return {
        explicit Return(int network) : own(network) {}

        Return(const Return&) = delete;
        Return& operator=(const Return&) = delete;

        // Whatever would come next would act on the wrong network, the clean-up too.
        ~Return() {
            if (::setns(own, CLONE_NEWNET) < 0)
                std::terminate();
        }

        int own;
    };

    if (::setns(network.get(), CLONE_NEWNET) < 0)
        return sdk::fail_errno("enter the sandbox's network", errno);
    const Return back(own.get());
    return visit();
}

} // namespace microbox::net_bridge
