# SPDX-License-Identifier: Apache-2.0
"""
rootscope survey: the table of what each root has issued for. It is compared with sums that are
made here, and must not depend on the order of inputs, on threads, on how often something is read,
on how the inputs are divided among stores that know the same CAs, or on a kill in between.
"""

import base64
import dataclasses
import gzip
import hashlib
import io
import json
import os
import random
import re
import signal
import sqlite3
import struct
import subprocess
import threading
import time

import pytest

import programs
from conftest import data_file
from pki import Pki, openssl
from survey_made import pem
from survey_store import content

# Names of each leaf, the registrable domains that they are under, and who issued it.
LEAVES = [
    (["DNS:www.corp.com", "DNS:corp.com", "DNS:a.b.corp.com"], ["corp.com"], "both"),
    (["DNS:*.corp.com", "DNS:shop.example.co.uk", "DNS:example.uk"],
     ["corp.com", "example.co.uk", "example.uk"], "both"),
    (["DNS:one.de", "DNS:two.de", "DNS:three.de"], ["one.de", "two.de", "three.de"], "one"),
    (["DNS:mail.one.de", "email:joe@four.org"], ["one.de", "four.org"], "one"),
    (["DNS:xn--bcher-kva.de"], ["xn--bcher-kva.de"], "both"),
    (["IP:192.0.2.1"], [], "one"),
    ([], ["by-cn.net"], "one"),  # without a SAN, the CN counts
    (["DNS:unknown.com"], None, "stranger"),
]


@dataclasses.dataclass(frozen=True)
class World:
    """Files of roots and intermediates, each leaf in DER, and the chain above a leaf by its CA."""
    roots: object
    pool: object
    leaves: list
    chains: dict


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Root One > Both CA < Root Two; Root One > One CA; a CA that leads to none of the roots."""
    pki = Pki(tmp_path_factory.mktemp("survey-pki"))
    one, two = pki.ca("Root One"), pki.ca("Root Two")
    cas = {"both": pki.ca("Both CA", issuer=one), "one": pki.ca("One CA", issuer=one),
           "stranger": pki.ca("Stranger CA", issuer=pki.ca("Stranger Root"))}
    # The same name and key again, signed by the other root.
    crossed = openssl("req", "-x509", "-config", cas["both"].pem.with_suffix(".cnf"),
                      "-extensions", "extensions", "-subj", "/O=Corp/CN=Both CA", "-days", "99",
                      "-key", cas["both"].key, "-CA", two.pem, "-CAkey", two.key)
    leaves = []
    for i, (names, _, issuer) in enumerate(LEAVES):
        subject = "/CN=www.by-cn.net" if not names else f"/O=Leaf {i}"
        leaves.append(pki.leaf(f"leaf {i}", names, subject=subject, issuer=cas[issuer]).der())
    folder = tmp_path_factory.mktemp("survey-files")
    (folder / "roots.pem").write_text(one.pem.read_text() + two.pem.read_text())
    (folder / "pool.pem").write_text(cas["both"].pem.read_text() + crossed.decode()
                                     + cas["one"].pem.read_text())
    return World(folder / "roots.pem", folder / "pool.pem", leaves,
                 {name: [ca.der()] for name, ca in cas.items()})


def expected(numbers, level):
    """Rows (root, suffix, domains, certificates) of leaves that are observed in this order."""
    certificates, domains = {}, {}
    for number in numbers:
        _, names, issuer = LEAVES[number]
        for root in {"both": ["Root One", "Root Two"], "one": ["Root One"]}.get(issuer, []):
            ends = {suffix_of(name, level) for name in names}
            for end in ends:
                certificates[root, end] = certificates.get((root, end), 0) + 1
            for name in names:
                domains.setdefault((root, suffix_of(name, level)), set()).add(name)
    return sorted((root, end, str(len(domains[root, end])), str(count))
                  for (root, end), count in certificates.items())


def suffix_of(name, level):
    if level == "registrable":
        return name
    if level == "public-suffix" and name.endswith(".co.uk"):
        return "co.uk"
    return name.rsplit(".", 1)[1]


def rows(done):
    """What `--tsv` printed, without dates: root's label, suffix, domains, certificates."""
    head, *lines = done.stdout.splitlines()
    assert head == "root\tsuffix\tdomains\tcertificates\tfirst\tlast\tlabel"
    fields = [line.split("\t") for line in lines]
    assert all(field[0].startswith("spki-sha256:") for field in fields)
    return sorted((field[6], field[1], field[2], field[3]) for field in fields)


def tile(ders, stamp, issuer=b""):
    """A data tile of certificates; with another stamp, it is another unit."""
    entries = [struct.pack(">QH", stamp, 0) + struct.pack(">I", len(der))[1:] + der
               + struct.pack(">HH", 0, len(issuer)) + issuer for der in ders]
    return b"".join(entries)


def entry_line(leaf, *issuers, precertificate=None):
    """As a log of RFC 6962 answers get-entries."""
    def vector(part, octets=3):
        return len(part).to_bytes(octets, "big") + part
    start = struct.pack(">BBQ", 0, 0, 1)
    extra = vector(b"".join(map(vector, issuers)))
    if precertificate is None:
        start += b"\0\0"
    else:
        start += b"\0\1" + bytes(32)
        extra = vector(precertificate) + extra
    said = {"leaf_input": start + vector(leaf) + b"\0\0", "extra_data": extra}
    return json.dumps({name: base64.b64encode(part).decode() for name, part in said.items()}) + "\n"


def json_line(*chain):
    return json.dumps({"chain": [base64.b64encode(der).decode() for der in chain]}) + "\n"


@pytest.fixture
def survey(rootscope, world):
    def run(*args, **options):
        return rootscope("survey", "--roots", world.roots, "--tsv", *args, **options)
    return run


@pytest.mark.parametrize("level", ["tld", "public-suffix", "registrable"])
def test_counts_are_those_of_the_leaves(survey, world, tmp_path, level):
    (tmp_path / "0").write_bytes(tile(world.leaves, 1))
    done = survey("--intermediates", world.pool, "--level", level, tmp_path / "0", check=True)
    assert rows(done) == expected(range(len(LEAVES)), level)
    assert "The store counts 6 certificates. " in done.stderr
    assert "1 issuer-unknown" in done.stderr and "1 no-domain" in done.stderr
    assert "unless a log accepted the certificate" in done.stderr
    assert "none of the roots" not in done.stderr


def test_issuers_that_reach_no_root_are_told(survey, world, tmp_path):
    (tmp_path / "chain.jsonl").write_text(json_line(world.leaves[-1], world.chains["stranger"][0]))
    done = survey("--intermediates", world.pool, tmp_path / "chain.jsonl", check=True)
    assert rows(done) == [] and "The store counts 1 certificates. " in done.stderr
    assert "since they reach none of the roots: 1 (issuers: 1)." in done.stderr


def test_json_and_text_say_the_same(rootscope, survey, world, tmp_path):
    (tmp_path / "0").write_bytes(tile(world.leaves, 1))
    options = ["survey", "--roots", world.roots, "--intermediates", world.pool, tmp_path / "0"]
    read = json.loads(rootscope(*options, "--json", check=True).stdout)
    table = rows(survey("--intermediates", world.pool, tmp_path / "0", check=True))
    assert sorted((r["label"], r["suffix"], str(r["domains"]), str(r["certificates"]))
                  for r in read) == table
    assert all(r["first"] <= r["last"] for r in read)
    text = rootscope(*options, check=True).stdout.splitlines()
    assert len(text) == len(table) + 1 and text[0].split()[0] == "ROOT"


def test_summary(rootscope, survey, world, tmp_path):
    (tmp_path / "0").write_bytes(tile(world.leaves, 1))
    survey("--store", tmp_path / "s", "--intermediates", world.pool, tmp_path / "0", check=True)
    said = json.loads(rootscope("survey", "summary", "--json", tmp_path / "s", check=True).stdout)
    assert (said["certificates"], said["domains"]) == (6, 9)
    assert said["certificates_without_root"] == 0
    assert (said["roots"], said["roots_below_11_tlds"], said["roots_never_com"]) == (2, 2, 0)
    assert [(r["label"], r["tlds"], r["com"], r["certificates"])
            for r in said["tlds_per_root"]] == [("Root One", 5, True, 6), ("Root Two", 3, True, 3)]
    assert {r["tld"]: r["roots"] for r in said["roots_per_tld"]} == {
        "com": 2, "de": 2, "uk": 2, "net": 1, "org": 1}
    text = rootscope("survey", "summary", tmp_path / "s", check=True).stdout
    assert re.search(r"for fewer than 11 top-level domains +2  \(100 %\)\n", text)
    assert rootscope("survey", "summary", "--store", tmp_path / "s", check=True).stdout == text
    assert rootscope("survey", "summary", tmp_path / "missing").returncode == 2


def test_summary_tells_certificates_without_a_root(rootscope, survey, world, tmp_path):
    both, one, stranger = world.leaves[0], world.leaves[2], world.leaves[-1]
    (tmp_path / "in.jsonl").write_text(
        json_line(both, *world.chains["both"]) + json_line(one, *world.chains["one"])
        + 3 * json_line(stranger, *world.chains["stranger"]))
    survey("--store", tmp_path / "s", "--intermediates", world.pool, tmp_path / "in.jsonl",
           check=True)
    said = json.loads(rootscope("survey", "summary", "--json", tmp_path / "s", check=True).stdout)
    assert (said["certificates"], said["certificates_without_root"]) == (5, 3)
    assert {r["label"]: r["certificates"] for r in said["tlds_per_root"]} == {
        "Root One": 2, "Root Two": 1}
    text = rootscope("survey", "summary", tmp_path / "s", check=True).stdout
    assert re.search(r"that reach no known root +3  \(60 %\)\n", text)


def test_nothing_gives_an_empty_table(rootscope, survey, world, tmp_path):
    (tmp_path / "folder").mkdir()
    assert rows(survey(tmp_path / "folder", check=True)) == []
    done = rootscope("survey", "--roots", world.roots, "--json", tmp_path / "folder", check=True)
    assert json.loads(done.stdout) == []


def test_time_of_certificates(survey, world, tmp_path):
    (tmp_path / "0").write_bytes(tile(world.leaves, 1))
    done = survey("--intermediates", world.pool, "--until", "2001-01-01", tmp_path / "0",
                  check=True)
    assert rows(done) == [] and "8 outside-period" in done.stderr
    done = survey("--intermediates", world.pool, "--since", "2001-01-01", tmp_path / "0",
                  check=True)
    assert rows(done) == expected(range(len(LEAVES)), "tld")


def test_store_of_other_options_is_refused(rootscope, survey, world, tmp_path):
    (tmp_path / "0").write_bytes(tile(world.leaves, 1))
    survey("--store", tmp_path / "a", "--since", "2001-01-01", tmp_path / "0", check=True)
    done = survey("--store", tmp_path / "a", tmp_path / "0")
    assert done.returncode == 2 and "since 2001-01-01T00:00:00Z, not none" in done.stderr
    survey("--store", tmp_path / "b", tmp_path / "0", check=True)
    done = rootscope("survey", "merge", "--store", tmp_path / "b", tmp_path / "a")
    assert done.returncode == 2 and "use another store" in done.stderr


def test_wrong_usage(rootscope, tmp_path):
    merge, summary = "survey merge --store STORE OTHER...", "survey summary STORE"
    for args, said in ([[], "INPUT"], [["merge", "x"], merge],
                       [["merge", "--store", tmp_path / "x"], merge], [["summary"], summary],
                       [["summary", "x", "y"], summary],
                       [["summary", "--store", "x", "y"], summary],
                       [["--json", "--tsv", "x"], "combined"], [["--jobs", "0", "x"], "1024"],
                       [["--level", "host", "x"], "registrable"]):
        done = rootscope("survey", *args)
        assert done.returncode == 2 and said in done.stderr, args


def test_damaged_inputs_are_told_and_left_out(survey, world, tmp_path):
    """Whatever a file has, the survey does what it can, and that is no failure."""
    (tmp_path / "good").write_bytes(tile(world.leaves, 1))
    (tmp_path / "bad").write_text("neither a certificate nor anything else\n" * 10)
    done = survey("--intermediates", world.pool, tmp_path / "good", tmp_path / "bad", check=True)
    assert rows(done) == expected(range(len(LEAVES)), "tld")
    assert "unreadable: 1." in done.stderr
    assert f"warning: {tmp_path}/bad: it has no known format; it is left out\n" in done.stderr


def test_a_store_that_is_given_as_an_input_is_told(survey, world, tmp_path):
    survey("--store", tmp_path / "seen.db", "--intermediates", world.pool, check=True)
    done = survey(tmp_path / "seen.db", check=True)
    assert f"warning: {tmp_path}/seen.db: it is a database, not an input (a store is given with " \
           "--store); it is left out\n" in done.stderr


@pytest.mark.parametrize("first,meant", [("sumary", "summary"), ("mereg", "merge"),
                                         ("others", None)])
def test_a_mistyped_word_is_told(first, meant, survey, world, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = "did you mean rootscope survey "
    missing = survey(first, "x")
    assert missing.returncode == 1
    assert f"warning: {first} is not a file; {told}{meant}?\n" in missing.stderr \
        if meant else told not in missing.stderr
    (tmp_path / first).write_bytes(tile(world.leaves, 1))
    assert told not in survey("--intermediates", world.pool, first, check=True).stderr


def test_inputs_that_cannot_be_read_fail_in_the_end(survey, world, tmp_path):
    """The others count, and stay in the store: the same command adds what was missing."""
    (tmp_path / "good").write_bytes(tile(world.leaves[:-1], 1))
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/broken").symlink_to("nowhere")
    call = ("--store", tmp_path / "s", "--intermediates", world.pool, tmp_path / "late",
            tmp_path / "folder", tmp_path / "good")
    done = survey(*call)
    assert done.returncode == 1
    assert rows(done) == expected(range(len(LEAVES) - 1), "tld")
    for name in ("late", "folder/broken"):
        said = f"rootscope: {tmp_path}/{name}: No such file or directory; it is left out\n"
        assert said in done.stderr
    assert done.stderr.endswith("inputs that could not be read: 2; the others were read\n")
    (tmp_path / "folder/broken").unlink()
    (tmp_path / "late").write_bytes(tile(world.leaves[-1:], 2))
    done = survey(*call, check=True)
    assert rows(done) == expected(range(len(LEAVES)), "tld")
    assert "Units added: 1; known before: 1; unreadable: 0." in done.stderr


def test_no_input_can_be_read(survey, tmp_path):
    done = survey(tmp_path / "missing")
    assert done.returncode == 1 and rows(done) == []
    assert done.stderr.endswith("\nrootscope: no input could be read\n")


def test_issuer_of_a_later_input(survey, world, tmp_path):
    """The first input has leaves whose CA comes with the last one, in a chain of another leaf."""
    one = [number for number, leaf in enumerate(LEAVES) if leaf[2] == "one"]
    ca = world.chains["one"][0]
    leaves, name = [world.leaves[number] for number in one], hashlib.sha256(ca).digest()
    (tmp_path / "first").write_bytes(tile(leaves, 1, issuer=name))
    (tmp_path / "last.jsonl").write_text(json_line(world.leaves[one[0]], ca))
    for order in (["first", "last.jsonl"], ["last.jsonl", "first"]):
        done = survey("--store", tmp_path / "-".join(order), *(tmp_path / name for name in order),
                      "--level", "registrable", check=True)
        assert rows(done) == expected(one + one[:1], "registrable")
        # What the store keeps of the CA suffices to go on.
        (tmp_path / "more").write_bytes(tile(leaves, 2, issuer=name))
        done = survey("--store", tmp_path / "-".join(order), tmp_path / "more",
                      "--level", "registrable", check=True)
        assert rows(done) == expected(one + one[:1] + one, "registrable")


def test_a_unit_that_comes_twice_is_told(survey, world, tmp_path):
    """In one run, whether it waits for an issuer or not."""
    (tmp_path / "0").write_bytes(tile(world.leaves, 1))
    (tmp_path / "1").symlink_to("0")
    (tmp_path / "2.jsonl").write_text(json_line(world.leaves[2], *world.chains["one"]))
    for options in ["--intermediates", world.pool], []:
        done = survey(*options, *(tmp_path / name for name in ("0", "1", "2.jsonl")), check=True)
        assert "Units added: 2; known before: 1; unreadable: 0." in done.stderr


def test_a_unit_is_known_by_its_digest(survey, world, tmp_path):
    """As docs/survey-store.md says, compressed or not; a longer file is cut behind a line."""
    pytest.importorskip("xxhash", reason="python3-xxhash is not installed")
    short = pem(world.leaves).encode()
    said = json.loads(entry_line(world.leaves[2], *world.chains["one"]))
    lines = "".join([json_line(world.leaves[2], *world.chains["one"]), "\n", "{}\n",
                     json.dumps(said) + "\n", json.dumps(said, separators=(",", ":")) + "\r\n",
                     json.dumps({**said, "extra_data": "AAAA"}) + "\n",
                     json.dumps({**said, "extra_data": "AAA="}) + "\n",
                     entry_line(b"tbs", *world.chains["one"], precertificate=world.leaves[2]),
                     entry_line(b"tbs", precertificate=b""),
                     json_line(*[world.leaves[0]] * 60), json_line(world.leaves[0])]).encode()
    piece = 512 << 10
    long = lines * (piece // len(lines) + 2)
    cut = long.rindex(b"\n", 0, piece) + 1
    (tmp_path / "short.gz").write_bytes(gzip.compress(short))
    (tmp_path / "long").write_bytes(long)
    survey("--store", tmp_path / "store", tmp_path / "short.gz", tmp_path / "long", check=True)
    with sqlite3.connect(tmp_path / "store") as store:
        digests = {row[0] for row in store.execute("SELECT digest FROM unit")}
    assert digests == {digest(short), digest(outline(long[:cut])), digest(outline(long[cut:]))}


def digest(unit):
    """SHA-256 of that of the even blocks of 64 bytes, and that of the odd ones."""
    stripes = [b"".join(unit[at:at + 64] for at in range(first, len(unit), 128))
               for first in (0, 64)]
    return hashlib.sha256(b"".join(hashlib.sha256(s).digest() for s in stripes)).digest()


def outline(text):
    """Of JSON lines, in which the issuers have only their SHA-256."""
    return b"".join(record(line) for line in io.BytesIO(text))


TEXT = rb'"([A-Za-z0-9+/]+=*)"'
CHAIN = re.compile(rb'\{"chain": ?\[' + TEXT + rb"(?:, ?" + TEXT + rb")*\]\}\r?\n?")
ENTRY = re.compile(rb'\{"leaf_input": ?' + TEXT + rb', ?"extra_data": ?' + TEXT + rb"\}\r?\n?")


def record(line):
    try:
        assert len(line) <= 32768
        if ENTRY.fullmatch(line):
            leaf, extra = map(decoded, re.findall(TEXT, line[1:])[-2:])
            precertificate, issuers = entry(leaf, extra)
            kind, own = b"l", pytest.importorskip("xxhash").xxh3_128_digest(leaf + precertificate)
        else:
            assert CHAIN.fullmatch(line)
            first, *issuers = map(decoded, re.findall(TEXT, line[line.index(b"["):]))
            kind, own = b"c", sized(first)
        assert len(issuers) + (kind == b"c") <= 64
    except (AssertionError, ValueError):
        return b"t\0" + sized(line)
    return (kind + bytes([len(issuers)]) + own
            + b"".join(hashlib.sha256(der).digest() for der in issuers))


def decoded(text):
    der = base64.b64decode(text, validate=True)
    assert base64.b64encode(der) == text # no bit is set that is not used
    return der


def entry(leaf, extra):
    """The precertificate with its size, and the issuers. RFC 6962, sections 3.4 and 4.6."""
    at, precertificate, issuers = leaf, b"", []
    assert at[:2] == b"\0\0" and at[10:12] in (b"\0\0", b"\0\1")
    is_precertificate = at[10:12] == b"\0\1"
    assert len(at) >= 12 + 32 * is_precertificate
    _, at = vector(at[12 + 32 * is_precertificate:])
    _, at = vector(at, 2)
    assert not at
    if is_precertificate:
        _, chain = vector(extra)
        precertificate, extra = extra[:len(extra) - len(chain)], chain
    chain, rest = vector(extra)
    assert not rest
    while chain:
        one, chain = vector(chain)
        issuers.append(one)
    return precertificate, issuers


def sized(part):
    return len(part).to_bytes(4, "little") + part


def vector(rest, octets=3):
    """What is behind so many octets of size, and the rest."""
    end = octets + int.from_bytes(rest[:octets], "big")
    assert octets <= end <= len(rest)
    return rest[octets:end], rest[end:]


def test_a_pipe_is_not_read_again(survey, world, tmp_path):
    """Units that wait for an issuer count as they were read, when later ones bring another CA."""
    end = "-----END CERTIFICATE-----\n"
    (tmp_path / "both.pem").write_text(end.join(world.pool.read_text().split(end)[:2]) + end)
    first = "".join(map(json_line, (world.leaves[0], world.leaves[7])))
    last = json_line(world.leaves[2], *world.chains["one"])
    text = "".join(part * (5_000_000 // len(part)) for part in (first, last))
    (tmp_path / "file").write_text(text)
    options = ["--intermediates", tmp_path / "both.pem"]
    from_file = survey(*options, tmp_path / "file", check=True)
    assert {row[0] for row in rows(from_file)} == {"Root One", "Root Two"}
    assert rows(survey(*options, "-", input=text, check=True)) == rows(from_file)


def test_a_fifo_without_a_writer_keeps_no_other_waiting(survey, world, tmp_path):
    """While one thread waits for the first one's writer, another reads the second."""
    for name in ("first", "second"):
        os.mkfifo(tmp_path / name)

    def write():
        for name, number in (("second", 0), ("first", 1)):  # each waits for its reader
            (tmp_path / name).write_text(json_line(world.leaves[number], *world.chains["both"]))
    threading.Thread(target=write, daemon=True).start()
    done = survey("--jobs", 2, "--intermediates", world.pool, tmp_path / "first",
                  tmp_path / "second", check=True)
    assert rows(done) == expected([0, 1], "tld")


def test_store_asked_about_other_roots(rootscope, survey, world, tmp_path):
    (tmp_path / "0").write_bytes(tile(world.leaves, 1))
    survey("--store", tmp_path / "s", "--intermediates", world.pool, tmp_path / "0", check=True)
    end = "-----END CERTIFICATE-----\n"
    (tmp_path / "two.pem").write_text(world.roots.read_text().split(end)[1] + end)
    done = rootscope("survey", "--roots", tmp_path / "two.pem", "--tsv", "--intermediates",
                     world.pool, "--store", tmp_path / "s", check=True)
    two = [row for row in expected(range(len(LEAVES)), "tld") if row[0] == "Root Two"]
    assert rows(done) == two


def test_leaf_with_a_wrong_signature(survey, world, tmp_path):
    """A stranger's chain proves nothing unless its signatures hold; a log has seen to that."""
    bad = bytearray(world.leaves[0])
    bad[-1] ^= 1
    (tmp_path / "chain.jsonl").write_text(json_line(bytes(bad), world.chains["both"][0]))
    (tmp_path / "tile").write_bytes(tile([bytes(bad)], 1))
    done = survey("--intermediates", world.pool, tmp_path / "chain.jsonl", check=True)
    assert rows(done) == [] and "1 signature-wrong" in done.stderr
    done = survey("--intermediates", world.pool, tmp_path / "tile", check=True)
    assert rows(done) == expected([0], "tld")
    done = survey("--intermediates", world.pool, "--verify", tmp_path / "tile", check=True)
    assert rows(done) == [] and "1 signature-wrong" in done.stderr


@pytest.fixture
def inputs(world, tmp_path):
    """Twelve files of several formats with leaves at random, and the numbers of those leaves."""
    chosen = random.Random(1)
    files, numbers = [], []
    for i in range(12):
        part = [chosen.randrange(len(LEAVES)) for _ in range(chosen.randrange(40))]
        path = tmp_path / f"input-{i}"
        if i % 3 == 0:
            path.write_text("".join(json_line(world.leaves[n], *world.chains[LEAVES[n][2]])
                                    for n in part) or json_line(world.leaves[7]))
        else:
            path.write_bytes(tile([world.leaves[n] for n in part or [7]], i))
        files.append(path)
        numbers += part
    return files, numbers


def test_table_depends_on_nothing_else(survey, world, inputs, tmp_path):
    files, numbers = inputs
    first = tmp_path / "first.db"
    done = survey("--store", first, "--level", "registrable", *files, "--intermediates",
                  world.pool, check=True)
    assert rows(done) == expected(numbers, "registrable")
    whole = content(first)
    chosen = random.Random(2)
    for turn in range(6):
        order = files + chosen.choices(files, k=turn)
        chosen.shuffle(order)
        store = tmp_path / f"order-{turn}.db"
        survey("--store", store, "--intermediates", world.pool, "--jobs", turn % 4 + 1, *order,
               check=True)
        assert content(store) == whole


def test_division_does_not_matter_where_all_cas_are_known(rootscope, survey, world, inputs,
                                                          tmp_path):
    """Parts that overlap, merged in any order."""
    files, numbers = inputs
    (tmp_path / "stranger.der").write_bytes(world.chains["stranger"][0])
    options = ["--intermediates", world.pool, "--intermediates", tmp_path / "stranger.der"]
    done = survey("--store", tmp_path / "first.db", "--level", "registrable", *files, *options,
                  check=True)
    assert rows(done) == expected(numbers, "registrable")
    chosen = random.Random(3)
    for turn in range(6):
        order = files + chosen.choices(files, k=turn)
        chosen.shuffle(order)
        stores = [tmp_path / f"part-{turn}-{i}.db" for i in range(chosen.randrange(1, 4))]
        for i, part in enumerate(stores):
            survey("--store", part, *options,
                   *(files if len(stores) == 1 else order[i::len(stores)]),
                   *chosen.choices(files, k=turn), check=True)
        merged = tmp_path / f"merged-{turn}.db"
        chosen.shuffle(stores)
        rootscope("survey", "merge", "--store", merged, *stores, *stores[:1], check=True)
        assert content(merged) == content(tmp_path / "first.db")


def test_killed_and_begun_again(analysis, survey, world, tmp_path):
    """Killed when some units are in the store, and again: the store becomes the same."""
    lines = [json_line(world.leaves[n], *world.chains[LEAVES[n][2]]) for n in range(len(LEAVES))]
    text = "".join(lines) * (24_000_000 // len("".join(lines)))
    (tmp_path / "all.jsonl").write_text(text)
    undisturbed, killed = tmp_path / "undisturbed.db", tmp_path / "killed.db"
    options = ["--intermediates", world.pool]
    survey("--store", undisturbed, *options, tmp_path / "all.jsonl", check=True)
    for _ in range(2):
        process = subprocess.Popen(
            [analysis, "survey", "--roots", world.roots, "--store", killed, *options, "-"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=programs.environment())
        before, sent, until = units_of(killed), 0, time.monotonic() + 60
        try:
            # Pieces until a batch is written: only then there is something to lose.
            while units_of(killed) == before and sent < len(text) and time.monotonic() < until:
                process.stdin.write(text[sent:sent + 1_000_000].encode())
                sent += 1_000_000
                time.sleep(0.2)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
            process.stdin.close()
    assert units_of(killed) > 0
    survey("--store", killed, *options, "--jobs", 2, tmp_path / "all.jsonl", check=True)
    assert content(killed) == content(undisturbed)


def units_of(path):
    """How many units a store has that another process writes."""
    if not path.exists():
        return 0
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30) as store:
        try:
            return store.execute("SELECT count(*) FROM unit").fetchone()[0]
        except sqlite3.OperationalError:
            return 0  # its tables are not there yet


def test_merge_of_what_is_not_a_store(rootscope, survey, world, tmp_path):
    (tmp_path / "text").write_text("this is not a database, but it is long enough to be one\n")
    (tmp_path / "0").write_bytes(tile(world.leaves, 1))
    survey("--store", tmp_path / "a", "--intermediates", world.pool, tmp_path / "0", check=True)
    before = content(tmp_path / "a")
    for name in ("text", "missing"):
        done = rootscope("survey", "merge", "--store", tmp_path / "a", tmp_path / name)
        assert done.returncode == 2 and name in done.stderr
    with sqlite3.connect(tmp_path / "other") as other:
        other.execute("CREATE TABLE unit (digest, contribution)")
    done = rootscope("survey", "merge", "--store", tmp_path / "a", tmp_path / "other")
    assert done.returncode == 2 and "not a survey's store" in done.stderr
    assert content(tmp_path / "a") == before


def test_real_tiles(rootscope):
    """Every entry of two real tiles counts, or has a reason; no name but those of the oracle."""
    pool = data_file("ccadb_ca_certificates.pem.xz")
    tiles = [data_file("sunlight_navigli2025h2_tile_data_000"), data_file("tesseract_example_tile")]
    done = rootscope("survey", "--roots", data_file("constrained_roots.pem"), "--intermediates",
                     pool, "--tsv", *tiles, check=True, timeout=120)
    words = done.stderr.split("Not counted: ")[1].split(".")[0]
    others = sum(int(word.split()[0].replace(",", "")) for word in words.split(", "))
    counted = int(done.stderr.split("The store counts ")[1].split()[0])
    assert counted + others == 512
