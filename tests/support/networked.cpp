// SPDX-License-Identifier: MIT
#include "tests/support/networked.hpp"

#include "tests/support/outside.hpp"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <sstream>
#include <thread>

#include <unistd.h>

namespace microbox::testing {

namespace {

Options patient() {
    Options how;
    how.timeout = std::chrono::seconds(60);
    return how;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text += " " + word;
    return text;
}

/// "mac", "ip4" and "ip6" lines of eth0.
constexpr const char* say_addresses =
    "ip -o link show eth0 | sed -E 's/.*link.ether ([^ ]+).*/mac \\1/'; "
    "ip -o -4 addr show eth0 | sed -E 's,.*inet ([^ /]+).*,ip4 \\1,'; "
    "ip -o -6 addr show eth0 scope global | sed -E 's,.*inet6 ([^ /]+).*,ip6 \\1,'; ";

} // namespace

std::vector<std::string>
networked(const std::string& mode, std::vector<std::string> options, const std::string& script) {
    options.insert(options.begin(), {"--net", mode});
    options.insert(
        options.end(),
        {"--fs",
         "system",
         "--mount-ro",
         std::filesystem::path(lab::program("server.py")).parent_path().string() + ":/lab",
         "--",
         "sh",
         "-c",
         script});
    return options;
}

Outcome run_networked(const std::string& mode,
                      const std::vector<std::string>& options,
                      const std::string& script,
                      const Options& how) {
    return run(networked(mode, options, script), how);
}

std::string said(const Outcome& outcome) {
    // In the virtual machine the host's programs lie on a file system of its own kind.
    const std::string of_the_machine = "microbox: weakened: a file system here cannot be id-mapped";
    std::istringstream lines(outcome.err);
    std::string text;
    for (std::string line; std::getline(lines, line);)
        if (line.rfind(of_the_machine, 0) != 0)
            text += line + "\n";
    return text;
}

std::string ask_networked(const std::string& mode,
                          const std::vector<std::string>& options,
                          const std::string& words) {
    const Outcome outcome =
        run_networked(mode, options, "exec python3 /lab/client.py " + words, patient());
    return outcome.code == 0 && said(outcome).empty() ? outcome.out : outcome.describe();
}

NetworkedBox::NetworkedBox(const std::string& mode,
                           std::vector<std::string> options,
                           const std::vector<std::string>& services)
    : name_(unique_word()),
      running_(start(networked(mode,
                               std::move(options),
                               say_addresses + std::string("exec python3 /lab/server.py ") + name_ +
                                   joined(services)),
                     patient())) {
    if (!running_.wait_for_output("READY")) {
        ADD_FAILURE() << "a sandbox that serves: " << running_.finish().describe();
        return;
    }
    Outcome said;
    said.out = running_.output();
    ip4_ = said.value("ip4");
    ip6_ = said.value("ip6");
    mac_ = said.value("mac");
    inside_ = process_with(name_, "python3");
}

NetworkedBox::~NetworkedBox() {
    if (running_.pid() > 0)
        (void)end();
}

Outcome NetworkedBox::end() {
    running_.signal(SIGTERM);
    return running_.finish();
}

void Networked::SetUp() {
    MBX_NEEDS_ROOT();
    lab_ = std::make_unique<NetworkLab>();
}

void Networked::TearDown() {
    if (!lab_)
        return;
    EXPECT_EQ(left_over(), "");
    lab_.reset();
}

std::string Networked::from_host(const std::string& words) {
    const Outcome outcome =
        lab().on_host("exec python3 " + lab::program("client.py") + " " + words);
    return outcome.code == 0 ? outcome.out : outcome.describe();
}

std::string Networked::from(pid_t pid, const std::string& words) {
    const Outcome outcome =
        lab().in_network_of(pid, "exec python3 " + lab::program("client.py") + " " + words);
    return outcome.code == 0 ? outcome.out : outcome.describe();
}

std::string Networked::left_over() {
    // Links but the lab's and the bridge, journals of runs, pastas of this host, and elements of
    // sets that name a sandbox: its link, or an address of the range that is not the bridge's.
    const std::string script =
        "ip -o link | sed -E 's/^[0-9]+: ([^:@]+).*/\\1/' | grep -vxE 'lo|up0|priv0|mbx0|in0'; "
        "ls /run/microbox/runs 2>/dev/null; "
        "for p in /proc/[0-9]*; do read -r name <$p/comm || continue; case $name in pas?[at]*) "
        "[ \"$(readlink $p/ns/net)\" = \"$(readlink /proc/self/ns/net)\" ] && echo $name;; esac; "
        "done 2>/dev/null; "
        "nft list ruleset | grep -oE '(mbxv|veth)[a-z0-9]+|10\\.44\\.[0-9]+\\.[0-9]+' | "
        "grep -vxE '10\\.44\\.0\\.[01]'; true";
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(3);
    for (;;) {
        const Outcome outcome = lab().on_host(script);
        if (outcome.out.empty() || std::chrono::steady_clock::now() > until)
            return outcome.out + outcome.err;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

std::string targets(const std::vector<std::string>& addresses,
                    const std::string& protocol,
                    const std::string& port) {
    std::string text;
    for (const std::string& address : addresses) {
        text += text.empty() ? "" : " ";
        text += protocol;
        text += "," + address + "," + port;
    }
    return text;
}

std::string answered(const std::string& output) {
    std::istringstream lines(output);
    std::string text;
    for (std::string line; std::getline(lines, line);) {
        // "tcp,10.1.2.3,1000 timeout": nothing behind the first word but one name of an error.
        const std::string what = line.substr(line.find(' ') + 1);
        if (what != "timeout" &&
            what.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string::npos)
            text += line + "\n";
    }
    return text;
}

std::string not_refused(const Outcome& outcome, const std::vector<std::string>& words) {
    std::size_t lines = 0;
    for (const char c : outcome.err)
        lines += c == '\n' ? 1U : 0U;
    bool right = outcome.code == 125 && outcome.out.empty() && lines >= 1 && lines <= 2 &&
                 outcome.err.rfind("microbox: ", 0) == 0;
    for (const std::string& word : words)
        right = right && outcome.err.find(word) != std::string::npos;
    return right ? "" : "wanted a refusal with" + joined(words) + ": " + outcome.describe();
}

} // namespace microbox::testing
