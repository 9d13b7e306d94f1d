# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# What scripts/test and scripts/demo share. Sourced, after `set -euo pipefail`.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jobs=$(nproc)

# To build, and to run the module under the programs of the demo.
build_packages=(cmake gcc g++ make pkg-config libc6-dev libssl-dev libidn2-dev libjansson-dev
                libsimdjson-dev libpsl-dev libxml2-dev libcunit1-dev openssl ca-certificates curl
                python3 python3-pytest)

title() {
    printf '\n== %s\n' "$*"
}

fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

as_root() {
    if [[ $(id -u) -eq 0 ]]; then
        "$@"
    else
        command -v sudo >/dev/null || fail "needs root or sudo for: $*"
        sudo "$@"
    fi
}

# Installs those of the named packages that are missing.
install_packages() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        fail "this system has no apt; install what corresponds to: $*"
    fi
    local package missing=()
    for package in "$@"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
            missing+=("$package")
    done
    [[ ${#missing[@]} -gt 0 ]] || return 0
    title "Installing ${missing[*]}"
    quietly as_root apt-get -q update
    quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y install \
        --no-install-recommends "${missing[@]}"
}

# Shows a command's output only if it fails.
quietly() {
    local output
    output=$("$@" 2>&1) || {
        printf '%s\n' "$output" >&2
        return 1
    }
}

# configure_and_build PRESET: the build tree of a preset, brought up to date.
configure_and_build() {
    (cd "$root" && quietly cmake --preset "$1")
    quietly cmake --build "$(build_dir "$1")" -j "$jobs"
}

build_dir() {
    if [[ $1 == default ]]; then
        echo "$root/build"
    else
        echo "$root/build-$1"
    fi
}
