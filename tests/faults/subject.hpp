// SPDX-License-Identifier: MIT
// One command line that is made to fail, in a world of its own (world.hpp): what its command is
// told by the kernel in a run without a fault, and whether a run with one was as good, or refused.
#pragma once

#include "tests/faults/injector/tracer.hpp"
#include "tests/faults/remains.hpp"
#include "tests/faults/world.hpp"
#include "tests/support/sandbox.hpp"

#include <memory>
#include <string>
#include <vector>

namespace microbox::faults {

/// Options of microbox; the command is the probe, which prints what the kernel says of it.
struct Mode {
    std::string name;
    std::vector<std::string> options;
    bool plain_user = false;
};

class Subject {
public:
    /// In a world. Records a run without a fault; throws when that is not what it should be.
    explicit Subject(const Mode& mode);

    [[nodiscard]] const std::vector<Recorded>& calls() const { return calls_; }

    /// One run with one fault; "": as it should be. An error named "kill" kills the process there.
    [[nodiscard]] std::string check(const Point& at, const std::string& error);

    /// One run of a microbox that something else disturbs: a program that stands before it, or the
    /// world itself. A refusal must name one of `names`, when there are any. `name` is for the
    /// report.
    [[nodiscard]] std::string check_start(const std::string& name,
                                          const std::vector<std::string>& before,
                                          const std::vector<std::string>& names = {});

    /// What stands in the world now was put there by the test.
    void look_around();

    /// How the last check ended: with the command's own exit code, or not.
    [[nodiscard]] bool was_contained() const { return contained_; }

    /// What was seen, for figures.
    struct Tally {
        int contained = 0;
        int refused = 0;
        int missed = 0; ///< the call was not made in that run
        int needed_gc = 0;
    };

    [[nodiscard]] const Tally& tally() const { return tally_; }

private:
    /// This subject's microbox, with what stands before it.
    [[nodiscard]] testing::Outcome start(std::vector<std::string> before,
                                         const std::vector<std::string>& words) const;
    [[nodiscard]] std::vector<std::string> words() const;
    [[nodiscard]] testing::Outcome injected(const std::vector<std::string>& words);
    [[nodiscard]] std::string judge(const testing::Outcome& outcome, bool command_ran) const;
    [[nodiscard]] std::string judge_start(const testing::Outcome& outcome,
                                          const std::vector<std::string>& names) const;
    [[nodiscard]] std::string what_is_left();

    Mode mode_;
    std::unique_ptr<HeldUser> user_;
    testing::ScratchDirectory scratch_;
    std::unique_ptr<testing::TinyRoot> root_;
    std::string result_;
    std::string account_;
    std::vector<Recorded> calls_;
    std::unique_ptr<Remains> before_;
    Tally tally_;
    bool contained_ = false;
};

/// What the command printed, without what differs from run to run: numbers of namespaces, ids of
/// the lease, the generated names.
[[nodiscard]] std::string account_of(const std::string& out);

/// The same without what a launcher with other limits, or below a filter, hands on by right.
[[nodiscard]] std::string coarse_account_of(const std::string& out);

/// "": the errors are one message of microbox's own that names what it was doing.
[[nodiscard]] std::string not_a_message(const std::string& errors);

} // namespace microbox::faults
