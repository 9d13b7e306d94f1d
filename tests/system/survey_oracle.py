# SPDX-License-Identifier: Apache-2.0
"""
A second opinion about what a survey counts: certificates are parsed and signatures verified by
python3-cryptography, public suffixes found by the rules of publicsuffix.org/list, all of it the
slow and plain way. Nothing here is the project's.
"""

import collections
import datetime
import functools
import hashlib
import re
import subprocess
import warnings

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.S)
warnings.simplefilter("ignore")


class Suffixes:
    """The public suffix list, as its rules say."""

    def __init__(self, path):
        self.rules, self.wildcards, self.exceptions = set(), set(), set()
        for line in path.read_text("utf-8").splitlines():
            rule = line.split()[0] if line.split() else ""
            if not rule or rule.startswith("//"):
                continue
            kind = self.rules
            if rule.startswith("!"):
                kind, rule = self.exceptions, rule[1:]
            elif rule.startswith("*."):
                kind, rule = self.wildcards, rule[2:]
            try:
                kind.add(rule if rule.isascii() else rule.encode("idna").decode())
            except UnicodeError:
                continue

    def domain(self, host):
        """(registrable domain or suffix, suffix), or None if no rule has the last label."""
        labels = host.split(".")
        for i in range(len(labels)):
            end = ".".join(labels[i:])
            if end in self.exceptions:
                return end, ".".join(labels[i + 1:])
            if (end in self.rules or ".".join(labels[i + 1:]) in self.wildcards
                    or end in self.wildcards):
                return ".".join(labels[max(i - 1, 0):]), end
        return None


def read_host(text):
    """The host in lower case, without a wildcard; None if it is not one."""
    host = text[:-1] if text.endswith(".") else text
    host = host[2:] if host.startswith("*.") else host
    labels = host.lower().split(".")
    if len(text.rstrip(".")) > 253 or not all(re.fullmatch("[a-z0-9_-]{1,63}", x) for x in labels):
        return None
    return None if re.fullmatch("[0-9]+|0x[0-9a-f]*", labels[-1]) else host.lower()


@functools.lru_cache(None)
def certtool_text(certificate):
    """What GnuTLS says about a certificate."""
    der = certificate.public_bytes(serialization.Encoding.DER)
    return subprocess.run(["certtool", "-i", "--inder"], input=der, capture_output=True,
                          check=True, timeout=60).stdout.decode("utf-8", "replace")


def hosts(certificate):
    """The hosts that a certificate names."""
    names = []
    try:
        for name in certificate.extensions.get_extension_for_class(
                x509.SubjectAlternativeName).value:
            if isinstance(name, x509.DNSName):
                names.append(name.value)
            elif isinstance(name, x509.RFC822Name):
                names.append(name.value.rpartition("@")[2])
            elif isinstance(name, x509.OtherName):
                # Microsoft's user principal name: a short UTF8String
                if name.type_id.dotted_string == "1.3.6.1.4.1.311.20.2.3":
                    names.append(name.value[2:].decode().rpartition("@")[2])
            elif isinstance(name, x509.UniformResourceIdentifier):
                found = re.match(r"[a-z][a-z0-9+.-]*://([^/?#:@]*)", name.value, re.I)
                names += [found.group(1)] if found else []
    except ValueError:
        # What RFC 5280 forbids, and cryptography does not read: a default that is spelt out.
        text = certtool_text(certificate)
        names = re.findall(r"^\s*(?:DNSname|RFC822Name): (?:\S*@)?(\S+)$", text, re.M)
    except x509.ExtensionNotFound:
        names = [attribute.value.strip() for attribute in
                 certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)]
    for attribute in certificate.subject.get_attributes_for_oid(x509.NameOID.EMAIL_ADDRESS):
        names.append(attribute.value.rpartition("@")[2])
    return {host for host in map(read_host, names) if host}


def signed_by(certificate, key):
    signature, data = certificate.signature, certificate.tbs_certificate_bytes
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), certificate.signature_hash_algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(certificate.signature_hash_algorithm))
        elif isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, data)
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def folded(name):
    """A name as it is compared: attributes and their texts, without case and repeated space."""
    return tuple(tuple(sorted((attribute.oid.dotted_string,
                               " ".join(str(attribute.value).lower().split()))
                              for attribute in rdn)) for rdn in name.rdns)


def is_ca(certificate):
    try:
        extensions = certificate.extensions
        if not extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return False
        return extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound as missing:
        return missing.oid == x509.ExtensionOID.KEY_USAGE
    except ValueError:
        return "Certificate Authority (CA): TRUE" in certtool_text(certificate)


def path_length(certificate):
    """How many CAs may stand below; a survey does not tell more than three from any number."""
    try:
        most = certificate.extensions.get_extension_for_class(
            x509.BasicConstraints).value.path_length
    except x509.ExtensionNotFound:
        most = None
    except ValueError:
        found = re.search(r"Path Length Constraint: (\d+)", certtool_text(certificate))
        most = int(found.group(1)) if found else None
    return 1 << 30 if most is None or most > 3 else most


def spki(certificate):
    return certificate.public_key().public_bytes(serialization.Encoding.DER,
                                                 serialization.PublicFormat.SubjectPublicKeyInfo)


def parse(der):
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError:
        return None


class Pool:
    """CA certificates by name; every signature is verified."""

    def __init__(self):
        self.by_name, self.roots, self.seen = collections.defaultdict(list), set(), set()

    def add(self, certificate, is_root=False):
        if is_root:
            self.roots.add(self.node(certificate))
        if certificate in self.seen or not (is_root or is_ca(certificate)):
            return
        self.seen.add(certificate)
        self.by_name[folded(certificate.subject)].append(certificate)

    def add_pem(self, path, is_root=False):
        for block in PEM.findall(path if isinstance(path, bytes) else path.read_bytes()):
            try:
                self.add(x509.load_pem_x509_certificate(block), is_root)
            except (ValueError, UnsupportedAlgorithm):
                continue

    @staticmethod
    def node(certificate):
        return folded(certificate.subject), spki(certificate)

    def issuers(self, certificate, also=()):
        """The CAs whose keys signed a certificate."""
        name, found = folded(certificate.issuer), {}
        for ca in [*self.by_name.get(name, ()), *also]:
            if folded(ca.subject) == name and self.node(ca) not in found:
                if signed_by(certificate, ca.public_key()):
                    found[self.node(ca)] = ca
        return found

    @functools.lru_cache(None)
    def above(self, node):
        """The nodes that signed a certificate of this one, each with the CAs that may be below."""
        return frozenset((issuer, path_length(certificate))
                         for certificate in self.by_name.get(node[0], ())
                         if spki(certificate) == node[1]
                         for issuer in self.issuers(certificate))

    def roots_of(self, node):
        """SHA-256 of the keys of the roots that it reaches, by the shortest way to each CA."""
        least, todo = {node: 0}, [node]
        while todo:
            at = todo.pop()
            for issuer, most in self.above(at):
                below = least[at] + (issuer[0] != at[0])
                if least[at] <= most and below < least.get(issuer, 1 << 30):
                    least[issuer] = below
                    todo.append(issuer)
        return {hashlib.sha256(root[1]).hexdigest() for root in least.keys() & self.roots}


def tile_entries(data):
    """Each entry of a data tile, as what its CA signed."""
    at = 0

    def take(size):
        nonlocal at
        length = int.from_bytes(data[at:at + size], "big")
        at += size + length
        return data[at - length:at]

    while at < len(data):
        is_pre = data[at + 8:at + 10] == b"\0\1"
        at += 10 + 32 * is_pre
        certificate = take(3)
        take(2)
        yield take(3) if is_pre else certificate
        take(2)




class Counts:
    """What a survey counts: by level, root and suffix: domains, certificates, first and last."""

    def __init__(self, pool, suffixes):
        self.pool, self.suffixes, self.counted, self.left_out = pool, suffixes, 0, 0
        self.found = []

    def take(self, der, chain=()):
        """A leaf, and the CA certificates that came with it."""
        certificate = parse(der)
        chain = [ca for ca in map(parse, chain) if ca and is_ca(ca)]
        for ca in chain:
            self.pool.add(ca)
        if certificate is None or is_ca(certificate):
            self.left_out += 1
            return
        issuers = self.pool.issuers(certificate, chain)
        domains = {found for found in map(self.suffixes.domain, hosts(certificate)) if found}
        if issuers and domains:
            self.counted += 1
            seconds = certificate.not_valid_before.replace(tzinfo=datetime.timezone.utc)
            self.found.append((list(issuers)[0], domains, int(seconds.timestamp())))
        else:
            self.left_out += 1

    def rows(self, level):
        sums = {}
        for node, domains, when in self.found:
            ends = collections.defaultdict(set)
            for domain, suffix in domains:
                ends[{"registrable": domain, "public_suffix": suffix,
                      "tld": domain.rpartition(".")[2]}[level]].add(domain)
            for root in self.pool.roots_of(node):
                for end, below in ends.items():
                    row = sums.setdefault((root, end), [set(), 0, when, when])
                    row[0] |= below
                    row[1] += 1
                    row[2:] = min(row[2], when), max(row[3], when)
        return sorted((*key, len(row[0]), *row[1:]) for key, row in sums.items())
