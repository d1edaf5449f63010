// SPDX-License-Identifier: MIT
#include "core/run/outputs.hpp"

#include "core/log/log.hpp"

#include <microbox/sys/file.hpp>

namespace microbox::core {

namespace {

constexpr const char* report_option = "--report";
constexpr const char* trace_option = "--trace";

sdk::Result<sys::Fd> open_output(const std::string& path, const char* option) {
    if (path.empty())
        return sys::Fd();
    auto file = sys::open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (!file)
        return std::move(file.error()).within(option);
    return file;
}

bool write_output(const sys::Fd& file,
                  const std::function<std::string()>& text,
                  const char* option) {
    if (!file)
        return true;
    const auto written = sys::write_all(file.get(), text(), option);
    if (!written.ok())
        log_error(written.error());
    return written.ok();
}

} // namespace

sdk::Result<void> Outputs::open(const RunRequest& request) {
    MBX_TRY(report_, open_output(request.report_file, report_option));
    MBX_TRY(trace_, open_output(request.trace_file, trace_option));
    return {};
}

bool Outputs::write(const std::function<std::string()>& report,
                    const std::function<std::string()>& trace) const {
    const bool reported = write_output(report_, report, report_option);
    return write_output(trace_, trace, trace_option) && reported;
}

} // namespace microbox::core
