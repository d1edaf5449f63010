// SPDX-License-Identifier: MIT
// A plugin that keeps the contract, but for the one lie that MICROBOX_TEST_LIE names.
#include <microbox/sdk/plugin.hpp>
#include <microbox/sdk/units.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string_view>

namespace {

using namespace microbox::sdk;

bool lies(std::string_view word) {
    // Read once: the contract takes the environment away.
    static const std::string lie = [] {
        const char* text = std::getenv("MICROBOX_TEST_LIE");
        return std::string(text == nullptr ? "" : text);
    }();
    return lie == word;
}

[[maybe_unused]] const bool read_when_loaded = lies("");

int plans_so_far = 0;
bool somebody_is_read_only = false;

class Liar final : public SecurityLayer {
public:
    Liar() {
        if (lies("leaks"))
            lost_ = new int[100];
    }

    std::vector<Requirement> requirements() override {
        const FactQuery query{FactQuery::Kind::kernel, "overlay"};
        return {{"overlay",
                 query,
                 [](const Facts& facts) { return facts.kernel("overlay"); },
                 lies("no-remedy") ? "" : "modprobe overlay",
                 false}};
    }

    std::vector<FactQuery> ask(const Request&, const Facts& facts) override {
        std::string path = "/";
        while (lies("asks-on") && facts.has({FactQuery::Kind::path, path}))
            path += "./";
        return {{FactQuery::Kind::path, path}};
    }

    Result<Fragment> plan(const Request& request, const Facts&) override {
        if (lies("throws") && !request.one("depth")->by_default)
            throw std::runtime_error("no luck today");
        const Given& depth = *request.one("depth");
        MBX_CHECK(check(depth));
        Fragment fragment;
        fragment.claims = {lies("claims-root") ? "root" : "security.depth"};
        fragment.add(Stage::limits, Prctl{0, {}}, lies("nobody-asked") ? "" : depth.source);
        if (lies("counts"))
            fragment.claims.push_back("security." + std::to_string(++plans_so_far));
        somebody_is_read_only = somebody_is_read_only || request.read_only_root;
        if (lies("shares") && somebody_is_read_only)
            fragment.claims.emplace_back("security.shared");
        if (lies("opens"))
            std::ifstream("/etc/hostname").get();
        if (lies("looks-around") && std::getenv("PATH") == nullptr)
            fragment.claims.emplace_back("security.lost");
        return fragment;
    }

    Result<void> cleanup(const Leftovers& leftovers, Log&) override {
        std::error_code ignored;
        if (lies("removes"))
            for (const std::string& entry : leftovers.entries)
                std::filesystem::remove_all(entry, ignored);
        if (lies("falls"))
            return fail("there was no prepare()");
        return {};
    }

private:
    static Result<void> check(const Given& depth) {
        if (lies("refuses-defaults"))
            return fail("default: not deep enough");
        const auto parsed = parse_count(depth.value, lies("no-source") ? "" : depth.source, 1, 99);
        if (!parsed.ok() && !lies("accepts-all"))
            return parsed.error();
        return {};
    }

    int* lost_ = nullptr;
};

#ifdef SLOPPY
int accepts(const char*, int) {
    return 1;
}

constexpr MbxOption options[] = {{"depth-", "how deep", "How deep.", "8", 0, 0}};
constexpr const char* summary = "A plugin.";
#else
constexpr int (*accepts)(const char*, int) = nullptr;
constexpr MbxOption options[] = {{"depth", "N", "how deep", "8", 0, 0}};
constexpr const char* summary = "a plugin that is not always honest";
#endif

} // namespace

#ifdef SLOPPY
extern "C" __attribute__((visibility("default"))) int another_export;
int another_export = 1;
#endif

MBX_PLUGIN(Liar, "sec-liar", "security", summary, "0.1.0", options, accepts);
