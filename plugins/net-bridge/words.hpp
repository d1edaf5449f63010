// SPDX-License-Identifier: MIT
// What the network modes have in common is at hand here by its short names.
#pragma once

namespace microbox::net {}

namespace microbox::net_bridge {
using namespace net;
}
