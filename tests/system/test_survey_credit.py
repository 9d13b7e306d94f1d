# SPDX-License-Identifier: Apache-2.0
"""
Whom a certificate is credited to depends on what the inputs of a run have together: on no order, no
number of threads, and no division into files.
"""

import base64
import gzip
import itertools
import json
import random
import shutil
import sqlite3
import struct
from hashlib import sha256

import pytest

from conftest import data_file

pytest.importorskip("cryptography", reason="python3-cryptography is not installed")

import survey_oracle  # noqa: E402
from survey_made import Made, certificate, json_lines, pem  # noqa: E402
from survey_store import content  # noqa: E402


def tile(*entries):
    """Of tuples: a certificate, and those that its log names above it."""
    return b"".join(
        struct.pack(">QH", 0, 0) + struct.pack(">I", len(der))[1:] + der
        + struct.pack(">HH", 0, 32 * len(above)) + b"".join(sha256(ca).digest() for ca in above)
        for der, *above in entries)


@pytest.fixture
def survey(rootscope, tmp_path):
    """Runs a survey of files into a new store; returns what the store says, and its totals."""
    numbers = itertools.count()

    def run(roots, *inputs, intermediates=(), jobs=1, **options):
        (tmp_path / "roots.pem").write_text(pem(roots))
        (tmp_path / "cas.pem").write_text(pem(intermediates))
        store = tmp_path / f"store-{next(numbers)}"
        rootscope("survey", "--store", store, "--roots", tmp_path / "roots.pem", "--jobs", jobs,
                  *(["--intermediates", tmp_path / "cas.pem"] if intermediates else []),
                  *inputs, check=True, **options)
        with sqlite3.connect(store) as db:
            totals = dict(db.execute("SELECT name, count FROM total"))
            totals["rows"] = sorted(db.execute("SELECT suffix, certificates FROM by_registrable"))
        return content(store), totals
    return run


def in_every_order(survey, roots, inputs, **options):
    """What a survey says of these inputs, whatever their order and with two threads."""
    contents, totals = survey(roots, *inputs, **options)
    for turn, order in enumerate(itertools.permutations(inputs)):
        # They are read in the order of their names.
        folder = inputs[0].parent / f"order-{turn}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for number, path in enumerate(order):
            shutil.copy(path, folder / f"{number}")
        assert survey(roots, folder, **options)[0] == contents, order
    assert survey(roots, *inputs, jobs=2, **options)[0] == contents
    return totals


@pytest.fixture(scope="module")
def root():
    root = Made("Root")
    return root.certify(root)


@pytest.fixture(scope="module")
def ca(root):
    return Made("CA").certify(root)


def leaf_of(issuer, host, **options):
    return certificate(f"leaf {host}", issuer.key, issuer, hosts=[host], **options)


def test_log_that_lies_about_an_issuer_of_another_input(survey, root, ca, tmp_path):
    """That the chain contradicts is only seen by what another input brings."""
    other = Made("Other CA").certify(root)
    (tmp_path / "lie").write_bytes(tile((leaf_of(ca, "www.lie.com"), other.certificates[0])))
    (tmp_path / "truth").write_bytes(tile((leaf_of(ca, "www.truth.com"), ca.certificates[0])))
    (tmp_path / "other.jsonl").write_text(
        json_lines([(leaf_of(other, "www.other.com"), other.certificates)]))
    inputs = [tmp_path / name for name in ("lie", "truth", "other.jsonl")]
    totals = in_every_order(survey, root.certificates, inputs, intermediates=ca.certificates)
    assert totals["rows"] == [("other.com", 1), ("truth.com", 1)]
    assert totals["chain-contradicts"] == 1
    # What it names is not known: it is what it says it is.
    totals = in_every_order(survey, root.certificates, inputs[:2], intermediates=ca.certificates)
    assert totals["rows"] == [("lie.com", 1), ("truth.com", 1)]


def test_first_unknown_certificate_of_a_chain_contradicts_nothing(survey, root, ca, tmp_path):
    """A log's entry with an intermediate that nobody has, below a root that everybody has."""
    again = Made("CA", ca.key).certify(root)
    (tmp_path / "tile").write_bytes(tile(
        (leaf_of(ca, "www.a.com"), again.certificates[0], root.certificates[0])))
    _, totals = survey(root.certificates, tmp_path / "tile", intermediates=ca.certificates)
    assert totals["rows"] == [("a.com", 1)]


def test_others_cannot_confuse_a_ca_of_the_users(survey, root, ca, tmp_path):
    """Certificates that nobody signed give another CA of the same name its key identifier."""
    twin = Made("CA").certify(root)
    liar = Made("CA", twin.key)
    liar.certificates.append(certificate("CA", twin.key, root, signer=twin, ca=True,
                                         key_id_of=ca.key))
    (tmp_path / "tile").write_bytes(tile((leaf_of(ca, "www.a.com", signer=root),)))
    (tmp_path / "liar.pem").write_text(pem(liar.certificates))
    totals = in_every_order(survey, root.certificates, [tmp_path / "tile", tmp_path / "liar.pem"],
                            intermediates=ca.certificates + twin.certificates)
    # A log has verified the signature, and one CA of the user's fits.
    assert totals["rows"] == [("a.com", 1)]


@pytest.mark.parametrize("key_ids", [True, False])
def test_issuers_anywhere_in_the_inputs(survey, root, ca, tmp_path, key_ids):
    """In the same file in any order, in another file, or in the chain of another certificate."""
    low = Made("Low CA").certify(ca)
    twin = Made("Low CA").certify(ca)
    leaves = [leaf_of(issuer, host, key_ids=key_ids) for issuer, host in
              ((ca, "www.a.com"), (low, "www.b.com"), (twin, "www.c.com"))]
    forged = leaf_of(low, "www.forged.com", signer=root, key_ids=key_ids)
    cas = ca.certificates + low.certificates + twin.certificates
    expected = [("a.com", 1), ("b.com", 1), ("c.com", 1)]
    shuffle = random.Random(1)
    for turn in range(6):
        ders = [forged, *leaves, *cas]
        shuffle.shuffle(ders)
        (tmp_path / "all.pem").write_text(pem(ders))
        _, totals = survey(root.certificates, tmp_path / "all.pem")
        assert totals["rows"] == expected and totals["signature-wrong"] == 1
    chain = [*root.certificates, *ca.certificates, *low.certificates, leaves[1]]
    (tmp_path / "leaf-last.pem").write_text(pem(chain))
    assert survey(root.certificates, tmp_path / "leaf-last.pem")[1]["rows"] == [("b.com", 1)]
    (tmp_path / "leaves.pem").write_text(pem([*leaves, forged]))
    (tmp_path / "one.jsonl").write_text(json_lines([(leaves[0], ca.certificates)]))
    (tmp_path / "low.der").write_bytes(low.certificates[0])
    (tmp_path / "twin.pem").write_text(pem(twin.certificates))
    totals = in_every_order(survey, root.certificates, [
        tmp_path / name for name in ("leaves.pem", "one.jsonl", "low.der", "twin.pem")])
    assert totals["rows"] == [("a.com", 2), *expected[1:]] and totals["signature-wrong"] == 1


def test_more_cas_of_one_name_than_are_tried(survey, root, ca, tmp_path):
    """Which of them are tried is the same in every order, and the user's always are."""
    twins = [Made("CA").certify(root) for _ in range(24)]
    leaves = [leaf_of(twin, f"www.t{i}.com", key_ids=False) for i, twin in enumerate(twins)]
    good = leaf_of(ca, "www.good.com", key_ids=False)
    (tmp_path / "leaves.pem").write_text(pem([*leaves, good]))
    names = ["leaves.pem"]
    for i in range(3):
        names.append(f"twins-{i}.pem")
        (tmp_path / names[-1]).write_text(
            pem(der for twin in twins[i::3] for der in twin.certificates))
    totals = in_every_order(survey, root.certificates, [tmp_path / name for name in names],
                            intermediates=ca.certificates)
    assert ("good.com", 1) in totals["rows"] and totals["certificates"] == 16


def test_real_chains_in_pieces(rootscope, tmp_path):
    """The certificates of real chains, each one in a place of its own in a few files of PEM."""
    path = data_file("ndpi_pcap_chains.jsonl.gz")
    chains = [list(map(base64.b64decode, json.loads(line)["chain"]))
              for line in gzip.decompress(path.read_bytes()).splitlines()]
    ders = sorted({der for chain in chains for der in chain}, key=lambda der: sha256(der).digest())
    pool = survey_oracle.Pool()
    parsed = list(filter(None, map(survey_oracle.parse, ders)))
    for certificate_ in parsed:
        if survey_oracle.is_ca(certificate_):
            pool.add(certificate_)
    leaves = [leaf for leaf in parsed if not survey_oracle.is_ca(leaf)]
    signed = sum(bool(pool.issuers(leaf)) for leaf in leaves)
    assert signed > 100
    for i in range(5):
        (tmp_path / f"{i}.pem").write_text(pem(ders[i::5]))
    rootscope("survey", "--store", tmp_path / "store", *(tmp_path / f"{i}.pem" for i in range(5)),
              check=True)
    with sqlite3.connect(tmp_path / "store") as db:
        totals = dict(db.execute("SELECT name, count FROM total"))
    assert sum(totals.values()) >= len(leaves)
    assert totals["certificates"] + totals.get("no-domain", 0) == signed
