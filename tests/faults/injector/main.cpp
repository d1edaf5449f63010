// SPDX-License-Identifier: MIT
// fault-injector RESULT [--user UID] record -- MICROBOX ARG...
// fault-injector RESULT [--user UID] fail ROLE CALL OCCURRENCE ERROR -- MICROBOX ARG...
// fault-injector RESULT [--user UID] kill ROLE CALL OCCURRENCE -- MICROBOX ARG...
// Exits as microbox does; 96 when it hangs. RESULT is a file: the calls, one a line, or whether the
// fault was reached and what stood still.
#include "tests/faults/injector/calls.hpp"
#include "tests/faults/injector/tracer.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <stdexcept>

using namespace microbox::faults;

namespace {

constexpr int hangs = 96;
constexpr unsigned patience = 10;

struct Job {
    std::string result;
    Program program;
    bool record = false;
    Fault fault;
};

Job read_words(const std::vector<std::string>& words) {
    std::size_t at = 0;
    const auto next = [&]() -> const std::string& {
        if (at == words.size())
            throw std::runtime_error("usage: see main.cpp");
        return words[at++];
    };
    Job job;
    job.result = next();
    std::string verb = next();
    if (verb == "--user") {
        job.program.user = static_cast<uid_t>(std::stoul(next()));
        verb = next();
    }
    job.record = verb == "record";
    if (!job.record) {
        job.fault.at.role = next();
        job.fault.at.call = next();
        job.fault.at.occurrence = std::stoi(next());
        if (verb == "fail" && (job.fault.error = error_number(next())) <= 0)
            throw std::runtime_error("no such error");
    }
    if (next() != "--")
        throw std::runtime_error("wanted --");
    while (at < words.size())
        job.program.words.push_back(next());
    return job;
}

int work(Job job) {
    Tracer tracer(std::move(job.program));
    const int code = tracer.run(job.record ? nullptr : &job.fault, patience);
    std::ofstream result(job.result);
    for (const Recorded& one : tracer.recorded())
        result << one.point.role << ' ' << one.point.call << ' ' << one.point.occurrence << ' '
               << (one.after_exec ? "after" : "before") << '\n';
    if (!job.record)
        result << (tracer.struck().empty() ? "missed" : tracer.struck()) << '\n'
               << tracer.standstill() << '\n';
    return code < 0 ? hangs : code;
}

} // namespace

int main(int count, char** words) {
    try {
        return work(read_words({words + 1, words + count}));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "fault-injector: %s\n", error.what());
        return 97;
    }
}
