# SPDX-License-Identifier: Apache-2.0
"""
Measures what the module does for one program, in three cases that are the same for all:

    inside, with the module     a certificate within its root's scope is accepted
    outside, with the module    one with a name outside of it is refused, for that reason
    outside, without            the same one is accepted, so that nothing else was wrong with it

A file test_<program>.py has one class for each program: it derives from Measured (or Client),
sets the attributes and writes ask() (or visit()). Its results become a row of docs/coverage.md;
see scripts/coverage-table. A program that the module cannot reach has a row too: `covered = False`
says that it accepts what is outside, and the test fails once that is no longer so. Such a program
is asked in two cases more, with what `rootscope export bundle` makes of the root in its place:

    inside, with the bundle     what it makes of each of the two certificates; `bundle` says what
    outside, with the bundle    is expected
"""

import dataclasses
import datetime
import json
import os
import re
import shutil
import subprocess

import pytest

import programs
from pki import CORP_SCOPE, corp_source

CASES = ("inside_with_module", "outside_with_module", "outside_without_module")
BUNDLE_CASES = ("inside_with_bundle", "outside_with_bundle")
TLS_LIBRARIES = re.compile(r"/lib(crypto|gnutls|nss3|mbedtls|wolfssl)\.so[^/]*$")

# Prints the version of a TLS library, by its path.
LIBRARY_VERSION = """
import ctypes, sys
library = ctypes.CDLL(sys.argv[1])
for name, arguments in (("OpenSSL_version", [0]), ("gnutls_check_version", [None]),
                        ("NSS_GetVersion", [])):
    if hasattr(library, name):
        function = getattr(library, name)
        function.restype = ctypes.c_char_p
        print(function(*arguments).decode())
"""


def dpkg_query(*args):
    """Its output; nothing on systems without it."""
    if not shutil.which("dpkg-query"):
        return ""
    return subprocess.run(["dpkg-query", *args], capture_output=True, text=True, timeout=60).stdout


class Measured:
    """
    One program. During a case there are self.pki, self.tmp_path, self.ca, whose certificate the
    program shall trust, and self.conf, the openssl.cnf that it shall use: None is for "without the
    module". A program that is not started by
    self.run() gets self.environment().
    """

    program = None  # the row's name; unique
    verifies = "server"  # whose certificate: "server", "client", …
    binary = None  # what has to be on PATH, or an absolute path
    package = None  # the Debian package whose version is told; None: the one with the binary
    scope = CORP_SCOPE  # the body of the root's stanza
    # What the two certificates have beside a host within or outside of it; None: pki.good and bad.
    names = None
    covered = True  # what the module does for it
    # What a program that is not covered does with a bundle: it accepts what is within the scope, or
    # not, and what is outside.
    bundle = {"inside": True, "outside": False}
    shows_reason = True  # its output tells the OpenSSL error; else the module's telemetry must
    partial_chains = False  # it accepts a chain that ends at a trusted intermediate
    links = None  # a file that must be linked with `library`: another row is for other builds
    library = "libcrypto.so"  # the TLS library that must be seen in it, or None: library_of() tells
    remark = ""  # one short sentence for the table

    def ask(self, leaf):
        """What the program makes of a peer with this certificate: a programs.Outcome."""
        raise NotImplementedError

    def configuration(self, text):
        """The openssl.cnf for this program, from the text of the usual one."""
        return text

    def missing(self):
        """Why the program cannot be measured here; None if it can."""
        if not shutil.which(self.binary):
            return f"{self.binary} is not installed"
        if self.links and f"\t{self.library}" not in programs.run("ldd", self.links).stdout:
            return f"{self.links} is not linked with {self.library}"
        return None

    def version(self):
        """The program's; None if it cannot be told."""
        path = os.path.realpath(shutil.which(self.binary))
        package = self.package or dpkg_query("-S", path).partition(":")[0]
        return package and dpkg_query("-W", "-f", "${Version}", package)

    def library_of(self, traced):
        """
        (path or name, version) of the TLS library that verified; `traced` are the paths of all
        objects that the dynamic linker loaded into each of the program's processes; only of those
        that loaded the module, if any did.
        """
        for objects in traced:
            for path in objects:
                found = TLS_LIBRARIES.search(path)
                if found and path.rsplit("/", 1)[1].startswith(self.library):
                    done = programs.run(programs.PYTHON, "-I", "-c", LIBRARY_VERSION, path,
                                        check=True)
                    return path, done.stdout.strip()
        raise AssertionError(f"{self.program} loaded no {self.library}: {traced}")

    # What subclasses use.

    def environment(self, **more):
        return programs.environment(self.conf, **self._trace, **more)

    def run(self, *argv, env=None, **options):
        """programs.run with the case's configuration."""
        return programs.run(*argv, conf=self.conf, env={**self._trace, **(env or {})}, **options)

    def trusted_for(self, whose):
        """What the side trusts that verifies the server's or the client's certificate."""
        return (self.ca if whose == self.verifies else self.pki.root).pem

    # The three cases.

    def test_inside_with_module(self):
        folder = self.tmp_path / "loaded"
        folder.mkdir()
        self._trace = {"LD_DEBUG": "files", "LD_DEBUG_OUTPUT": folder / "ld"}
        outcome = self.ask(self.good)
        assert outcome.accepted, f"refused, but it must be accepted:\n{outcome.output}"
        traced = self._traced()
        guarded = [objects for objects in traced if str(self.module) in objects]
        assert guarded or not self.covered, traced
        self._record["loaded"] = bool(guarded)
        library = self.library_of(guarded or traced)
        self._record["library"], self._record["library_version"] = library
        self._record["cases"]["inside_with_module"] = "accepted"

    def test_outside_with_module(self):
        outcome = self.ask(self.bad)
        assert outcome.accepted != self.covered, f"covered: {self.covered}\n{outcome.output}"
        if self.covered:
            self._record["shown_by"] = self._reason(outcome)
        self._record["cases"]["outside_with_module"] = "refused" if self.covered else "accepted"

    def test_outside_without_module(self):
        self.conf = None
        outcome = self.ask(self.bad)
        assert outcome.accepted, f"refused, but it must be accepted:\n{outcome.output}"
        self._record["cases"]["outside_without_module"] = "accepted"

    # A constrained trust store, for programs that are not covered.

    def test_inside_with_bundle(self):
        self._case_with_bundle("inside", self.good)

    def test_outside_with_bundle(self):
        self._case_with_bundle("outside", self.bad)

    def _case_with_bundle(self, where, leaf):
        if self.covered:
            return
        outcome = self.ask_with_bundle(leaf)
        assert outcome.accepted == self.bundle[where], outcome.output
        self._record["cases"][f"{where}_with_bundle"] = (
            "accepted" if outcome.accepted else "refused")

    def ask_with_bundle(self, leaf):
        """ask(), without the module and with the root as `export bundle` makes it."""
        path = self.tmp_path / "bundle.pem"
        self._rootscope("export", "bundle", "--store", self.pki.root.pem, "-o", path, self._list)
        self.conf, self.ca = None, dataclasses.replace(self.pki.root, pem=path)
        return self.ask(leaf)

    # An intermediate CA among what is trusted, as a careless administrator puts it there.

    def test_trusted_intermediate(self):
        """Alone, without the module: whether the program asks for partial chains by itself."""
        if not self.covered:
            return
        self.conf, self.shows_reason = None, False
        self.ca = self.pki.intermediate
        outcome = self.ask(self.good)
        assert outcome.accepted == self.partial_chains, outcome.output
        self._record["partial_chains"] = outcome.accepted

    def test_root_above_trusted_intermediate(self):
        """With the root beside it and the module: the root's scope holds wherever chains end."""
        if not self.covered:
            return
        both = self.tmp_path / "both.pem"
        both.write_text(self.pki.intermediate.pem.read_text() + self.pki.root.pem.read_text())
        self.ca = dataclasses.replace(self.pki.root, pem=both)
        outcome = self.ask(self.bad)
        assert not outcome.accepted, f"accepted, but it must be refused:\n{outcome.output}"
        self._reason(outcome)

    # What they need.

    @pytest.fixture(scope="class", autouse=True)
    def _recorded(self, request, results):
        """The record of the class, written when all cases have been seen as they must be."""
        cls = request.cls
        cls._record = {"program": cls.program, "verifies": cls.verifies, "covered": cls.covered,
                       "remark": cls.remark, "loaded": False, "measured": False, "cases": {}}
        path = results / f"{re.sub('[^a-z0-9]+', '-', cls.program.lower())}-{cls.verifies}.json"
        path.unlink(missing_ok=True)
        yield
        record = cls._record
        cases = CASES if cls.covered else CASES + BUNDLE_CASES
        record["measured"] = set(record["cases"]) == set(cases)
        if record["measured"] or "reason" in record:
            record["date"] = datetime.date.today().isoformat()
            temporary = path.with_suffix(".new")
            temporary.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n")
            os.replace(temporary, path)

    @pytest.fixture(scope="class", autouse=True)
    def _leaves(self, request, pki):
        cls = request.cls
        cls.good, cls.bad = pki.good, pki.bad
        if cls.names:
            cls.good, cls.bad = (pki.leaf(f"{word} {cls.__name__}", [*cls.names, name])
                                 for word, name in (("good", "DNS:www.corp.example"),
                                                    ("bad", "DNS:www.evil.example")))

    @pytest.fixture(autouse=True)
    def _case(self, _recorded, _leaves, module, rootscope, pki, compile_list, openssl_conf,
              tmp_path):
        reason = self.missing()
        if reason:
            self._record["reason"] = reason
            pytest.skip(reason)
        self._record["version"] = self.version() or "unknown"
        self.module, self.pki, self.tmp_path, self.ca = module, pki, tmp_path, pki.root
        self._rootscope = rootscope
        self._list = compile_list(corp_source(pki, body=self.scope))
        self._events = tmp_path / "events.log"
        settings = {} if self.shows_reason else {"telemetry": f"file:{self._events}"}
        self.conf = openssl_conf(list=self._list, **settings)
        self.conf.write_text(self.configuration(self.conf.read_text()))
        self._trace = {}

    def _traced(self):
        folder = self.tmp_path / "loaded"
        return [re.findall(r"calling init: (\S+)", path.read_text(errors="replace"))
                for path in sorted(folder.glob("ld.*"))]

    def _reason(self, outcome):
        """Who says that the refusal is for the name: the program, or the module's own event."""
        if self.shows_reason:
            assert outcome.error == programs.PERMITTED_VIOLATION, outcome.output
            return "the program's message"
        events = [json.loads(line) for line in self._events.read_text().splitlines()]
        assert [e for e in events if e["event"] == "violation" and e["verdict"] == "denied"
                and e["error"] == programs.PERMITTED_VIOLATION], (events, outcome.output)
        return "the module's event"


class Client(Measured):
    """
    A TLS client at a server that is not under test; it asks for https://localhost:port/ and trusts
    self.ca alone. A further case shows that it verifies at all.
    """

    def visit(self, port):
        """
        Connects to `localhost`; a programs.run() result, which counts as accepted if it is 0, or
        a programs.Outcome.
        """
        raise NotImplementedError

    def peer(self, leaf):
        """The server, for a `with` statement; it has a port."""
        return programs.Server(leaf)

    def ask(self, leaf):
        with self.peer(leaf) as server:
            done = self.visit(server.port)
        if isinstance(done, programs.Outcome):
            return done
        return programs.Outcome.of(done.returncode == 0, done.output)

    def test_untrusted_refused(self):
        self.conf = None
        self.ca = self.pki.ca(f"Other {self.program.replace('/', ' ')}")
        outcome = self.ask(self.good)
        assert not outcome.accepted, f"accepted, but it must be refused:\n{outcome.output}"
