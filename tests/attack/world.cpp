// SPDX-License-Identifier: MIT
#include "tests/attack/world.hpp"

#include "tests/support/outside.hpp"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include <arpa/inet.h>
#include <fcntl.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace microbox::testing {

namespace {

std::string shared_file(const std::string& word) {
    return "/dev/shm/" + word;
}

} // namespace

World::World()
    : secret_("secret-of-" + std::to_string(::getpid())), word_(unique_word()), victim_([this] {
          Options options;
          options.program = probe_path();
          options.timeout = std::chrono::minutes(5);
          return start({"sleep", "300", word_}, options);
      }()) {
    told_["secret"] = secret_;
    told_["secret-variable"] = secret_;
    told_["host-file"] = scratch_.file("host", secret_ + "\n");
    told_["configuration"] = scratch_.path();
    told_["victim"] = std::to_string(victim_.pid());
    told_["victim-word"] = word_;
    for (const char* const name : {"cgroup", "ipc", "mnt", "net", "pid", "user", "uts"})
        told_[std::string("host-") + name] = namespace_of("self", name);
    char name[256] = "";
    ::gethostname(name, sizeof name - 1);
    told_["hostname"] = name;
    const std::string machine = content_of("/etc/machine-id");
    told_["machine-id"] = machine.substr(0, machine.find('\n'));
    // A run makes it, if there was none before.
    const char* const runtime = std::getenv("XDG_RUNTIME_DIR");
    told_["state"] =
        ::geteuid() == 0 ? "/run/microbox" : std::string(runtime ? runtime : "/run/user");

    // What file the caller hands in is not the question for a plain user, whose own the sandbox is.
    const std::string input =
        ::geteuid() == 0 ? scratch_.file("input", "read only\n") : "/etc/passwd";
    input_.reset(::open(input.c_str(), O_RDONLY | O_CLOEXEC));
    directory_.reset(::open(scratch_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    object_.reset(::eventfd(0, EFD_CLOEXEC));

    const key_t key = 0x6d000000 | (::getpid() & 0xffffff);
    told_["ipc-key"] = std::to_string(key);
    memory_ = ::shmget(key, 4096, IPC_CREAT | 0666);
    semaphore_ = ::semget(key, 1, IPC_CREAT | 0666);
    messages_ = ::msgget(key, IPC_CREAT | 0666);
    told_["queue"] = "/" + word_;
    const mqd_t queue =
        ::mq_open(told_["queue"].c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0666, nullptr);
    told_["host-shm"] = shared_file(word_);
    const sys::Fd shared(::open(shared_file(word_).c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0666));
    terminal_.reset(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (memory_ < 0 || semaphore_ < 0 || messages_ < 0 || queue < 0 || !shared || !terminal_ ||
        ::grantpt(terminal_.get()) < 0 || ::unlockpt(terminal_.get()) < 0)
        throw std::runtime_error("no world to attack: " + std::string(std::strerror(errno)));
    ::mq_close(queue);
    told_["terminal"] = ::ptsname(terminal_.get());

    sockaddr_un abstract{};
    abstract.sun_family = AF_UNIX;
    word_.copy(abstract.sun_path + 1, sizeof abstract.sun_path - 1);
    told_["abstract"] = word_;
    sys::Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + word_.size());
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&abstract), size) < 0 ||
        ::listen(socket.get(), 64) < 0)
        throw std::runtime_error("no abstract socket: " + std::string(std::strerror(errno)));
    sockets_.push_back(std::move(socket));
    listen_on_loopback(AF_INET, "loopback");
    listen_on_loopback(AF_INET6, "loopback6");
}

void World::listen_on_loopback(int family, const std::string& key) {
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_addr = in6addr_loopback;
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const address =
        family == AF_INET ? reinterpret_cast<sockaddr*>(&four) : reinterpret_cast<sockaddr*>(&six);
    socklen_t size = family == AF_INET ? sizeof four : sizeof six;
    sys::Fd socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    // A host without IPv6 has nothing to be reached by it.
    if (::bind(socket.get(), address, size) < 0 || ::listen(socket.get(), 64) < 0 ||
        ::getsockname(socket.get(), address, &size) < 0)
        return;
    told_[key] = family == AF_INET ? "127.0.0.1," + std::to_string(ntohs(four.sin_port))
                                   : "::1," + std::to_string(ntohs(six.sin6_port));
    sockets_.push_back(std::move(socket));
}

World::~World() {
    ::shmctl(memory_, IPC_RMID, nullptr);
    ::semctl(semaphore_, 0, IPC_RMID);
    ::msgctl(messages_, IPC_RMID, nullptr);
    ::mq_unlink(told_["queue"].c_str());
    ::unlink(shared_file(word_).c_str());
}

std::vector<std::string> World::words() const {
    std::vector<std::string> words;
    for (const auto& [key, value] : told_)
        words.push_back(key + "=" + value);
    return words;
}

Options World::caller() const {
    Options options;
    options.timeout = std::chrono::seconds(110);
    options.directory = scratch_.path();
    options.environment = {{"TOKEN", secret_}, {"LD_ATTACK", "x"}, {"MICROBOX_ATTACK", "x"}};
    options.descriptors = {
        {input_.get(), 0}, {directory_.get(), 5}, {object_.get(), 6}, {directory_.get(), 1030}};
    return options;
}

bool World::is_unharmed() const {
    return process_with(word_, probe_path()) == victim_.pid();
}

} // namespace microbox::testing
