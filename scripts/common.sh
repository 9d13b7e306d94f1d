# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# What scripts/test, scripts/demo and others share. Sourced, after `set -euo pipefail`.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jobs=$(nproc)

# To build what is installed, and to run the module under the programs of the demo.
build_packages=(cmake gcc g++ make pkg-config libc6-dev libssl-dev libidn2-dev libjansson-dev
                libsimdjson-dev libpsl-dev libsqlite3-dev libxml2-dev libxxhash-dev libzstd-dev
                zlib1g-dev libcurl4-openssl-dev liblzma-dev publicsuffix openssl ca-certificates
                curl)

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

# Shows a command's output only if it fails.
quietly() {
    local output
    output=$("$@" 2>&1) || {
        printf '%s\n' "$output" >&2
        return 1
    }
}

# progress TEXT: what runs now. A terminal shows the last one only.
progress() {
    local line
    printf -v line '[%2d:%02d] %s' $((SECONDS / 60)) $((SECONDS % 60)) "$1"
    if [[ -t 1 ]]; then
        printf '\r\033[K%s' "${line:0:${COLUMNS:-79}}"
    else
        printf '%s\n' "$line"
    fi
    progress_at=$SECONDS
}

# Makes room on a terminal for something that stays.
end_progress() {
    [[ ! -t 1 ]] || printf '\r\033[K'
}

# Copies its input to a file, and shows how far a build or ctest is: at once on a terminal, every
# half minute elsewhere.
follow() { # TEXT FILE
    local line how_far='' now=''
    while IFS= read -r line; do
        printf '%s\n' "$line" >&3
        if [[ $line =~ ^\ *([0-9]+)/([0-9]+)\ Test || $line =~ ^\[([0-9]+)/([0-9]+)\] ]]; then
            how_far=", ${BASH_REMATCH[1]} of ${BASH_REMATCH[2]}"
        elif [[ $line =~ ^\[\ *([0-9]+%)\] ]]; then
            how_far=", ${BASH_REMATCH[1]}"
        elif [[ $line =~ ^\ *Start\ +[0-9]+:\ (.*) ]]; then
            now=", ${BASH_REMATCH[1]}"
        else
            continue
        fi
        if [[ -t 1 || $((SECONDS - progress_at)) -ge 30 ]]; then
            progress "$1$how_far$now"
        fi
    done 3>"$2"
}

# watched TEXT COMMAND...: shows how far it is, and its output only if it fails.
watched() {
    local text=$1 log status=0
    shift
    log=$(mktemp)
    progress "$text"
    "$@" 2>&1 | follow "$text" "$log" || status=$?
    if [[ $status -ne 0 ]]; then
        end_progress
        # Without what went well.
        grep -vE '^ *Start +[0-9]+:|^ *[0-9]+/[0-9]+ Test .*(Passed|Skipped)|^\[[ 0-9/%]+\] ' \
            "$log" >&2 || true
    fi
    rm -f "$log"
    return "$status"
}

is_installed() {
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# Installs those of the named packages that are missing, says before how much that is, and leaves
# no service of theirs running or enabled.
install_packages() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        echo "This system has no apt. Install what these packages of Debian hold: $*"
        return
    fi
    local package missing=()
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    [[ ${#missing[@]} -gt 0 ]] || return 0
    progress "Reading the package lists"
    quietly as_root apt-get -q update
    end_progress
    echo "Installing ${#missing[@]} package${missing[1]:+s} of Debian and what is needed for that:"
    fold -s -w 92 <<<"${missing[*]}" | sed 's/^/    /'
    # It answers its own question with no, and so fails.
    { as_root env LC_ALL=C apt-get "${apt_options[@]}" --assume-no install "${missing[@]}" ||
        true; } |
        sed -n '/newly installed/s/^/    /p; /^Need to get/s/^/    /p; /^After this/s/^/    /p'
    without_services watched "Installing packages" as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get "${apt_options[@]}" -y install "${missing[@]}"
    end_progress
}
apt_options=(-q --no-install-recommends)

# without_services COMMAND...: runs it, and neither starts nor enables the services of the packages
# that it installs.
without_services() (
    policy=/usr/sbin/policy-rc.d
    before=$(dpkg-query -W -f '${binary:Package}\n' | sort)
    wanted=$(wanted_units)
    if [[ ! -e $policy ]]; then
        trap 'as_root rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
    fi
    "$@"
    comm -13 <(echo "$before") <(dpkg-query -W -f '${binary:Package}\n' | sort) |
        xargs -r dpkg-query -L | disable_scripts
    # As `systemctl disable` does. Upgrades of the packages respect it.
    comm -13 <(echo "$wanted") <(wanted_units) | while read -r link; do
        as_root rm -f "$link"
    done
)

# The units that start with the system: links, a path on each line.
wanted_units() {
    { find /etc/systemd/system -path '*.wants/*' -type l 2>/dev/null || true; } | sort
}

# Reads the paths of packages' files.
disable_scripts() {
    local path
    while read -r path; do
        if [[ $path == /etc/init.d/* ]]; then
            quietly as_root update-rc.d "${path##*/}" disable
        fi
    done
}

# Whether all is there that a build needs.
can_build() {
    local tool
    for tool in cmake cc c++ pkg-config openssl curl; do
        command -v "$tool" >/dev/null || return 1
    done
    command -v ninja >/dev/null || command -v make >/dev/null || return 1
    pkg-config --exists 'libcrypto >= 3.0' libssl libidn2 jansson simdjson libpsl sqlite3 \
        libxml-2.0 zlib libzstd libxxhash 'libcurl >= 7.85' liblzma
}

# configure PRESET [OPTION...]: a new build tree takes ninja and ccache where they are.
configure() {
    local preset=$1
    shift
    if [[ ! -e $(build_dir "$preset")/CMakeCache.txt ]]; then
        ! command -v ninja >/dev/null || set -- "$@" -G Ninja
        ! command -v ccache >/dev/null || set -- "$@" -D CMAKE_C_COMPILER_LAUNCHER=ccache \
            -D CMAKE_CXX_COMPILER_LAUNCHER=ccache
    fi
    (cd "$root" && quietly cmake --preset "$preset" "$@")
}

# configure_and_build PRESET: the build tree of a preset, brought up to date.
configure_and_build() {
    configure "$1"
    (cd "$root" && watched "${stage:+$stage: }building" cmake --build --preset "$1" -j "$jobs")
}

build_dir() {
    if [[ $1 == default ]]; then
        echo "$root/build"
    else
        echo "$root/build-$1"
    fi
}
