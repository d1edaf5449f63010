// SPDX-License-Identifier: MIT
// The other hosts are processes of server.py that have unshared the network; they wait for their
// link, are given their addresses, and listen.
#include "tests/support/network_lab.hpp"

#include "tests/support/private_mounts.hpp"

#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

constexpr const char* python = "/usr/bin/python3";
constexpr const char* state_folder = "/run/microbox";
constexpr const char* resolv_conf = "/etc/resolv.conf";

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error("network lab: " + what);
}

[[noreturn]] void fail_errno(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), "network lab: " + what);
}

void write_sysctl(const std::string& name, const std::string& value) {
    std::ofstream file("/proc/sys/net/" + name);
    if (!(file << value << std::flush))
        fail("cannot write " + name);
}

/// A new network namespace takes some values from the machine's: the lab's host begins as a host
/// that forwards nothing.
void be_no_router() {
    for (const char* const name : {"ipv4/conf/all/forwarding",
                                   "ipv4/conf/default/forwarding",
                                   "ipv6/conf/all/forwarding",
                                   "ipv6/conf/default/forwarding"})
        write_sysctl(name, "0");
}

/// Mounts of this process's own, once: the state of the machine's runs and its resolvers are
/// covered.
void enter_own_mounts() {
    static const bool private_now = enter_private_mounts();
    if (!private_now)
        fail_errno("own mounts");
}

std::string batch(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines)
        text += line + "\n";
    return text;
}

/// ip -batch, with errors that show the line.
void ip_batch(const std::string& lines) {
    Options how;
    how.program = "/bin/sh";
    how.input = lines;
    const Outcome outcome = run({"-c", "exec ip -batch -"}, how);
    if (outcome.code != 0)
        fail("ip -batch: " + outcome.describe());
}

struct Pipe {
    sys::Fd read;
    sys::Fd write;

    Pipe() {
        int ends[2] = {-1, -1};
        if (::pipe2(ends, O_CLOEXEC) < 0)
            fail_errno("pipe");
        read.reset(ends[0]);
        write.reset(ends[1]);
    }
};

Running start_shell(const std::string& script) {
    Options how;
    how.program = "/bin/sh";
    how.timeout = std::chrono::minutes(2);
    return start({"-c", script}, how);
}

} // namespace

namespace lab {

std::vector<std::string> unroutable4() {
    return {"169.254.169.254",
            "169.254.7.7",
            "10.1.2.3",
            "172.16.5.5",
            "172.31.255.5",
            "192.168.200.5",
            "100.64.3.3",
            "100.127.3.3"};
}

std::vector<std::string> unroutable6() {
    return {"fc00::5", "fd00:ec2::254", "fdff:ffff::5"};
}

std::vector<std::string> services() {
    return {"peer:1000", "sink:1009", "source:1019", "http:80", "dns:53"};
}

std::string program(const std::string& name) {
    return std::string(MICROBOX_LAB_PROGRAMS) + "/" + name;
}

} // namespace lab

NetworkLab::NetworkLab() {
    enter_own_mounts();
    // As microbox itself makes it.
    if (::mkdir(state_folder, 0700) < 0 && errno != EEXIST)
        fail_errno(state_folder);
    if (::mount("lab", state_folder, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0700") < 0)
        fail_errno(state_folder);
    const std::string resolvers = files_.file("resolv.conf", "");
    if (::mount(resolvers.c_str(), resolv_conf, nullptr, MS_BIND, nullptr) < 0)
        fail_errno(resolv_conf);
    set_resolvers("nameserver " + std::string(lab::internet4) + "\n");
    enter_own_host();
    wire_up();
}

NetworkLab::~NetworkLab() {
    internet_.reset();
    neighbour_.reset();
    ::umount2(state_folder, MNT_DETACH);
    ::umount2(resolv_conf, MNT_DETACH);
    if (outside_)
        ::setns(outside_.get(), CLONE_NEWNET);
}

void NetworkLab::enter_own_host() {
    sys::Fd before(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
    if (!before || ::unshare(CLONE_NEWNET) < 0)
        fail_errno("own network");
    outside_ = std::move(before);
    be_no_router();
}

Running
NetworkLab::start_other_host(const std::string& name, const std::string& addresses, int begin) {
    std::string script = "exec unshare --net sh -c '"
                         "echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad; "
                         "echo UNSHARED; read -r word <&9; "
                         "ip -batch - || exit 1; exec ";
    script += std::string(python) + " " + lab::program("server.py") + " " + name;
    for (const std::string& service : lab::services())
        script += " " + service;
    Options how;
    how.program = "/bin/sh";
    how.input = addresses;
    how.descriptors = {{begin, 9}};
    how.timeout = std::chrono::hours(1);
    return start({"-c", script + "'"}, how);
}

void NetworkLab::wire_up() {
    std::vector<std::string> of_internet = {"link set lo up",
                                            "addr add 203.0.113.1/24 dev wan0",
                                            "addr add 2001:db8:113::1/64 dev wan0 nodad",
                                            "addr add 198.51.100.10/32 dev lo",
                                            "addr add 2001:db8:51::10/128 dev lo nodad",
                                            "link set wan0 up"};
    for (const std::string& address : lab::unroutable4())
        of_internet.push_back("addr add " + address + "/32 dev lo");
    for (const std::string& address : lab::unroutable6())
        of_internet.push_back("addr add " + address + "/128 dev lo nodad");
    Pipe begin_internet;
    Pipe begin_neighbour;
    internet_.emplace(start_other_host("internet", batch(of_internet), begin_internet.read.get()));
    neighbour_.emplace(start_other_host("private",
                                        batch({"link set lo up",
                                               "addr add 192.168.77.2/24 dev lan0",
                                               "addr add fd77::2/64 dev lan0 nodad",
                                               "link set lan0 up"}),
                                        begin_neighbour.read.get()));
    if (!internet_->wait_for_output("UNSHARED") || !neighbour_->wait_for_output("UNSHARED"))
        fail("the other hosts: " + internet_->finish().describe() +
             neighbour_->finish().describe());
    // A link whose two ends have one index is told of its carrier up to a second late
    // (linkwatch_urgent_event): these have other indexes than their peers, which get 2.
    ip_batch(batch(
        {"link set lo up",
         "link add up0 index 10 type veth peer name wan0 netns " + std::to_string(internet_->pid()),
         "link add priv0 index 11 type veth peer name lan0 netns " +
             std::to_string(neighbour_->pid())}));
    // Of these two alone: what is made later has what a host's interfaces have by default.
    write_sysctl("ipv6/conf/up0/accept_dad", "0");
    write_sysctl("ipv6/conf/priv0/accept_dad", "0");
    ip_batch(batch({"addr add 203.0.113.2/24 dev up0",
                    "addr add 2001:db8:113::2/64 dev up0 nodad",
                    "addr add 192.168.77.1/24 dev priv0",
                    "addr add fd77::1/64 dev priv0 nodad",
                    "link set up0 up",
                    "link set priv0 up",
                    "route add default via 203.0.113.1",
                    "route add default via 2001:db8:113::1"}));
    // The reading end is ours too: a host that has failed closes nothing, so nothing is lost here.
    if (::write(begin_internet.write.get(), "\n", 1) != 1 ||
        ::write(begin_neighbour.write.get(), "\n", 1) != 1)
        fail_errno("the other hosts");
    if (!internet_->wait_for_output("READY") || !neighbour_->wait_for_output("READY"))
        fail("the other hosts: " + internet_->finish().describe() +
             neighbour_->finish().describe());
}

Running NetworkLab::start_on_host(const std::string& script) const {
    return start_shell(script);
}

Outcome NetworkLab::on_host(const std::string& script) const {
    return start_shell(script).finish();
}

Running NetworkLab::start_in_network_of(pid_t pid, const std::string& script) const {
    Options how;
    how.program = "/usr/bin/nsenter";
    how.timeout = std::chrono::minutes(2);
    return start({"--net=/proc/" + std::to_string(pid) + "/ns/net", "sh", "-c", script}, how);
}

Outcome NetworkLab::in_network_of(pid_t pid, const std::string& script) const {
    return start_in_network_of(pid, script).finish();
}

Running NetworkLab::serve_on_host(const std::string& name,
                                  const std::vector<std::string>& services) const {
    Options how;
    how.program = python;
    how.timeout = std::chrono::hours(1);
    std::vector<std::string> words = {lab::program("server.py"), name};
    words.insert(words.end(), services.begin(), services.end());
    Running server = start(words, how);
    if (!server.wait_for_output("READY"))
        fail("server " + name + ": " + server.finish().describe());
    return server;
}

void NetworkLab::set_resolvers(const std::string& content) const {
    // In place: the file is mounted.
    static_cast<void>(files_.file("resolv.conf", content));
}

} // namespace microbox::testing
