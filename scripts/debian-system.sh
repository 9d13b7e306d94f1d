# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Debian systems in folders of their own, made by debootstrap. Sourced by scripts/package and by the
# tests that need such systems, after scripts/common.sh.

mirror=http://deb.debian.org/debian

# is_recent SYSTEM: complete, and of the last two weeks.
is_recent() {
    [[ -n $(find "$1/complete" -mtime -14 2>/dev/null) ]]
}

# bootstrap SUITE FOLDER [PACKAGE...]
bootstrap() {
    local suite=$1 folder=$2 include=()
    shift 2
    [[ $# -eq 0 ]] || include=("--include=$(IFS=, && echo "$*")")
    debootstrap --variant=minbase "${include[@]}" "$suite" "$folder" "$mirror" || return
    # As Debian's installer writes it.
    printf '127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n' >"$folder/etc/hosts"
}

# base_system ROOTS SUITE: the bare system of a suite is ROOTS/SUITE, made anew if it is old. Until
# it is complete it has another name.
base_system() {
    local roots=$1 suite=$2
    is_recent "$roots/$suite" && return
    progress "$suite: debootstrap"
    rm -rf "${roots:?}/$suite" "$roots/$suite.new"
    mkdir -p "$roots"
    quietly bootstrap "$suite" "$roots/$suite.new" || return
    mv "$roots/$suite.new" "$roots/$suite"
    touch "$roots/$suite/complete"
}

# in_system SYSTEM MOUNTS COMMAND...: in the chroot, with mounts that go with the command. MOUNTS
# is a shell command, which has the system's folder as $system. That folder becomes a mount point,
# so that what runs there can have mounts of its own.
in_system() {
    local system=$1 mounts=$2
    shift 2
    # shellcheck disable=SC2016
    unshare --mount --propagation private bash -euc '
        system=$1 mounts=$2
        shift 2
        mount --bind "$system" "$system"
        eval "$mounts"
        mount -t proc proc "$system/proc"
        mount --rbind /dev "$system/dev"
        exec chroot "$system" env -i HOME=/root LC_ALL=C.UTF-8 \
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
    ' in_system "$system" "$mounts" "$@"
}
