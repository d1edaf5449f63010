// SPDX-License-Identifier: MIT
// fs-tmpfs: an empty root in memory with the few files that every program expects.
#include <microbox/sdk/plugin.hpp>
#include <microbox/sdk/root_basics.hpp>

namespace {

using namespace microbox::sdk;

class FsTmpfs final : public FilesystemMode {
public:
    Result<Fragment> plan(const Request& request, const Facts&) override {
        Fragment fragment;
        fragment.claims = {"root"};
        MBX_TRY(fragment.storage, read_storage(request));

        Mount root{"/", StorageDirectory{"root", 0755}, {}};
        root.flags.read_only = request.read_only_root;
        fragment.add(Stage::assemble, root, request.read_only_root ? "--readonly" : "default");
        fragment.add(Stage::assemble, Directory{"/etc", 0755});
        fragment.add(Stage::assemble, Directory{"/root", 0700});
        add_account_files(fragment, request);

        fragment.not_found_hint = "the root of --fs tmpfs is empty: --fs system brings the host's "
                                  "programs, --fs DIR a root "
                                  "file system, --mount-ro HOST:DEST single things";
        return fragment;
    }
};

constexpr MbxOption options[] = {storage_option};

} // namespace

MBX_PLUGIN(FsTmpfs, "fs-tmpfs", "filesystem", "an empty root in memory", "0.1.0", options, nullptr);
