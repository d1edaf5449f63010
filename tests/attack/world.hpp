// SPDX-License-Identifier: MIT
// What an attacker wants: a file, a process, sockets, queues and secrets of the host, made by the
// test that attacks and gone with it.
#pragma once

#include "tests/support/sandbox.hpp"

#include <microbox/sys/fd.hpp>

#include <map>
#include <string>
#include <vector>

namespace microbox::testing {

/// What came of one attack.
struct Attempt {
    std::string outcome; ///< "held", "ESCAPE", "untestable", "broken"
    std::string why;
    std::string what;
};

/// By id.
using Attempts = std::map<std::string, Attempt>;

class World {
public:
    World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;
    World(World&&) = delete;
    World& operator=(World&&) = delete;
    ~World();

    /// What the attacker is told of it, as key=value.
    [[nodiscard]] std::vector<std::string> words() const;

    /// With a secret in the environment, and descriptors that are open where they should not be.
    [[nodiscard]] Options caller() const;

    [[nodiscard]] const std::string& path() const { return scratch_.path(); }

    /// The victim is still there.
    [[nodiscard]] bool is_unharmed() const;

private:
    void listen_on_loopback(int family, const std::string& key);

    ScratchDirectory scratch_;
    std::string secret_;
    std::string word_;
    Running victim_;
    std::vector<sys::Fd> sockets_;
    sys::Fd terminal_;
    sys::Fd input_;
    sys::Fd directory_;
    sys::Fd object_;
    std::map<std::string, std::string> told_;
    int memory_ = -1;
    int semaphore_ = -1;
    int messages_ = -1;
};

[[nodiscard]] std::string attacker_path();

/// Every id in the attacker's table, with what is tried.
[[nodiscard]] std::map<std::string, std::string> all_attacks();

/// What an attacker's output says.
[[nodiscard]] Attempts attempts_of(const Outcome& outcome);

/// microbox OPTIONS -- attacker WORDS...; `words` come before what the world tells.
[[nodiscard]] std::vector<std::string> attack_arguments(const World& world,
                                                        std::vector<std::string> options,
                                                        const std::vector<std::string>& words);
[[nodiscard]] Outcome attack(const World& world,
                             const std::vector<std::string>& options,
                             const std::vector<std::string>& words = {});

/// A line for each attack that was no success of the sandbox's: "T35a ESCAPE it worked: mount a
/// tmpfs".
[[nodiscard]] std::string escapes(const Attempts& attempts);

/// What could not be tried, but `expected`; and what was not tried at all, although the table has
/// it and `left_out` does not begin with it.
[[nodiscard]] std::string not_tried(const Attempts& attempts,
                                    const std::vector<std::string>& expected,
                                    const std::vector<std::string>& left_out = {});

} // namespace microbox::testing
