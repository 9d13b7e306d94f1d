# SPDX-License-Identifier: Apache-2.0
"""
Runs a program where systemd-journald reads /dev/log, and prints what `journalctl` then shows.

    unshare --mount [--map-root-user] python3 with_journald.py FOLDER JOURNALD PROGRAM... -- \
        JOURNALCTL-ARGUMENT...

FOLDER becomes /dev as with_syslog.py has it. /run is the journal's own.
"""

import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from with_syslog import mount, replace_dev  # noqa: E402 (its place had to be said)

SOCKET = pathlib.Path("/run/systemd/journal/dev-log")
CGROUPS = pathlib.Path("/sys/fs/cgroup")


def start(journald):
    mount("-t", "tmpfs", "none", "/run")
    for folder in "log/journal", "systemd/journal":
        pathlib.Path("/run", folder).mkdir(parents=True)
    if not CGROUPS.exists():  # a chroot, where journald would end at once
        mount("-t", "sysfs", "none", "/sys")
        mount("-t", "cgroup2", "none", CGROUPS)
    process = subprocess.Popen([journald], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        if SOCKET.exists():
            os.symlink(SOCKET, "/dev/log")
            return process
        if process.poll() is not None:
            break
        time.sleep(0.1)
    process.kill()
    print("systemd-journald does not start here")
    sys.exit(77)


def main(folder, journald, words):
    command, arguments = words[:words.index("--")], words[words.index("--") + 1:]
    replace_dev(pathlib.Path(folder))
    process = start(journald)
    try:
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        subprocess.run(["journalctl", "--sync"], check=True)
        subprocess.run(["journalctl", *arguments], check=True)
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
