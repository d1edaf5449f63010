// SPDX-License-Identifier: MIT
// The fence: nothing that a plugin throws gets past it.
#pragma once

#include <microbox/sdk/result.hpp>

#include <exception>
#include <string>
#include <type_traits>
#include <utility>

namespace microbox::core {

namespace detail {
template <class T>
struct Fenced {
    using Type = sdk::Result<T>;
};

template <class T>
struct Fenced<sdk::Result<T>> {
    using Type = sdk::Result<T>;
};
} // namespace detail

/// Calls; the answer is the call's Result, or its value in one. A throw becomes the Error
/// "PLUGIN: PHASE threw: what".
template <class Call>
[[nodiscard]] auto fence(const std::string& plugin, const char* phase, Call&& call) ->
    typename detail::Fenced<std::invoke_result_t<Call>>::Type {
    std::string what;
    try {
        if constexpr (std::is_void_v<std::invoke_result_t<Call>>) {
            std::forward<Call>(call)();
            return {};
        } else {
            return std::forward<Call>(call)();
        }
    } catch (const std::exception& thrown) {
        what = thrown.what();
    } catch (...) {
        what = "something that is no std::exception";
    }
    return sdk::fail(plugin + ": " + phase + " threw: " + what,
                     "this is a fault of the plugin " + plugin);
}

} // namespace microbox::core
