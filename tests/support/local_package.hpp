// SPDX-License-Identifier: MIT
// A Debian package of the tests' own, as its maintainers would make one.
#pragma once

#include "tests/support/sandbox.hpp"

#include <filesystem>
#include <string>

namespace microbox::testing {

/// A package with maintainer scripts as real ones have them: an account of its own, files that
/// belong to it, a directory in /var.
class LocalPackage {
public:
    LocalPackage() {
        const std::string tree = folder_.path() + "/tree";
        std::filesystem::create_directories(tree + "/DEBIAN");
        std::filesystem::create_directories(tree + "/usr/lib/mbx-sample");
        std::filesystem::permissions(tree, std::filesystem::perms(0755));
        folder_.file("tree/usr/lib/mbx-sample/data", "from the package\n");
        folder_.file("tree/DEBIAN/control",
                     "Package: mbx-sample\nVersion: 1.0\nArchitecture: all\n"
                     "Maintainer: Nobody <nobody@example.org>\nDepends: passwd\n"
                     "Description: a package of the tests\n");
        const std::string script = folder_.file(
            "tree/DEBIAN/postinst",
            "#!/bin/sh\nset -e\n"
            "[ \"$1\" = configure ] || exit 0\n"
            "useradd --system --home-dir /var/lib/mbx-sample --shell /usr/sbin/nologin mbx-sample\n"
            "mkdir -p /var/lib/mbx-sample\n"
            "chown mbx-sample:mbx-sample /var/lib/mbx-sample /usr/lib/mbx-sample/data\n"
            "chmod 2750 /var/lib/mbx-sample\n");
        std::filesystem::permissions(script, std::filesystem::perms(0755));
        Options builder;
        builder.program = "/usr/bin/dpkg-deb";
        built_ = run({"--root-owner-group", "--build", tree, file()}, builder);
    }

    [[nodiscard]] std::string file() const { return folder_.path() + "/mbx-sample.deb"; }

    [[nodiscard]] const Outcome& built() const { return built_; }

private:
    ScratchDirectory folder_;
    Outcome built_;
};

} // namespace microbox::testing
