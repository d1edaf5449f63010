// SPDX-License-Identifier: MIT
// fs-rootfs: a directory of the host as root, below a writable layer in memory that vanishes.
#include "root_directory.hpp"

#include <microbox/sdk/plugin.hpp>
#include <microbox/sdk/root_basics.hpp>

namespace {

using namespace microbox::sdk;

class FsRootfs final : public FilesystemMode {
public:
    std::vector<FactQuery> ask(const Request& request, const Facts& facts) override {
        return fs_rootfs::questions(request, facts);
    }

    Result<Fragment> plan(const Request& request, const Facts& facts) override {
        MBX_TRY(const std::string lower, fs_rootfs::root_directory(request, facts));
        MBX_CHECK(fs_rootfs::check_overlay(request, facts));
        Fragment fragment;
        if (auto notice = fs_rootfs::about_owner(request, facts))
            fragment.notices.push_back(*notice);
        fragment.claims = {"root"};
        MBX_TRY(fragment.storage, read_storage(request));

        Mount root{"/", Overlay{lower, Ownership::keep, !request.privileged}, {}};
        root.flags.read_only = request.read_only_root;
        fragment.add(Stage::assemble, root, request.argument_source);
        if (!facts.link(lower + "/sys").exists)
            fragment.add(Stage::assemble, Directory{"/sys", 0555});
        add_sysfs(fragment, request);
        return fragment;
    }
};

int accepts(const char* /*value*/, int kind) {
    return kind == MBX_ARGUMENT_DIRECTORY ? 1 : 0;
}

constexpr MbxOption options[] = {storage_option};

} // namespace

MBX_PLUGIN(FsRootfs,
           "fs-rootfs",
           "filesystem",
           "a directory as root, writes vanish",
           "0.1.0",
           options,
           accepts);
