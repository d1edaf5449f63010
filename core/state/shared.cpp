// SPDX-License-Identifier: MIT
// Byte 0 of the file is locked by its users (shared) or its remover, byte 1 by a maker, byte 16 + N
// by the holder of number N. Locks do not need bytes: the file is as long as its journal.
#include "core/state/shared.hpp"

#include "core/run/random.hpp"
#include "core/state/byte_lock.hpp"
#include "core/state/names.hpp"

#include <microbox/sys/file.hpp>

#include <algorithm>
#include <cerrno>

#include <sys/stat.h>

namespace microbox::core {

namespace {

constexpr off_t users_byte = 0;
constexpr off_t maker_byte = 1;
constexpr off_t first_lease_byte = 16;
constexpr std::uint64_t most_number = std::uint64_t{1} << 48U;

bool is_unlinked(int fd) {
    struct stat status {};

    return ::fstat(fd, &status) < 0 || status.st_nlink == 0;
}

/// The whole lines; `whole` is where they end.
sdk::Result<std::vector<std::string>> read_lines(int fd, const std::string& plugin, off_t& whole) {
    if (::lseek(fd, 0, SEEK_SET) < 0)
        return sdk::fail_errno("read what " + plugin + " shares", errno);
    MBX_TRY(const std::string text, sys::read_all(fd, "what " + plugin + " shares"));
    WholeLines found = whole_lines(text);
    whole = static_cast<off_t>(found.bytes);
    return std::move(found.lines);
}

class OpenShared : public sdk::Shared {
public:
    OpenShared(int fd, const std::string& plugin, std::vector<std::string> lines)
        : fd_(fd), plugin_(plugin), lines_(std::move(lines)) {}

    [[nodiscard]] std::vector<std::string> entries() const override { return lines_; }

    [[nodiscard]] sdk::Result<void> journal(std::string_view entry) override {
        if (entry.find('\n') != std::string_view::npos ||
            entry.find('\0') != std::string_view::npos)
            return sdk::fail(plugin_ + ": a journal entry is one line");
        if (std::find(lines_.begin(), lines_.end(), entry) != lines_.end())
            return {};
        MBX_CHECK(sys::write_all(fd_, std::string(entry) + "\n", "the journal of what is shared"));
        lines_.emplace_back(entry);
        return {};
    }

private:
    int fd_;
    const std::string& plugin_;
    std::vector<std::string> lines_;
};

/// Gives the maker's lock back.
class MakerUnlock {
public:
    explicit MakerUnlock(int fd) : fd_(fd) {}

    MakerUnlock(const MakerUnlock&) = delete;
    MakerUnlock& operator=(const MakerUnlock&) = delete;

    ~MakerUnlock() { static_cast<void>(lock_byte(fd_, maker_byte, LockKind::none, false)); }

private:
    int fd_;
};

} // namespace

WholeLines whole_lines(std::string_view text) {
    WholeLines found;
    for (;;) {
        const std::size_t end = text.find('\n', found.bytes);
        if (end == std::string_view::npos)
            return found;
        found.lines.emplace_back(text.substr(found.bytes, end - found.bytes));
        found.bytes = end + 1;
    }
}

sdk::Result<SharedFile> SharedFile::use(const StateFolder& state, std::string plugin) {
    MBX_TRY(sys::Fd folder, open_shared(state));
    for (;;) {
        MBX_TRY(
            sys::Fd file,
            sys::open_at(
                folder.get(), plugin, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (!lock_byte(file.get(), users_byte, LockKind::shared, true))
            return sdk::fail_errno("lock what " + plugin + " shares", errno);
        // Removed between the two: the next round makes it anew.
        if (!is_unlinked(file.get()))
            return SharedFile(std::move(folder), std::move(plugin), std::move(file));
    }
}

sdk::Result<SharedFile> SharedFile::adopt(const StateFolder& state, std::string plugin) {
    MBX_TRY(sys::Fd folder, open_shared(state));
    MBX_TRY(sys::Fd file,
            sys::open_at(folder.get(), plugin, O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC));
    if (!lock_byte(file.get(), users_byte, LockKind::exclusive, false))
        return sdk::fail_errno("lock what " + plugin + " shares", errno);
    if (is_unlinked(file.get()))
        return sdk::fail_errno("what " + plugin + " shares", ENOENT);
    return SharedFile(std::move(folder), std::move(plugin), std::move(file));
}

sdk::Result<void> SharedFile::make(const std::function<sdk::Result<void>(sdk::Shared&)>& make) {
    if (!lock_byte(file_.get(), maker_byte, LockKind::exclusive, true))
        return sdk::fail_errno("lock what " + plugin_ + " shares", errno);
    const MakerUnlock unlock(file_.get());
    off_t whole = 0;
    MBX_TRY(std::vector<std::string> lines, read_lines(file_.get(), plugin_, whole));
    // A line that a crash has cut names nothing that was made; the next one must not continue it.
    if (::ftruncate(file_.get(), whole) < 0)
        return sdk::fail_errno("repair what " + plugin_ + " shares", errno);
    OpenShared shared(file_.get(), plugin_, std::move(lines));
    return make(shared);
}

sdk::Result<std::uint64_t> SharedFile::lease(std::uint64_t first,
                                             std::uint64_t count,
                                             const std::function<bool(std::uint64_t)>& usable) {
    if (first >= most_number || count > most_number - first || count == 0)
        return sdk::fail(plugin_ + ": a lease is a number below 2^48");
    // From a random one, so that a thousand runs do not make the next one try a thousand locks.
    const std::uint64_t start = random_number() % count;
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t number = first + (start + i) % count;
        const off_t byte = first_lease_byte + static_cast<off_t>(number);
        if (!lock_byte(file_.get(), byte, LockKind::exclusive, false))
            continue;
        if (!usable || usable(number))
            return number;
        static_cast<void>(lock_byte(file_.get(), byte, LockKind::none, false));
    }
    return sdk::fail_errno("lease a number of " + plugin_, ENOSPC);
}

sdk::Result<std::vector<std::string>> SharedFile::read() const {
    off_t whole = 0;
    return read_lines(file_.get(), plugin_, whole);
}

void SharedFile::remove() {
    ::unlinkat(folder_.get(), plugin_.c_str(), 0);
}

std::vector<std::string> sharing_plugins(const StateFolder& state) {
    const auto folder = open_shared(state);
    return folder.ok() ? names_in(folder->get()) : std::vector<std::string>();
}

} // namespace microbox::core
