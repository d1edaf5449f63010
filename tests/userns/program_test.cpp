// SPDX-License-Identifier: MIT
// Whole programs: an assembly that ends behind the pivot, and a failure that says where it was.
#include "core/spawn/block.hpp"
#include "tests/userns/own_namespaces.hpp"

#include <cerrno>

namespace microbox::child::testing {

class WholeProgram : public OwnNamespaces {
protected:
    static Operation operation(Code code, std::uint32_t text = 0, std::uint64_t a = 0) {
        Operation op{};
        op.code = code;
        op.fd = -1;
        op.text = text;
        op.a = a;
        return op;
    }

    void add(Operation op) { block_.add(core::Part::assemble, op); }

    int run() {
        finished_ = block_.finish();
        return execute(program(), program()->assemble, registers_, &where_);
    }

    [[nodiscard]] const Program* program() const {
        return reinterpret_cast<const Program*>(finished_.data());
    }

    core::Block block_;
    std::uint32_t where_ = 0;

private:
    std::vector<std::uint64_t> finished_;
};

TEST_F(WholeProgram, BehindThePivotThereIsOnlyWhatWasPutThere) {
    inside([this] {
        add(operation(Code::fs_open, block_.text("tmpfs")));
        add(operation(Code::fs_create));
        add(operation(Code::set_store, block_.text(place())));
        add(operation(Code::tree_from_store, block_.text("root"), 0755));
        add(operation(Code::set_root));
        Operation file = operation(Code::make_file, block_.text("/etc/only"), 0644);
        file.other = block_.data("content", 7);
        file.length = 7;
        add(file);
        add(operation(Code::pivot));
        add(operation(Code::directory, block_.text("/etc")));

        ASSERT_EQ(run(), 0) << where_;

        EXPECT_EQ(text_of("only"), "content");
        EXPECT_EQ(text_of("/etc/only"), "content");
        std::size_t names = 0;
        for (const auto& entry : std::filesystem::directory_iterator("/")) {
            EXPECT_EQ(entry.path(), "/etc");
            ++names;
        }
        EXPECT_EQ(names, 1U);
        EXPECT_FALSE(exists("/.." + outside("/file")));
    });
}

TEST_F(WholeProgram, AFailureNamesTheOperation) {
    inside([this] {
        add(operation(Code::make_directory, block_.text("/a"), 0755));
        Operation wrong = operation(Code::fs_open, block_.text("warpfs"));
        wrong.step = 7;
        add(wrong);
        add(operation(Code::make_directory, block_.text("/never"), 0755));

        EXPECT_EQ(run(), ENODEV);

        EXPECT_EQ(look<Operation>(program(), where_)->step, 7);
        EXPECT_TRUE(exists(root("/a")));
        EXPECT_FALSE(exists(root("/never")));
    });
}

TEST_F(WholeProgram, AnOperationThatNobodyKnowsIsRefused) {
    inside([this] {
        add(operation(static_cast<Code>(9999)));

        EXPECT_EQ(run(), ENOSYS);
    });
}

TEST_F(WholeProgram, AWorkingDirectoryThatIsMissingIsAnError) {
    inside([this] {
        add(operation(Code::directory, block_.text("/nonexistent/directory")));

        EXPECT_EQ(run(), ENOENT);
    });
}

} // namespace microbox::child::testing
