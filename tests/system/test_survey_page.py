# SPDX-License-Identifier: Apache-2.0
"""rootscope survey summary --html: a page with the figures of --json, which loads nothing."""

import json
import re
import sqlite3

import pytest

from html_page import assert_loads_nothing, parsed, texts

HOSTILE = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "</title><b>", "]]>",
           "&lt;b&gt;", "javascript:alert(1)", "\x1b[31m", "\u202e", "%s%n"]


@pytest.fixture
def store(rootscope, tmp_path):
    """store(labels): one with a root for each label; the root I has issued below I + 1 domains."""
    def make(labels):
        path = tmp_path / "store"
        (tmp_path / "nothing").mkdir()
        rootscope("survey", "--store", path, tmp_path / "nothing", check=True)
        with sqlite3.connect(path) as db:
            for number, label in enumerate(labels):
                db.execute("INSERT INTO root VALUES (?1, randomblob(32), ?2)", (number, label))
                db.execute("INSERT INTO issuer VALUES (?1, randomblob(32), 1)", (number,))
                db.execute("INSERT INTO reaches VALUES (?1, ?1)", (number,))
                for i in range(number + 1):
                    tld = "com" if i == 5 else f"t{i}"
                    db.execute("INSERT INTO pack VALUES (?, ?, ?, 1, 1, 1, 0, ?)",
                               (number, len(tld), len(tld), json.dumps({f"a.{tld}": 0})))
            db.execute("INSERT INTO issuer VALUES (-1, randomblob(32), 345)")
            db.execute("REPLACE INTO total VALUES ('certificates', 12345)")
        return path
    return make


@pytest.fixture
def page(rootscope, tmp_path):
    """page(store): the text of the page, and what --json says."""
    def make(path):
        done = rootscope("survey", "summary", "--html", tmp_path / "page.html", path, check=True)
        assert done.stdout == ""
        said = rootscope("survey", "summary", "--json", path, check=True).stdout
        return (tmp_path / "page.html").read_text(encoding="utf-8"), json.loads(said)
    return make


def cells(text):
    """The rows of each table of the page, without those of the head, as texts of their cells."""
    return [[[re.sub("<[^>]*>", "", cell) for cell in re.findall("<td[^>]*>(.*?)</td>", row)]
             for row in re.findall("<tr>(.*?)</tr>", body)]
            for body in re.findall("<tbody>(.*?)</tbody>", text, re.S)]


def test_figures_are_those_of_json(page, store):
    text, said = page(store([f"Root {i}" for i in range(30)]))
    words = texts(text)
    assert (said["roots_below_11_tlds"], said["roots_never_com"]) == (10, 5)
    for part in ("12,345 certificates", "345 certificates that reach no known root",
                 "30 registrable domains", "30 roots that they reach",
                 "33 % of the roots for fewer than 11 top-level domains: 10",
                 "17 % of the roots never for com: 5",
                 "33 % of the roots have fewer than 11 top-level domains; half of them have at"
                 " most 15."):
        assert part in words, part
    ranges, roots, _, tlds = cells(text)
    assert [row[:2] for row in ranges] == [["1", "1"], ["2 to 3", "2"], ["4 to 10", "7"],
                                           ["11 to 30", "20"]]
    assert [(row[0], row[2], row[4]) for row in roots] == [
        (root["label"], str(root["tlds"]), "" if root["com"] else "never com")
        for root in said["tlds_per_root"]]
    assert all(f"spki-sha256:{row[1]}" in root["root"]
               for row, root in zip(roots, said["tlds_per_root"]))
    assert [row[:2] for row in tlds] == [[tld["tld"], str(tld["roots"])]
                                         for tld in said["roots_per_tld"]]


def test_curve_goes_through_the_shares(page, store):
    """Of 2 roots, one has 1 domain, and both have at most 2."""
    text, _ = page(store(["One", "Two"]))
    charts = [a for tag, a in parsed(text).elements if tag == "svg" and a["class"] == "curve"]
    assert all(chart["role"] == "img" and chart["aria-label"] in texts(text) for chart in charts)
    curve = [a["d"] for tag, a in parsed(text).elements if tag == "path" and "class" not in a][0]
    points = [point.split() for point in re.split("[ML]", curve)[1:]]
    assert [point[1] for point in points] == ["50.0"] * 200 + ["0.0"]
    assert [point[0] for point in points] == [str(x) for x in range(201)]


def test_long_lists_are_cut(page, store):
    text, said = page(store(map(str, range(130))))
    assert "and 30 more roots; --json has all" in texts(text)
    assert [len(table) for table in cells(text)][1::2] == [100, 100]
    assert len(said["tlds_per_root"]) == 130


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_labels_are_text(page, store, hostile):
    path = store([hostile, "plain"])
    text, said = page(path)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE root SET label = 'another'")
    assert ([tag for tag, _ in parsed(text).elements]
            == [tag for tag, _ in parsed(page(path)[0]).elements])
    assert_loads_nothing(text)
    assert [root["label"] for root in said["tlds_per_root"]][1] in texts(text)
    assert not {c for c in text if not c.isprintable()} - {"\n"}


def test_empty_store(page, store):
    text, said = page(store([]))
    assert_loads_nothing(text)
    assert said["roots"] == 0 and "0 roots that they reach" in texts(text)


def test_wrong_usage(rootscope, store, tmp_path):
    path = store(["One"])
    for args, said in ((["summary", "--json", "--html", "x", path], "cannot be combined"),
                       (["--html", "x", path], "is for summary"),
                       (["summary", "--html", tmp_path / "no" / "x", path], "no/x")):
        done = rootscope("survey", *args)
        assert done.returncode == 2 and said in done.stderr, args
