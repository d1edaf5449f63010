// SPDX-License-Identifier: MIT
// The second seam to nlohmann_json: a policy is a list of objects, where a configuration is flat.
#include "core/verify/policy.hpp"

#include <microbox/sdk/nearest.hpp>

#include <algorithm>
#include <string_view>

#include <nlohmann/json.hpp>

#include <arpa/inet.h>

namespace microbox::core {

namespace {

using Json = nlohmann::json;

sdk::Result<std::vector<std::string>> words(const Json& value, const std::string& where) {
    if (!value.is_array())
        return sdk::fail(where + ": a list of words is right");
    std::vector<std::string> list;
    for (const Json& word : value) {
        if (!word.is_string())
            return sdk::fail(where + ": a list of words is right");
        list.push_back(word.get<std::string>());
    }
    return list;
}

sdk::Result<std::string> word(const Json& value, const std::string& where) {
    if (!value.is_string() || value.get<std::string>().empty())
        return sdk::fail(where + ": a text is right");
    return value.get<std::string>();
}

std::string in_hex(const unsigned char* bytes, std::size_t count) {
    std::string hex;
    for (std::size_t i = 0; i < count; ++i) {
        hex += "0123456789abcdef"[bytes[i] >> 4U];
        hex += "0123456789abcdef"[bytes[i] & 15U];
    }
    return hex;
}

/// "192.0.2.1:443" or "[2001:db8::1]:443".
sdk::Result<std::vector<std::string>> connection(const std::string& value,
                                                 const std::string& where) {
    const std::size_t colon = value.rfind(':');
    const std::string port = colon == std::string::npos ? "" : value.substr(colon + 1);
    std::string host = value.substr(0, colon);
    const bool six = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (six)
        host = host.substr(1, host.size() - 2);
    unsigned char bytes[16];
    constexpr int most_digits = 5;
    const bool port_is_right = !port.empty() && port.size() <= most_digits &&
                               port.find_first_not_of("0123456789") == std::string::npos &&
                               std::stoi(port) >= 1 && std::stoi(port) <= 65535;
    if (!port_is_right || ::inet_pton(six ? AF_INET6 : AF_INET, host.c_str(), bytes) != 1)
        return sdk::fail(where + ": '" + value +
                         "' is not ADDRESS:PORT, as in 192.0.2.1:443 or [2001:db8::1]:443");
    return std::vector<std::string>{"connect", in_hex(bytes, six ? 16 : 4), port};
}

struct Kind {
    const char* key;
    const char* verb;
    std::vector<std::string> held;
};

const std::vector<Kind>& kinds() {
    static const std::vector<std::string> not_read = {
        "empty", "ENOENT", "ENOTDIR", "EACCES", "EPERM", "ELOOP", "ENXIO"};
    static const std::vector<std::string> not_written = {
        "ENOENT", "ENOTDIR", "EACCES", "EPERM", "EROFS", "ELOOP", "ENXIO", "ETXTBSY"};
    static const std::vector<Kind> all = {{"may_read", "read", {"content"}},
                                          {"may_not_read", "read", not_read},
                                          {"may_write", "write", {"written"}},
                                          {"may_not_write", "write", not_written},
                                          {"may_connect", "connect", {"connected"}},
                                          {"may_not_connect", "connect", {"E*", "silence"}}};
    return all;
}

sdk::Result<sdk::Promise> promise(const Kind& kind, const Json& value, const std::string& where) {
    MBX_TRY(const std::string object, word(value, where));
    sdk::Promise made;
    made.text = std::string(kind.key) + " " + object;
    made.held = kind.held;
    if (std::string_view(kind.verb) == "connect") {
        MBX_TRY(made.question, connection(object, where));
        return made;
    }
    if (object.front() != '/')
        return sdk::fail(where + ": '" + object + "' is not an absolute path of the sandbox");
    made.question = {kind.verb, object};
    return made;
}

std::string joined(const std::vector<std::string>& words) {
    std::string line;
    for (const std::string& word : words)
        line += (line.empty() ? "" : " ") + word;
    return line;
}

const std::vector<std::string>& keys() {
    static const std::vector<std::string> all = {"name",
                                                 "options",
                                                 "run",
                                                 "exit",
                                                 "fails",
                                                 "reason",
                                                 "output",
                                                 "may_read",
                                                 "may_not_read",
                                                 "may_write",
                                                 "may_not_write",
                                                 "may_connect",
                                                 "may_not_connect"};
    return all;
}

const std::vector<std::string>& reasons() {
    static const std::vector<std::string> all = {"exited", "signal", "timeout", "oom", "pids"};
    return all;
}

sdk::Result<void>
known(const Json& object, const std::vector<std::string>& names, const std::string& where) {
    for (const auto& [key, value] : object.items())
        if (std::find(names.begin(), names.end(), key) == names.end()) {
            const std::string near = sdk::nearest(key, names);
            return sdk::fail(where + ": unknown key '" + key + "'",
                             near.empty() ? "keys are " + joined(names)
                                          : "did you mean " + near + "?");
        }
    return {};
}

sdk::Result<void> expectations(Assertion& made, const Json& object, const std::string& where) {
    if (const auto exit = object.find("exit"); exit != object.end()) {
        constexpr int most = 255;
        if (!exit->is_number_integer() || exit->get<long>() < 0 || exit->get<long>() > most)
            return sdk::fail(where + ": exit: a number from 0 to 255 is right");
        made.exit = exit->get<int>();
    }
    if (const auto fails = object.find("fails"); fails != object.end()) {
        if (!fails->is_boolean())
            return sdk::fail(where + ": fails: true or false is right");
        made.fails = fails->get<bool>();
    }
    if (const auto output = object.find("output"); output != object.end()) {
        MBX_TRY(made.output, word(*output, where + ": output"));
    }
    if (const auto reason = object.find("reason"); reason != object.end()) {
        MBX_TRY(made.reason, word(*reason, where + ": reason"));
        if (std::find(reasons().begin(), reasons().end(), made.reason) == reasons().end())
            return sdk::fail(where + ": reason: '" + made.reason + "' is none of " +
                             joined(reasons()));
    }
    if (made.exit && made.fails)
        return sdk::fail(where + ": 'exit' and 'fails' are two answers to one question");
    return {};
}

sdk::Result<Assertion>
assertion(const Json& object, const std::vector<std::string>& options, const std::string& where) {
    if (!object.is_object())
        return sdk::fail(where + ": an object is right");
    MBX_CHECK(known(object, keys(), where));
    Assertion made;
    made.options = options;
    if (const auto own = object.find("options"); own != object.end()) {
        MBX_TRY(const auto more, words(*own, where + ": options"));
        made.options.insert(made.options.end(), more.begin(), more.end());
    }
    int asserted = 0;
    for (const Kind& kind : kinds()) {
        const auto value = object.find(kind.key);
        if (value == object.end())
            continue;
        ++asserted;
        MBX_TRY(made.promise, promise(kind, *value, where + ": " + kind.key));
        made.name = made.promise->text;
    }
    if (const auto run = object.find("run"); run != object.end()) {
        ++asserted;
        MBX_TRY(made.command, words(*run, where + ": run"));
        if (made.command.empty() || made.command.front().empty())
            return sdk::fail(where + ": run: a command is right, as a list of words");
        made.name = joined(made.command);
    }
    if (asserted != 1)
        return sdk::fail(where + ": one of run, may_read, may_not_read, may_write, may_not_write, "
                                 "may_connect and may_not_connect is right");
    MBX_CHECK(expectations(made, object, where));
    if (made.promise && (made.exit || made.fails || !made.reason.empty() || !made.output.empty()))
        return sdk::fail(where + ": exit, fails, reason and output are for 'run'");
    if (const auto name = object.find("name"); name != object.end()) {
        MBX_TRY(made.name, word(*name, where + ": name"));
    }
    return made;
}

} // namespace

sdk::Result<std::vector<Assertion>> parse_policy(const std::string& text, const std::string& file) {
    Json policy;
    try {
        policy = Json::parse(text, nullptr, true, true);
    } catch (const Json::parse_error& wrong) {
        const std::string_view what = wrong.what();
        return sdk::fail(file + ": " + std::string(what.substr(what.find(']') + 2)));
    }
    if (!policy.is_object())
        return sdk::fail(file + ": an object is right: {\"assertions\": [...]}");
    MBX_CHECK(known(policy, {"options", "assertions"}, file));
    std::vector<std::string> options;
    if (policy.contains("options")) {
        MBX_TRY(options, words(policy["options"], file + ": options"));
    }
    if (!policy.contains("assertions") || !policy["assertions"].is_array() ||
        policy["assertions"].empty())
        return sdk::fail(file + ": \"assertions\" is missing: a list of at least one is right");
    std::vector<Assertion> all;
    for (const Json& object : policy["assertions"]) {
        const std::string where = file + ": assertion " + std::to_string(all.size() + 1);
        MBX_TRY(Assertion one, assertion(object, options, where));
        all.push_back(std::move(one));
    }
    return all;
}

Ended read_report(const std::string& json) {
    Ended ended;
    const Json report = Json::parse(json, nullptr, false);
    if (!report.is_object())
        return ended;
    const auto said = [](const Json& object, const char* name) {
        const auto found = object.find(name);
        return found != object.end() && found->is_string() ? found->get<std::string>() : "";
    };
    ended.reason = said(report, "reason");
    ended.error = said(report, "error");
    const auto denied = report.find("denied");
    if (denied == report.end() || !denied->is_array())
        return ended;
    for (const Json& one : *denied) {
        const std::string program = said(one, "program");
        const std::string remedy = said(one, "remedy");
        ended.denied.push_back(said(one, "plugin") + ": " + said(one, "what") +
                               (program.empty() ? "" : " (" + program + ")") +
                               (remedy.empty() ? "" : ": " + remedy));
    }
    return ended;
}

} // namespace microbox::core
