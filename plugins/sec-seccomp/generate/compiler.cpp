// SPDX-License-Identifier: MIT
// Compiles a ruleset: ranges, then a search tree, then decision trees over arguments, then labels.
#include "generate/compiler.hpp"

#include "generate/assembler.hpp"

#include <cstddef>
#include <optional>

#include <linux/seccomp.h>

namespace microbox::seccomp {
namespace {

/// Numbers from first up to the next range's first, with one answer.
struct Range {
    std::uint32_t first = 0;
    Label answer = 0;
};

class Compiler {
public:
    explicit Compiler(const Ruleset& rules) : rules_(rules) {}

    sdk::Result<std::vector<sock_filter>> run() {
        const std::vector<Range> ranges = collect_ranges();
        code_.load(offsetof(seccomp_data, arch));
        code_.branch(
            BPF_JEQ, rules_.audit_architecture, Assembler::next, label(SECCOMP_RET_KILL_PROCESS));
        code_.load(offsetof(seccomp_data, nr));
        search(ranges, 0, ranges.size());
        for (const auto& [where, clauses] : checks_) {
            code_.place(where);
            decide(*clauses, no_argument);
        }
        for (const auto& [action, where] : returns_) {
            code_.place(where);
            code_.give(action);
        }
        return code_.finish();
    }

private:
    static constexpr unsigned no_argument = ~0U;
    /// A chain longer than this is cut in two: it would be slow for the calls at its end.
    static constexpr std::size_t longest_chain = 4;

    Label label(Action action) {
        const auto found = returns_.find(action);
        return found != returns_.end() ? found->second
                                       : returns_.emplace(action, code_.label()).first->second;
    }

    /// Calls with equal checks share them.
    Label label(const Clauses& clauses) {
        if (clauses.front().conditions.empty())
            return label(clauses.front().action);
        for (const auto& [where, known] : checks_)
            if (same(*known, clauses))
                return where;
        checks_.emplace_back(code_.label(), &clauses);
        return checks_.back().first;
    }

    static bool same(const Clauses& a, const Clauses& b) {
        if (a.size() != b.size())
            return false;
        for (std::size_t i = 0; i < a.size(); ++i)
            if (a[i].action != b[i].action || a[i].conditions != b[i].conditions)
                return false;
        return true;
    }

    std::vector<Range> collect_ranges() {
        std::vector<Range> ranges;
        const auto append = [&](std::uint32_t first, Label answer) {
            if (ranges.empty() || ranges.back().answer != answer)
                ranges.push_back({first, answer});
        };
        std::uint32_t next = 0;
        for (const auto& [number, clauses] : rules_.answers) {
            if (number != next)
                append(next, label(rules_.otherwise));
            append(number, label(clauses));
            next = number + 1;
        }
        append(next, label(rules_.otherwise));
        return ranges;
    }

    /// The answer of all of [begin, end) but of single numbers in it, few enough for a chain.
    static std::optional<Label>
    chain_base(const std::vector<Range>& ranges, std::size_t begin, std::size_t end) {
        for (std::size_t candidate = begin; candidate < end && candidate < begin + 2; ++candidate) {
            const Label base = ranges[candidate].answer;
            std::size_t islands = 0;
            bool all_single = true;
            for (std::size_t i = begin; i < end; ++i) {
                if (ranges[i].answer == base)
                    continue;
                ++islands;
                all_single = all_single && i + 1 < ranges.size() &&
                             ranges[i + 1].first == ranges[i].first + 1;
            }
            if (all_single && islands <= longest_chain)
                return base;
        }
        return std::nullopt;
    }

    void search(const std::vector<Range>& ranges, std::size_t begin, std::size_t end) {
        if (const auto base = chain_base(ranges, begin, end)) {
            chain(ranges, begin, end, *base);
            return;
        }
        const std::size_t middle = begin + (end - begin) / 2;
        const bool lower_is_leaf = middle - begin == 1;
        const bool upper_is_leaf = end - middle == 1;
        const Label lower = lower_is_leaf ? ranges[begin].answer : Assembler::next;
        const Label upper = upper_is_leaf   ? ranges[middle].answer
                            : lower_is_leaf ? Assembler::next
                                            : code_.label();
        code_.branch(BPF_JGE, ranges[middle].first, upper, lower);
        if (!lower_is_leaf)
            search(ranges, begin, middle);
        if (!upper_is_leaf) {
            if (upper != Assembler::next)
                code_.place(upper);
            search(ranges, middle, end);
        }
    }

    void chain(const std::vector<Range>& ranges, std::size_t begin, std::size_t end, Label base) {
        std::vector<Range> islands;
        for (std::size_t i = begin; i < end; ++i)
            if (ranges[i].answer != base)
                islands.push_back(ranges[i]);
        if (islands.empty())
            code_.jump(base);
        for (std::size_t i = 0; i < islands.size(); ++i)
            code_.branch(BPF_JEQ,
                         islands[i].first,
                         islands[i].answer,
                         i + 1 == islands.size() ? base : Assembler::next);
    }

    /// What is left of the clauses once the condition is known to hold or not.
    static Clauses given(const Clauses& clauses, const Condition& known, bool holds) {
        Clauses left;
        for (Clause clause : clauses) {
            bool possible = true;
            std::erase_if(clause.conditions, [&](const Condition& other) {
                const bool related = other.argument == known.argument && other.mask == known.mask;
                if (holds && related && other.value != known.value)
                    possible = false;
                if (!holds && other == known)
                    possible = false;
                return holds && other == known;
            });
            if (possible)
                left.push_back(std::move(clause));
        }
        return left;
    }

    /// A decision tree: no argument is loaded, no condition tested twice on one way through.
    void decide(const Clauses& clauses, unsigned loaded) {
        const Condition& test = clauses.front().conditions.front();
        const bool masked = test.mask != ~std::uint32_t{0};
        if (loaded != test.argument)
            code_.load_argument(test.argument);
        const Clauses yes = given(clauses, test, true);
        const Clauses no = given(clauses, test, false);
        const Label yes_target = leaf_or_next(yes);
        Label no_target = leaf_or_next(no);
        if (yes_target == Assembler::next && no_target == Assembler::next)
            no_target = code_.label();
        loaded = test.argument;
        if (masked && test.value == 0) {
            code_.branch(BPF_JSET, test.mask, no_target, yes_target);
        } else {
            if (masked) {
                code_.mask(test.mask);
                loaded = no_argument;
            }
            code_.branch(BPF_JEQ, test.value, yes_target, no_target);
        }
        if (!is_leaf(yes))
            decide(yes, loaded);
        if (!is_leaf(no)) {
            if (no_target != Assembler::next)
                code_.place(no_target);
            decide(no, loaded);
        }
    }

    static bool is_leaf(const Clauses& clauses) { return clauses.front().conditions.empty(); }

    Label leaf_or_next(const Clauses& clauses) {
        return is_leaf(clauses) ? label(clauses.front().action) : Assembler::next;
    }

    const Ruleset& rules_;
    Assembler code_;
    std::map<Action, Label> returns_;
    std::vector<std::pair<Label, const Clauses*>> checks_;
};

} // namespace

sdk::Result<std::vector<sock_filter>> compile(const Ruleset& rules) {
    return Compiler(rules).run();
}

} // namespace microbox::seccomp
