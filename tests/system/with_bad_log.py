# SPDX-License-Identifier: Apache-2.0
"""
Runs a program where /dev/log is of no use, or the disk is full.

    unshare --mount [--map-root-user] python3 with_bad_log.py KIND FOLDER PROGRAM [ARGUMENT...]

KIND `gone`: there is no /dev/log; `dead`: nobody listens on it any more; `slow`: it is a queue that
nobody reads; `full`: FOLDER becomes a file system of 16 KiB, the file `telemetry.log` of which is
printed at the end. Else FOLDER becomes /dev. The exit status is the program's.
"""

import pathlib
import socket
import subprocess
import sys

from with_syslog import mount, replace_dev


def main(kind, folder, command):
    folder = pathlib.Path(folder)
    if kind == "full":
        mount("--make-rprivate", "/")
        mount("-t", "tmpfs", "-o", "size=16k", "rootscope-test", folder)
    else:
        replace_dev(folder)
    log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    if kind in ("dead", "slow"):
        log.bind("/dev/log")
    if kind == "dead":
        log.close()
    status = subprocess.run(command).returncode
    if kind == "full":
        sys.stdout.flush()
        print("TELEMETRY")
        print((folder / "telemetry.log").read_text(), end="")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
