# shellcheck shell=bash disable=SC2034 # read by boot.sh
# SPDX-License-Identifier: MIT
# The kernels of Debian's suites, in a cache: fetched by apt with lists of its own, unpacked, never installed.
# A newer one is fetched after the directory of the suite was removed. Read by boot.sh.

cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/microbox-tests

# The modules with which the machine reaches its root.
early_modules=(virtio_pci virtio_console virtiofs overlay)

# apt for SUITE, whatever this machine is.
apt_of() {
    local base=$cache/apt-$1 tool=$2
    shift 2
    "$tool" -q -o APT::Sandbox::User=root -o Acquire::Retries=3 -o "Dir::Etc::sourcelist=$base/sources.list" \
        -o Dir::Etc::sourceparts=- -o "Dir::State=$base/state" -o Dir::State::status=/dev/null \
        -o "Dir::Cache=$base/cache" "$@"
}

# The mirror that this machine itself uses, so that a site's own is used.
machine_mirror() {
    # shellcheck disable=SC2016 # apt's own variables
    apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 'Origin: Debian' 2>/dev/null |
        awk '$2 !~ /-/ { print $1; exit }'
}

# fetch_packages SUITE DIR PACKAGE...: unpacks the newest of each into DIR; "kernel" is that of the suite.
fetch_packages() {
    local suite=$1 dir=$2 base=$cache/apt-$1 mirror package
    shift 2
    mirror=$(machine_mirror)
    mkdir -p "$base/state/lists/partial" "$base/cache/archives/partial" "$dir"
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' \
        "${mirror:-http://deb.debian.org/debian}" "$suite" >"$base/sources.list"
    say "fetching $* of $suite into $cache"
    apt_of "$suite" apt-get update >&2 || die "no package list of the suite $suite"
    for package; do
        [[ $package != kernel ]] || package=$(newest_kernel "$suite")
        (cd "$dir" && apt_of "$suite" apt-get download "$package") >&2 || die "cannot fetch $package"
        dpkg-deb -x "$dir/$package"_*.deb "$dir"
        rm "$dir/$package"_*.deb
    done
    rm -rf "$base"
}

newest_kernel() {
    local package
    package=$(apt_of "$1" apt-cache depends linux-image-cloud-amd64 |
        awk '$1 == "Depends:" && $2 ~ /^linux-image-[0-9]/ { print $2; exit }')
    [[ $package ]] || die "$1 has no linux-image-cloud-amd64"
    printf '%s\n' "$package"
}

# arrange_kernel FROM TO: TO gets vmlinuz, release and modules.
arrange_kernel() {
    local tree release
    tree=$(find "$1" -type d -path '*/lib/modules/*' -prune | head -n 1)
    release=${tree##*/}
    [[ $release ]] || die 'the kernel package has no modules'
    # Emulated, decompressing one costs more than reading it.
    find "$tree" -name '*.ko.xz' -exec unxz {} +
    busybox depmod -b "${tree%/lib/modules/*}" "$release"
    mv "$1/boot/vmlinuz-$release" "$2/vmlinuz"
    mv "$tree" "$2/modules"
    printf '%s\n' "$release" >"$2/release"
    rm -rf "$1"
}

# The files that the modules NAME... need, in the order of loading; TREE has modules.dep.
module_files() {
    local tree=$1
    shift
    awk -v wanted="$*" '
        {
            file = $1; sub(/:$/, "", file)
            name = file; sub(/^.*\//, "", name); sub(/\.ko$/, "", name); gsub(/-/, "_", name)
            path[name] = file
            $1 = ""; needs[file] = $0
        }
        function add(file,    n, i, list) {
            if (file in seen) return
            seen[file] = 1
            n = split(needs[file], list, " ")
            for (i = n; i >= 1; i--) add(list[i])
            print file
        }
        END {
            n = split(wanted, list, " ")
            for (i = 1; i <= n; i++) if (list[i] in path) add(path[list[i]])
        }' "$tree/modules.dep"
}

# early_part KERNEL_DIR ROOT: busybox and the early modules, for an initramfs.
early_part() {
    local file
    mkdir -p "$2"/{bin,modules}
    cp "$(command -v busybox)" "$2/bin/busybox"
    while read -r file; do
        cp "$1/modules/$file" "$2/modules/"
        echo "${file##*/}" >>"$2/modules/order"
    done < <(module_files "$1/modules" "${early_modules[@]}")
}

# once NAME COMMAND...: sets once, the directory NAME of the cache; COMMAND DIR fills it where it is not there yet.
once() {
    local name=$1 fresh
    shift
    mkdir -p "$cache"
    cache=$(realpath -- "$cache")
    once=$cache/$name
    exec 8>"$cache/lock"
    flock 8
    if [[ ! -e $once ]]; then
        rm -rf "$cache"/fresh.* # what an interrupted run has left
        fresh=$(mktemp -d "$cache/fresh.XXXXXX")
        "$@" "$fresh"
        chmod 755 "$fresh"
        mv "$fresh" "$once"
    fi
    exec 8>&-
}

fetch_kernel() {
    fetch_packages "$1" "$2/package" kernel
    arrange_kernel "$2/package" "$2"
}

# prepare_kernel SUITE: sets kernel_dir, which has vmlinuz, release and modules.
prepare_kernel() {
    once "kernel-$1" fetch_kernel "$1"
    kernel_dir=$once
}
