// SPDX-License-Identifier: MIT
// The door of the program.
#include "cli/output.hpp"
#include "cli/verbs.hpp"

#include <exception>

#include <unistd.h>

namespace {

/// So little memory that not even an exception has room. Without any, then: a message, and the
/// kernel does the rest. Our end is the sandbox's.
[[noreturn]] void stop_without_memory() {
    constexpr char text[] = "microbox: stopped: there is no memory left to say why\n"
                            "hint: what had been taken is given back by `microbox gc`\n";
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text, sizeof text - 1);
    constexpr int failed = 125;
    ::_exit(failed);
}

/// Before the constructors of others, which need memory too.
[[gnu::constructor(101)]] void be_ready_for_no_memory() {
    std::set_terminate(stop_without_memory);
}

} // namespace

int main(int argc, char** argv) {
    using namespace microbox;
    try {
        cli::open_standard_streams();
        return cli::dispatch(cli::Words(argv + (argc > 0 ? 1 : 0), argv + argc));
    } catch (const std::exception& thrown) {
        // What is left is no memory, or a fault of ours.
        return cli::failed(sdk::fail(std::string("stopped: ") + thrown.what()));
    }
}
