// SPDX-License-Identifier: MIT
// org.freedesktop.systemd1(5), StartTransientUnit, spoken with sd-bus. The library is opened here
// and only here: who needs no scope does not pay for loading it, and a host without it has
// everything else.
#include "scope.hpp"

#include "files.hpp"

#include <microbox/sys/file.hpp>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>

#include <dlfcn.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

namespace microbox::limit_cgroup {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto patience = std::chrono::seconds(5);

constexpr const char* manager_name = "org.freedesktop.systemd1";
constexpr const char* manager_path = "/org/freedesktop/systemd1";
constexpr const char* manager_interface = "org.freedesktop.systemd1.Manager";

/// The functions of libsystemd that are used, under their own types.
struct Library {
    decltype(&::sd_bus_new) make = nullptr;
    decltype(&::sd_bus_set_address) set_address = nullptr;
    decltype(&::sd_bus_set_bus_client) set_client = nullptr;
    decltype(&::sd_bus_start) start = nullptr;
    decltype(&::sd_bus_flush_close_unref) close = nullptr;
    decltype(&::sd_bus_call_method) call = nullptr;
    decltype(&::sd_bus_message_new_method_call) new_call = nullptr;
    decltype(&::sd_bus_message_append) append = nullptr;
    decltype(&::sd_bus_call) send = nullptr;
    decltype(&::sd_bus_message_read) read = nullptr;
    decltype(&::sd_bus_message_unref) unref = nullptr;
    decltype(&::sd_bus_error_free) free_error = nullptr;
    decltype(&::sd_bus_match_signal) match = nullptr;
    decltype(&::sd_bus_process) process = nullptr;
    decltype(&::sd_bus_wait) wait = nullptr;
};

template <class Function>
bool find(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    return function != nullptr;
}

sdk::Result<Library> open_library() {
    // Never closed: its threads and its exit handlers are its own.
    void* const file = ::dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL);
    if (file == nullptr)
        return sdk::fail("libsystemd.so.0 cannot be loaded, so the user's systemd cannot be asked",
                         "apt-get install libsystemd0");
    Library bus;
    const bool all =
        find(file, "sd_bus_new", bus.make) && find(file, "sd_bus_set_address", bus.set_address) &&
        find(file, "sd_bus_set_bus_client", bus.set_client) &&
        find(file, "sd_bus_start", bus.start) &&
        find(file, "sd_bus_flush_close_unref", bus.close) &&
        find(file, "sd_bus_call_method", bus.call) &&
        find(file, "sd_bus_message_new_method_call", bus.new_call) &&
        find(file, "sd_bus_message_append", bus.append) && find(file, "sd_bus_call", bus.send) &&
        find(file, "sd_bus_message_read", bus.read) &&
        find(file, "sd_bus_message_unref", bus.unref) &&
        find(file, "sd_bus_error_free", bus.free_error) &&
        find(file, "sd_bus_match_signal", bus.match) && find(file, "sd_bus_process", bus.process) &&
        find(file, "sd_bus_wait", bus.wait);
    if (!all)
        return sdk::fail("libsystemd.so.0 is too old: it has no sd-bus");
    return bus;
}

sdk::Error refused(const std::string& doing, int result, const char* words) {
    return sdk::fail_errno("ask the user's systemd for a scope: " + doing +
                               (words != nullptr ? std::string(" (") + words + ")" : ""),
                           -result,
                           "systemctl --user status tells how it is");
}

/// What JobRemoved has told of our job.
struct Job {
    const Library* library = nullptr;
    std::string path;
    std::string result; ///< "" while it runs
};

int job_removed(sd_bus_message* message, void* data, sd_bus_error*) {
    auto& job = *static_cast<Job*>(data);
    std::uint32_t id = 0;
    const char* path = nullptr;
    const char* unit = nullptr;
    const char* result = nullptr;
    if (job.library->read(message, "uoss", &id, &path, &unit, &result) >= 0 && job.path == path)
        job.result = result;
    return 0;
}

class Connection {
public:
    Connection(const Library& library) : library_(library) {}

    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    ~Connection() {
        if (bus_ != nullptr)
            library_.close(bus_);
    }

    /// An identity is not named: the bus takes the one that the kernel tells of the socket, which
    /// is the caller's in a user namespace too.
    sdk::Result<void> open(const std::string& socket) {
        const std::string address = "unix:path=" + socket;
        int result = library_.make(&bus_);
        if (result >= 0)
            result = library_.set_address(bus_, address.c_str());
        if (result >= 0)
            result = library_.set_client(bus_, 1);
        if (result >= 0)
            result = library_.start(bus_);
        if (result < 0)
            return refused("open the bus " + socket, result, nullptr);
        return {};
    }

    /// Signals of the manager come only to those who have subscribed.
    sdk::Result<void> listen(Job& job) {
        int result = library_.match(bus_,
                                    nullptr,
                                    manager_name,
                                    manager_path,
                                    manager_interface,
                                    "JobRemoved",
                                    job_removed,
                                    &job);
        if (result >= 0)
            result = library_.call(bus_,
                                   manager_name,
                                   manager_path,
                                   manager_interface,
                                   "Subscribe",
                                   nullptr,
                                   nullptr,
                                   "");
        if (result < 0)
            return refused("listen", result, nullptr);
        return {};
    }

    sdk::Result<void> start_scope(const std::string& name, Job& job) {
        sd_bus_message* message = nullptr;
        int result = library_.new_call(
            bus_, &message, manager_name, manager_path, manager_interface, "StartTransientUnit");
        const std::unique_ptr<sd_bus_message, decltype(&::sd_bus_message_unref)> held(
            message, library_.unref);
        if (result >= 0)
            result = library_.append(message,
                                     "ssa(sv)a(sa(sv))",
                                     name.c_str(),
                                     "fail",
                                     4,
                                     "Description",
                                     "s",
                                     "microbox",
                                     "Delegate",
                                     "b",
                                     1,
                                     "CollectMode",
                                     "s",
                                     "inactive-or-failed",
                                     "PIDs",
                                     "au",
                                     1,
                                     static_cast<std::uint32_t>(::getpid()),
                                     0);
        if (result < 0)
            return refused("write the call", result, nullptr);
        sd_bus_error error{};
        sd_bus_message* reply = nullptr;
        result = library_.send(
            bus_, message, std::chrono::microseconds(patience).count(), &error, &reply);
        const std::unique_ptr<sd_bus_message, decltype(&::sd_bus_message_unref)> answer(
            reply, library_.unref);
        const std::unique_ptr<sd_bus_error, decltype(&::sd_bus_error_free)> words(
            &error, library_.free_error);
        if (result < 0)
            return refused("StartTransientUnit", result, error.message);
        const char* path = nullptr;
        result = library_.read(reply, "o", &path);
        if (result < 0)
            return refused("read the answer", result, nullptr);
        job.path = path;
        return {};
    }

    sdk::Result<void> wait_for(const Job& job) {
        const auto deadline = Clock::now() + patience;
        while (job.result.empty()) {
            const int result = library_.process(bus_, nullptr);
            if (result < 0)
                return refused("wait", result, nullptr);
            if (result > 0)
                continue;
            const auto left =
                std::chrono::duration_cast<std::chrono::microseconds>(deadline - Clock::now());
            if (left.count() <= 0)
                return refused("wait", -ETIMEDOUT, nullptr);
            library_.wait(bus_, static_cast<std::uint64_t>(left.count()));
        }
        if (job.result != "done")
            return sdk::fail("ask the user's systemd for a scope: the job ended with '" +
                                 job.result + "'",
                             "journalctl --user tells why");
        return {};
    }

private:
    const Library& library_;
    sd_bus* bus_ = nullptr;
};

} // namespace

sdk::Result<std::string> enter_scope(const std::string& name, const std::string& socket) {
    MBX_TRY(const Library library, open_library());
    Job job{&library, {}, {}};
    Connection connection(library);
    MBX_CHECK(connection.open(socket));
    MBX_CHECK(connection.listen(job));
    MBX_CHECK(connection.start_scope(name, job));
    MBX_CHECK(connection.wait_for(job));
    MBX_TRY(const std::string text, sys::read_file("/proc/self/cgroup"));
    const auto path = path_of(text, "");
    if (!path || !path->ends_with("/" + name))
        return sdk::fail("the user's systemd made the scope " + name +
                         ", but this process is in the cgroup " + path.value_or("of nobody"));
    return *path;
}

} // namespace microbox::limit_cgroup
