// SPDX-License-Identifier: MIT
// The static program of the README's examples.
#include <cstdio>

#include <unistd.h>

int main() {
    std::printf("hello from process %d\n", static_cast<int>(::getpid()));
    return 0;
}
