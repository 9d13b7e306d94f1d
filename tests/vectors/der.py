# SPDX-License-Identifier: Apache-2.0
"""A writer of DER, for certificates that no library would make: nothing is checked."""

SEQUENCE, SET, OID, UTF8, IA5 = 0x30, 0x31, 0x06, 0x0c, 0x16


def element(tag, *contents):
    content = b"".join(contents)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def sequence(*contents):
    return element(SEQUENCE, *contents)


def explicit(number, content):
    """[number] EXPLICIT, or a constructed IMPLICIT value."""
    return element(0xa0 | number, content)


def integer(value):
    return element(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def boolean(value):
    return element(0x01, b"\xff" if value else b"\x00")


def oid(text):
    first, second, *rest = map(int, text.split("."))
    content = b""
    for arc in [40 * first + second, *rest]:
        groups = [arc & 0x7f]
        while arc := arc >> 7:
            groups.append(arc & 0x7f | 0x80)
        content += bytes(reversed(groups))
    return element(OID, content)


def bit_string(content):
    return element(0x03, b"\x00", content)


def octet_string(content):
    return element(0x04, content)


def utc_time(text):
    return element(0x17, text.encode())
