# SPDX-License-Identifier: Apache-2.0
"""A certificate is read in every form; what a file has instead is said, and what to do."""

import base64
import json
import os
import re

import pytest

import programs
from conftest import corp_source
from pki import openssl


@pytest.fixture(scope="session")
def forms(pki, tmp_path_factory):
    """forms(name): a file with the corporate root in this form, or with what is no certificate."""
    folder = tmp_path_factory.mktemp("forms")
    pem, key = pki.root.pem, pki.root.key

    def converted(*words):
        return lambda: openssl(*words)

    def text_of(*parts):
        return lambda: b"".join(p if isinstance(p, bytes) else p.read_bytes() for p in parts)

    def pkcs12(*words):
        return lambda: openssl("pkcs12", "-export", "-passout", "pass:x", *words)

    request = ("req", "-new", "-key", key, "-subj", "/CN=x")
    messages = ("crl2pkcs7", "-nocrl", "-certfile", pem)
    crl_index = folder / "index"
    crl_index.write_text("")
    crl_conf = folder / "crl.cnf"
    crl_conf.write_text(f"[ca]\ndefault_ca = a\n[a]\ndatabase = {crl_index}\ndefault_md = sha256\n"
                        "default_crl_days = 30\n")
    crl = ("ca", "-gencrl", "-config", crl_conf, "-keyfile", key, "-cert", pem)
    made = {
        "PEM": text_of(pem),
        "PEM with CRLF": lambda: pem.read_bytes().replace(b"\n", b"\r\n"),
        "PEM with a byte order mark": text_of(b"\xef\xbb\xbf", pem),
        "PEM with text": converted("x509", "-in", pem, "-text"),
        "PEM with its key": text_of(key, pem),
        "PEM twice": text_of(pem, pem),
        "PEM below its chain": text_of(pki.good.chain, pem),
        "X509 CERTIFICATE": lambda: pem.read_bytes().replace(b" CERT", b" X509 CERT"),
        "DER": converted("x509", "-in", pem, "-outform", "DER"),
        "TRUSTED CERTIFICATE": converted("x509", "-in", pem, "-trustout", "-setalias", "corp"),
        "PKCS #7 in PEM": converted(*messages),
        "PKCS #7 in DER": converted(*messages, "-outform", "DER"),
        "PKCS #7 below its chain": converted(*messages, "-certfile", pki.good.chain),
        "key in PEM": text_of(key),
        "key in DER": converted("pkey", "-in", key, "-outform", "DER"),
        "key of EC in DER": converted("ec", "-in", key, "-outform", "DER"),
        "encrypted key": converted("pkcs8", "-topk8", "-in", key, "-passout", "pass:x"),
        "encrypted key in DER": converted("pkcs8", "-topk8", "-in", key, "-passout", "pass:x",
                                          "-outform", "DER"),
        "public key": converted("pkey", "-in", key, "-pubout"),
        "public key in DER": converted("pkey", "-in", key, "-pubout", "-outform", "DER"),
        "request": converted(*request),
        "request in DER": converted(*request, "-outform", "DER"),
        "CRL": converted(*crl),
        "CRL in DER": lambda: openssl("crl", "-outform", "DER", input=openssl(*crl)),
        "PKCS #12": pkcs12("-in", pem, "-inkey", key),
        "Java keystore": text_of(b"\xfe\xed\xfe\xed\x00\x00\x00\x02"),
        "web page": text_of(b"\n<!DOCTYPE html>\n<html><body>Sign in</body></html>\n"),
        "UTF-16": lambda: pem.read_text().encode("utf-16"),
        "base64": lambda: base64.encodebytes(pki.root.der()),
        "indented": lambda: re.sub(rb"(?m)^", b"    ", pem.read_bytes()),
        "SSH key": text_of(b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA me@here\n"),
        "PGP key": text_of(b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEXWv\n"),
        "nothing": text_of(b""),
        "text": text_of(b"See the wiki.\n"),
        "other ASN.1": text_of(b"\x30\x03\x02\x01\x05"),
        "cut off": lambda: pem.read_bytes()[:300],
        "damaged": lambda: pem.read_bytes().replace(b"MII", b"MIA", 1),
        "two roots": text_of(pem, pki.ca("Second Root").pem),
        "two leaves": text_of(pki.good.pem, pki.bad.pem),
    }

    def form(name):
        path = folder / re.sub(r"\W", "-", name.lower())
        if not path.exists():
            path.write_bytes(made[name]())
        return path
    return form


def add(rootscope, tmp_path, certificate, **options):
    local = tmp_path / "local"
    local.mkdir(exist_ok=True)
    done = rootscope("add", "--shipped", tmp_path / "none", "--local", local, "--no-compile",
                     certificate, "corp.example", **options)
    source = local / "local.list"
    return done, source.read_text() if source.exists() else ""


GOOD = ["PEM", "PEM with CRLF", "PEM with a byte order mark", "PEM with text", "PEM with its key",
        "PEM twice", "PEM below its chain", "X509 CERTIFICATE", "DER", "TRUSTED CERTIFICATE",
        "PKCS #7 in PEM", "PKCS #7 in DER", "PKCS #7 below its chain"]


@pytest.mark.parametrize("form", GOOD)
def test_root_is_read_in_every_form(rootscope, pki, forms, tmp_path, form):
    done, text = add(rootscope, tmp_path, forms(form))
    assert done.returncode == 0, done.output
    assert f"spki-sha256:{pki.root.spki_sha256()}" in text


PRIVATE, PUBLIC, GIVE = "it is a private key", "it is a public key", "give the CA's certificate"


@pytest.mark.parametrize("form, what, action", [
    ("key in PEM", PRIVATE, GIVE),
    ("key in DER", PRIVATE, GIVE),
    ("key of EC in DER", PRIVATE, GIVE),
    ("encrypted key", PRIVATE, GIVE),
    ("encrypted key in DER", PRIVATE, GIVE),
    ("public key", PUBLIC, GIVE),
    ("public key in DER", PUBLIC, GIVE),
    ("request", "it is a certificate request", GIVE),
    ("request in DER", "it is a certificate request", GIVE),
    ("CRL", "it is a list of revoked certificates", GIVE),
    ("CRL in DER", "it is a list of revoked certificates", GIVE),
    ("PKCS #12", "it is PKCS #12", "run openssl pkcs12 -in FILE -nokeys"),
    ("Java keystore", "it is a Java keystore", "run keytool -exportcert"),
    ("web page", "it is a web page", "download the certificate itself"),
    ("UTF-16", "it is UTF-16 text", "run iconv -f UTF-16"),
    ("base64", "it is base64 without a BEGIN line", "run base64 -di FILE"),
    ("indented", "not at the start of a line", "remove what is before it"),
    ("SSH key", "it is an SSH key", GIVE),
    ("PGP key", "it is PGP's", GIVE),
    ("nothing", "no certificate in it", "it is empty"),
    ("text", "no certificate in it", "starts with -----BEGIN CERTIFICATE-----"),
    ("other ASN.1", "no certificate in it", "starts with -----BEGIN CERTIFICATE-----"),
    ("cut off", "a certificate in it cannot be read", "cut off or damaged"),
    ("damaged", "a certificate in it cannot be read", "cut off or damaged"),
    ("two roots", "2 certificates in it, and 2 of them are roots", "give a file with one root"),
    ("two leaves", "2 certificates in it, and 0 of them are roots", "give a file with one root"),
])
def test_what_is_not_a_root_is_named(rootscope, forms, tmp_path, form, what, action):
    path = forms(form)
    done, text = add(rootscope, tmp_path, path)
    assert done.returncode == 2 and text == ""
    assert done.stderr.startswith(f"rootscope: {path}: ") and done.stderr.count("\n") == 1
    assert what in done.stderr and action in done.stderr


@pytest.mark.parametrize("form, convert", [
    ("PKCS #12", ["sh", "-c", "openssl pkcs12 -in FILE -nokeys -passin pass:x -out NEW"]),
    ("UTF-16", ["sh", "-c", "iconv -f UTF-16 -t UTF-8 FILE >NEW"]),
    ("base64", ["sh", "-c", "base64 -di FILE >NEW"]),
])
def test_advice_makes_a_file_that_is_read(rootscope, forms, tmp_path, form, convert):
    new = tmp_path / "new"
    words = [w.replace("FILE", str(forms(form))).replace("NEW", str(new)) for w in convert]
    programs.run(*words, check=True)
    assert add(rootscope, tmp_path, new)[0].returncode == 0


def test_folder_is_named(rootscope, tmp_path):
    done, _ = add(rootscope, tmp_path, tmp_path)
    assert done.returncode == 2 and "it is a folder; give one of its files" in done.stderr


def test_standard_input_and_fifos_are_read(rootscope, pki, command, tmp_path):
    done, text = add(rootscope, tmp_path, "-", input=pki.root.pem.read_text())
    assert done.returncode == 0 and pki.root.spki_sha256() in text
    (tmp_path / "local" / "local.list").unlink()
    script = 'exec "$0" add --shipped "$2" --local "$2" --no-compile <(cat "$1") a.example'
    done = programs.run("bash", "-c", script, command, pki.root.pem, tmp_path / "local")
    assert done.returncode == 0, done.output
    assert pki.root.spki_sha256() in (tmp_path / "local" / "local.list").read_text()


def test_chain_in_a_message_has_its_leaf_found(rootscope, pki, compile_list, tmp_path):
    """PKCS #7 sorts its certificates."""
    for name, leaf in ("good", pki.good), ("bad", pki.bad):
        message = tmp_path / name
        openssl("crl2pkcs7", "-nocrl", "-certfile", leaf.chain, "-certfile", pki.root.pem,
                "-outform", "DER", "-out", message)
        done = rootscope("check", "--json", "--list", compile_list(corp_source(pki)),
                         "--CAfile", pki.root.pem, message)
        answer = json.loads(done.stdout)
        assert answer["chain"][0]["subject"] == openssl(
            "x509", "-in", leaf.pem, "-noout", "-subject", "-nameopt", "RFC2253"
        ).decode().strip().removeprefix("subject=")
        assert answer["verdict"] == ("permitted" if name == "good" else "denied")


def test_source_names_a_file_with_one_certificate(rootscope, pki, forms, tmp_path):
    """`root pem:` stays strict: nobody chooses among several."""
    source = tmp_path / "a.list"
    for form, said in ("DER", None), ("PEM below its chain", "3 certificates in it"):
        source.write_text(f'root pem:"{forms(form)}"\n    permit corp.example\n')
        done = rootscope("compile", "--check", source)
        assert done.returncode == (0 if said is None else 2), done.output
        assert said is None or said in done.stderr
        assert os.listdir(tmp_path) == ["a.list"]
