# SPDX-License-Identifier: Apache-2.0
"""
rootscope survey against another implementation of X.509 and of public suffixes: every count of
every level, for made-up CAs of all kinds and for real certificates.
"""

import base64
import gzip
import json
import lzma
import pathlib
import random
import shutil
import sqlite3

import pytest

from conftest import data_file

pytest.importorskip("cryptography", reason="python3-cryptography is not installed")

import survey_oracle  # noqa: E402
from survey_made import Made, certificate, json_lines, pem  # noqa: E402

LIST = pathlib.Path("/usr/share/publicsuffix/public_suffix_list.dat")
LEVELS = ("tld", "public_suffix", "registrable")


@pytest.fixture(scope="module")
def suffixes():
    if not LIST.exists():
        pytest.skip(f"{LIST} is missing; install publicsuffix")
    return survey_oracle.Suffixes(LIST)


def compare(rootscope, store, counts, entries, *args):
    """
    Runs a survey into a new store, and compares all that it says with the second opinion; with
    `entries` None, not how many do not count.
    """
    rootscope("survey", "--store", store, *args, check=True)
    with sqlite3.connect(store) as db:
        for level in LEVELS:
            told = sorted(db.execute(
                f"SELECT root, suffix, domains, certificates, first, last FROM by_{level}"))
            assert told == counts.rows(level), level
        totals = dict(db.execute("SELECT name, count FROM total"))
        issuers = db.execute("SELECT sum(certificates) FROM issuer").fetchone()[0] or 0
    assert totals.get("certificates", 0) == issuers == counts.counted
    if entries is not None:
        assert sum(totals.values()) == entries == counts.counted + counts.left_out
    return totals


HOSTS = ["www.example.com", "example.com", "*.shop.example.co.uk", "a.b.city.kawasaki.jp",
         "x.y.kawasaki.jp", "me.github.io", "github.io", "localhost", "db.internal", "EXAMPLE.De.",
         "xn--bcher-kva.de", "a.www.ck", "b.c.ck", "*.com", "1.2.3.4", "a_b.example.org"]


def world(seed):
    """Roots and other CAs that sign each other at random, some of them wrongly."""
    chance = random.Random(seed)
    roots = [Made(f"Root {i}") for i in range(3)]
    for root in roots:
        root.certify(root)
    cas = [Made(f"CA {i}") for i in range(6)]
    cas.append(Made("CA 0"))  # the same name, another key
    cas.append(Made("CA 1 again", cas[1].key))  # another name, the same key
    for ca in cas:
        for _ in range(chance.randint(1, 3)):
            issuer = chance.choice(roots + cas)
            forger = chance.choice(cas) if chance.random() < 0.2 else None
            ca.certify(issuer, forger, key_ids=chance.random() < 0.7, ca=chance.random() < 0.9,
                       path_length=chance.choice([None, None, 0, 1, 2]))
    roots[0].certify(roots[1])
    leaves = []
    for i in range(40):
        issuer = chance.choice(roots[:1] + cas)
        forger = chance.choice(cas) if chance.random() < 0.15 else None
        leaves.append((certificate(f"leaf {i}", cas[0].key, issuer, forger,
                                   key_ids=chance.random() < 0.7, start=i,
                                   hosts=chance.sample(HOSTS, chance.randint(0, 4))),
                       issuer.certificates))
    return roots, cas, leaves


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("told", ["by the user", "in the chain", "anywhere"])
def test_made_cas(rootscope, suffixes, tmp_path, seed, told):
    roots, cas, leaves = world(seed)
    if told != "in the chain":
        leaves = [(leaf, []) for leaf, _ in leaves]
    # One certificate for each root: of a file with roots, all are roots.
    (tmp_path / "roots.pem").write_text(pem(root.certificates[0] for root in roots))
    rest = [der for ca in roots + cas for der in ca.certificates]
    (tmp_path / "rest.pem").write_text(pem(rest))
    (tmp_path / "leaves.jsonl").write_text(json_lines(leaves))
    pool = survey_oracle.Pool()
    pool.add_pem(tmp_path / "roots.pem", is_root=True)
    args = ["--roots", tmp_path / "roots.pem"]
    inputs, entries = [tmp_path / "leaves.jsonl"], len(leaves)
    if told != "in the chain":
        pool.add_pem(tmp_path / "rest.pem")
    if told == "by the user":
        args += ["--intermediates", tmp_path / "rest.pem"]
    if told == "anywhere":
        ders, entries = [leaf for leaf, _ in leaves] + rest, None  # a CA may stand in a chain
        random.Random(seed).shuffle(ders)
        inputs = [tmp_path / f"{number}.pem" for number in range(3)]
        for number, path in enumerate(inputs):
            path.write_text(pem(ders[number::3]))
    counts = survey_oracle.Counts(pool, suffixes)
    for leaf, chain in leaves:
        counts.take(leaf, chain)
    compare(rootscope, tmp_path / "store", counts, entries, *args, *inputs)
    assert counts.rows("registrable")


@pytest.fixture(scope="module")
def real_pool():
    """The system's roots and all CA certificates that the CCADB knew; their paths behind them."""
    system = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")
    if not system.exists():
        pytest.skip("the system has no roots; install ca-certificates")
    known = data_file("ccadb_ca_certificates.pem.xz")

    def make():
        pool = survey_oracle.Pool()
        pool.add_pem(system, is_root=True)
        pool.add_pem(lzma.decompress(known.read_bytes()))
        return pool
    return make, ["--intermediates", known]


@pytest.mark.parametrize("tile", ["tesseract_example_tile",
                                  "sunlight_navigli2025h2_tile_data_000"])
def test_real_tile(rootscope, suffixes, real_pool, tmp_path, tile):
    make, args = real_pool
    path = data_file(tile)
    counts = survey_oracle.Counts(make(), suffixes)
    for der in survey_oracle.tile_entries(path.read_bytes()):
        counts.take(der)
    totals = compare(rootscope, tmp_path / "store", counts, 256, *args, path)
    # The second one is of a log for tests, whose CAs are nobody's.
    assert totals["certificates"] == (0 if "navigli" in tile else 256)
    assert totals.get("issuer-unknown", 0) == 256 - totals["certificates"]


def test_real_chains(rootscope, suffixes, real_pool, tmp_path):
    if not shutil.which("certtool"):
        pytest.skip("certtool is missing; install gnutls-bin")
    make, args = real_pool
    path = data_file("ndpi_pcap_chains.jsonl.gz")
    counts, entries = survey_oracle.Counts(make(), suffixes), 0
    for line in gzip.decompress(path.read_bytes()).splitlines():
        leaf, *chain = map(base64.b64decode, json.loads(line)["chain"])
        counts.take(leaf, chain)
        entries += 1
    compare(rootscope, tmp_path / "store", counts, entries, *args, path)
