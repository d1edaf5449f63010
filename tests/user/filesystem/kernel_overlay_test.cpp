// SPDX-License-Identifier: MIT
// What the kernel's overlay does exactly, and fuse-overlayfs does not (README.md of fs-rootfs).
#include "own_root.hpp"
#include "tests/support/plain_user.hpp"

namespace microbox::testing {

/// The same random work on /data and on a copy of it in a tmpfs, which must look the same at the
/// end.
TEST(UserKernelOverlay, LooksLikeACopyAfterAnyWork) {
    MBX_NEEDS_PLAIN_USER();
    const OwnRoot root;
    for (const char* name :
         {"new", "deep/sub", "sub/new/deep", "old/deep", "old/sub", "deep/new"}) {
        std::filesystem::create_directories(root.path() + "/data/" + name);
        for (const char* file : {"a", "b"})
            std::ofstream(root.path() + "/data/" + name + "/" + file) << "lower\n";
    }
    const std::string before = root.data();
    const std::string work = R"perl(
        use strict; use File::Find; use File::Path qw(remove_tree);
        my ($top, $seed) = @ARGV; srand($seed); chdir $top or die;
        my @names = qw(old sub deep new a b);
        sub place { join '/', map { $names[rand @names] } 1 .. 1 + rand 3 }
        for my $step (1 .. 300) {
            my ($kind, $one, $two) = (int rand 7, place(), place());
            if ($kind < 2) { mkdir $one }
            elsif ($kind == 2) { rmdir $one }
            elsif ($kind == 3) { remove_tree($one) if -d $one }
            elsif ($kind == 4) { if (!-d $one && open my $f, '>>', $one) { print $f "$step
" } }
            elsif ($kind == 5) { unlink $one }
            elsif (!-d $one) { rename $one, $two }
            show($step) if $step % 20 == 0;
        }
        sub show {
            find({ no_chdir => 1, preprocess => sub { sort @_ }, wanted => sub {
                my $text = ''; if (-f $_ && open my $f, '<', $_) { local $/; $text = <$f> // '' }
                $text =~ s/\n/,/g; print -d $_ ? 'd ' : 'f ', "$_ $text\n" } }, '.');
        }
    )perl";
    const ScratchDirectory folder;
    const std::string script = folder.file("work.pl", work);

    const Outcome outcome =
        root.shell("for seed in 1 2 3; do\n"
                   "    rm -rf /tmp/copy && cp -a /data /tmp/copy\n"
                   "    perl /work.pl /data $seed > /tmp/here; perl /work.pl /tmp/copy $seed > "
                   "/tmp/there\n"
                   "    cmp /tmp/here /tmp/there || diff /tmp/here /tmp/there\n"
                   "    echo same $seed\n"
                   "done\n",
                   {"--mount-ro", script + ":/work.pl"});

    EXPECT_EQ(outcome.code, 0) << outcome.describe();
    EXPECT_EQ(outcome.values("same"), (std::vector<std::string>{"1", "2", "3"}))
        << outcome.describe();
    EXPECT_EQ(root.data(), before);
}

} // namespace microbox::testing
