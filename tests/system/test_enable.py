# SPDX-License-Identifier: Apache-2.0
"""`rootscope enable` and `disable`: what they do to openssl.cnf, whatever is in it."""

import os
import pathlib
import shutil

import pytest

import expect
import openssl_files
import programs
from pki import corp_source

DONE, FAILED = 0, 2
COPY = ".before-rootscope"

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture
def public_module(public_dir, module):
    copy = public_dir / "rootscope.so"
    shutil.copy(module, copy)
    copy.chmod(0o644)
    return copy


@pytest.fixture
def public_list(public_dir, compile_list, pki):
    return compile_list(corp_source(pki), public_dir / "permitted.rsl")


@pytest.fixture(scope="module")
def stand_in(probes):
    """A provider that loads: the one that OpenSSL ships."""
    folder = programs.run(programs.OPENSSL, "version", "-m", check=True).stdout.split('"')[1]
    return pathlib.Path(folder) / "legacy.so"


class Machine:
    """A folder with an openssl.cnf, as all programs of a machine would read it."""

    def __init__(self, folder, run, enable_options, stand_in):
        self.folder, self._run = folder, run
        self.file = folder / "openssl.cnf"
        self._options, self._stand_in = enable_options, stand_in

    def _bytes(self, text):
        data = text if isinstance(text, bytes) else text.encode()
        return (data.replace(b"{folder}", str(self.folder).encode())
                .replace(b"{stand_in}", str(self._stand_in).encode()))

    def write(self, text, beside=()):
        for name, content in dict(beside).items():
            (self.folder / name).parent.mkdir(exist_ok=True)
            (self.folder / name).write_bytes(self._bytes(content))
        if text is not None:
            self.file.write_bytes(self._bytes(text))
        return self

    def read(self):
        return self.file.read_bytes() if self.file.exists() else None

    def names(self):
        return sorted(path.name for path in self.folder.iterdir())

    def enable(self, *options, code=DONE, **more):
        done = self._run("enable", "--config", self.file, *self._options, *options, **more)
        assert done.returncode == code, done.output
        return done

    def disable(self, *options, code=DONE, **more):
        done = self._run("disable", "--config", self.file, *options, **more)
        assert done.returncode == code, done.output
        return done


@pytest.fixture
def machine(public_dir, public_module, public_list, rootscope, stand_in):
    folder = public_dir / "etc"
    folder.mkdir()
    return Machine(folder, rootscope, ["--module", public_module, "--list", public_list], stand_in)


@pytest.fixture(scope="module")
def ask(pki, server):
    """ask(conf): what openssl, curl and python make of a good and a bad chain."""
    with server(pki.good) as good, server(pki.bad) as bad:
        def outcomes(conf):
            found = {}
            for kind, leaf, at in ("good", pki.good, good), ("bad", pki.bad, bad):
                found[kind] = [programs.verify(pki.root, leaf, conf=conf),
                               programs.curl(at.port, "localhost", pki.root, conf=conf),
                               programs.python_ssl(at.port, "localhost", pki.root, conf=conf)]
            return found
        yield outcomes


def expect_open(outcomes):
    for outcome in outcomes["good"] + outcomes["bad"]:
        expect.accepted(outcome)


def expect_guarded(outcomes):
    for outcome in outcomes["good"]:
        expect.accepted(outcome)
    for outcome in outcomes["bad"]:
        assert not outcome.accepted and outcome.error == programs.PERMITTED_VIOLATION, outcome


@pytest.mark.parametrize("name", sorted(openssl_files.FILES))
def test_there_and_back(machine, ask, name):
    before = machine.write(openssl_files.FILES[name], openssl_files.BESIDE[name]).read()
    names = machine.names()
    expect_open(ask(machine.file))
    done = machine.enable()
    assert done.stderr == "" or name == "init_stops_early"
    expect_guarded(ask(machine.file))
    machine.disable()
    assert machine.read() == before and machine.names() == names
    expect_open(ask(machine.file))


def test_there_and_back_on_this_machines_file(machine, ask):
    folder = programs.run(programs.OPENSSL, "version", "-d", check=True).stdout.split('"')[1]
    stock = pathlib.Path(folder) / "openssl.cnf"
    if not stock.exists():
        pytest.skip(f"no {stock} on this machine")
    before = machine.write(stock.read_bytes()).read()
    machine.enable()
    expect_guarded(ask(machine.file))
    machine.disable()
    assert machine.read() == before
