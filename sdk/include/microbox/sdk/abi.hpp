// SPDX-License-Identifier: MIT
// The number of the promise, and the stamp of the C++ library's ABI. Both must be equal on both
// sides.
#pragma once

/// Raised whenever a header of this folder changes its meaning; sdk/ABI holds their hash
/// (docs/maintaining.md).
#define MICROBOX_SDK_ABI 1

#define MBX_STRINGIFY_INNER(x) #x
#define MBX_STRINGIFY(x) MBX_STRINGIFY_INNER(x)

#include <version>

#if defined(__GLIBCXX__)
// libstdc++: what decides is the string ABI and the Itanium C++ ABI version, not the compiler's
// name.
#define MICROBOX_TOOLCHAIN                                                                         \
    "libstdc++ cxx11=" MBX_STRINGIFY(_GLIBCXX_USE_CXX11_ABI) " pointer=" MBX_STRINGIFY(            \
        __SIZEOF_POINTER__)
#elif defined(_LIBCPP_VERSION)
#define MICROBOX_TOOLCHAIN "libc++ abi=" MBX_STRINGIFY(_LIBCPP_ABI_VERSION)
#else
#define MICROBOX_TOOLCHAIN "unknown"
#endif
