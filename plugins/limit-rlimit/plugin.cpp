// SPDX-License-Identifier: MIT
// limit-rlimit: limits of setrlimit(2) by name; no core files unless they are asked for.
#include "kernel_limits.hpp"
#include "resources.hpp"
#include "ulimit.hpp"

#include <microbox/sdk/plugin.hpp>
#include <microbox/sys/file.hpp>

#include <algorithm>

#include <sys/resource.h>

namespace microbox::limit_rlimit {

namespace {

constexpr const char* own_limits = "/proc/self/limits";

constexpr MbxOption options[] = {
    {"ulimit",
     "NAME=SOFT[:HARD]",
     "a limit of setrlimit(2): nofile, nproc, stack, ... (core=0 unless named)",
     nullptr,
     1,
     0},
};

} // namespace

class LimitRlimit : public sdk::LimitEnforcer {
public:
    std::vector<sdk::FactQuery> ask(const sdk::Request& request, const sdk::Facts&) override {
        if (request.all("ulimit").empty())
            return {};
        return {{sdk::FactQuery::Kind::text, own_limits}};
    }

    sdk::Result<sdk::Fragment> plan(const sdk::Request& request, const sdk::Facts& facts) override {
        limits_.clear();
        sdk::Fragment fragment;
        fragment.claims = {"limit.rlimit"};
        // A child that the host's root made with the host's ids may raise its limits
        // (CAP_SYS_RESOURCE counts in the first user namespace only).
        const bool may_raise = request.privileged && !request.isolated_ids;
        for (const sdk::Given& given : request.all("ulimit")) {
            MBX_TRY(const sdk::Rlimit limit, parse_ulimit(given.value, given.source));
            const Resource& resource = *find_resource(limit.resource);
            const auto same = [&](const sdk::Rlimit& other) {
                return other.resource == limit.resource;
            };
            if (std::any_of(limits_.begin(), limits_.end(), same))
                return sdk::fail(given.source + ": " + resource.name + " is given twice");
            const auto here = limit_of(facts.text(own_limits), resource);
            if (here && limit.hard > here->hard && !may_raise)
                return sdk::fail(given.source + ": " + resource.name + "=" + to_text(limit.hard) +
                                     " cannot be had, the hard limit here is " +
                                     to_text(here->hard),
                                 "raise the hard limit of the caller, or ask for less");
            limits_.push_back(limit);
            fragment.add(sdk::Stage::limits, limit, given.source);
        }
        const bool core_named =
            std::any_of(limits_.begin(), limits_.end(), [](const sdk::Rlimit& limit) {
                return limit.resource == RLIMIT_CORE;
            });
        if (!core_named) {
            limits_.push_back({RLIMIT_CORE, 0, 0});
            fragment.add(sdk::Stage::limits, limits_.back());
        }
        return fragment;
    }

    sdk::Result<void> verify(sdk::Session& session) override {
        MBX_TRY(const std::string text,
                sys::read_file("/proc/" + std::to_string(session.command_pid()) + "/limits"));
        for (const sdk::Rlimit& limit : limits_) {
            const Resource& resource = *find_resource(limit.resource);
            const auto found = limit_of(text, resource);
            if (!found)
                return sdk::fail(std::string("the kernel does not tell the command's limit ") +
                                 resource.name);
            if (*found != KernelLimit{limit.soft, limit.hard})
                return sdk::fail(std::string("the command's limit ") + resource.name + " is " +
                                 to_text(found->soft) + ":" + to_text(found->hard) +
                                 " instead of " + to_text(limit.soft) + ":" + to_text(limit.hard));
        }
        return {};
    }

    void exited(sdk::Session&, sdk::Report& report) override {
        for (const sdk::Rlimit& limit : limits_)
            report.limit(std::string("rlimit_") + find_resource(limit.resource)->name,
                         to_text(limit.soft) + ":" + to_text(limit.hard));
    }

private:
    std::vector<sdk::Rlimit> limits_;
};

} // namespace microbox::limit_rlimit

MBX_PLUGIN(microbox::limit_rlimit::LimitRlimit,
           "limit-rlimit",
           "limit",
           "limits of one process by name, no core files",
           "0.1.0",
           microbox::limit_rlimit::options,
           nullptr);
