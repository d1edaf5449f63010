// SPDX-License-Identifier: MIT
// Lowering of everything that stands in the new root.
#pragma once

#include "core/plan/plan.hpp"
#include "core/spawn/lower.hpp"

namespace microbox::core {

/// An operation for a step of the plan, without a descriptor.
[[nodiscard]] inline child::Operation base_of(std::uint16_t step) {
    child::Operation op{};
    op.step = step;
    op.fd = -1;
    return op;
}

/// Another code for the same step.
[[nodiscard]] inline child::Operation operation(child::Code code, const child::Operation& base) {
    child::Operation op = base;
    op.code = code;
    op.flags = 0;
    return op;
}

class TreeLowering {
public:
    TreeLowering(const Plan& plan, Prepared& prepared, Block& block)
        : plan_(plan), prepared_(prepared), block_(block) {}

    /// The one tmpfs for all that can be written.
    void storage();
    [[nodiscard]] sdk::Result<void> mount(const sdk::Mount& mount, std::uint16_t step, Part part);
    void directory(const sdk::Directory& directory, std::uint16_t step);
    void symlink(const sdk::Symlink& link, std::uint16_t step);
    void file(const sdk::File& file, std::uint16_t step);
    void device(const sdk::Device& device, std::uint16_t step);
    /// Read-only is the last thing that happens to a tree that we have filled.
    void finish();

private:
    void hide_locked(std::uint32_t path, child::Operation base);
    void own_directories(child::Operation base);
    void host_device(const sdk::Device& device, std::uint16_t step);
    [[nodiscard]] static sdk::Result<bool> source_is_directory(const sdk::Mount& mount);
    /// The path lies in a tree that is not ours to write: the host's, or a directory of the user's.
    [[nodiscard]] bool is_foreign(const std::string& path) const;
    [[nodiscard]] sdk::Result<void>
    source(const sdk::Mount& mount, child::Operation base, Part part);
    [[nodiscard]] sdk::Result<child::Operation> attributes(const sdk::Mount& mount,
                                                           child::Operation base) const;
    /// A tree that was bound whole may hold the mount of our own storage: taken out of it again.
    void leave_storage_out(const sdk::Mount& mount, child::Operation base);
    void new_filesystem(const sdk::NewFilesystem& filesystem,
                        std::uint64_t attributes,
                        child::Operation base,
                        Part part);

    const Plan& plan_;
    Prepared& prepared_;
    Block& block_;
    std::vector<child::Operation> last_;
};

} // namespace microbox::core
