# SPDX-License-Identifier: Apache-2.0
"""Reads names.txt, which says at its top what stands in it."""

import dataclasses
import pathlib

FILE = pathlib.Path(__file__).with_name("names.txt")
COLUMNS = 7


@dataclasses.dataclass
class Scope:
    """A stanza's rules, and the constraints of a CA that are to say the same to OpenSSL."""
    name: str
    rules: list
    permitted: list = dataclasses.field(default_factory=list)
    excluded: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class Vector:
    name: str
    leaf: tuple  # items
    intermediate: tuple  # items; empty: an ordinary one
    scope: Scope
    openssl: str  # "accepts", or the number of its error
    verdict: str
    error: int
    reason: str  # "FORM REASON"


def split(text, mark):
    return [part.strip(" ") for part in text.split(mark) if part.strip(" ")]


def read_vector(line, scopes):
    columns = [column.strip(" ") for column in line.split(" | ")]
    if len(columns) != COLUMNS:
        raise ValueError(f"not {COLUMNS} columns: {line}")
    name, certificate, scope, openssl, verdict, error, reason = columns
    leaf, _, intermediate = certificate.partition(" < ")
    return Vector(name, tuple(split(leaf, ";")), tuple(split(intermediate, ";")), scopes[scope],
                  openssl, verdict, int(error), reason)


def read(path=FILE):
    """The vectors, in their order."""
    scopes, vectors, scope = {}, [], None
    for line in path.read_text(encoding="utf-8").splitlines():
        words = line.split(None, 1)
        if not words or line.startswith("#"):
            continue
        if " | " in line:
            vectors.append(read_vector(line, scopes))
        elif words[0] == "scope":
            name, rules = words[1].split(None, 1)
            scope = scopes[name] = Scope(name, split(rules, ";"))
        elif words[0] in ("permitted", "excluded"):
            getattr(scope, words[0]).extend(split(words[1], ";"))
        else:
            raise ValueError(f"neither a scope nor a vector: {line}")
    return vectors
