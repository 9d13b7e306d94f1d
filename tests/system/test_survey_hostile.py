# SPDX-License-Identifier: Apache-2.0
"""
Inputs that somebody made to cost much, or to count where they should not: each takes bounded time
and memory, is counted with its reason, does not end the run, and has no row. Beside each there is
a certificate that counts.
"""

import base64
import dataclasses
import gzip
import json
import lzma
import random
import re
import shutil
import struct
import subprocess
from hashlib import sha256

import pytest

pytest.importorskip("cryptography", reason="python3-cryptography is not installed")

import measured  # noqa: E402
import programs  # noqa: E402
from cryptography import x509  # noqa: E402
from cryptography.hazmat.primitives import hashes, serialization  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: E402
from survey_made import Made, certificate, json_lines, pem  # noqa: E402

MIB = 1 << 20
MOST_SECONDS = 20  # of the processor, which a loaded machine does not change
MOST_MEMORY = 400 * MIB


@dataclasses.dataclass
class World:
    root: Made
    ca: Made
    key: object
    good: bytes  # a leaf that counts


@pytest.fixture(scope="module")
def world():
    root = Made("Root")
    root.certify(root)
    ca, key = Made("CA").certify(root), ec.generate_private_key(ec.SECP256R1())
    return World(root, ca, key, certificate("Good", key, ca, hosts=["www.good.com"]))


def tile(entries):
    """Of pairs: a certificate, and the fingerprints of those that it names above it."""
    return b"".join(struct.pack(">QH", 0, 0) + struct.pack(">I", len(der))[1:] + der
                    + struct.pack(">HH", 0, len(above)) + above for der, above in entries)


@dataclasses.dataclass
class Done:
    rows: list  # suffix and certificates
    reasons: dict
    text: str


@pytest.fixture
def survey(analysis, world, tmp_path):
    (tmp_path / "root.pem").write_text(pem(world.root.certificates))
    (tmp_path / "cas.pem").write_text(pem(world.ca.certificates))
    (tmp_path / "good.jsonl").write_text(json_lines([(world.good, [])]))

    def run(*inputs, cas=(), stdin=subprocess.DEVNULL):
        options = ["--roots", tmp_path / "root.pem", "--tsv", "--level", "registrable"]
        for path in (tmp_path / "cas.pem", *cas):
            options += ["--intermediates", path]
        done = subprocess.run(
            [str(word) for word in (programs.PYTHON, measured.__file__, tmp_path / "taken",
                                    analysis, "survey", *options, *inputs,
                                    tmp_path / "good.jsonl")],
            stdin=stdin, capture_output=True, text=True, env=programs.environment())
        text = done.stderr
        assert done.returncode == 0, text
        seconds, kilobytes = map(float, (tmp_path / "taken").read_text().split())
        if not programs.PRELOAD:
            assert seconds < MOST_SECONDS, text
            assert kilobytes * 1024 < MOST_MEMORY, text
        rows = [(line.split("\t")[1], int(line.split("\t")[3]))
                for line in done.stdout.splitlines()[1:]]
        words = re.search(r"Not counted: (.*)\.\n", text)[1].split(", ")
        return Done(rows, {} if words == ["none"] else
                    {word.split()[1]: int(word.split()[0].replace(",", "")) for word in words},
                    text)
    return run


GOOD = [("good.com", 1)]


def test_truncated_tiles(survey, world, tmp_path):
    whole = tile([(world.good, b"")] * 2)
    half = len(whole) // 2
    (tmp_path / "tiles").mkdir()
    cuts = range(half + 1, len(whole), 97)
    for cut in cuts:
        (tmp_path / f"tiles/{cut}").write_bytes(whole[:cut])
    done = survey(tmp_path / "tiles")
    assert done.rows == [("good.com", 1 + len(cuts))] and done.reasons == {"truncated": len(cuts)}


@pytest.mark.parametrize("name,start,end", [
    ("json", b'{"chain":["', b'"]}\n'),
    ("csv", b"0123456789abcdef0123456789abcdef01234567,", b"\n"),
    ("pem", b"-----BEGIN CERTIFICATE-----\n", b"\n-----END CERTIFICATE-----\n"),
])
def test_much_base64(survey, tmp_path, name, start, end):
    """100 MB of it in one certificate; as a file, it is a piece that is too large."""
    with (tmp_path / name).open("wb") as file:
        file.write(start)
        for _ in range(100):
            file.write(b"MIIC" * 250_000)
        file.write(end)
    done = survey(tmp_path / name)
    assert done.rows == GOOD and "it is larger than is read at once" in done.text


def zstd(block):
    if not shutil.which("zstd"):
        pytest.skip("not installed: zstd")
    return subprocess.run(["zstd", "-q", "-c"], input=block, stdout=subprocess.PIPE,
                          check=True).stdout


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress, zstd])
def test_compression_bombs(survey, tmp_path, pack):
    """A gigabyte of lines that are all the same."""
    packed = pack((b'{"chain":["' + b"A" * 88 + b'"]}\n') * 100_000)
    (tmp_path / "bomb").write_bytes(packed * 100)
    done = survey(tmp_path / "bomb")
    assert done.rows == GOOD and "it expands to much more" in done.text


def test_loops_of_certificates(survey, world, tmp_path):
    """CAs that sign each other in circles, as strangers bring them and as intermediates."""
    circle = [Made(f"Circle {i}") for i in range(50)]
    for number, ca in enumerate(circle):
        ca.certify(circle[number - 1]).certify(circle[(number * 7 + 1) % 50]).certify(ca)
    ders = [der for ca in circle for der in ca.certificates]
    leaves = [(certificate(f"Leaf {i}", world.key, circle[i], hosts=[f"www.circle{i}.com"]),
               ders[i:i + 60]) for i in range(50)]
    (tmp_path / "chains.jsonl").write_text(json_lines(leaves))
    (tmp_path / "circle.pem").write_text(pem(ders))
    for cas in ([], [tmp_path / "circle.pem"]):
        done = survey(tmp_path / "chains.jsonl", cas=cas)
        assert done.rows == GOOD and "reach none of the roots" in done.text


def with_other_serials(der, signer, count):
    """Certificates that differ from one in their serial numbers alone, and are as valid."""
    read = x509.load_der_x509_certificate(der)
    tbs, serial = read.tbs_certificate_bytes, read.serial_number.to_bytes(20, "big")[-16:]
    rest = der[der.index(tbs) + len(tbs):]
    algorithm = rest[:2 + rest[1]]

    def header(tag, size):
        return bytes([tag, size]) if size < 0x80 else bytes([tag, 0x82]) + struct.pack(">H", size)
    for number in range(count):
        signed = tbs.replace(serial, serial[:8] + struct.pack(">Q", number))
        bits = b"\0" + signer.sign(signed, ec.ECDSA(hashes.SHA256()))
        content = signed + algorithm + header(3, len(bits)) + bits
        yield header(0x30, len(content)) + content


@pytest.mark.parametrize("as_intermediates", [False, True])
def test_many_cross_signs(survey, world, tmp_path, as_intermediates):
    """10,000 certificates by which two CAs certify each other."""
    cas = [Made("Cross 0"), Made("Cross 1")]
    ders = []
    for ca, other in (cas, cas[::-1]):
        ca.certify(other)
        ders += with_other_serials(ca.certificates[0], other.key, 5_000)
    leaf = certificate("Leaf", world.key, cas[0], hosts=["www.crossed.com"])
    if as_intermediates:
        (tmp_path / "crossed.pem").write_text(pem(ders))
        (tmp_path / "leaf.jsonl").write_text(json_lines([(leaf, [])]))
        done = survey(tmp_path / "leaf.jsonl", cas=[tmp_path / "crossed.pem"])
    else:
        (tmp_path / "leaf.jsonl").write_text(json_lines(
            [(leaf, ders[at:at + 60]) for at in range(0, len(ders), 60)]))
        done = survey(tmp_path / "leaf.jsonl")
    assert done.rows == GOOD
    assert re.search(r"since they reach none of the roots: \d+ \(issuers: 1\)\.", done.text)


def with_signature(der, signature):
    """The same certificate with another signature."""
    read = x509.load_der_x509_certificate(der)
    head, tail = der[4:].split(read.signature)
    content = head[:-5] + b"\3\x82" + struct.pack(">H", len(signature) + 1) + b"\0" + signature
    assert not tail and head[-5:-3] == b"\3\x82"
    return b"\x30\x82" + struct.pack(">H", len(content)) + content


def test_slow_keys(survey, world, tmp_path):
    """16 CAs of one name with the slowest RSA keys that OpenSSL takes. Nobody has their secrets."""
    slow, signer = Made("Slow"), Made("Slow", rsa.generate_private_key(65537, 2048))
    keys = [rsa.RSAPublicNumbers(2 ** 64 - 1, random.getrandbits(16384) | 1 << 16383 | 1)
            .public_key() for _ in range(16)]
    for key in keys:
        slow.key = dataclasses.make_dataclass("Key", [])()
        slow.key.public_key = lambda key=key: key
        slow.certificates.append(certificate("Slow", slow.key, slow, world.ca, key_ids=False,
                                             ca=True))
    leaves = [with_signature(certificate(f"Leaf {i}", world.key, signer, key_ids=False,
                                         hosts=["www.slow.com"]), bytes(1) + random.randbytes(2047))
              for i in range(400)]
    (tmp_path / "slow.jsonl").write_text(json_lines(
        [(leaves[0], slow.certificates)] + [(leaf, []) for leaf in leaves[1:]]))
    done = survey(tmp_path / "slow.jsonl")
    assert done.rows == GOOD and done.reasons == {"signature-wrong": 400}


def test_many_names(survey, world, tmp_path):
    """10,000 names count; more than anybody needs do not."""
    many, most = (certificate("Many", world.key, world.ca, hosts=[
        f"www.n{i}.org" for i in range(count)]) for count in (10_000, 65_537))
    (tmp_path / "tile").write_bytes(tile([(many, b""), (most, b"")]))
    done = survey(tmp_path / "tile")
    assert len(done.rows) == 10_001 and done.reasons == {"too-many-names": 1}


def test_unit_of_too_many_names(survey, world, tmp_path):
    """Each certificate may be, all of a tile are too much: nothing of it counts."""
    many = certificate("Many", world.key, world.ca, hosts=[f"A{i:05}.com" for i in range(60_000)])
    # A log's signatures are not verified.
    entries = [(many.replace(b"\x82\x0aA", b"\x82\x0a" + bytes([letter])), b"")
               for letter in b"abcdefghijkl"]
    (tmp_path / "tile").write_bytes(tile(entries + [(world.good, b"")]))
    (tmp_path / "half").write_bytes(tile(entries[:2]))
    done = survey(tmp_path / "tile")
    assert done.rows == GOOD and done.reasons == {"too-large": 1}
    # It is a unit like others, which the store knows.
    for known in (0, 2):
        done = survey("--store", tmp_path / "store", tmp_path / "tile")
        assert f"known before: {known};" in done.text and done.reasons == {"too-large": 1}
    assert len(survey(tmp_path / "half").rows) == 120_001


def test_a_pipe_waits_with_more_than_is_kept(rootscope, world, tmp_path):
    """What is lost of it is told, and is a failure. From a file, all of it counts."""
    root, key = Made("Late Root"), world.key
    root.certify(root)
    late = Made("Late CA").certify(root)
    (tmp_path / "roots.pem").write_text(pem(world.root.certificates + root.certificates))
    (tmp_path / "cas.pem").write_text(pem(world.ca.certificates))
    many = certificate("Many", key, world.ca, hosts=[f"{'a' * 50}{i:05}.com"
                                                     for i in range(30_000)])
    waits = certificate("Waits", key, late, hosts=["www.late.org"])
    line = json_lines([(waits, []), (many, [])]).rstrip()
    with (tmp_path / "chains").open("w") as chains:
        for number in range(45):  # each is a unit of its own
            chains.write(line + " " * number + "\n")
        chains.write(json_lines([(waits, late.certificates)]))
    options = ["survey", "--roots", tmp_path / "roots.pem", "--intermediates",
               tmp_path / "cas.pem", "--tsv"]
    done = rootscope(*options, "-", input=(tmp_path / "chains").read_text(), timeout=240)
    lost = re.search(r"cannot be read again: (\d+); they are left out", done.stderr)
    assert done.returncode == 1 and lost, done.stderr
    kept = re.search(r"\tcom\t30000\t(\d+)\t", done.stdout)
    assert int(kept[1]) + int(lost[1]) == 45 and int(lost[1]) > 0
    done = rootscope(*options, tmp_path / "chains", check=True, timeout=240)
    assert "\tcom\t30000\t45\t" in done.stdout and "\torg\t1\t46\t" in done.stdout


def test_log_entries_that_lie(survey, world, tmp_path):
    """Of the issuer: one that did not sign, its issuer, and a precertificate's key."""
    other = Made("Other CA").certify(world.root)
    (tmp_path / "other.pem").write_text(pem(other.certificates))
    leaf = certificate("Lie", world.key, world.ca, hosts=["www.lie.com"])
    named = [sha256(other.certificates[0]).digest(), sha256(world.root.certificates[0]).digest()]
    (tmp_path / "tile").write_bytes(tile([(leaf, above) for above in named]))
    done = survey(tmp_path / "tile", cas=[tmp_path / "other.pem"])
    assert done.rows == GOOD and done.reasons == {"chain-contradicts": 2}
    # RFC 6962: the key of the issuer, and the chain.
    tbs = tbs_of(leaf)
    entry = (struct.pack(">BBQH", 0, 0, 0, 1) + sha256(spki_of(other)).digest()
             + struct.pack(">I", len(tbs))[1:] + tbs + struct.pack(">H", 0))
    chain = struct.pack(">I", len(other.certificates[0]))[1:] + other.certificates[0]
    extra = (struct.pack(">I", len(leaf))[1:] + leaf + struct.pack(">I", len(chain))[1:] + chain)
    (tmp_path / "answer").write_text(json.dumps({"entries": [
        {"leaf_input": base64.b64encode(entry).decode(),
         "extra_data": base64.b64encode(extra).decode()}]}))
    done = survey(tmp_path / "answer", cas=[tmp_path / "other.pem"])
    assert done.rows == GOOD and done.reasons == {"chain-contradicts": 1}


def tbs_of(der):
    return x509.load_der_x509_certificate(der).tbs_certificate_bytes


def spki_of(ca):
    return ca.key.public_key().public_bytes(serialization.Encoding.DER,
                                            serialization.PublicFormat.SubjectPublicKeyInfo)
