// SPDX-License-Identifier: MIT
// fs-host: the host's own tree as root, its processes and devices out of sight.
#include <microbox/sdk/plugin.hpp>
#include <microbox/sdk/root_basics.hpp>

namespace {

using namespace microbox::sdk;

/// What a write means depends on whose ids the sandbox has.
Notice about_writes(const Request& request) {
    if (request.read_only_root)
        return {Notice::Kind::info, "--fs host: the sandbox reads what the host lets it read"};
    if (!request.privileged)
        return {Notice::Kind::weakened,
                "--fs host: the sandbox's root is the caller and can change the caller's files; "
                "--readonly prevents it"};
    if (!request.isolated_ids)
        return {Notice::Kind::weakened,
                "--fs host: writes of the sandbox's root change the host; --readonly prevents it"};
    return {
        Notice::Kind::warning,
        "--fs host: writes need permission for others: the host's files appear as nobody's; "
        "--userns host makes root the host's root, --mount-rw HOST:DEST opens a single directory"};
}

class FsHost final : public FilesystemMode {
public:
    Result<Fragment> plan(const Request& request, const Facts&) override {
        Fragment fragment;
        fragment.claims = {"root"};
        MBX_TRY(fragment.storage, read_storage(request));

        Mount root{"/", Bind{"/", true, Ownership::as_is}, {}};
        root.flags.read_only = request.read_only_root;
        fragment.add(Stage::assemble, root, request.read_only_root ? "--readonly" : "default");
        add_sysfs(fragment, request);
        fragment.notices.push_back(about_writes(request));
        return fragment;
    }
};

constexpr MbxOption options[] = {storage_option};

} // namespace

MBX_PLUGIN(FsHost, "fs-host", "filesystem", "the host's tree", "0.1.0", options, nullptr);
