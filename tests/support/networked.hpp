// SPDX-License-Identifier: MIT
// Tests of a network mode with a way out: each has a laboratory of its own, and leaves nothing in
// it but what runs share.
#pragma once

#include "tests/support/network_lab.hpp"

#include <memory>
#include <string>
#include <vector>

namespace microbox::testing {

/// A sandbox that serves (servers/server.py) until it goes out of scope.
class NetworkedBox {
public:
    NetworkedBox(const std::string& mode,
                 std::vector<std::string> options,
                 const std::vector<std::string>& services);
    NetworkedBox(NetworkedBox&&) noexcept = default;
    NetworkedBox& operator=(NetworkedBox&&) = delete;
    NetworkedBox(const NetworkedBox&) = delete;
    NetworkedBox& operator=(const NetworkedBox&) = delete;
    /// Ends it in good order: nothing of it is to be collected later.
    ~NetworkedBox();

    [[nodiscard]] const std::string& name() const { return name_; } ///< what its peer service says

    [[nodiscard]] const std::string& ip4() const { return ip4_; }

    [[nodiscard]] const std::string& ip6() const { return ip6_; }

    [[nodiscard]] const std::string& mac() const { return mac_; }

    /// A process in it, as the host counts.
    [[nodiscard]] pid_t inside() const { return inside_; }

    [[nodiscard]] Running& running() { return running_; }

    /// Asks it to end, and waits.
    Outcome end();

private:
    std::string name_;
    Running running_;
    std::string ip4_;
    std::string ip6_;
    std::string mac_;
    pid_t inside_ = -1;
};

class Networked : public ::testing::Test {
protected:
    void SetUp() override;
    void TearDown() override;

    [[nodiscard]] NetworkLab& lab() { return *lab_; }

    /// client.py on the host; its output.
    [[nodiscard]] std::string from_host(const std::string& words);
    /// client.py in the network of a process; its output.
    [[nodiscard]] std::string from(pid_t pid, const std::string& words);

    /// What is there after all runs have ended, and should not be; waits a moment for it to go.
    [[nodiscard]] std::string left_over();

private:
    std::unique_ptr<NetworkLab> lab_;
};

/// microbox --net MODE OPTIONS --fs system -- sh -c SCRIPT, with the lab's programs in /lab.
[[nodiscard]] std::vector<std::string>
networked(const std::string& mode, std::vector<std::string> options, const std::string& script);
[[nodiscard]] Outcome run_networked(const std::string& mode,
                                    const std::vector<std::string>& options,
                                    const std::string& script,
                                    const Options& how = {});

/// What microbox has said on standard error, without what is the machine's own.
[[nodiscard]] std::string said(const Outcome& outcome);

/// client.py in a sandbox; its output, or what went wrong.
[[nodiscard]] std::string ask_networked(const std::string& mode,
                                        const std::vector<std::string>& options,
                                        const std::string& words);

/// "reach" of client.py: "PROTOCOL,ADDRESS,PORT" for each.
[[nodiscard]] std::string targets(const std::vector<std::string>& addresses,
                                  const std::string& protocol = "tcp",
                                  const std::string& port = lab::peer_port);

/// The lines of "reach" that were answered, "" when none was.
[[nodiscard]] std::string answered(const std::string& output);

/// Exit code 125, one line and perhaps a hint, with each of the words. "": so it is.
[[nodiscard]] std::string not_refused(const Outcome& outcome,
                                      const std::vector<std::string>& words);

} // namespace microbox::testing
