# SPDX-License-Identifier: Apache-2.0
"""Certificates for tests, made with the openssl command alone."""

import dataclasses
import hashlib
import os
import pathlib
import re
import subprocess

# What the corporate root of the tests is meant for, as the body of a stanza.
CORP_SCOPE = """\
    permit corp.example
    permit localhost
    permit ip:127.0.0.0/8
"""


@dataclasses.dataclass(frozen=True)
class Certificate:
    """A certificate in files: itself, its key, and what a server sends with it."""
    name: str
    pem: pathlib.Path
    key: pathlib.Path
    untrusted: pathlib.Path  # the CAs above it, without the root
    chain: pathlib.Path  # the same, itself first

    def der(self):
        return openssl("x509", "-in", self.pem, "-outform", "DER")

    def spki_sha256(self):
        """The hash by which a list names this certificate's key, in hex."""
        public = openssl("x509", "-in", self.pem, "-noout", "-pubkey")
        der = openssl("pkey", "-pubin", "-outform", "DER", input=public)
        return hashlib.sha256(der).hexdigest()

    def cert_sha256(self):
        return hashlib.sha256(self.der()).hexdigest()


def openssl(*args, input=None):
    """Runs openssl outside of any configuration under test; returns its output as bytes."""
    command = [os.environ.get("ROOTSCOPE_OPENSSL", "openssl"), *map(str, args)]
    env = dict(os.environ, OPENSSL_CONF="/dev/null")
    done = subprocess.run(command, input=input, env=env, capture_output=True, timeout=60)
    if done.returncode != 0:
        raise RuntimeError(f"{command} failed: {done.stderr.decode(errors='replace')}")
    return done.stdout


def certificates_in(path):
    """The certificates of a PEM file, each as PEM."""
    return re.findall(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n",
                      pathlib.Path(path).read_text(), re.S)


class Pki:
    """
    Corp Root > Corp Issuing CA > good and bad, and whatever else a test issues.

    good  localhost, www.corp.example, 127.0.0.1: within CORP_SCOPE
    bad   localhost, www.evil.example, 127.0.0.1: one name of it is not
    """

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.root = self.ca("Corp Root")
        self.intermediate = self.ca("Corp Issuing CA", issuer=self.root)
        self.good = self.leaf("good", ["DNS:localhost", "DNS:www.corp.example", "IP:127.0.0.1"],
                              subject="/CN=www.corp.example")
        self.bad = self.leaf("bad", ["DNS:localhost", "DNS:www.evil.example", "IP:127.0.0.1"],
                             subject="/CN=www.evil.example")

    def ca(self, name, issuer=None, extensions="", days=3650):
        """A CA named CN=name; self-signed without an issuer."""
        lines = ("basicConstraints = critical, CA:TRUE\n"
                 "keyUsage = critical, keyCertSign, cRLSign\n" + extensions)
        return self._issue(name, f"/O=Corp/CN={name}", issuer, lines, days)

    def leaf(self, name, alt_names, subject=None, issuer=None, extensions="", days=365):
        """
        A leaf, for servers and clients alike.

        alt_names is a list as in `subjectAltName =` of x509v3_config(5); empty: no extension.
        `extensions` has more lines of that file. Issued by the intermediate unless told.
        """
        lines = "basicConstraints = critical, CA:FALSE\n"
        if alt_names:
            lines += "subjectAltName = " + ", ".join(alt_names) + "\n"
        return self._issue(name, subject or f"/CN={name}", issuer or self.intermediate,
                           lines + extensions, days)

    def _issue(self, name, subject, issuer, extensions, days):
        base = self.directory / name.lower().replace(" ", "-")
        if base.with_suffix(".pem").exists():
            raise ValueError(f"two certificates named {name}")
        config, pem, key, untrusted, chain = (
            base.with_suffix(s) for s in (".cnf", ".pem", ".key", ".untrusted", ".chain"))
        # Python's strict verification wants both identifiers.
        identifiers = ("subjectKeyIdentifier = hash\n"
                       + ("authorityKeyIdentifier = keyid\n" if issuer else ""))
        config.write_text("[req]\ndistinguished_name = none\n[none]\n"
                          "[extensions]\n" + identifiers + extensions)
        signer = ["-CA", issuer.pem, "-CAkey", issuer.key] if issuer else []
        openssl("req", "-x509", "-config", config, "-extensions", "extensions", "-utf8",
                "-subj", subject, "-days", days, "-sha256", "-newkey", "ec",
                "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", *signer,
                "-keyout", key, "-out", pem)
        untrusted.write_text(issuer.chain.read_text() if issuer else "")
        chain.write_text(pem.read_text() + untrusted.read_text() if issuer else "")
        return Certificate(name, pem, key, untrusted, chain)


EXPIRED_CONF = """\
[ca]
default_ca = a
[a]
database = {folder}/index
serial = {folder}/serial
new_certs_dir = {folder}
default_md = sha256
policy = p
x509_extensions = e
[p]
commonName = supplied
[e]
basicConstraints = critical, CA:TRUE
"""


def plain_root(path, name, *extensions):
    """
    A root of 30 days in PEM at this path, its key beside it in NAME.key. Without a constraint of
    its own it is a CA, which OpenSSL 3.5 writes into no root by itself.
    """
    if not any("basicConstraints" in extension for extension in extensions):
        extensions = ("basicConstraints = critical, CA:TRUE", *extensions)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", path.with_suffix(".key"), "-out", path, "-subj", f"/CN={name}",
            "-days", "30", *(word for extension in extensions for word in ("-addext", extension)))
    return path


def expired_root(folder, key, name):
    """
    A root of 2020 in PEM; its path. Of all commands, only `openssl ca` takes dates in version 3.0
    and refuses none in 3.5.
    """
    conf, request, root = (folder / f"expired.{kind}" for kind in ("cnf", "csr", "crt"))
    conf.write_text(EXPIRED_CONF.format(folder=folder))
    (folder / "index").write_text("")
    (folder / "serial").write_text("01\n")
    openssl("req", "-new", "-key", key, "-subj", f"/CN={name}", "-out", request)
    openssl("ca", "-batch", "-selfsign", "-config", conf, "-keyfile", key, "-in", request,
            "-startdate", "20200101000000Z", "-enddate", "20210101000000Z", "-notext",
            "-out", root)
    return root


def corp_source(pki, head="", body=CORP_SCOPE):
    """A list source that limits the corporate root; list-wide lines and other rules on demand."""
    return f'{head}root spki-sha256:{pki.root.spki_sha256()} "Corp Root"\n{body}'
