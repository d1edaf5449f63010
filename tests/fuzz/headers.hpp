// SPDX-License-Identifier: MIT
// What nearly every parser includes: read by the compiler once, which halves the time of the build.
#pragma once

#include <microbox/sdk/facts.hpp>
#include <microbox/sdk/nearest.hpp>
#include <microbox/sdk/request.hpp>
#include <microbox/sdk/result.hpp>
#include <microbox/sdk/session.hpp>
#include <microbox/sdk/units.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>
