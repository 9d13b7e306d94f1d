# SPDX-License-Identifier: Apache-2.0
"""
A log by its URL: a tile that the store has is not downloaded again, whatever store it came from,
and a copy of a log counts an entry once, though it has parts of tiles beside whole ones.
"""

import hashlib
import re

import pytest

pytest.importorskip("cryptography", reason="python3-cryptography is not installed")

from static_log import WIDTH, StaticLog, path_of  # noqa: E402
from survey_made import Made, certificate, json_lines, pem  # noqa: E402
from survey_store import content  # noqa: E402

TILES = 3


@pytest.fixture(scope="module")
def made():
    """A root, a CA that the log has, and one that it only names; leaves of both in tile 1."""
    root = Made("Root")
    root.certify(root)
    told, lost = Made("Told CA").certify(root), Made("Lost CA").certify(root)
    leaves = [certificate(f"Leaf {i}", root.key, told, hosts=[f"www.site{i}.com"])
              for i in range(4)]
    other = certificate("Other", root.key, lost, hosts=["www.other.org"])
    chains = [(leaves[i % 4], told.certificates[0]) for i in range(TILES * WIDTH)]
    chains[WIDTH + 7] = (other, lost.certificates[0])
    return root, lost, other, chains


@pytest.fixture
def survey(rootscope, made, tmp_path):
    (tmp_path / "root.pem").write_text(pem(made[0].certificates))

    def run(store, *inputs):
        return rootscope("survey", "--roots", tmp_path / "root.pem", "--store", tmp_path / store,
                         *inputs, env={"no_proxy": "*"}, check=True)
    return run


def log_of(made):
    log = StaticLog(made[3])
    log.files.pop(f"issuer/{hashlib.sha256(made[1].certificates[0]).hexdigest()}")
    return log


def units(done):
    """How many were added, and known before."""
    return tuple(int(number) for number in
                 re.search(r"Units added: (\d+); known before: (\d+);", done.stderr).groups())


def test_log_is_resumed(survey, made, tmp_path):
    with log_of(made) as log:
        log.size = 2 * WIDTH
        assert units(survey("s", log.url)) == (2, 0)
        # The unknown issuer did not become known: the tile is not read for it a second time.
        assert log.tiles_asked_for() == [0, 1]
        before = content(tmp_path / "s")
        assert units(survey("s", log.url)) == (0, 2)
        assert log.tiles_asked_for() == [] and content(tmp_path / "s") == before
        log.size = 3 * WIDTH
        assert units(survey("s", log.url)) == (1, 2)
        assert log.tiles_asked_for() == [2]
        survey("undisturbed", log.url)
    assert content(tmp_path / "s") == content(tmp_path / "undisturbed")


def test_last_entries_of_a_log_wait_for_the_whole_tile(survey, made):
    with log_of(made) as log:
        for store, size, entries, tiles, has_part in (
                ("a", WIDTH + 17, "", 1, True), ("b", WIDTH + 17, "#0-255", 1, False),
                ("c", WIDTH + 17, f"#{WIDTH}-1000", 0, True), ("d", 2 * WIDTH, "", 2, False)):
            log.size = size
            done = survey(store, f"{log.url}{entries}")
            assert units(done) == (tiles, 0), store
            assert ("left out until the log has the whole tiles: 1" in done.stderr) == has_part


def test_tiles_of_merged_stores_are_known(rootscope, survey, made, tmp_path):
    with log_of(made) as log:
        survey("a", f"{log.url}#0-300")
        survey("b", f"{log.url}#256-600")
        assert log.tiles_asked_for() == [0, 1, 1, 2]
        for name, order in ("ab", ["a", "b"]), ("ba", ["b", "a", "b"]):
            rootscope("survey", "merge", "--store", tmp_path / name,
                      *(tmp_path / part for part in order), check=True)
            assert units(survey(name, log.url)) == (0, 3) and log.tiles_asked_for() == []
    assert content(tmp_path / "ab") == content(tmp_path / "ba")


def test_only_tiles_that_wait_for_an_issuer_are_read_twice(survey, made, tmp_path):
    """A later input brings the issuer of a leaf of tile 1."""
    _, lost, other, _ = made
    (tmp_path / "late.jsonl").write_text(json_lines([(other, lost.certificates)]))
    with log_of(made) as log:
        done = survey("s", log.url, tmp_path / "late.jsonl")
        asked = log.tiles_asked_for()
        assert asked in ([0, 1, 2], [0, 1, 1, 2]) and "issuer-unknown" not in done.stderr
        assert units(survey("s", log.url, tmp_path / "late.jsonl")) == (0, 4)
        assert log.tiles_asked_for() == []


def test_parts_of_tiles_wait_for_the_whole(survey, made, tmp_path):
    """A copy that grew: a part, a longer one, the whole tile."""
    log = log_of(made)
    whole = log.files[path_of("data", 0)]
    data = tmp_path / "copy/tile/data"
    (data / "000.p").mkdir(parents=True)
    (data / "000.p/17").write_bytes(whole[:17 * len(whole) // WIDTH])
    done = survey("s", tmp_path / "copy")
    assert units(done) == (0, 0) and "Parts of tiles, left out" in done.stderr
    (data / "000").write_bytes(whole)
    survey("s", tmp_path / "copy")
    survey("whole", data / "000")
    assert content(tmp_path / "s") == content(tmp_path / "whole")
