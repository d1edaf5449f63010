// SPDX-License-Identifier: MIT
// What a plain user is told, and one without subordinate ids. All other tests of --net pasta are
// run with a plain user's microbox too: user.root-network-pasta of ctest.
#include "tests/root/network-pasta/through_pasta.hpp"

#include <string>

#include <unistd.h>

namespace microbox::testing {

namespace {

constexpr uid_t nobodys_id = 29999; // that no user of the machine has, nor subordinate ids

class NetPastaUser : public ThroughPasta {
protected:
    void TearDown() override {
        // Mounts of this process's own, on what the other tests find as the machine has it.
        (void)lab().on_host("umount /dev/net/tun 2>/dev/null");
        ThroughPasta::TearDown();
    }

    /// microbox of a user without subordinate ids.
    Outcome run_as_user(const std::string& mode, const std::string& script) {
        const std::string own = home_.path() + "/own";
        EXPECT_EQ(lab()
                      .on_host("mkdir -p -m 700 " + own + " && chown " +
                               std::to_string(nobodys_id) + " " + own)
                      .code,
                  0);
        Options how;
        how.user = nobodys_id;
        how.environment = {{"XDG_RUNTIME_DIR", own}};
        return run(networked(mode, {}, script), how);
    }

    /// /dev/net/tun has this mode, in the mounts of this process.
    void set_tun(const std::string& mode) {
        const std::string folder = home_.path() + "/dev";
        ASSERT_EQ(lab()
                      .on_host("mkdir " + folder + " && mount -t tmpfs dev " + folder +
                               " && mknod -m " + mode + " " + folder +
                               "/tun c 10 200 && mount --bind " + folder +
                               "/tun /dev/net/tun && umount -l " + folder)
                      .code,
                  0);
    }

private:
    ScratchDirectory home_;
};

} // namespace

TEST_F(NetPastaUser, WithoutSubordinateIdsReachesTheInternetAndNeitherTheHostNorPrivateRanges) {
    set_tun("666");
    Running server = lab().serve_on_host("host", {"peer:1000"});

    const Outcome outcome = run_as_user(
        "pasta",
        "exec python3 /lab/client.py reach tcp,198.51.100.10,1000 udp,2001:db8:51::10,1000 "
        "tcp,203.0.113.2,1000 udp,203.0.113.2,1000 tcp,10.1.2.3,1000 tcp,169.254.169.254,1000 "
        "tcp,fd77::2,1000 tcp,127.0.0.1,1000");

    EXPECT_EQ(answered(outcome.out),
              "tcp,198.51.100.10,1000 internet 203.0.113.2\n"
              "udp,2001:db8:51::10,1000 internet 2001:db8:113::2 datagram\n")
        << outcome.describe();
}

TEST_F(NetPastaUser, ATunThatUsersMayNotOpenIsSaidWithTheRemedy) {
    set_tun("600");

    EXPECT_EQ(not_refused(run_as_user("pasta", "echo started"),
                          {"/dev/net/tun may not be opened by users", "chmod 666 /dev/net/tun"}),
              "");
}

TEST_F(NetPastaUser, WhoAsksForTheBridgeIsToldOfPasta) {
    EXPECT_EQ(not_refused(run_as_user("bridge", "echo started"),
                          {"--net bridge needs root", "--net pasta"}),
              "");
}

} // namespace microbox::testing
