# SPDX-License-Identifier: Apache-2.0
"""
The copy of this machine of machine.py, booted: systemd is process 1 in namespaces of its own, and
runs one script.
"""

import os

import programs

# With the root folder of the copy as $1: makes what systemd wants to find, leaves the real
# machine's files behind, and starts it in a control group that goes again.
BOOT = r"""
set -eu
groups=$1/../groups
mkdir -p "$groups"
mount -t cgroup2 cgroup2 "$groups"
group=$groups/rootscope-test-$$
mkdir "$group"
status=0
(echo 0 >"$group/cgroup.procs" &&
exec unshare --mount --pid --fork --cgroup --uts --ipc --net sh -c '
    set -eu
    cd "$1"
    mount --rbind . mnt # a mount of its own, which becomes the root folder
    cd mnt
    umount -l proc dev
    mount -t proc proc proc
    mount -t sysfs -o ro sysfs sys
    mount -t cgroup2 cgroup2 sys/fs/cgroup
    mount -t tmpfs -o mode=755 tmpfs run
    mount -t tmpfs -o mode=1777 tmpfs tmp
    mount -t tmpfs -o mode=755 tmpfs dev
    for device in null zero full random urandom tty; do
        touch dev/$device && mount --bind /dev/$device dev/$device
    done
    mkdir dev/pts dev/shm
    mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
    ln -s pts/ptmx dev/ptmx
    mkdir -p opt/outside
    pivot_root . opt/outside
    umount -l /opt/outside
    exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system \
        --unit=script.service --log-target=console --show-status=0
' boot "$1") || status=$?
find "$group" -depth -type d -exec rmdir {} +
umount "$groups"
exit "$status"
"""
# Nothing else is started. Process 1 ends with the status of the script.
SCRIPT = """\
[Unit]
DefaultDependencies=no
[Service]
Type=oneshot
ExecStart=/bin/bash -c '/bin/bash /opt/script; systemctl exit $$?'
StandardOutput=file:/opt/output
StandardError=inherit
"""


def boot(machine, script):
    """
    Boots the copy and runs a script there: its exit status, and what it printed. What it changes
    stays, outside /run and /tmp. The status is None if systemd does not get that far.
    """
    machine.write("/etc/systemd/system/script.service", SCRIPT)
    machine.write("/opt/script", script)
    machine.write("/opt/output", "")
    done = programs.run("nsenter", f"--target={machine.pid}", "--mount", "--root", "sh", "-c", BOOT,
                        "boot", machine.root, timeout=120)
    said = machine.read("/opt/output")
    return (done.returncode, said) if said else (None, done.output)


def why_not(machine):
    """Why the copy cannot be booted here; None: it can."""
    if not os.access("/lib/systemd/systemd", os.X_OK):
        return "systemd is not installed"
    status, said = boot(machine, "echo booted")
    return None if status == 0 else f"systemd does not run in namespaces here: {said.strip()}"
