# SPDX-License-Identifier: Apache-2.0
"""
Chains that end below their root: the trust store holds the issuing CA beside it, and the program
takes a trusted certificate for the end (X509_V_FLAG_PARTIAL_CHAIN), or the entry says what it is
trusted for. The root's stanza holds all the same.
"""

import shutil

import pytest

import expect
import programs
from pki import CORP_SCOPE, corp_source, openssl

PARTIAL_CLIENT = programs.PYTHON_CLIENT.replace(
    "with socket", "context.verify_flags |= 0x80000  # X509_V_FLAG_PARTIAL_CHAIN\nwith socket", 1)


class Store:
    """Trusted certificates in a file; what a test passes as the root."""

    def __init__(self, path, *texts):
        self.pem = path
        path.write_text("".join(texts))


@pytest.fixture
def both(pki, tmp_path):
    """The root and its issuing CA, as update-ca-certificates makes it of two files."""
    return Store(tmp_path / "both.pem", pki.root.pem.read_text(), pki.intermediate.pem.read_text())


def trusted_entry(certificate):
    return openssl("x509", "-in", certificate.pem, "-addtrust", "serverAuth").decode()


def python_partial(port, host, ca, conf=None):
    done = programs.run(programs.PYTHON, "-I", "-c", PARTIAL_CLIENT, port, host, ca.pem, conf=conf)
    return programs.Outcome.of(done.returncode == 0, done.output)


@pytest.mark.parametrize("client", [programs.curl, python_partial])
def test_client_of_partial_chains(pki, server, both, corp_list, openssl_conf, entry, client):
    if client is programs.curl and programs.PRELOAD:
        pytest.skip("curl deadlocks in setlocale when AddressSanitizer is preloaded")
    conf = openssl_conf(list=corp_list, entry=entry)
    with server(pki.good) as s:
        expect.accepted(client(s.port, "www.corp.example", both, conf))
    with server(pki.bad) as s:
        expect.refused(client(s.port, "www.evil.example", both, conf),
                       client(s.port, "www.evil.example", both),
                       {programs.PERMITTED_VIOLATION})


def verify_twice(store, leaf, conf):
    """`openssl verify` of a certificate twice in one process: the second time all is known."""
    done = programs.run(programs.OPENSSL, "verify", "-partial_chain", "-CAfile", store.pem,
                        leaf.pem, leaf.pem, conf=conf)
    return programs.Outcome.of(done.returncode == 0, done.output)


def test_verify_partial_chain(pki, both, corp_list, openssl_conf, entry):
    conf = openssl_conf(list=corp_list, entry=entry)
    expect.accepted(verify_twice(both, pki.good, conf))
    expect.refused(verify_twice(both, pki.bad, conf), verify_twice(both, pki.bad, None),
                   {programs.PERMITTED_VIOLATION})


def test_trusted_entry_without_a_flag(pki, tmp_path, corp_list, openssl_conf):
    store = Store(tmp_path / "trusted.pem", trusted_entry(pki.intermediate),
                  pki.root.pem.read_text())
    conf = openssl_conf(list=corp_list)
    options = ("-purpose", "sslserver")
    expect.accepted(programs.verify(store, pki.good, *options, conf=conf))
    expect.refused(programs.verify(store, pki.bad, *options, conf=conf),
                   programs.verify(store, pki.bad, *options), {programs.PERMITTED_VIOLATION})


@pytest.mark.parametrize("how", ["-CApath", "-CAstore"])
def test_store_in_a_folder(pki, tmp_path, corp_list, openssl_conf, how):
    folder = tmp_path / "folder"
    folder.mkdir()
    for certificate in pki.root, pki.intermediate:
        shutil.copy(certificate.pem, folder)
    openssl("rehash", folder)
    conf = openssl_conf(list=corp_list)

    def verify(leaf, conf=None):
        done = programs.run(programs.OPENSSL, "verify", "-partial_chain", "-no-CAfile", how, folder,
                            leaf.pem, conf=conf)
        return programs.Outcome.of(done.returncode == 0, done.output)
    expect.accepted(verify(pki.good, conf))
    expect.refused(verify(pki.bad, conf), verify(pki.bad), {programs.PERMITTED_VIOLATION})


def test_root_that_is_not_in_the_store(pki, tmp_path, compile_list, openssl_conf):
    """Nobody can tell what is above: only a stanza of the CA itself, or the default, holds."""
    store = Store(tmp_path / "one.pem", pki.intermediate.pem.read_text())
    free = openssl_conf(list=compile_list(corp_source(pki)))
    expect.accepted(verify_twice(store, pki.bad, free))
    listed = openssl_conf(list=compile_list(
        f"root spki-sha256:{pki.intermediate.spki_sha256()}\n{CORP_SCOPE}"))
    expect.refused(verify_twice(store, pki.bad, listed), verify_twice(store, pki.bad, None))


def test_certificates_of_the_peer_are_not_the_store(pki, tmp_path, compile_list, openssl_conf):
    """A root that the peer sends is above nothing, if only the issuing CA is trusted."""
    store = Store(tmp_path / "one.pem", pki.intermediate.pem.read_text())
    conf = openssl_conf(list=compile_list(corp_source(pki)))
    done = programs.run(programs.OPENSSL, "verify", "-partial_chain", "-CAfile", store.pem,
                        "-untrusted", pki.root.pem, pki.bad.pem, conf=conf)
    assert done.returncode == 0, done.output


def test_error_queue_is_left_alone(pki, both, corp_list, openssl_conf, server):
    """s_client reads on after the handshake; a stray error would end it."""
    with server(pki.good) as s:
        done = programs.run(programs.OPENSSL, "s_client", "-connect", f"127.0.0.1:{s.port}",
                            "-ign_eof", "-partial_chain", "-CAfile", both.pem,
                            "-verify_return_error",
                            conf=openssl_conf(list=corp_list), input="GET / HTTP/1.0\r\n\r\n")
    assert done.returncode == 0 and "HTTP/1.0 200" in done.output, done.output
