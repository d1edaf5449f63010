// SPDX-License-Identifier: MIT
// limit-time: wall time for the command; then TERM, then, after a grace, the end of the sandbox.
#include <microbox/sdk/plugin.hpp>
#include <microbox/sdk/units.hpp>

#include <chrono>
#include <csignal>
#include <optional>
#include <string>

namespace microbox::limit_time {

using std::chrono::milliseconds;

namespace {

constexpr MbxOption options[] = {
    {"timeout", "DURATION", "end the command after this wall time: TERM, then KILL", nullptr, 0, 0},
    {"timeout-grace", "DURATION", "time between TERM and KILL of --timeout", "2s", 0, 0},
};

/// 1500 ms -> "1.5"
std::string to_seconds(milliseconds duration) {
    std::string text = std::to_string(duration.count() / 1000);
    const auto rest = duration.count() % 1000;
    if (rest == 0)
        return text;
    std::string fraction = std::to_string(1000 + rest).substr(1);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    return text + "." + fraction;
}

} // namespace

class LimitTime : public sdk::LimitEnforcer {
public:
    sdk::Result<sdk::Fragment> plan(const sdk::Request& request, const sdk::Facts&) override {
        timeout_.reset();
        const sdk::Given* timeout = request.one("timeout");
        const sdk::Given* grace = request.one("timeout-grace");
        if (grace != nullptr) {
            MBX_TRY(grace_, sdk::parse_duration(grace->value, grace->source));
            if (timeout == nullptr && !grace->by_default)
                return sdk::fail(grace->source + ": there is no --timeout that it could follow",
                                 "add --timeout DURATION");
        }
        sdk::Fragment fragment;
        if (timeout == nullptr)
            return fragment;
        MBX_TRY(timeout_, sdk::parse_duration(timeout->value, timeout->source));
        source_ = timeout->source;
        fragment.claims = {"limit.time"};
        return fragment;
    }

    sdk::Result<void> running(sdk::Session& session) override {
        if (!timeout_)
            return {};
        session.after(*timeout_, [this](sdk::Session& now) -> sdk::Result<void> {
            ran_out_ = true;
            // The reason first: a command that ends at the TERM has still run out of time.
            now.mark(sdk::EndReason::timeout);
            now.signal_command(SIGTERM);
            return {};
        });
        session.after(*timeout_ + grace_, [](sdk::Session& now) -> sdk::Result<void> {
            now.end(sdk::EndReason::timeout);
            return {};
        });
        return {};
    }

    void exited(sdk::Session&, sdk::Report& report) override {
        if (timeout_)
            report.limit("timeout_seconds", to_seconds(*timeout_));
        if (!ran_out_)
            return;
        sdk::Denial denial;
        denial.what = "more time";
        denial.rule = source_ + ": " + to_seconds(*timeout_) + " s";
        denial.remedy = "--timeout with more";
        report.denied(denial);
    }

private:
    std::optional<milliseconds> timeout_;
    std::string source_;
    bool ran_out_ = false;
    milliseconds grace_{2000};
};

} // namespace microbox::limit_time

MBX_PLUGIN(microbox::limit_time::LimitTime,
           "limit-time",
           "limit",
           "wall time for the command, then TERM, then KILL",
           "0.1.0",
           microbox::limit_time::options,
           nullptr);
