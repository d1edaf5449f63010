// SPDX-License-Identifier: MIT
// The only file that includes Boost.DLL.
#include "core/plugin/library.hpp"

#include <map>
#include <system_error>

#include <boost/dll/shared_library.hpp>

#include <dlfcn.h>

namespace microbox::core {

namespace {

constexpr const char* symbol = "microbox_plugin";

/// "PATH: cannot open shared object file: ..." without what the caller says anyway.
std::string loader_words(const std::string& path) {
    // dlerror(3): the text of the last failure of this thread; Boost has not read it.
    const char* text = ::dlerror();
    std::string words = text == nullptr ? "the loader gives no reason" : text;
    if (words.rfind(path + ": ", 0) == 0)
        words.erase(0, path.size() + 2);
    return words;
}

} // namespace

sdk::Result<const MbxDescriptor*> open_library(const std::string& path) {
    // Leaked on purpose: code of a plugin may still be called while static objects are destroyed.
    static auto& libraries = *new std::map<std::string, boost::dll::shared_library>;
    try {
        const auto known = libraries.find(path);
        if (known != libraries.end())
            return &known->second.get<const MbxDescriptor>(symbol);
        using boost::dll::load_mode::type;
        std::error_code error;
        boost::dll::shared_library library;
        library.load(path, type::rtld_now | type::rtld_local, error);
        if (error)
            return sdk::fail("cannot be loaded: " + loader_words(path));
        const auto opened = libraries.emplace(path, std::move(library)).first;
        if (!opened->second.has(symbol))
            return sdk::fail(std::string("is no plugin of microbox: it does not export ") + symbol);
        return &opened->second.get<const MbxDescriptor>(symbol);
    } catch (const std::exception& thrown) {
        return sdk::fail(std::string("cannot be loaded: ") + thrown.what());
    }
}

} // namespace microbox::core
