// SPDX-License-Identifier: MIT
// sec-capabilities: the command keeps a small set of capabilities, in all five sets of the kernel.
#include "kept_set.hpp"
#include "status.hpp"

#include <microbox/sdk/plugin.hpp>
#include <microbox/sys/file.hpp>

namespace microbox::sec_capabilities {

class SecCapabilities : public sdk::SecurityLayer {
public:
    std::vector<sdk::FactQuery> ask(const sdk::Request& request, const sdk::Facts&) override {
        if (request.all("cap-add").empty())
            return {};
        return {{sdk::FactQuery::Kind::text, last_capability_file}};
    }

    sdk::Result<sdk::Fragment> plan(const sdk::Request& request, const sdk::Facts& facts) override {
        MBX_TRY(KeptSet kept, kept_set(request, facts.text(last_capability_file)));
        mask_ = kept.mask;
        user_is_root_ = request.user == 0;
        sdk::Fragment fragment;
        fragment.claims = {"security.capabilities"};
        fragment.add(sdk::Stage::identity, sdk::Capabilities{kept.mask}, kept.source);
        fragment.notices = std::move(kept.notices);
        return fragment;
    }

    sdk::Result<void> verify(sdk::Session& session) override {
        MBX_TRY(const std::string status,
                sys::read_file("/proc/" + std::to_string(session.command_pid()) + "/status"));
        return check_status(status, mask_, user_is_root_);
    }

private:
    std::uint64_t mask_ = 0;
    bool user_is_root_ = true;
};

namespace {

constexpr MbxOption options[] = {
    {"cap-add", "NAME", "keep a capability that the default set lacks, or ALL", nullptr, 1, 0},
    {"cap-drop", "NAME", "take a capability away, or ALL", nullptr, 1, 0},
};

} // namespace

} // namespace microbox::sec_capabilities

MBX_PLUGIN(microbox::sec_capabilities::SecCapabilities,
           "sec-capabilities",
           "security",
           "the command keeps eleven capabilities, inside its own user namespace",
           "0.1.0",
           microbox::sec_capabilities::options,
           nullptr);
