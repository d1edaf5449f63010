// SPDX-License-Identifier: MIT
// The whole table from sandboxes with a way out, in a laboratory: nothing works but what the
// network was asked for. With the host's network each attack on it works.
#include "tests/attack/weakened.hpp"
#include "tests/support/networked.hpp"

#include <string>
#include <vector>

namespace microbox::testing {

namespace {

constexpr const char* only_networks = "--only=T101*,T102*,T104*,T105*";

class NetworkAttacks : public Networked {
protected:
    /// Who would answer. SIBLING: an address of a sandbox beside, or "".
    static std::vector<std::string> targets_of(const std::string& sibling,
                                               const std::string& gateway) {
        const std::string port = std::string(",") + lab::peer_port;
        std::vector<std::string> words = {"host=" + (lab::host4 + port),
                                          "host6=" + (lab::host6 + port),
                                          "private=" + (lab::private4 + port),
                                          "private6=" + (lab::private6 + port),
                                          "metadata=169.254.169.254" + port,
                                          "metadata6=fd00:ec2::254" + port};
        if (!gateway.empty())
            words.push_back("gateway=" + gateway + port);
        if (!sibling.empty())
            words.push_back("sibling=" + sibling + port);
        return words;
    }

    void expect_nothing_escapes(const std::string& mode,
                                const std::vector<std::string>& targets,
                                const std::vector<std::string>& untold) {
        const World world;
        std::vector<std::string> words = {"--skip=T82*,T83*,T84a,T84b,T85*,T86*,T87*",
                                          "interface=eth0"};
        words.insert(words.end(), targets.begin(), targets.end());

        const Attempts attempts = attempts_of(attack(world, {"--net", mode}, words));

        EXPECT_EQ(escapes(attempts), "");
        std::vector<std::string> untestable = untold;
        untestable.insert(untestable.end(), {"T100c", "T100e", "T116e"});
        EXPECT_EQ(
            not_tried(attempts, untestable, {"T82", "T83", "T84a", "T84b", "T85", "T86", "T87"}),
            "");
    }

    /// From the host itself each of them is answered: there is somebody, and it is only the walls.
    static void expect_all_work(const std::vector<std::string>& targets,
                                const std::vector<std::string>& untold) {
        const World world;
        std::vector<std::string> words = {only_networks};
        words.insert(words.end(), targets.begin(), targets.end());

        Attempts attempts = attempts_of(attack(world, {"--net", "host"}, words));

        for (const std::string& id : untold)
            attempts.erase(id);
        EXPECT_EQ(attempts.size() + untold.size(), attacks_of_networks().size());
        for (const auto& [id, attempt] : attempts)
            EXPECT_EQ(attempt.outcome, "ESCAPE") << id << " " << attempt.why;
    }
};

} // namespace

TEST_F(NetworkAttacks, OfABridgeAreHeld) {
    Running server = lab().serve_on_host("host", {"peer:1000"});
    const NetworkedBox sibling("bridge", {}, {"peer:1000"});
    const std::vector<std::string> targets = targets_of(sibling.ip4(), "10.44.0.1");

    expect_all_work(targets, {});
    expect_nothing_escapes("bridge", targets, {});
}

TEST_F(NetworkAttacks, OfPastaAreHeld) {
    Running server = lab().serve_on_host("host", {"peer:1000"});
    const std::vector<std::string> targets = targets_of("", "");
    // There is no gateway that is the host's, and a sibling has no address.
    const std::vector<std::string> untold = {"T101c", "T102a", "T102b"};

    expect_all_work(targets, untold);
    expect_nothing_escapes("pasta", targets, untold);
}

} // namespace microbox::testing
