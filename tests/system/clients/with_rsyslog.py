# SPDX-License-Identifier: Apache-2.0
"""
Runs a program where rsyslog reads /dev/log, and ends rsyslog when it has written everything.

    unshare --mount [--map-root-user] python3 with_rsyslog.py FOLDER CONFIG PROGRAM [ARGUMENT...]

FOLDER becomes /dev as with_syslog.py has it. CONFIG has rsyslog write on its standard output, too.
"""

import os
import pathlib
import socket
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from with_syslog import replace_dev  # noqa: E402 (where it is found had to be said)


LAST = "all was sent"


def read_until(stream, words):
    """What it says up to a line with these words, which must come."""
    said = []
    for line in stream:
        said.append(line)
        if words in line:
            return said
    sys.exit("".join(said))


def main(folder, config, command):
    replace_dev(pathlib.Path(folder))
    rsyslog = subprocess.Popen(["rsyslogd", "-n", "-i", "NONE", "-f", config], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    # Its sockets are open when it says that it starts.
    said = read_until(rsyslog.stdout, "] start")
    assert os.path.exists("/dev/log"), said
    done = subprocess.run(command, capture_output=True, text=True)
    # Told to end, it leaves unread what is in the socket: so it must have written what came last.
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.sendto(f"<13>test: {LAST}".encode(), "/dev/log")
    said += read_until(rsyslog.stdout, LAST)
    rsyslog.terminate()
    said.append(rsyslog.communicate()[0])
    print(done.stdout, done.stderr, *said, sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:3], sys.argv[3:])
