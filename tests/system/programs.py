# SPDX-License-Identifier: Apache-2.0
"""Unmodified programs: run them in a clean environment, and ask what they think of a chain."""

import dataclasses
import os
import re
import signal
import subprocess
import threading
import time

# Debian's, linked to the system's OpenSSL; one on PATH may carry its own.
PYTHON = "/usr/bin/python3"
OPENSSL = os.environ.get("ROOTSCOPE_OPENSSL", "openssl")
# A sanitizer's runtime that the module needs in a program that has none.
PRELOAD = os.environ.get("ROOTSCOPE_PRELOAD")
# All that other runs take samples of: the stage stress.
FULL = os.environ.get("ROOTSCOPE_TEST_FULL") == "1"

PERMITTED_VIOLATION = 47
EXCLUDED_VIOLATION = 48
UNSUPPORTED_NAME_SYNTAX = 53
ERROR_TEXTS = {
    "permitted subtree violation": PERMITTED_VIOLATION,
    "excluded subtree violation": EXCLUDED_VIOLATION,
    "unsupported or invalid name syntax": UNSUPPORTED_NAME_SYNTAX,
}


def environment(conf=None, **more):
    """
    What programs under test get to see: the configuration, and nothing that could change it.

    Without a configuration, an empty one: the machine's own may have the module switched on.
    """
    kept = ("PATH", "LD_LIBRARY_PATH", "LC_ALL", "LOCPATH", "TSAN_OPTIONS")
    env = {name: os.environ[name] for name in kept if name in os.environ}
    env.update(HOME="/nonexistent", OPENSSL_CONF=str(conf or "/dev/null"))
    if PRELOAD and conf:
        env["LD_PRELOAD"] = PRELOAD
        # Leaks of programs that are not ours would hide a report about the module.
        env["ASAN_OPTIONS"] = "detect_leaks=0"
    env.update({name: str(value) for name, value in more.items()})
    return env


def run(*argv, conf=None, env=None, input=None, timeout=60, cwd=None, check=False):
    """
    Runs a program to its end; returns subprocess.CompletedProcess with text, and `output`, both
    streams in one. `check=True` fails the test if the program fails. A crash always does.
    """
    done = subprocess.run([str(a) for a in argv], env=environment(conf, **(env or {})),
                          input=input, stdin=subprocess.DEVNULL if input is None else None,
                          capture_output=True, text=True, errors="backslashreplace",
                          timeout=timeout, cwd=cwd)
    done.output = done.stdout + done.stderr
    assert done.returncode >= 0, f"{argv}: killed by signal {-done.returncode}\n{done.output}"
    assert "AddressSanitizer" not in done.output, done.output
    assert "runtime error:" not in done.output, done.output
    assert not check or done.returncode == 0, f"{argv}: exit {done.returncode}\n{done.output}"
    return done


# The start of a command line that gives a program a mount namespace of its own.
OWN_MOUNTS = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]


def why_no_own_mounts():
    """Why it cannot be had here; None: it can."""
    done = run(*OWN_MOUNTS, "mount", "--make-rprivate", "/")
    if done.returncode == 0:
        return None
    return ("no mount namespace of one's own here (not root, or the root folder is that"
            f" of a chroot and no mount point): {done.output.strip()}")


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a program made of a chain; `error` is the OpenSSL error that it shows, 0 for none."""
    accepted: bool
    output: str
    error: int = 0

    @staticmethod
    def of(accepted, output):
        found = re.search(r"(?:error |num=|verify_code=)(\d+)", output)
        shown = int(found.group(1)) if found else 0
        for text, number in ERROR_TEXTS.items():
            if text in output:
                shown = shown or number
        return Outcome(accepted, output, shown)


def verify(ca, certificate, *options, conf=None, **run_options):
    """`openssl verify`; `certificate` is a pki.Certificate."""
    done = run(OPENSSL, "verify", *options, "-CAfile", ca.pem, "-untrusted", certificate.untrusted,
               certificate.pem, conf=conf, **run_options)
    return Outcome.of(done.returncode == 0, done.output)


class Background:
    """
    A program that runs until it is stopped, for a `with` statement.

    `output()` is what it printed so far, `wait_for(pattern)` blocks until it printed it; `ready`
    is the pattern that says that it can be used, and self.ready its match. `end_signal` stops it.
    """

    # What programs log of a process of their own that crashed.
    CRASH = re.compile(r"signal:? (?:6|11)\b|Segmentation fault|code 139|AddressSanitizer")

    def __init__(self, *argv, env, ready, end_signal=signal.SIGTERM, cwd=None):
        self._argv, self._end_signal = [str(a) for a in argv], end_signal
        self._ready = ready
        self._condition = threading.Condition()
        self._text = ""
        self._ended = False
        self._process = subprocess.Popen(self._argv, env=env, cwd=cwd, stdin=subprocess.DEVNULL,
                                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.pid = self._process.pid
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self):
        try:
            self.ready = self.wait_for(self._ready)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def _read(self):
        for line in self._process.stdout:
            with self._condition:
                self._text += line.decode(errors="backslashreplace")
                self._condition.notify_all()
        with self._condition:
            self._ended = True
            self._condition.notify_all()

    def output(self):
        with self._condition:
            return self._text

    def wait_for(self, pattern, start=0, timeout=30):
        """The match of a regular expression in the output from character `start` on."""
        def found():
            return re.search(pattern, self._text[start:])
        with self._condition:
            self._condition.wait_for(lambda: found() or self._ended, timeout)
            match = found()
            assert match, f"{self._argv} did not print {pattern!r}:\n{self._text}"
            return match

    def stop(self):
        """Ends it; a program that ended on its own before has crashed or refused its options."""
        alive = self._process.poll() is None
        self._process.send_signal(self._end_signal)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise
        # The end of its output comes when the last of its processes is gone.
        self._reader.join(30)
        self._process.stdout.close()
        assert alive, f"{self._argv} ended ({self._process.returncode}):\n{self._text}"
        assert not self.CRASH.search(self._text), self._text


class Server(Background):
    """`openssl s_server` on a free port of loopback."""

    def __init__(self, certificate, *options, conf=None, env=None):
        super().__init__(OPENSSL, "s_server", "-accept", "127.0.0.1:0", "-www",
                         "-cert", certificate.pem, "-key", certificate.key,
                         "-cert_chain", certificate.untrusted, *options,
                         env=environment(conf, **(env or {})), ready=r"ACCEPT \S*:(\d+)")

    def __enter__(self):
        super().__enter__()
        self.port = int(self.ready.group(1))
        return self


def s_client(port, host, ca, conf=None):
    done = run(OPENSSL, "s_client", "-connect", f"127.0.0.1:{port}", "-servername", host,
               "-verify_hostname", host, "-CAfile", ca.pem, "-verify_return_error",
               conf=conf, input="")
    return Outcome.of(done.returncode == 0, done.output)


def curl(port, host, ca, conf=None, options=()):
    done = run("curl", "-q", "-sS", "-o", "/dev/null", "--noproxy", "*",
               "--resolve", f"{host}:{port}:127.0.0.1", "--cacert", ca.pem, *options,
               f"https://{host}:{port}/", conf=conf)
    return Outcome.of(done.returncode == 0, done.output)


PYTHON_CLIENT = """
import socket, ssl, sys
port, host, ca = int(sys.argv[1]), sys.argv[2], sys.argv[3]
context = ssl.create_default_context(cafile=ca)
with socket.create_connection(("127.0.0.1", port), timeout=30) as plain:
    try:
        with context.wrap_socket(plain, server_hostname=host) as tls:
            print("connected", tls.version())
    except ssl.SSLCertVerificationError as e:
        sys.exit(f"verify_code={e.verify_code} {e.verify_message}")
"""


def python_ssl(port, host, ca, conf=None):
    done = run(PYTHON, "-I", "-c", PYTHON_CLIENT, port, host, ca.pem, conf=conf)
    return Outcome.of(done.returncode == 0, done.output)


TLS_CLIENTS = {"s_client": s_client, "curl": curl, "python": python_ssl}


def mtls_server(pki, conf=None):
    """A server that demands a client certificate of the corporate root."""
    return Server(pki.good, "-Verify", "1", "-verify_return_error", "-CAfile", pki.root.pem,
                  conf=conf)


def present(server, pki, leaf):
    """What such a server makes of a client certificate; the client itself is not under test."""
    seen = len(server.output())
    outcome = curl(server.port, "localhost", pki.root,
                   options=("--cert", leaf.chain, "--key", leaf.key))
    if outcome.accepted:
        return outcome
    server.wait_for(r"verify error:num=\d+", start=seen)
    return Outcome.of(False, server.output()[seen:])


def eventually(condition, timeout=20):
    """Asks again until the answer is true; the last answer. Asking must take its own time."""
    deadline = time.monotonic() + timeout
    while True:
        answer = condition()
        if answer or time.monotonic() > deadline:
            return answer
