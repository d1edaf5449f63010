// SPDX-License-Identifier: MIT
// The door of the program.
#include "cli/output.hpp"
#include "cli/verbs.hpp"

#include <exception>

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
