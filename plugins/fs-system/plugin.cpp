// SPDX-License-Identifier: MIT
// fs-system: the host's programs and what they need to start, read-only, and nothing else of the
// host.
#include "host_parts.hpp"

#include <microbox/sdk/plugin.hpp>
#include <microbox/sdk/root_basics.hpp>

namespace {

using namespace microbox::sdk;

class FsSystem final : public FilesystemMode {
public:
    std::vector<FactQuery> ask(const Request&, const Facts& facts) override {
        return fs_system::questions(facts);
    }

    Result<Fragment> plan(const Request& request, const Facts& facts) override {
        Fragment fragment;
        fragment.claims = {"root"};
        MBX_TRY(fragment.storage, read_storage(request));

        Mount root{"/", StorageDirectory{"root", 0755}, {}};
        root.flags.read_only = true;
        fragment.add(Stage::assemble, root);
        MBX_CHECK(fs_system::add_programs(fragment, facts));
        fs_system::add_settings(fragment, facts);
        add_account_files(fragment, request);

        // The root is read-only: these are what programs expect to be able to write all the same.
        fragment.add(Stage::assemble, Mount{"/root", StorageDirectory{"home", 0700}, {}});
        fragment.add(Stage::assemble, Mount{"/var/tmp", StorageDirectory{"var-tmp", 01777}, {}});
        fragment.add(Stage::assemble, Directory{"/sys", 0555});
        add_sysfs(fragment, request);

        fragment.not_found_hint =
            "--fs system brings what lies in the host's /usr and /bin, nothing "
            "else: --mount-ro HOST:DEST adds single things";
        return fragment;
    }
};

constexpr MbxOption options[] = {storage_option};

} // namespace

MBX_PLUGIN(FsSystem,
           "fs-system",
           "filesystem",
           "the host's programs and nothing else of it, read-only",
           "0.1.0",
           options,
           nullptr);
