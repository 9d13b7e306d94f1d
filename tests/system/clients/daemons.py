# SPDX-License-Identifier: Apache-2.0
"""What server programs need beside measured.py: they run in the foreground, as long as a case."""

import grp
import json
import os
import pathlib
import pwd
import re
import shutil
import socket

import programs
from measured import Measured

# Some programs refuse to be root: an ordinary user's id, and the right to read the test's folders.
UNPRIVILEGED = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups",
                "--inh-caps=+dac_override", "--ambient-caps=+dac_override")


def unprivileged(*argv):
    """The command line that runs `argv` as somebody else than root."""
    return [*UNPRIVILEGED, *argv] if os.geteuid() == 0 else list(argv)


def unprivileged_user():
    """Whose processes those are: the names of the user and of the group."""
    if os.geteuid() == 0:
        return "nobody", "nogroup"
    return pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class OnFreePort:
    """
    start(port) for a `with` statement, for programs that cannot be told to find a port: with
    another port if somebody took that one in between.
    """

    ATTEMPTS = 5

    def __init__(self, start, kind=socket.SOCK_STREAM):
        self._start, self._kind = start, kind

    def __enter__(self):
        for attempt in range(1, self.ATTEMPTS + 1):
            port = free_port(self._kind)
            try:
                self._daemon = self._start(port)
                self._daemon.__enter__()
                break
            except AssertionError as failed:
                if attempt == self.ATTEMPTS or not re.search("in use", str(failed), re.IGNORECASE):
                    raise
        self._daemon.port = port
        return self._daemon

    def __exit__(self, *exception):
        return self._daemon.__exit__(*exception)


class Daemon(Measured):
    """
    A server program, in one role. The other side is not under test and has no module; it trusts
    any server, so that only the program's own verdict counts.
    """

    needs = ()  # other programs that have to be there, as `binary`

    # How it logs the error of a certificate outside the scope; it may do so after the peer knows.
    refusal = "permitted subtree violation"

    def missing(self):
        absent = [path for path in self.needs if not shutil.which(path)]
        return super().missing() or (f"{absent[0]} is not installed" if absent else None)

    # What the module's event says: a callback that goes on overrides a denial as far as OpenSSL is
    # concerned, also if the program then refuses by what SSL_get_verify_result() tells.
    told_as = "denied"
    process = None  # the file of the process that verifies, if it is not `binary`

    def configuration(self, text):
        """The event is looked at in any case: it comes from processes that dropped privileges."""
        return text.replace("telemetry = off", f"telemetry = file:{self._events}")

    def _reason(self, outcome):
        shown_by = super()._reason(outcome)
        events = [json.loads(line) for line in self._events.read_text().splitlines()]
        violations = [event for event in events if event["event"] == "violation"]
        assert {event["verdict"] for event in violations} == {self.told_as}, events
        assert {event["program"] for event in violations} == {
            self.process or pathlib.Path(self.binary).name}, events
        return shown_by

    def outcome(self, peer, daemon):
        """From what the peer saw (a programs.run() result) and from the program's log."""
        accepted, error = peer.returncode == 0, 0
        if not accepted and self.shows_reason:
            daemon.wait_for(self.refusal)
            error = programs.PERMITTED_VIOLATION
        return programs.Outcome(accepted, peer.output + daemon.output(), error)

    @staticmethod
    def curl(socket_path, url, *options):
        """A request, by a Unix socket if it is not None; errors of HTTP count."""
        by = () if socket_path is None else ("--unix-socket", socket_path)
        return programs.run("curl", "-q", "-sS", "--fail", "-k", "-o", "/dev/null",
                            "--noproxy", "*", *by, *options, url)

    @staticmethod
    def curl_certificate(leaf):
        return "--cert", leaf.chain, "--key", leaf.key
