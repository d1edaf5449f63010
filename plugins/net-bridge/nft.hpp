// SPDX-License-Identifier: MIT
// nf_tables of this network namespace, in nft(8)'s own words.
#pragma once

#include <microbox/sdk/result.hpp>

#include <memory>
#include <string>

struct nft_ctx;

namespace microbox::net_bridge {

class Nft {
public:
    /// Errors: the kernel has no nf_tables; no rights.
    [[nodiscard]] static sdk::Result<Nft> open();

    /// All of it or nothing: one transaction. Errors: nft's own first line, with error_number when
    /// it is the kernel's (EEXIST, ENOENT, EOPNOTSUPP, EPERM); a part that the
    /// kernel lacks is ENOENT or EOPNOTSUPP.
    [[nodiscard]] sdk::Result<void> run(const std::string& commands);

    enum class Form { terse, json };
    /// What a command prints: "list table inet microbox" without the elements, or as JSON with all.
    [[nodiscard]] sdk::Result<std::string> list(const std::string& command, Form form);

private:
    struct Free {
        void operator()(nft_ctx* context) const;
    };

    explicit Nft(nft_ctx* context) : context_(context) {}

    std::unique_ptr<nft_ctx, Free> context_;
};

} // namespace microbox::net_bridge
