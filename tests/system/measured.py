# SPDX-License-Identifier: Apache-2.0
"""
Runs a command, writes the seconds of processor time and the most kilobytes of memory that it took
to a file, and exits as it did. usage: measured.py FILE COMMAND [ARGUMENT...]

The kernel takes what a process had before it became the command for memory of the command. That is
what its parent has: in pytest, what tests before left. This program has next to nothing.
"""

import os
import pathlib
import subprocess
import sys


def main():
    with subprocess.Popen(sys.argv[2:]) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    pathlib.Path(sys.argv[1]).write_text(
        f"{usage.ru_utime + usage.ru_stime} {usage.ru_maxrss}\n")
    return process.returncode


if __name__ == "__main__":
    sys.exit(main())
