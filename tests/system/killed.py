# SPDX-License-Identifier: Apache-2.0
"""Stops a command at each system call that changes a file, with strace."""

import os
import re
import shutil
import subprocess
import tempfile

import programs

CHANGING = ("openat", "write", "fchmod", "chmod", "fchown", "fsetxattr", "fsync", "fdatasync",
            "mkdir", "mkdirat", "rename", "renameat", "renameat2", "symlink", "unlink", "unlinkat",
            "rmdir")


def why_not():
    """Why nothing can be traced here; None: it can."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    done = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, text=True)
    return f"no process can be traced here: {done.stderr.strip()}" if done.returncode else None


def strace(output, *options):
    """The start of a command line that writes the log of those calls to a file."""
    return ["strace", "-y", "-o", output, "-e", "trace=" + ",".join(CHANGING), *options]


def at(name, number, what="signal=KILL"):
    """The options that stop it at the call of this name and number, or let that call fail."""
    return ["-e", f"inject={name}:{what}:when={number}"]


def points(log, where):
    """Each call of a log that changes what matches `where`: its name, and the how manieth it is."""
    counts, found = {}, []
    for line in log.splitlines():
        name = line.split("(")[0]
        counts[name] = counts.get(name, 0) + 1
        if re.search(where, line) and not re.search(r"O_RDONLY|O_PATH|= -1 ENOENT", line):
            found.append((name, counts[name]))
    return found


def run(output, argv, *options):
    """Runs a command under strace: what became of it, and the log."""
    with tempfile.TemporaryDirectory() as left_behind:
        os.chmod(left_behind, 0o755)  # the command takes only one that all can enter
        env = programs.environment(ASAN_OPTIONS="detect_leaks=0", TMPDIR=left_behind)
        done = subprocess.run([str(word) for word in [*strace(output, *options), *argv]], env=env,
                              capture_output=True, text=True)
    return done, output.read_text() if output.exists() else ""
