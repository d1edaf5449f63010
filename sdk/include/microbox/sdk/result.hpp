// SPDX-License-Identifier: MIT
// Result<T>: a value, or an Error that a user can act on. Used on the parent's side everywhere.
#pragma once

#include <cstring>
#include <string>
#include <utility>
#include <variant>

namespace microbox::sdk {

/// What went wrong, in the words of the user. Printed as "microbox: <what>" and "hint: <hint>".
struct Error {
    std::string what;     ///< one line: the object, the cause, what would be right
    std::string hint;     ///< what to do about it; may be empty
    int error_number = 0; ///< the errno behind it, 0 when there is none
    int exit_code = 125;  ///< 125 microbox failed, 126 not executable, 127 not found

    /// "doing: " in front of what happened below: one layer of context.
    [[nodiscard]] Error within(const std::string& doing) && {
        what = doing + ": " + what;
        return std::move(*this);
    }
};

[[nodiscard]] inline Error fail(std::string what, std::string hint = {}) {
    return Error{std::move(what), std::move(hint), 0, 125};
}

/// The one gate from errno to Error: "doing: No such file or directory".
[[nodiscard]] inline Error
fail_errno(const std::string& doing, int error_number, std::string hint = {}) {
    return Error{doing + ": " + ::strerror(error_number), std::move(hint), error_number, 125};
}

struct Nothing {};

/// A T or an Error. Reading the value of a failed Result is a programming error.
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : held_(std::in_place_index<0>, std::move(value)) {} // implicit on purpose

    Result(Error error) : held_(std::in_place_index<1>, std::move(error)) {}

    [[nodiscard]] bool ok() const { return held_.index() == 0; }

    explicit operator bool() const { return ok(); }

    [[nodiscard]] T& value() & { return *std::get_if<0>(&held_); }

    [[nodiscard]] const T& value() const& { return *std::get_if<0>(&held_); }

    [[nodiscard]] T&& value() && { return std::move(*std::get_if<0>(&held_)); }

    [[nodiscard]] Error& error() { return *std::get_if<1>(&held_); }

    [[nodiscard]] const Error& error() const { return *std::get_if<1>(&held_); }

    T& operator*() { return value(); }

    const T& operator*() const { return value(); }

    T* operator->() { return &value(); }

    const T* operator->() const { return &value(); }

private:
    std::variant<T, Error> held_;
};

/// A Result without a value: `return {};` is success.
template <>
class [[nodiscard]] Result<void> : public Result<Nothing> {
public:
    Result() : Result<Nothing>(Nothing{}) {}

    Result(Error error) : Result<Nothing>(std::move(error)) {} // implicit on purpose
};

} // namespace microbox::sdk

#define MBX_CONCAT_INNER(a, b) a##b
#define MBX_CONCAT(a, b) MBX_CONCAT_INNER(a, b)

/// `MBX_TRY(auto fd, open_it());` declares fd, or returns the error from this function.
#define MBX_TRY(declaration, expression)                                                           \
    auto MBX_CONCAT(mbx_result_, __LINE__) = (expression);                                         \
    if (!MBX_CONCAT(mbx_result_, __LINE__).ok())                                                   \
        return std::move(MBX_CONCAT(mbx_result_, __LINE__).error());                               \
    declaration = std::move(MBX_CONCAT(mbx_result_, __LINE__)).value()

/// The same for a Result<void>. The name has the line in it, so that a lambda within may check too.
#define MBX_CHECK(expression)                                                                      \
    do {                                                                                           \
        auto MBX_CONCAT(mbx_checked_, __LINE__) = (expression);                                    \
        if (!MBX_CONCAT(mbx_checked_, __LINE__).ok())                                              \
            return std::move(MBX_CONCAT(mbx_checked_, __LINE__).error());                          \
    } while (false)
