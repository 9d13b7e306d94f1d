# SPDX-License-Identifier: Apache-2.0
"""
Runs a program where rsyslog reads /dev/log, and ends rsyslog when it has written everything.

    unshare --mount [--map-root-user] python3 with_rsyslog.py FOLDER CONFIG PROGRAM [ARGUMENT...]

FOLDER becomes /dev as with_syslog.py has it. CONFIG has rsyslog write on its standard output, too.
"""

import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from with_syslog import replace_dev  # noqa: E402 (where it is found had to be said)


def main(folder, config, command):
    replace_dev(pathlib.Path(folder))
    rsyslog = subprocess.Popen(["rsyslogd", "-n", "-i", "NONE", "-f", config], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = []
    for line in rsyslog.stdout: # its sockets are open when it says that it starts
        said.append(line)
        if "] start" in line:
            break
    else:
        sys.exit("".join(said))
    assert os.path.exists("/dev/log"), said
    done = subprocess.run(command, capture_output=True, text=True)
    rsyslog.terminate() # it empties its queues first
    said.append(rsyslog.communicate()[0])
    print(done.stdout, done.stderr, *said, sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:3], sys.argv[3:])
