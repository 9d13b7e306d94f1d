# SPDX-License-Identifier: Apache-2.0
"""
Every certificate of ../vectors/names.txt: what OpenSSL and GnuTLS make of it by themselves, and
what the module does.
"""

import json
import pathlib
import re
import shutil
import sys

import pytest

import programs
from pki import openssl

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests" / "vectors"))

import table  # noqa: E402 (found by the line above)
from issuer import Issuer  # noqa: E402

VECTORS = table.read()
MEASURED = "OpenSSL 3.0."  # the versions of which the table's fourth column speaks
MEASURED_GNUTLS = "certtool 3.7."  # ... and of which ../vectors/gnutls.txt does

for_each_vector = pytest.mark.parametrize("vector", VECTORS, ids=[v.name for v in VECTORS])


class Files:
    """A vector's chain and list, in files."""

    def __init__(self, chain, directory):
        self._directory = directory
        self.leaf = self._write("leaf.pem", chain.leaf)
        self.chain = self._write("chain.pem", chain.leaf + chain.untrusted)
        self.anchor = self._write("anchor.pem", chain.anchor)
        self.constrained_anchor = self._write("constrained.pem", chain.constrained_anchor)
        self._untrusted = ["-untrusted", self._write("untrusted.pem", chain.untrusted)]
        if not chain.untrusted:
            self._untrusted = []

    def _write(self, name, text):
        path = self._directory / name
        path.write_text(text)
        return path

    def verify(self, anchor, conf=None):
        # What stands alone has its constraints in itself.
        leaf = anchor if not self._untrusted else self.leaf
        done = programs.run(programs.OPENSSL, "verify", "-CAfile", anchor, *self._untrusted, leaf,
                            conf=conf)
        return programs.Outcome.of(done.returncode == 0, done.output)

    def verify_by_gnutls(self, anchor):
        done = programs.run("certtool", "--verify", "--load-ca-certificate", anchor, "--infile",
                            self.chain if self._untrusted else anchor)
        return programs.Outcome(done.returncode == 0, done.output)


@pytest.fixture(scope="session")
def issuer(tmp_path_factory):
    return Issuer(tmp_path_factory.mktemp("vectors"), openssl)


@pytest.fixture
def files(vector, issuer, tmp_path):
    return Files(issuer.chain(vector), tmp_path)


@pytest.fixture
def scope_list(vector, issuer, compile_list):
    """The list that gives the vector's root its scope."""
    rules = "".join(f"    {rule}\n" for rule in vector.scope.rules)
    return compile_list(f"root spki-sha256:{issuer.chain(vector).anchor_spki_sha256}\n{rules}")


def refused_by_openssl(vector):
    """The error with which OpenSSL refuses a certificate whatever the constraints; 0 for none."""
    return int(vector.openssl[1:]) if vector.openssl.startswith("=") else 0


@for_each_vector
def test_module(vector, files, scope_list, openssl_conf):
    """What is refused is refused by the module, and accepted without it."""
    outcome = files.verify(files.anchor, openssl_conf(list=scope_list))
    without = files.verify(files.anchor)
    assert without.accepted or refused_by_openssl(vector), without.output
    if without.accepted:
        assert outcome.accepted == (vector.verdict == "permitted"), outcome.output
        assert outcome.error == vector.error, outcome.output
    else:
        assert not outcome.accepted, outcome.output


@for_each_vector
def test_verdict_and_reason(vector, files, scope_list, rootscope):
    done = rootscope("check", "--json", "--list", scope_list, "--CAfile", files.anchor, files.chain)
    judged = json.loads(done.stdout)
    names = [name for stanza in judged["stanzas"] for name in stanza["names"]]
    found = {f"{name['form']} {name['reason']}" for name in names
             if name["verdict"] == vector.verdict}
    assert vector.reason in found
    denied = vector.verdict != "permitted"
    assert judged["verdict"] == ("denied" if denied else "permitted")
    assert done.returncode == (1 if denied else 0)
    if denied:
        assert judged["error"]["code"] == vector.error
        assert len(found) == 1, "one thing at a time is wrong"


@for_each_vector
def test_openssl_alone(vector, files):
    """What OpenSSL's own check makes of the same scope."""
    version = openssl("version").decode()
    if not version.startswith(MEASURED):
        pytest.skip(f"measured with {MEASURED}x, this is {version}")
    outcome = files.verify(files.constrained_anchor)
    assert ("accepts" if outcome.accepted else str(outcome.error)) == vector.openssl.lstrip("=")
    without = files.verify(files.anchor)
    assert without.error == refused_by_openssl(vector), without.output


@pytest.fixture(scope="session")
def gnutls_differs():
    """The vectors of which GnuTLS is known to decide otherwise; skips if it is not there to ask."""
    if not shutil.which("certtool"):
        pytest.skip("certtool is not installed")
    version = programs.run("certtool", "--version", check=True).stdout.splitlines()[0]
    if not version.startswith(MEASURED_GNUTLS):
        pytest.skip(f"measured with {MEASURED_GNUTLS}x, this is {version}")
    return names_in_gnutls_table()


def names_in_gnutls_table():
    lines = (SOURCE / "tests" / "vectors" / "gnutls.txt").read_text(encoding="utf-8").splitlines()
    return [name for line in lines if not line.startswith("#") for name in line.split()]


@for_each_vector
def test_gnutls(gnutls_differs, vector, files):
    """What GnuTLS makes of the same scope."""
    outcome = files.verify_by_gnutls(files.constrained_anchor)
    differs = outcome.accepted != (vector.verdict == "permitted")
    assert differs == (vector.name in gnutls_differs), outcome.output


def test_gnutls_table_names_vectors():
    names = names_in_gnutls_table()
    assert len(set(names)) == len(names)
    assert set(names) <= {vector.name for vector in VECTORS}


def test_what_openssl_lets_through_is_much():
    let_through = [v for v in VECTORS if v.verdict != "permitted" and v.openssl == "accepts"]
    assert len(let_through) >= 60
    assert len({v.name for v in VECTORS}) == len(VECTORS)


SHOWN_BY = re.compile(r"^Shown by (.*?)\.(?=\s|$)", re.M | re.S)


def shown_by():
    """What the answers of docs/semantics.md refer to: pairs of suite and test."""
    text = (SOURCE / "docs" / "semantics.md").read_text(encoding="utf-8")
    for line in SHOWN_BY.findall(text):
        for part in " ".join(line.split()).split("; "):
            suite, tests = re.fullmatch(r"\*(\w+)\*: (.*)", part).groups()
            yield from ((suite, test) for test in tests.split(", "))


def is_shown(suite, test):
    """Whether a vector, a unit suite or a file of system tests has a test of this name."""
    if suite == "vectors":
        return test in {vector.name for vector in VECTORS}
    system = SOURCE / "tests" / "system" / f"test_{suite}.py"
    if system.exists():
        return f"def test_{test.lower().replace(' ', '_')}(" in system.read_text(encoding="utf-8")
    units = (SOURCE / "tests" / "unit").rglob(f"test_{suite}.c")
    return any(f'{{"{test}", ' in unit.read_text(encoding="utf-8") for unit in units)


def test_semantics_refer_to_tests_that_exist():
    missing = [f"{suite}: {test}" for suite, test in shown_by() if not is_shown(suite, test)]
    assert missing == []


def test_semantics_refer_to_every_vector():
    told = {test for suite, test in shown_by() if suite == "vectors"}
    assert [v.name for v in VECTORS if v.name not in told] == []
