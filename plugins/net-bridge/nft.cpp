// SPDX-License-Identifier: MIT
// The one file that knows libnftables.
#include "nft.hpp"

#include <microbox/sys/fd.hpp>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <nftables/libnftables.h>
#include <sys/socket.h>

namespace microbox::net_bridge {

namespace {

/// "Error: Could not process rule: File exists\n..." or "<cmdline>:1:4-9: Error: ...".
std::string first_line(const char* text) {
    std::string_view line = text == nullptr ? "" : text;
    line = line.substr(0, line.find('\n'));
    constexpr std::string_view marks[] = {"Error: ", "Could not process rule: "};
    for (const std::string_view mark : marks)
        if (const std::size_t at = line.find(mark); at != std::string_view::npos)
            line.remove_prefix(at + mark.size());
    // "No such file or directory; did you mean table 'x' in family inet?"
    line = line.substr(0, line.find("; did you mean"));
    return line.empty() ? "no reason given" : std::string(line);
}

/// The library hands the kernel's answer on as strerror(3) words it, and in no other way.
int number_of(const std::string& line) {
    constexpr std::array known = {
        EEXIST, ENOENT, EOPNOTSUPP, EPERM, EBUSY, ENOTEMPTY, EINVAL, EPROTONOSUPPORT, EAFNOSUPPORT};
    for (const int number : known)
        if (line.ends_with(::strerror(number)))
            return number;
    return 0;
}

/// Asks for the number of the ruleset's generation. libnftables ends the process when it cannot
/// open its socket (netlink_init_error), and has no word of its own for a kernel that lacks
/// nf_tables.
sdk::Result<void> check_kernel() {
    const sys::Fd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER));

    struct {
        nlmsghdr head{sizeof(nlmsghdr) + sizeof(nfgenmsg),
                      (NFNL_SUBSYS_NFTABLES << 8U) | NFT_MSG_GETGEN,
                      NLM_F_REQUEST,
                      0,
                      0};
        nfgenmsg about{AF_UNSPEC, NFNETLINK_V0, 0};
    } question;

    struct {
        nlmsghdr head;
        nlmsgerr error;
        char rest[256];
    } answer{};

    int error = 0;
    if (!socket || ::send(socket.get(), &question, sizeof question, 0) < 0 ||
        ::recv(socket.get(), &answer, sizeof answer, 0) < 0)
        error = errno;
    else if (answer.head.nlmsg_type == NLMSG_ERROR)
        error = -answer.error.error;
    if (error == 0)
        return {};
    if (error == EPERM)
        return sdk::fail_errno("nftables", error, "root of the network namespace is needed");
    return sdk::fail_errno("the kernel has no nf_tables",
                           error,
                           "CONFIG_NF_TABLES with INET, BRIDGE, NAT, FIB, REJECT and CONNLIMIT: "
                           "modprobe nf_tables");
}

} // namespace

void Nft::Free::operator()(nft_ctx* context) const {
    ::nft_ctx_free(context);
}

sdk::Result<Nft> Nft::open() {
    MBX_CHECK(check_kernel());
    nft_ctx* const context = ::nft_ctx_new(NFT_CTX_DEFAULT);
    if (context == nullptr)
        return sdk::fail_errno("nft_ctx_new", ENOMEM);
    Nft nft(context);
    // Nothing of it may reach the command's streams.
    if (::nft_ctx_buffer_output(context) != 0 || ::nft_ctx_buffer_error(context) != 0)
        return sdk::fail_errno("nft_ctx_buffer_output", ENOMEM);
    return nft;
}

sdk::Result<void> Nft::run(const std::string& commands) {
    const int done = ::nft_run_cmd_from_buffer(context_.get(), commands.c_str());
    // Reading a buffer empties it.
    static_cast<void>(::nft_ctx_get_output_buffer(context_.get()));
    const std::string why = first_line(::nft_ctx_get_error_buffer(context_.get()));
    if (done == 0)
        return {};
    sdk::Error error = sdk::fail("nftables: " + why);
    error.error_number = number_of(why);
    if (error.error_number == EOPNOTSUPP || error.error_number == EAFNOSUPPORT)
        error.hint = "the kernel's nf_tables lacks a part: INET, BRIDGE, NAT, FIB, REJECT and "
                     "CONNLIMIT are needed";
    return error;
}

sdk::Result<std::string> Nft::list(const std::string& command, Form form) {
    ::nft_ctx_output_set_flags(context_.get(),
                               form == Form::json ? NFT_CTX_OUTPUT_JSON : NFT_CTX_OUTPUT_TERSE);
    const int done = ::nft_run_cmd_from_buffer(context_.get(), command.c_str());
    const char* const output = ::nft_ctx_get_output_buffer(context_.get());
    std::string text = output == nullptr ? "" : output;
    const std::string why = first_line(::nft_ctx_get_error_buffer(context_.get()));
    ::nft_ctx_output_set_flags(context_.get(), 0);
    if (done == 0)
        return text;
    sdk::Error error = sdk::fail("nftables: " + why);
    error.error_number = number_of(why);
    return error;
}

} // namespace microbox::net_bridge
