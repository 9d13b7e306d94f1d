# SPDX-License-Identifier: Apache-2.0
"""
The copy of this machine of machine.py, booted: systemd is process 1 in namespaces of its own, and
runs one script.
"""

import os
import pathlib
import re
import shutil
import subprocess

import programs

# With the root folder of the copy as $1, a control group that goes again as $2: makes what systemd
# wants to find, leaves the real machine's files behind, and starts it.
BOOT = r"""
set -eu
echo $$ >"$2/cgroup.procs"
exec unshare --mount --pid --fork --cgroup --uts --ipc --net sh -c '
    set -eu
    cd "$1"
    mount --rbind . mnt && cd mnt # a mount of its own, which becomes the root folder
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
' boot "$1"
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


def control_groups():
    """Where groups of the second version are; None: nowhere."""
    found = re.search(r"^\S+ (\S+) cgroup2 ", pathlib.Path("/proc/mounts").read_text(), re.M)
    return pathlib.Path(found[1]) if found else None


def remove_group(group):
    for path in sorted((p for p in group.rglob("*") if p.is_dir()), reverse=True):
        path.rmdir()
    group.rmdir()


def boot(machine, script):
    """
    Boots the copy and runs a script there: its exit status, and what it printed. What it changes
    stays, outside /run and /tmp. The status is None if systemd does not get that far.
    """
    machine.write("/etc/systemd/system/script.service", SCRIPT)
    machine.write("/opt/script", script)
    machine.write("/opt/output", "")
    group = control_groups() / f"rootscope-test-{os.getpid()}"
    group.mkdir()
    try:
        done = programs.run("nsenter", f"--target={machine.pid}", "--mount", "sh", "-c", BOOT,
                            "boot", machine.root, group, timeout=120)
    finally:
        remove_group(group)
    said = machine.read("/opt/output")
    return (done.returncode, said) if said else (None, done.output)


def why_not(machine):
    """Why the copy cannot be booted here; None: it can."""
    if not os.access("/lib/systemd/systemd", os.X_OK):
        return "systemd is not installed"
    if control_groups() is None or not os.access(control_groups(), os.W_OK):
        return "no control groups of the second version can be made here"
    status, said = boot(machine, "echo booted")
    return None if status == 0 else f"systemd does not run in namespaces here: {said.strip()}"
