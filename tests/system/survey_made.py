# SPDX-License-Identifier: Apache-2.0
"""For the tests of surveys: CAs that sign each other in any way, and leaves, made in memory."""

import base64
import datetime
import json

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def name(common_name):
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])


class Made:
    """A CA: a name and a key, and its certificates."""

    def __init__(self, common_name, random_key=None):
        self.name, self.key = common_name, random_key or ec.generate_private_key(ec.SECP256R1())
        self.certificates = []

    def certify(self, issuer, signer=None, key_ids=True, ca=True, path_length=None):
        self.certificates.append(certificate(self.name, self.key, issuer, signer, key_ids, ca=ca,
                                             path_length=path_length))
        return self


def certificate(subject, key, issuer, signer=None, key_ids=True, ca=False, hosts=(), start=0,
                key_id_of=None, path_length=None):
    """
    In DER; `signer` signs instead of the issuer, so that the signature is wrong. `key_id_of` is the
    key that its identifier is of, where it is not its own.
    """
    start = datetime.datetime(2024, 1, 1) + datetime.timedelta(days=start)
    builder = (x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name(issuer.name))
               .public_key(key.public_key()).serial_number(x509.random_serial_number())
               .not_valid_before(start).not_valid_after(start + datetime.timedelta(days=3650))
               .add_extension(x509.BasicConstraints(ca, path_length if ca else None), True))
    if key_ids:
        named = (key_id_of or key).public_key()
        builder = (builder.add_extension(
            x509.SubjectKeyIdentifier.from_public_key(named), False).add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), False))
    if hosts:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), False)
    made = builder.sign((signer or issuer).key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.DER)


def pem(ders):
    return "".join(f"-----BEGIN CERTIFICATE-----\n{base64.encodebytes(der).decode()}"
                   "-----END CERTIFICATE-----\n" for der in ders)


def json_lines(leaves):
    return "".join(json.dumps({"chain": [base64.b64encode(der).decode() for der in
                                         (leaf, *chain)]}) + "\n" for leaf, chain in leaves)
