// SPDX-License-Identifier: MIT
#include "tests/faults/subject.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace microbox::faults {

namespace {

using testing::Outcome;

constexpr int hangs = 96;
constexpr int killed = 128 + 9;
constexpr int well = 7; ///< what the command ends with

const std::vector<std::string>& questions() {
    static const std::vector<std::string> words = {
        "sequence", "ids",      "+", "caps",   "+",        "mounts", "+",      "cgroup",
        "+",        "fds",      "+", "ns",     "+",        "ifaces", "+",      "pids",
        "+",        "session",  "+", "rlimit", "nofile",   "+",      "rlimit", "core",
        "+",        "keyring",  "+", "cwd",    "+",        "env",    "+",      "blocked",
        "+",        "hostname", "+", "calls",  "165",      "250",    "272",    "428",
        "434",      "39",       "+", "print",  "complete", "+",      "exit",   "7"};
    return words;
}

std::string without_id_map(const std::string& account) {
    static const std::regex word(",idmapped");
    return std::regex_replace(account, word, "");
}

/// By hand: what is as it should be is shown as well.
bool shows_all() {
    return std::getenv("MICROBOX_FAULTS_SHOW") != nullptr;
}

bool is_complete(const std::string& out) {
    return out.ends_with("complete\n");
}

/// The first line in which two accounts differ.
std::string first_difference(const std::string& wanted, const std::string& got) {
    std::istringstream left(wanted);
    std::istringstream right(got);
    std::string one;
    std::string other;
    for (;;) {
        const bool more = static_cast<bool>(std::getline(left, one));
        const bool more_other = static_cast<bool>(std::getline(right, other));
        if (!more && !more_other)
            return "";
        if (one != other || more != more_other)
            return "wanted '" + (more ? one : "") + "', was '" + (more_other ? other : "") + "'";
    }
}

std::string indented(const std::string& text) {
    std::istringstream lines(text);
    std::string result;
    for (std::string line; std::getline(lines, line);)
        result += "    " + line + "\n";
    return result;
}

} // namespace

Subject::Subject(const Mode& mode) : mode_(mode), result_(scratch_.path() + "/result") {
    if (mode_.plain_user)
        user_ = std::make_unique<HeldUser>();
    for (std::string& option : mode_.options)
        if (option == "TINY") {
            root_ = std::make_unique<testing::TinyRoot>();
            option = root_->path();
        } else if (option.starts_with("SCRATCH:")) {
            option.replace(0, 7, scratch_.path());
        }
    // The first start makes the state folder.
    (void)start({}, words());
    // Its link goes a moment after it, with the network namespace: what is still going is nothing
    // that was there before.
    constexpr int most_tries = 25;
    for (int tries = 0; tries < most_tries; ++tries) {
        look_around();
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        if (before_->difference_to_now(std::chrono::milliseconds(0)).empty())
            break;
    }
    const Outcome outcome = injected({"record"});
    account_ = account_of(outcome.out);
    if (outcome.code != well || !is_complete(outcome.out))
        throw std::runtime_error(mode_.name + " without a fault: " + outcome.describe());
    std::ifstream file(result_);
    for (std::string line; std::getline(file, line);) {
        std::istringstream fields(line);
        Recorded one;
        std::string when;
        fields >> one.point.role >> one.point.call >> one.point.occurrence >> when;
        one.after_exec = when == "after";
        calls_.push_back(one);
    }
    if (const std::string left = before_->difference_to_now(); !left.empty())
        throw std::runtime_error(mode_.name + " leaves without a fault: " + left);
}

std::vector<std::string> Subject::words() const {
    std::vector<std::string> all = mode_.options;
    all.insert(all.end(),
               {"--mount-ro", testing::probe_path() + ":/run/probe", "--", "/run/probe"});
    all.insert(all.end(), questions().begin(), questions().end());
    return all;
}

Outcome Subject::start(std::vector<std::string> before,
                       const std::vector<std::string>& words) const {
    testing::Options how;
    how.timeout = std::chrono::seconds(40);
    if (user_) {
        how.environment = user_->environment();
        const std::string id = std::to_string(user_->id());
        const std::string holder = std::to_string(user_->holder());
        // The injector must be root to trace newuidmap(1), and becomes the user itself.
        if (before.empty() || before.front() != MICROBOX_FAULT_INJECTOR)
            before.insert(before.end(),
                          {"/usr/bin/setpriv", "--reuid", id, "--regid", id, "--clear-groups"});
        before.insert(before.begin(), {"/usr/bin/nsenter", "--mount=/proc/" + holder + "/ns/mnt"});
    }
    before.push_back(testing::binary_path());
    before.insert(before.end(), words.begin(), words.end());
    how.program = before.front();
    return testing::run({before.begin() + 1, before.end()}, how);
}

Outcome Subject::injected(const std::vector<std::string>& verb) {
    std::vector<std::string> before = {MICROBOX_FAULT_INJECTOR, result_};
    if (user_)
        before.insert(before.end(), {"--user", std::to_string(user_->id())});
    before.insert(before.end(), verb.begin(), verb.end());
    before.emplace_back("--");
    std::ofstream(result_, std::ios::trunc);
    return start(before, words());
}

std::string Subject::judge(const Outcome& outcome, bool command_ran) const {
    if (outcome.timed_out || outcome.code == hangs)
        return "it hangs";
    if (outcome.code == well) {
        if (!is_complete(outcome.out))
            return "the command's exit code, and the command did not end as it should";
        // Said, at every log level; what is lost are names of owners.
        if (outcome.err.starts_with("microbox: weakened: a file system here cannot be id-mapped"))
            return first_difference(without_id_map(account_),
                                    without_id_map(account_of(outcome.out)));
        return first_difference(account_, account_of(outcome.out));
    }
    const bool refused = outcome.code == 125 || outcome.code == 126 || outcome.code == 127;
    if (command_ran && outcome.code == killed)
        return ""; // the sandbox has ended, and it cannot be known how
    if (!refused)
        return "neither the command's exit code nor a refusal";
    if (!command_ran && !outcome.out.empty())
        return "a refusal, and the command ran";
    return not_a_message(outcome.err);
}

void Subject::look_around() {
    before_ = std::make_unique<Remains>(Remains::take(user_ ? user_->holder() : 1));
}

std::string Subject::judge_start(const Outcome& outcome,
                                 const std::vector<std::string>& names) const {
    if (outcome.timed_out)
        return "it hangs";
    if (outcome.code == well)
        return is_complete(outcome.out)
                   ? first_difference(coarse_account_of(account_), coarse_account_of(outcome.out))
                   : "the command's exit code, and the command did not end as it should";
    if (!outcome.out.empty() && outcome.code != killed)
        return "a refusal, and the command ran";
    // Before our first instruction; and the kernel's own answer to too little memory.
    if (outcome.err.find("error while loading shared libraries: ") != std::string::npos ||
        outcome.err.starts_with("cannot allocate TLS data structures for initial thread") ||
        (outcome.code == killed && (outcome.err.empty() || not_a_message(outcome.err).empty())))
        return "";
    if (outcome.code < 125 || outcome.code > 127)
        return "neither the command's exit code nor a refusal";
    const bool named = names.empty() || std::any_of(names.begin(), names.end(), [&](auto& name) {
                           return outcome.err.find(name) != std::string::npos;
                       });
    return named ? not_a_message(outcome.err) : "the refusal does not name the reason";
}

std::string Subject::check_start(const std::string& name,
                                 const std::vector<std::string>& before,
                                 const std::vector<std::string>& names) {
    const Outcome outcome = start(before, words());
    contained_ = outcome.code == well;
    ++(contained_ ? tally_.contained : tally_.refused);
    std::string wrong = judge_start(outcome, names);
    if (const std::string left = what_is_left(); !left.empty())
        wrong += (wrong.empty() ? "" : "; ") + left;
    if (wrong.empty() && !shows_all())
        return "";
    return (wrong.empty() ? "SHOWN " : "FAULT ") + mode_.name + ": " + name + " (exit code " +
           std::to_string(outcome.code) + "): " + wrong + "\n" + indented(outcome.err);
}

std::string Subject::what_is_left() {
    std::string left = before_->difference_to_now(std::chrono::milliseconds(200));
    if (left.empty())
        return "";
    const Outcome collected = start({}, {"gc"});
    left = before_->difference_to_now();
    if (left.empty() && collected.code == 0) {
        ++tally_.needed_gc;
        return "";
    }
    return "left after gc (" + std::to_string(collected.code) + "):\n" + left + collected.err;
}

std::string Subject::check(const Point& at, const std::string& error) {
    const bool kills = error == "kill";
    std::vector<std::string> verb = {
        kills ? "kill" : "fail", at.role, at.call, std::to_string(at.occurrence)};
    if (!kills)
        verb.push_back(error);
    const Outcome outcome = injected(verb);
    std::ifstream file(result_);
    std::string struck;
    std::string standstill;
    std::getline(file, struck);
    std::getline(file, standstill);
    std::string wrong;
    if (struck == "missed")
        ++tally_.missed;
    // As if the command had been killed; microbox, if it was not.
    const bool said_so = kills && outcome.code == killed &&
                         (struck == "after" || at.role == "supervisor" || outcome.out.empty());
    if (!said_so)
        wrong = judge(outcome, struck == "after");
    if (const std::string left = what_is_left(); !left.empty())
        wrong += (wrong.empty() ? "" : "; ") + left;
    ++(outcome.code == well ? tally_.contained : tally_.refused);
    if (wrong.empty() && !shows_all())
        return "";
    return (wrong.empty() ? "SHOWN " : "FAULT ") + mode_.name + ": " + at.role + " " + at.call +
           " " + std::to_string(at.occurrence) + " " + error + " (" + struck +
           " the exec, exit code " + std::to_string(outcome.code) + "): " + wrong + "\n" +
           (standstill.empty() ? "" : "    " + standstill + "\n") + indented(outcome.err);
}

} // namespace microbox::faults
