# SPDX-License-Identifier: Apache-2.0
"""A root of the distribution under the shipped list, with a real chain that it issued."""

import pathlib

import pytest

import expect
import programs
from conftest import SOURCE, data_file
from pki import Certificate

STORE = pathlib.Path("/usr/share/ca-certificates/mozilla")
SHIPPED = SOURCE / "conf/lists/root-programs.list"
VALID = 1546300800  # 2019-01-01, when the whole chain was valid


@pytest.fixture(scope="module")
def root():
    found = list(STORE.glob("TUBITAK_Kamu_SM*.crt"))
    if not found:
        pytest.skip(f"no Kamu SM root in {STORE}")
    return Certificate("Kamu SM", found[0], None, None, None)


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    """testssl.kamusm.gov.tr of 2017, and its intermediate."""
    end = "-----END CERTIFICATE-----\n"
    pems = [pem + end for pem in data_file("kamusm_real_chain.pem").read_text().split(end)[:-1]]
    folder = tmp_path_factory.mktemp("kamusm")
    (folder / "leaf.pem").write_text(pems[0])
    (folder / "untrusted.pem").write_text(pems[1])
    return Certificate("leaf", folder / "leaf.pem", None, folder / "untrusted.pem", None)


def verify(root, chain, conf=None):
    return programs.verify(root, chain, "-attime", VALID, conf=conf)


def limited(root, body):
    return f"root spki-sha256:{root.spki_sha256()}\n{body}"


def test_shipped_list_names_this_root(root):
    assert f"root spki-sha256:{root.spki_sha256()} " in SHIPPED.read_text()


def test_chain_under_shipped_list_accepted(root, chain, compile_list, openssl_conf, entry):
    conf = openssl_conf(list=compile_list(SHIPPED.read_text()), entry=entry)
    expect.accepted(verify(root, chain))
    expect.accepted(verify(root, chain, conf))


@pytest.mark.parametrize("body, within", [
    ("    permit gov.fr\n", False),
    ("    permit .tr\n    exclude gov.tr\n", False),
    ("    permit tr.gov\n", False),
    ("    permit testssl.kamusm.gov.tr\n", True),
    ("    permit .gov.tr\n    permit .k12.tr\n", True),  # what it was until 2023
], ids=["other country", "excluded", "reversed", "itself", "former"])
def test_chain_under_other_scope(root, chain, compile_list, openssl_conf, entry, body, within):
    conf = openssl_conf(list=compile_list(limited(root, body)), entry=entry)
    if within:
        expect.accepted(verify(root, chain, conf))
    else:
        expect.refused(verify(root, chain, conf), verify(root, chain),
                       {programs.PERMITTED_VIOLATION, programs.EXCLUDED_VIOLATION})


def test_chain_named_by_certificate_refused(root, chain, compile_list, openssl_conf):
    text = f"root cert-sha256:{root.cert_sha256()}\n    permit gov.fr\n"
    expect.refused(verify(root, chain, openssl_conf(list=compile_list(text))),
                   verify(root, chain), {programs.PERMITTED_VIOLATION})


def test_root_itself_accepted(root, compile_list, openssl_conf, run, entry):
    """A root in the store names a CA and nobody else."""
    conf = openssl_conf(list=compile_list(SHIPPED.read_text()), entry=entry)
    run(programs.OPENSSL, "verify", "-CAfile", root.pem, root.pem, conf=conf, check=True)
