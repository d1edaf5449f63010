// SPDX-License-Identifier: MIT
#include "tests/attack/weakened.hpp"

#include <utility>

namespace microbox::testing {

namespace {

using Words = std::vector<std::string>;

constexpr const char* all_but_heavy = "--skip=T82*,T83*,T84a,T84b,T85*,T86*,T87*";

Words told_behind(Words words, const World& world) {
    const Words told = world.words();
    words.insert(words.end(), told.begin(), told.end());
    return words;
}

/// A script of sh with PATH of the attacker as $1, of the scratch directory as $2, and what the
/// attacker is told behind them.
Outcome by_script(const World& world, const std::string& before, const std::string& script) {
    Options options = world.caller();
    options.program = "/bin/sh";
    // Each line of BEFORE is a program that starts the next.
    Words words = {"-c",
                   "exec " + before + " sh -c '" + script + "' sh \"$@\"",
                   "sh",
                   attacker_path(),
                   world.path()};
    return run(told_behind(std::move(words), world), options);
}

Outcome by_python(const World& world, const Words& words) {
    Options options = world.caller();
    options.program = "/usr/bin/python3";
    return run(told_behind(words, world), options);
}

} // namespace

Outcome attack_unsandboxed(const World& world, const std::string& which) {
    return by_script(
        world,
        "setpriv --groups 0,1 --inh-caps +chown,+kill --ambient-caps +chown,+kill"
        " unshare --mount --pid --fork --mount-proc --propagation private",
        // A score below 0 takes SYS_RESOURCE; one that was raised can be lowered by anybody.
        "echo -1 2>/dev/null >/proc/self/oom_score_adj || echo 500 >/proc/self/oom_score_adj;"
        // Every node that is tried, whether this machine has its driver or not.
        "d=$2/dev; mkdir $d; mount -t tmpfs none $d; mkdir $d/pts $d/shm $d/net $d/cpu $d/cpu/0 "
        "$d/mapper;"
        "mount --bind /dev/pts $d/pts; mount --bind /dev/shm $d/shm;"
        "while read n a b; do mknod -m 666 $d/$n c $a $b; done <<END\n"
        "null 1 3\nzero 1 5\nfull 1 7\nrandom 1 8\nurandom 1 9\ntty 5 0\nptmx 5 2\n"
        "kmsg 1 11\nmem 1 1\nport 1 4\nloop-control 10 237\nkvm 10 232\nvsock 10 121\n"
        "vhost-net 10 238\nnet/tun 10 200\nfuse 10 229\nuinput 10 223\ncpu/0/msr 202 0\n"
        "mapper/control 10 236\nEND\n"
        "mount --rbind $d /dev; mount --make-shared /dev;"
        "mkdir $2/ro; mount --bind $2/ro $2/ro; mount -o remount,bind,ro $2/ro;"
        "mkdir -m 1777 $2/tmp; a=$1; t=$2/tmp; shift 2; $a " +
            which +
            " scratch=$t"
            " \"$@\"; exit $?");
}

namespace {

Outcome bare(const World& world) {
    return attack_unsandboxed(world, all_but_heavy);
}

/// The test's own namespaces: what looks only.
Outcome caller_itself(const World& world) {
    Options options = world.caller();
    options.program = attacker_path();
    return run(told_behind({"--only=T02c"}, world), options);
}

/// A terminal that controls the session, though no standard stream is one.
Outcome at_a_terminal(const World& world) {
    return by_python(world,
                     {"-c",
                      "import os, pty, sys\n"
                      "out = os.dup(1)\n"
                      "pid, terminal = pty.fork()\n"
                      "if pid == 0:\n"
                      "    null = os.open('/dev/null', os.O_RDWR)\n"
                      "    os.dup2(null, 0); os.dup2(out, 1); os.dup2(null, 2)\n"
                      "    os.execv(sys.argv[1], sys.argv[1:])\n"
                      "sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n",
                      attacker_path(),
                      "--only=T77b"});
}

/// The pid namespace of the test itself: its processes are seen and can be signalled.
Outcome without_pid_namespace(const World& world) {
    return by_script(world,
                     "unshare --mount --propagation private",
                     "a=$1; shift 2; $a \"--only=T52*\" \"$@\"; exit $?");
}

/// A pid namespace with a /proc of another.
Outcome with_a_foreign_proc(const World& world) {
    return by_script(world,
                     "unshare --mount --pid --fork --propagation private",
                     "a=$1; shift 2; $a \"--only=T52e\" \"$@\"; exit $?");
}

/// A jail by chroot(2), whose working directory was left outside.
Outcome jail(const World& world) {
    const TinyRoot root;
    return by_python(
        world,
        {"-c",
         "import os, shutil, sys; shutil.copy(sys.argv[2], sys.argv[1] + '/attacker');"
         "os.chroot(sys.argv[1]);"
         "os.execv('/attacker', ['attacker', '--only=T01*,T02*,T03*,T04*'] + sys.argv[3:])",
         root.path(),
         attacker_path()});
}

Outcome administrator(const World& world) {
    return attack(world, {"--cap-add", "ALL", "--seccomp", "off"}, {all_but_heavy});
}

Outcome unmasked(const World& world) {
    return attack(world, {"--cap-add", "ALL", "--unmask"}, {"--only=T46*"});
}

Outcome with_host_ids(const World& world) {
    Words options = {"--fs", "system", "--seccomp", "off", "--userns", "host", "--unmask"};
    // Not ALL: root of a container may lack some itself, and then it is refused.
    for (const char* const name : {"SYS_ADMIN", "SYS_PTRACE", "MKNOD", "DAC_READ_SEARCH"})
        options.insert(options.end(), {"--cap-add", name});
    return attack(world, options, {all_but_heavy});
}

Outcome in_the_hosts_tree(const World& world) {
    return attack(world,
                  {"--fs", "host", "--net", "host", "--seccomp", "off", "--ulimit", "core=1024"},
                  {all_but_heavy});
}

Outcome without_init(const World& world) {
    return attack(world, {"--no-init"}, {"--only=T10*,T11*,T54*,T55*"});
}

Outcome with_large_limits(const World& world) {
    return attack(world,
                  {"--pids", "4000", "--memory", "6GB", "--storage", "3GB", "--cpus", "2"},
                  {"--only=T82*,T83*,T84*,T85*,T86*,T87*"});
}

} // namespace

const std::vector<Weakened>& weakened_places() {
    static const std::vector<Weakened> all = {{"no sandbox", bare},
                                              {"the caller itself", caller_itself},
                                              {"a terminal", at_a_terminal},
                                              {"no pid namespace", without_pid_namespace},
                                              {"the /proc of another", with_a_foreign_proc},
                                              {"a chroot", jail},
                                              {"all capabilities, no filter", administrator},
                                              {"no masks", unmasked},
                                              {"the ids of the host", with_host_ids},
                                              {"the tree of the host", in_the_hosts_tree},
                                              {"no init", without_init},
                                              {"large limits", with_large_limits}};
    return all;
}

const std::vector<std::string>& attacks_of_networks() {
    static const std::vector<std::string> all = {
        "T101a", "T101b", "T101c", "T101d", "T102a", "T102b", "T104a", "T104b", "T105a", "T105b"};
    return all;
}

} // namespace microbox::testing
