// SPDX-License-Identifier: MIT
// Tests of --net pasta.
#pragma once

#include "tests/support/networked.hpp"

#include <string>
#include <utility>
#include <vector>

namespace microbox::testing {

class ThroughPasta : public Networked {
protected:
    /// client.py in a sandbox; its output, or what went wrong.
    [[nodiscard]] static std::string ask(const std::vector<std::string>& options,
                                         const std::string& words) {
        return ask_networked("pasta", options, words);
    }

    [[nodiscard]] static Outcome run_pasta(const std::vector<std::string>& options,
                                           const std::string& script,
                                           const Options& how = {}) {
        return run_networked("pasta", options, script, how);
    }

    /// Each of them answers the host over both protocols.
    void expect_all_answer(const std::vector<std::string>& addresses) {
        for (const char* const protocol : {"tcp", "udp"}) {
            const std::string output = from_host("reach " + targets(addresses, protocol));
            EXPECT_EQ(answered(output), output);
        }
    }

    /// None of them answers a sandbox, over either protocol; the internet does at the same time.
    static void expect_none_answers(const std::vector<std::string>& options,
                                    const std::vector<std::string>& addresses,
                                    const std::string& verb = "reach ") {
        EXPECT_EQ(answered(ask(options,
                               verb + targets(addresses, "tcp") + " " + targets(addresses, "udp") +
                                   " tcp,198.51.100.10,1000")),
                  "tcp,198.51.100.10,1000 internet 203.0.113.2\n");
    }
};

class PastaBox : public NetworkedBox {
public:
    PastaBox(std::vector<std::string> options, const std::vector<std::string>& services)
        : NetworkedBox("pasta", std::move(options), services) {}
};

} // namespace microbox::testing
