# SPDX-License-Identifier: Apache-2.0
"""
Certificates from the items of names.txt, made byte by byte.

An item is `WORD=TEXT` for an attribute of the subject or an extension, `FORM:TEXT` for a name of
the SAN, or a word alone; they stand in the certificate in their order.
"""

import base64
import ipaddress
import re

import der

ATTRIBUTES = {"C": "2.5.4.6", "CN": "2.5.4.3", "O": "2.5.4.10", "OU": "2.5.4.11",
              "emailAddress": "1.2.840.113549.1.9.1"}
# How an attribute's text becomes a string; UTF-8 unless the item says so, as in CN/bmp=x.
STRINGS = {"utf8": (0x0c, "utf-8"), "printable": (0x13, "ascii"), "t61": (0x14, "latin-1"),
           "ia5": (0x16, "latin-1"), "universal": (0x1c, "utf-32-be"), "bmp": (0x1e, "utf-16-be"),
           "bmp-octets": (0x1e, "latin-1")}  # the octets are the text, whatever they mean
TEXT_NAMES = {"email": 1, "dns": 2, "uri": 6}
OTHER_NAMES = {"smtputf8": ("1.3.6.1.5.5.7.8.9", der.UTF8), "srv": ("1.3.6.1.5.5.7.8.7", der.IA5),
               "xmpp": ("1.3.6.1.5.5.7.8.5", der.UTF8),
               "upn": ("1.3.6.1.4.1.311.20.2.3", der.UTF8), "nai": ("1.3.6.1.5.5.7.8.8", der.UTF8)}
PKINIT_SAN = "1.3.6.1.5.2.2"
USAGES = {"serverAuth": "1.3.6.1.5.5.7.3.1", "clientAuth": "1.3.6.1.5.5.7.3.2",
          "codeSigning": "1.3.6.1.5.5.7.3.3", "nsSGC": "2.16.840.1.113730.4.1",
          "msSGC": "1.3.6.1.4.1.311.10.3.3"}
BASIC_CONSTRAINTS, NAME_CONSTRAINTS = "2.5.29.19", "2.5.29.30"
SUBJECT_ALT_NAME, KEY_USAGE, EXTENDED_KEY_USAGE = "2.5.29.17", "2.5.29.15", "2.5.29.37"
ECDSA_SHA256 = der.sequence(der.oid("1.2.840.10045.4.3.2"))
VALIDITY = der.sequence(der.utc_time("200101000000Z"), der.utc_time("491231235959Z"))


def unescape(text):
    """`a{9}` becomes nine of a, `\\xHH` the character of that number."""
    text = re.sub(r"(.)\{(\d+)\}", lambda found: found[1] * int(found[2]), text)
    return re.sub(r"\\x([0-9a-f]{2})", lambda found: chr(int(found[1], 16)), text)


def octets(text):
    """Bytes where a character up to U+00FF is meant as one."""
    return text.encode("latin-1")


def attribute(word, text):
    kind, _, string = word.partition("/")
    tag, encoding = STRINGS[string or ("ia5" if kind == "emailAddress" else "utf8")]
    value = der.element(tag, text.encode(encoding))
    return der.element(der.SET, der.sequence(der.oid(ATTRIBUTES[kind]), value))


def name(text):
    """The Name that `O=x,CN=y` spells."""
    return der.sequence(*(attribute(*part.split("=", 1)) for part in text.split(",") if part))


def general_name(form, text):
    if form in TEXT_NAMES:
        return der.element(0x80 | TEXT_NAMES[form], octets(text))
    if form in OTHER_NAMES:
        type_id, tag = OTHER_NAMES[form]
        encoded = octets(text) if form == "srv" else text.encode()
        return other_name(type_id, der.element(tag, encoded))
    if form == "krb5":
        return other_name(PKINIT_SAN, principal_name(*text.split("@")))
    if form == "othername":
        return other_name(text, der.element(der.UTF8, b"x"))
    if form == "ip":
        return der.element(0x87, ipaddress.ip_address(text).packed)
    if form == "ip-octets":
        return der.element(0x87, bytes.fromhex(text))
    if form == "dirname":
        return der.explicit(4, name(text))
    if form == "id":
        return der.element(0x88, der.oid(text)[2:])
    raise ValueError(f"no form of names: {form}")


def other_name(type_id, value):
    return der.explicit(0, der.oid(type_id) + der.explicit(0, value))


def principal_name(principal, realm):
    """KRB5PrincipalName of RFC 4556."""
    general_string, integer = 0x1b, 0x02
    names = der.sequence(der.element(general_string, principal.encode()))
    name_type = der.explicit(0, der.element(integer, b"\1"))
    return der.sequence(der.explicit(0, der.element(general_string, realm.encode())),
                        der.explicit(1, der.sequence(name_type, der.explicit(1, names))))


def subtree(text):
    """One base of a NameConstraints extension, `FORM:TEXT`; an address has its mask behind it."""
    form, value = text.split(":", 1)
    if form == "ip":
        network = ipaddress.ip_network(value)
        packed = network.network_address.packed + network.netmask.packed
        return der.sequence(der.element(0x87, packed))
    return der.sequence(general_name(form, value))


def name_constraints(permitted, excluded):
    parts = [(0, permitted), (1, excluded)]
    return der.sequence(*(der.explicit(number, b"".join(map(subtree, texts)))
                          for number, texts in parts if texts))


def extension(number, value, critical=False):
    return der.sequence(der.oid(number), der.boolean(True) if critical else b"",
                        der.octet_string(value))


class Content:
    """What the items of one certificate amount to."""

    def __init__(self, items, extensions=()):
        self.subject = []
        self.alone = self.is_self_issued = False
        self.names = []
        self.extensions = list(extensions)
        self.copies = 1
        self.alt_name = None  # the extension's value, where it is not made from names
        for item in items:
            self._take(item)
        if self.names or self.alt_name is not None:
            value = der.sequence(*self.names) if self.alt_name is None else self.alt_name
            self.extensions += [extension(SUBJECT_ALT_NAME, value)] * self.copies

    def _take(self, item):
        word, mark, text = re.match(r"([A-Za-z0-9/-]+)([=:]?)(.*)\Z", item, re.S).groups()
        text = unescape(text)
        if mark == ":":
            self.names.append(general_name(word, text))
        elif word.partition("/")[0] in ATTRIBUTES:
            self.subject.append(attribute(word, text))
        else:
            getattr(self, "_" + word.replace("-", "_"))(text)

    def _alone(self, _):
        self.alone = True

    def _self_issued(self, _):
        self.is_self_issued = True

    def _CA(self, _):
        self._constraints_are(der.sequence(der.boolean(True)))

    def _constraints_der(self, text):
        self._constraints_are(bytes.fromhex(text))

    def _constraints_are(self, value):
        self.extensions.append(extension(BASIC_CONSTRAINTS, value, critical=True))

    def _names_der(self, text):
        self.alt_name = bytes.fromhex(text)

    def _names_twice(self, _):
        self.copies = 2

    def _usage(self, text):
        self._usage_der(der.sequence(*(der.oid(USAGES[word]) for word in text.split(","))).hex())

    def _usage_der(self, text):
        self.extensions.append(extension(EXTENDED_KEY_USAGE, bytes.fromhex(text)))

    def _usage_twice(self, _):
        self.extensions.append(self.extensions[-1])


def encode(subject, issuer, serial, public_key, extensions, sign):
    """The DER of a certificate; `sign` makes the signature of bytes."""
    content = der.sequence(
        der.explicit(0, der.integer(2)), der.integer(serial), ECDSA_SHA256, issuer, VALIDITY,
        subject, public_key,
        der.explicit(3, der.sequence(*extensions)) if extensions else b"")
    return der.sequence(content, ECDSA_SHA256, der.bit_string(sign(content)))


def pem(encoded):
    body = base64.encodebytes(encoded).decode()
    return f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n"
