# SPDX-License-Identifier: Apache-2.0
"""The chains of names.txt: root > CA > leaf, or a leaf alone, all in memory but for the keys."""

import dataclasses
import hashlib
import itertools
import pathlib

import certificate
import der

CA = certificate.extension(certificate.BASIC_CONSTRAINTS, der.sequence(der.boolean(True)), True)
SUBJECT_KEY_ID, AUTHORITY_KEY_ID = "2.5.29.14", "2.5.29.35"


class Party:
    """A key, and the name of whoever has it."""

    def __init__(self, directory, name, run_openssl):
        self.name = name
        self._run = run_openssl
        self._key = pathlib.Path(directory) / f"{hashlib.sha256(name).hexdigest()[:16]}.key"
        self._run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out",
                  self._key)
        self.public_key = self._run("pkey", "-in", self._key, "-pubout", "-outform", "DER")
        self.id = hashlib.sha256(self.public_key).digest()

    def spki_sha256(self):
        return hashlib.sha256(self.public_key).hexdigest()

    def sign(self, content):
        return self._run("dgst", "-sha256", "-sign", self._key, input=content)


@dataclasses.dataclass(frozen=True)
class Chain:
    """In PEM; the anchor is without constraints, or with those of the vector's scope."""
    leaf: str
    untrusted: str
    anchor: str
    constrained_anchor: str
    anchor_spki_sha256: str


class Issuer:
    """Makes the chain of any vector."""

    def __init__(self, directory, run_openssl):
        def party(text):
            return Party(directory, certificate.name(text), run_openssl)
        self._root, self._ca, self._leaf = map(party, (
            "CN=Vector Root", "C=DE,O=Acme Inc,CN=Issuing CA", "CN=Some Leaf"))
        self._serials = itertools.count(1)
        self._chains = {}

    def chain(self, vector):
        """The chain of a vector, the same whenever it is asked for."""
        if vector.name not in self._chains:
            self._chains[vector.name] = self._new_chain(vector)
        return self._chains[vector.name]

    def _new_chain(self, vector):
        leaf = certificate.Content(vector.leaf)
        constraints = [] if not vector.scope.permitted + vector.scope.excluded else [
            certificate.extension(
                certificate.NAME_CONSTRAINTS,
                certificate.name_constraints(vector.scope.permitted, vector.scope.excluded), True)]
        if leaf.alone:
            return self._alone(leaf, constraints)
        root = self._root
        above = certificate.Content(vector.intermediate or ("C=DE", "O=Acme Inc", "CN=Issuing CA",
                                                            "CA"))
        ca_name = self._subject(above, root.name)
        return Chain(
            leaf=self._issue(self._leaf, self._subject(leaf, ca_name), self._ca, ca_name,
                             leaf.extensions),
            untrusted=self._issue(self._ca, ca_name, root, root.name, above.extensions),
            anchor=self._issue(root, root.name, root, root.name, [CA]),
            constrained_anchor=self._issue(root, root.name, root, root.name, [CA, *constraints]),
            anchor_spki_sha256=root.spki_sha256())

    def _alone(self, leaf, constraints):
        name = self._subject(leaf, b"")
        with_and_without = [
            self._issue(self._leaf, name, self._leaf, name, leaf.extensions + more)
            for more in ([], constraints)]
        return Chain(with_and_without[0], "", *with_and_without, self._leaf.spki_sha256())

    @staticmethod
    def _subject(content, issuer_name):
        return issuer_name if content.is_self_issued else der.sequence(*content.subject)

    def _issue(self, party, subject, issuer, issuer_name, extensions):
        ids = [certificate.extension(SUBJECT_KEY_ID, der.octet_string(party.id)),
               certificate.extension(AUTHORITY_KEY_ID, der.sequence(der.element(0x80, issuer.id)))]
        return certificate.pem(certificate.encode(
            subject, issuer_name, next(self._serials), party.public_key, [*ids, *extensions],
            issuer.sign))
