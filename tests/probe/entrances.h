// SPDX-License-Identifier: MIT
// The entrances to the kernel that another ABI of this machine has. A call's number and up to four
// arguments; the answer is -errno as the kernel gives it, -ENOSYS where there is no such entrance.
#pragma once

long x32_call(const long* call);
long i386_call(const long* call);
