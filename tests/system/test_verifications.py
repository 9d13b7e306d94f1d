# SPDX-License-Identifier: Apache-2.0
"""
Verifications that are not a TLS peer's, by the openssl command: signed messages, time-stamps, OCSP
responders, CRL issuers, chains that end at an intermediate, one's own certificates, resumption.
The "Verifications" table of docs/coverage.md says the same in words.
"""

import re

import pytest

import expect
import programs
from pki import corp_source, openssl
from programs import OPENSSL, PERMITTED_VIOLATION, Outcome


def ask(run, *arguments, conf=None, good=None):
    """What a command makes of something; `good` is what it must print to have accepted it."""
    done = run(OPENSSL, *arguments, conf=conf)
    accepted = done.returncode == 0 and (good is None or re.search(good, done.output) is not None)
    return Outcome.of(accepted, done.output)


def scope_holds(question, conf):
    """
    question("good" or "bad", conf) is the outcome of a question about something of a certificate
    within the scope, or outside of it.
    """
    expect.accepted(question("good", conf))
    expect.refused(question("bad", conf), question("bad", None), {PERMITTED_VIOLATION})


@pytest.fixture
def conf(corp_list, openssl_conf):
    return openssl_conf(list=corp_list)


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text"
    path.write_text("words\n")
    return path


@pytest.fixture(scope="session")
def mailers(pki):
    """Certificates for mail, by whether they are within the scope."""
    usage = "extendedKeyUsage = emailProtection\n"
    return {word: pki.leaf(f"mailer {word}", [f"email:body@{domain}"], subject="/CN=Some Body",
                           extensions=usage)
            for word, domain in (("good", "corp.example"), ("bad", "evil.example"))}


@pytest.fixture
def messages(mailers, tmp_path, text):
    """messages(tool): signed messages, by whether their signers are within the scope."""
    def sign(tool):
        signed = {}
        for word, signer in mailers.items():
            signed[word] = tmp_path / f"{tool}-{word}"
            openssl(tool, "-sign", "-in", text, "-signer", signer.pem, "-inkey", signer.key,
                    "-certfile", signer.untrusted, "-out", signed[word])
        return signed
    return sign


@pytest.mark.parametrize("tool", ["cms", "smime"])
def test_message_signer(run, pki, messages, conf, tool):
    signed = messages(tool)

    def verify(word, conf):
        return ask(run, tool, "-verify", "-in", signed[word], "-CAfile", pki.root.pem,
                   "-out", "/dev/null", conf=conf)
    scope_holds(verify, conf)


@pytest.mark.parametrize("tool", ["cms", "smime"])
def test_message_signer_not_verified(run, pki, messages, conf, tool):
    """-noverify asks that no chain be built: there is none to look at."""
    signed = messages(tool)
    expect.accepted(ask(run, tool, "-verify", "-noverify", "-in", signed["bad"],
                        "-CAfile", pki.root.pem, "-out", "/dev/null", conf=conf))


TSA = """\
[tsa]
default_tsa = authority
[authority]
serial = {folder}/serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
"""


@pytest.fixture(scope="session")
def authorities(pki):
    """Time-stamping authorities; their only name is in the SAN, so that it is what decides."""
    usage = ("keyUsage = critical, digitalSignature\n"
             "extendedKeyUsage = critical, timeStamping\n")
    return {word: pki.leaf(f"tsa {word}", [f"DNS:tsa.{domain}"], subject="/O=Time",
                           extensions=usage)
            for word, domain in (("good", "corp.example"), ("bad", "evil.example"))}


def test_time_stamp_authority(run, pki, authorities, conf, tmp_path, text):
    config, query = tmp_path / "tsa.cnf", tmp_path / "query"
    config.write_text(TSA.format(folder=tmp_path))
    (tmp_path / "serial").write_text("01\n")
    openssl("ts", "-query", "-data", text, "-sha256", "-cert", "-out", query)
    for word, tsa in authorities.items():
        openssl("ts", "-reply", "-config", config, "-queryfile", query, "-signer", tsa.pem,
                "-inkey", tsa.key, "-chain", tsa.untrusted, "-out", tmp_path / word)

    def verify(word, conf):
        return ask(run, "ts", "-verify", "-queryfile", query, "-in", tmp_path / word,
                   "-CAfile", pki.root.pem, conf=conf, good="Verification: OK")
    scope_holds(verify, conf)


@pytest.fixture(scope="session")
def responders(pki):
    usage = "extendedKeyUsage = OCSPSigning\nnoCheck = ignored\n"
    return {word: pki.leaf(f"responder {word}", [f"DNS:ocsp.{domain}"], subject="/O=Responder",
                           extensions=usage)
            for word, domain in (("good", "corp.example"), ("bad", "evil.example"))}


def ocsp_response(pki, signer, folder):
    """What a responder says of the good leaf: it is not revoked."""
    serial = openssl("x509", "-in", pki.good.pem, "-noout", "-serial").decode().strip()[7:]
    index, response = folder / "index.txt", folder / f"response-{signer.pem.stem}"
    index.write_text(f"V\t400101000000Z\t\t{serial}\tunknown\t/CN=www.corp.example\n")
    (folder / "index.txt.attr").write_text("unique_subject = no\n")
    request = folder / "request"
    openssl("ocsp", "-issuer", pki.intermediate.pem, "-cert", pki.good.pem, "-no_nonce",
            "-reqout", request)
    openssl("ocsp", "-index", index, "-CA", pki.intermediate.pem, "-rsigner", signer.pem,
            "-rkey", signer.key, "-rother", pki.intermediate.pem, "-reqin", request,
            "-respout", response, "-ndays", "1")
    return response


def verify_response(run, pki, response, conf, *options):
    return ask(run, "ocsp", "-respin", response, "-issuer", pki.intermediate.pem,
               "-cert", pki.good.pem, "-CAfile", pki.root.pem, "-no_nonce", *options, conf=conf,
               good="Response verify OK")


def test_ocsp_responder_delegated(run, pki, responders, conf, tmp_path):
    said = {word: ocsp_response(pki, signer, tmp_path) for word, signer in responders.items()}
    scope_holds(lambda word, conf: verify_response(run, pki, said[word], conf), conf)


def test_ocsp_responder_is_the_issuer(run, pki, conf, tmp_path):
    """A CA that answers itself: its name is no host's, so that it is within any scope."""
    said = ocsp_response(pki, pki.intermediate, tmp_path)
    expect.accepted(verify_response(run, pki, said, conf))


def test_ocsp_responder_trusted_by_the_application(run, pki, responders, conf, tmp_path):
    """-VAfile trusts the responder's certificate itself: no chain is built."""
    said = ocsp_response(pki, responders["bad"], tmp_path)
    expect.accepted(verify_response(run, pki, said, conf, "-VAfile", responders["bad"].pem))


CRL = """\
[ca]
default_ca = issuer
[issuer]
database = {folder}/crl-index
crlnumber = {folder}/crl-number
default_md = sha256
default_crl_days = 30
[extensions]
issuingDistributionPoint = critical, @point
authorityKeyIdentifier = keyid
[point]
indirectCRL = TRUE
fullname = URI:http://crl.corp.example/indirect
"""
POINTS_TO_CRL = """\
crlDistributionPoints = point
[point]
fullname = URI:http://crl.corp.example/indirect
CRLissuer = dirName:issuer
[issuer]
O = Corp
CN = Corp CRL Issuer
"""


@pytest.fixture(scope="session")
def indirect(pki):
    """Another than the CA signs the CRL, and its certificate is outside of the scope."""
    issuer = pki.leaf("crl issuer", ["DNS:crl.evil.example"], issuer=pki.root,
                      subject="/O=Corp/CN=Corp CRL Issuer",
                      extensions="keyUsage = critical, cRLSign\n")
    leaves = {word: pki.leaf(f"indirect {word}", [f"DNS:www.{domain}"], subject="/O=Leaf",
                             issuer=pki.root, extensions=POINTS_TO_CRL)
              for word, domain in (("good", "corp.example"), ("bad", "evil.example"))}
    return issuer, leaves


@pytest.fixture
def crl(indirect, tmp_path):
    """An indirect CRL that revokes nothing."""
    issuer, _ = indirect
    config, path = tmp_path / "crl.cnf", tmp_path / "crl.pem"
    config.write_text(CRL.format(folder=tmp_path))
    (tmp_path / "crl-index").write_text("")
    (tmp_path / "crl-number").write_text("01\n")
    openssl("ca", "-config", config, "-gencrl", "-crlexts", "extensions",
            "-cert", issuer.pem, "-keyfile", issuer.key, "-out", path)
    return path


def test_indirect_crl_issuer_outside_is_no_obstacle(run, pki, indirect, conf, crl):
    """The issuer of a CRL names no peer: where it lies matters to nobody's scope."""
    issuer, leaves = indirect

    def verify(word, conf):
        return ask(run, "verify", "-crl_check", "-extended_crl", "-CRLfile", crl,
                   "-CAfile", pki.root.pem, "-untrusted", issuer.pem, leaves[word].pem, conf=conf)
    scope_holds(verify, conf)
    # Its path is found outside of the scope once it is asked for itself.
    alone = [ask(run, "verify", "-CAfile", pki.root.pem, issuer.pem, conf=c) for c in (conf, None)]
    expect.refused(*alone, {PERMITTED_VIOLATION})


def partial(run, pki, word, conf, *trusted):
    options = [option for ca in trusted for option in ("-trusted", ca.pem)]
    return ask(run, "verify", "-partial_chain", *options, "-untrusted", pki.good.untrusted,
               getattr(pki, word).pem, conf=conf)


def test_partial_chain_to_the_root_holds(run, pki, conf):
    """With the flag, but the root is what is trusted."""
    scope_holds(lambda word, conf: partial(run, pki, word, conf, pki.root), conf)


def test_partial_chain_below_the_root_holds(run, pki, conf):
    """The chain ends at the trusted intermediate, but the root that issued it is trusted too."""
    scope_holds(lambda word, conf: partial(run, pki, word, conf, pki.intermediate, pki.root), conf)


def test_partial_chain_without_the_root(run, pki, conf):
    """A stated limit: there is no listed root, neither in the chain nor in the trust store."""
    expect.accepted(partial(run, pki, "good", conf, pki.intermediate))
    expect.accepted(partial(run, pki, "bad", conf, pki.intermediate))


def test_partial_chain_of_listed_intermediate_holds(run, pki, compile_list, openssl_conf):
    """The way out: list what is trusted."""
    source = (f'root spki-sha256:{pki.root.spki_sha256()} "Corp Root"\n'
              f'root spki-sha256:{pki.intermediate.spki_sha256()} "Corp Issuing CA"\n'
              "    permit corp.example\n    permit localhost\n    permit ip:127.0.0.0/8\n")
    conf = openssl_conf(list=compile_list(source))
    scope_holds(lambda word, conf: partial(run, pki, word, conf, pki.intermediate), conf)


def test_partial_chain_of_trusted_leaf(run, pki, conf):
    """A leaf that is trusted itself is a chain of one: no root, no scope; a stated limit."""
    expect.accepted(partial(run, pki, "bad", conf, pki.bad))


def test_partial_chain_of_trusted_leaf_below_the_root_holds(run, pki, conf):
    """... unless its issuers, up to the root, are trusted as well."""
    trusted = [pki.good, pki.bad, pki.intermediate, pki.root]
    scope_holds(lambda word, conf: partial(run, pki, word, conf, *trusted), conf)


def test_partial_chain_under_default_stanza(run, pki, compile_list, openssl_conf):
    """A default stanza holds for chains in which no root is listed, and so for these."""
    source = corp_source(pki) + "default\n    permit corp.example\n    permit localhost\n" \
                                "    permit ip:127.0.0.0/8\n"
    conf = openssl_conf(list=compile_list(source))
    scope_holds(lambda word, conf: partial(run, pki, word, conf, pki.intermediate), conf)


def test_pkcs12_export_chain(run, pki, conf, tmp_path):
    """One's own certificate: building its chain is a verification, and the export fails."""
    def export(word, conf):
        own = getattr(pki, word)
        return ask(run, "pkcs12", "-export", "-chain", "-CAfile", pki.root.pem,
                   "-untrusted", own.untrusted, "-in", own.pem, "-inkey", own.key,
                   "-passout", "pass:", "-out", tmp_path / "out.p12", conf=conf)
    expect.accepted(export("good", conf))
    expect.accepted(export("bad", None))
    refused = export("bad", conf)
    assert not refused.accepted
    assert "permitted subtree violation" in refused.output, refused.output


def test_pkcs12_export_without_chain_is_free(run, pki, conf, tmp_path):
    """Nothing is verified."""
    expect.accepted(ask(run, "pkcs12", "-export", "-in", pki.bad.pem, "-inkey", pki.bad.key,
                        "-passout", "pass:", "-out", tmp_path / "out.p12", conf=conf))


def connect(run, server, pki, conf, *options):
    done = run(OPENSSL, "s_client", "-connect", f"127.0.0.1:{server.port}", "-tls1_2",
               "-CAfile", pki.root.pem, *options, conf=conf, input="")
    assert done.returncode == 0, done.output
    reused = re.search(r"^Reused, ", done.stdout, re.M) is not None
    return reused, int(re.search(r"Verify return code: (\d+)", done.stdout).group(1))


@pytest.mark.parametrize("first_guarded", [True, False])
def test_resumed_session_is_not_verified(run, server, pki, conf, tmp_path, first_guarded):
    """
    A stated limit: with no certificate sent there is no chain to look at, so that a resumed
    session has the verify result of its first handshake, module or not.
    """
    session = tmp_path / "session"
    result = PERMITTED_VIOLATION if first_guarded else 0
    with server(pki.bad) as s:
        first = conf if first_guarded else None
        assert connect(run, s, pki, first, "-sess_out", session) == (False, result)
        for resumed in conf, None:
            assert connect(run, s, pki, resumed, "-sess_in", session) == (True, result)
        assert connect(run, s, pki, conf) == (False, PERMITTED_VIOLATION)
