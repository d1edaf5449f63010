// SPDX-License-Identifier: MIT
// fs-rootfs: a directory of the host as root, below a writable layer in memory that vanishes.
#include "fuse_server.hpp"
#include "marks_file.hpp"
#include "root_directory.hpp"
#include "writable.hpp"

#include <microbox/sdk/plugin.hpp>
#include <microbox/sdk/root_basics.hpp>
#include <microbox/sys/helper_process.hpp>

#include <optional>

#include <poll.h>

namespace {

using namespace microbox::sdk;

constexpr const char* journal_word = "server"; ///< of the entry in the journal

/// A root that fuse-overlayfs will serve.
struct Served {
    std::string program;
    std::string lower;
    std::uint64_t bytes = 0;
};

Slot root_slot() {
    return Slot{"fs-rootfs.root"};
}

Error with_words(const std::string& what, const fs_rootfs::FuseServer& server) {
    const std::string words = server.words();
    return fail(what + (words.empty() ? "" : ": " + words),
                "--readonly does without it, and so does Linux 6.6");
}

class FsRootfs final : public FilesystemMode {
public:
    std::vector<Requirement> requirements() override {
        return {fs_rootfs::writable_without_root()};
    }

    std::vector<FactQuery> ask(const Request& request, const Facts& facts) override {
        auto wanted = fs_rootfs::questions(request, facts);
        for (FactQuery& query : fs_rootfs::fuse_questions(request))
            wanted.push_back(std::move(query));
        return wanted;
    }

    Result<Fragment> plan(const Request& request, const Facts& facts) override {
        MBX_TRY(const std::string lower, fs_rootfs::root_directory(request, facts));
        Fragment fragment;
        if (auto notice = fs_rootfs::about_owner(request, facts))
            fragment.notices.push_back(*notice);
        fragment.claims = {"root"};
        MBX_TRY(fragment.storage, read_storage(request));

        Mount root{"/", Overlay{lower, Ownership::keep, !request.privileged}, {}};
        root.flags.read_only = request.read_only_root;
        served_.reset();
        if (fs_rootfs::needs_fuse(request, facts)) {
            MBX_TRY(const std::string program, fs_rootfs::fuse_program(request, facts));
            served_ = Served{program, lower, fragment.storage->bytes};
            root.source = PreparedMount{root_slot(), lower};
            fragment.slots = {root_slot()};
            fragment.notices.push_back(fs_rootfs::about_fuse(request));
        }
        fragment.add(Stage::assemble, root, request.argument_source);
        if (!facts.link(lower + "/sys").exists)
            fragment.add(Stage::assemble, Directory{"/sys", 0555});
        add_sysfs(fragment, request);
        return fragment;
    }

    Result<void> prepare(Session& session) override {
        if (!served_)
            return {};
        MBX_TRY(fs_rootfs::Layers layers, fs_rootfs::make_layers(served_->lower, served_->bytes));
        MBX_TRY(fs_rootfs::FuseMount fuse, fs_rootfs::make_fuse_mount());
        MBX_TRY(server_,
                fs_rootfs::FuseServer::start(
                    served_->program, std::move(layers), std::move(fuse.connection)));
        MBX_TRY(const std::string entry, microbox::sys::helper_entry(journal_word, server_->pid()));
        MBX_CHECK(session.journal(entry));
        server_->begin();
        if (const auto answered = fs_rootfs::wait_for_server(fuse); !answered.ok())
            return with_words("fuse-overlayfs did not start", *server_);
        if (!fs_rootfs::has_marks(server_->pid()))
            return fail(served_->program + " is a static program, which cannot keep an overlay's "
                                           "marks on this kernel's tmpfs",
                        "apt-get install fuse-overlayfs, whose is dynamically linked");
        session.fill(root_slot(), std::move(fuse.mount));
        return {};
    }

    Result<void> running(Session& session) override {
        if (server_)
            session.watch(server_->pidfd(), POLLIN, [this](Session&, short) -> Result<void> {
                return with_words("fuse-overlayfs ended, and the root with it", *server_);
            });
        return {};
    }

    Result<void> cleanup(const Leftovers& leftovers, Log& /*log*/) override {
        for (const std::string& entry : leftovers.entries)
            MBX_CHECK(microbox::sys::end_helper(journal_word, entry));
        return {};
    }

private:
    std::optional<Served> served_;
    std::optional<fs_rootfs::FuseServer> server_;
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
