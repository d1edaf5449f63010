// SPDX-License-Identifier: MIT
#include "tests/faults/sweep.hpp"

#include "tests/faults/injector/calls.hpp"

#include <iostream>
#include <sstream>

namespace microbox::faults {

namespace {

/// Calls of a loop that is as long as the kernel takes: their number differs, and each is as good
/// as another.
constexpr int most_of_one_call = 400;

std::vector<std::string> errors_for(const Point& point, Depth depth) {
    if (depth == Depth::killed)
        return {"kill"};
    std::vector<std::string> errors = errors_of(point.call);
    if (depth == Depth::first && errors.size() > 1)
        errors.resize(1);
    return errors;
}

bool is_wanted(const Point& point, Depth depth) {
    return point.occurrence <= (depth == Depth::first ? 1 : most_of_one_call);
}

/// Those of one world: a point is the same world's whatever else was recorded.
std::string part(const Mode& mode, Depth depth, int index, int count) {
    Subject subject(mode);
    std::string wrong;
    int place = 0;
    for (const Recorded& one : subject.calls()) {
        if (!is_wanted(one.point, depth))
            continue;
        for (const std::string& error : errors_for(one.point, depth))
            if (place++ % count == index)
                wrong += subject.check(one.point, error);
    }
    const Subject::Tally& tally = subject.tally();
    std::ostringstream figures;
    figures << "FIGURES " << tally.contained << ' ' << tally.refused << ' ' << tally.missed << ' '
            << tally.needed_gc << '\n';
    return wrong + figures.str();
}

} // namespace

std::string sweep(const Mode& mode, Depth depth) {
    const int count = worlds_at_once();
    std::istringstream said(
        in_worlds(count, [&](int index) { return part(mode, depth, index, count); }));
    std::string wrong;
    Subject::Tally sum;
    int reports = 0;
    for (std::string line; std::getline(said, line);) {
        if (!line.starts_with("FIGURES ")) {
            wrong += line + "\n";
            continue;
        }
        ++reports;
        std::istringstream numbers(line.substr(8));
        Subject::Tally one;
        numbers >> one.contained >> one.refused >> one.missed >> one.needed_gc;
        sum.contained += one.contained;
        sum.refused += one.refused;
        sum.missed += one.missed;
        sum.needed_gc += one.needed_gc;
    }
    const int all = sum.contained + sum.refused;
    std::cout << mode.name << ": " << all << " faults: " << sum.contained << " contained, "
              << sum.refused << " refused, " << sum.missed << " not reached, " << sum.needed_gc
              << " cleaned up by gc\n";
    if (reports != count)
        wrong += "not all worlds have reported\n";
    if (all == 0 || sum.missed * 10 > all)
        wrong += "too few faults have struck\n";
    return wrong;
}

} // namespace microbox::faults
