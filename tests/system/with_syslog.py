# SPDX-License-Identifier: Apache-2.0
"""
Runs a program where /dev/log is ours, and prints what came of it as JSON.

    unshare --mount [--map-root-user] python3 with_syslog.py FOLDER PROGRAM [ARGUMENT...]

The mount namespace is private: FOLDER becomes its /dev, with the few devices that programs need.
"""

import json
import pathlib
import socket
import subprocess
import sys
import threading

DEVICES = ("null", "zero", "random", "urandom")


def mount(*args):
    done = subprocess.run(["mount", *map(str, args)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"mount {args}: {done.stderr}")


def replace_dev(folder):
    mount("--make-rprivate", "/")
    for device in DEVICES:
        (folder / device).touch()
        mount("--bind", f"/dev/{device}", folder / device)
    (folder / "fd").symlink_to("/proc/self/fd")
    mount("--rbind", folder, "/dev")


def receive(log, messages):
    """Until the empty message that main sends at the end."""
    while message := log.recv(65536):
        messages.append(message.decode(errors="backslashreplace"))


def main(folder, command):
    replace_dev(pathlib.Path(folder))
    log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    log.bind("/dev/log")
    messages = []
    receiver = threading.Thread(target=receive, args=(log, messages))
    receiver.start()
    done = subprocess.run(command, capture_output=True, text=True)
    # It comes after everything that the program sent, which was in the queue when it ended.
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
        end.connect("/dev/log")
        end.send(b"")
    receiver.join()
    print(json.dumps({"returncode": done.returncode, "stdout": done.stdout,
                      "stderr": done.stderr, "messages": messages}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
