// SPDX-License-Identifier: MIT
// Prints what sdk/ABI should hold; the script `update` writes it there.
#include "tests/unit/abi/abi_text.hpp"

#include <iostream>

int main(int count, char** arguments) {
    if (count != 2)
        return 2;
    std::cout << microbox::tests::abi_text(arguments[1]);
    return 0;
}
