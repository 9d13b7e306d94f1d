# SPDX-License-Identifier: Apache-2.0
"""rootscope propose and rootscope evaluate: from the store of a survey to a list and its worth."""

import hashlib
import json
import os
import re
import shutil
import sqlite3

import pytest

pytest.importorskip("cryptography", reason="python3-cryptography is not installed")

from cryptography.hazmat.primitives import serialization  # noqa: E402

from survey_made import Made, certificate, json_lines, pem  # noqa: E402

# Names of the leaves of each root; both issue for com, one alone for de.
ONE = [["a.com"], ["www.a.com", "b.com"], ["c.de", "d.de"], ["e.de"], ["stray.org"]]
TWO = [["b.com"], ["x.com", "y.com", "z.com"]]
THREE = [["only.net"]]


def key_of(root):
    der = root.key.public_key().public_bytes(serialization.Encoding.DER,
                                             serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


@pytest.fixture(scope="module")
def roots():
    made = [Made(f"Root {number}") for number in ("One", "Two", "Three")]
    return [root.certify(root) for root in made]


@pytest.fixture
def store(rootscope, roots, tmp_path):
    leaves = [(certificate("leaf", root.key, root, hosts=hosts, start=day), [])
              for root, names in zip(roots, (ONE, TWO, THREE)) for day, hosts in enumerate(names)]
    (tmp_path / "roots.pem").write_text(pem(root.certificates[0] for root in roots))
    (tmp_path / "leaves.jsonl").write_text(json_lines(leaves))
    rootscope("survey", "--roots", tmp_path / "roots.pem", "--store", tmp_path / "store",
              tmp_path / "leaves.jsonl", check=True)
    return tmp_path / "store"


@pytest.fixture
def propose(rootscope, store, tmp_path):
    def run(*args):
        (tmp_path / "none.list").write_text("# nothing is in force\n")
        return rootscope("propose", "--list", tmp_path / "none.list", "--until", "2027-03-01",
                         *args, store, check=True)
    return run


def stanzas(source):
    """The lines of each stanza, by its root line."""
    found, body = {}, None
    for line in source.splitlines():
        if line.startswith("root "):
            body = found[line] = []
        elif not line.startswith(" "):
            body = None
        elif body is not None:
            body.append(line.strip())
    return found


def test_suffixes_are_proposed_with_their_evidence(propose, roots):
    done = propose()
    assert stanzas(done.stdout) == {
        f'root spki-sha256:{key_of(roots[0])} "Root One"': [
            "mode test until 2027-03-01",
            "permit com  # 2 certificates for 2 domains, 2024-01-01 to 2024-01-02",
            "permit de  # 2 certificates for 3 domains, 2024-01-03 to 2024-01-04, of no other root",
            "# Seen fewer than 2 times; decide whether the root is to have them:",
            "# permit org  # 1 certificate for 1 domain, 2024-01-05 to 2024-01-05, of no other"
            " root"],
        f'root spki-sha256:{key_of(roots[1])} "Root Two"': [
            "mode test until 2027-03-01",
            "permit com  # 2 certificates for 4 domains, 2024-01-01 to 2024-01-02"]}
    assert f'# "Root Three" spki-sha256:{key_of(roots[2])} was seen too little' in done.stdout
    assert done.stderr == "Proposed: 2 roots. Left as the list in force has them: 0. Seen too" \
                          " little: 1.\n"


def test_threshold_level_and_rule(propose):
    every = propose("--rule", "issued").stdout
    assert propose("--threshold", "1").stdout == every
    assert propose("--rule", "issued", "--threshold", "1").stdout == every
    lines = every.splitlines()
    assert sum(line.startswith("    permit ") for line in lines) == 5
    assert not any("decide whether" in line for line in lines)
    lines = propose("--level", "registrable", "--rule", "issued").stdout.splitlines()
    assert [line.split()[1] for line in lines if line.startswith("    permit ")] == [
        "a.com", "b.com", "c.de", "d.de", "e.de", "stray.org", "only.net", "b.com", "x.com",
        "y.com", "z.com"]
    assert not stanzas(propose("--threshold", "3").stdout)


def test_store_as_an_option(rootscope, propose, store, tmp_path):
    text = propose().stdout
    assert rootscope("propose", "--list", tmp_path / "none.list", "--until", "2027-03-01",
                     "--store", store, check=True).stdout == text


def test_lint_has_nothing_against_a_proposal(rootscope, propose, tmp_path):
    """Evidence says why a stanza permits top-level domains; without it, each gets one warning."""
    proposed = propose().stdout
    lint = ["lint", "--CAfile", tmp_path / "roots.pem", "--anchors", tmp_path / "none"]
    (tmp_path / "proposed.list").write_text(proposed)
    assert rootscope(*lint, tmp_path / "proposed.list", check=True).output == ""
    (tmp_path / "bare.list").write_text(re.sub("  # .*", "", proposed))
    said = rootscope(*lint, tmp_path / "bare.list").stdout
    assert re.findall(r"bare.list:(?:\d+): warning: com is (.*?):", said) == [
        "one of 2 public suffixes of the stanza", "a public suffix"]


def test_list_in_force_is_not_widened(rootscope, store, roots, tmp_path):
    (tmp_path / "in-force.list").write_text(
        f"root spki-sha256:{key_of(roots[0])}\n    permit a.com\n")
    options = ["--list", tmp_path / "in-force.list", store]
    done = rootscope("propose", *options, check=True)
    assert [line.split('"')[1] for line in stanzas(done.stdout)] == ["Root Two"]
    left = done.stdout.partition(f"{key_of(roots[0])} is left as the list in force has it.\n")[2]
    assert re.findall("^    # permit ([a-z]+)", left.partition("\n\n")[0], re.M) == [
        "com", "de", "org"]
    done = rootscope("propose", "--level", "registrable", *options, check=True)
    assert "# permit b.com" in done.stdout and "permit a.com" not in done.stdout
    done = rootscope("propose", "--allow-wider", *options, check=True)
    assert [line.split('"')[1] for line in stanzas(done.stdout)] == ["Root One", "Root Two"]
    # A default decides about every root, and a root that is named otherwise may be any.
    for text in ("default\n    exclude org\n",
                 f"root cert-sha256:{'1' * 64}\n    permit a.com\n"):
        (tmp_path / "in-force.list").write_text(text)
        assert not stanzas(rootscope("propose", *options, check=True).stdout)


def test_proposal_is_evaluated(rootscope, propose, store, roots, tmp_path):
    (tmp_path / "proposed.list").write_text(propose().stdout)
    rootscope("compile", "-o", tmp_path / "proposed.rsl", tmp_path / "proposed.list", check=True)
    told = json.loads(rootscope("evaluate", "--json", tmp_path / "proposed.rsl", store,
                                check=True).stdout)
    # a b x y z .com, c d e .de, stray.org, only.net
    assert (told["certificates"], told["domains"]) == (8, 10) and told["before"] == 30
    rows = {root["label"]: root for root in told["roots"]}
    assert {label: (row["listed"], row["permitted"], row["uses"], row["refused"])
            for label, row in rows.items()} == {"Root One": (True, 8, 7, 1),
                                                "Root Two": (True, 5, 4, 0),
                                                "Root Three": (False, 10, 1, 0)}
    assert {label: row["certificates"] for label, row in rows.items()} == {
        "Root One": 5, "Root Two": 2, "Root Three": 1}
    assert rows["Root One"]["root"] == f"spki-sha256:{key_of(roots[0])}"
    assert (told["after"], told["uses"], told["refused"]) == (23, 12, 1)
    assert told["factor"] == pytest.approx(30 / 23)
    text = rootscope("evaluate", tmp_path / "proposed.list", store, check=True).stdout
    assert rootscope("evaluate", tmp_path / "proposed.list", "--store", store,
                     check=True).stdout == text
    assert "23 pairs of a root and a domain, before 30" in text
    assert "Judged: 8 certificates for 10 domains, of 3 roots.\n" in text
    assert "smaller by a factor of 1.30." in text
    assert "Refused: 1 of 12 uses of a domain by a certificate (8.333 %)." in text


def test_default_stanza_is_for_unlisted_roots(rootscope, store, tmp_path):
    (tmp_path / "l.list").write_text("mode off\ndefault\n    permit com\n")
    told = json.loads(rootscope("evaluate", "--json", tmp_path / "l.list", store,
                                check=True).stdout)
    assert told["after"] == 15 and told["refused"] == 5


def test_wrong_input_is_told(rootscope, store, roots, tmp_path):
    (tmp_path / "none.list").write_text("# nothing\n")
    (tmp_path / "certificate.list").write_text(f"root cert-sha256:{'1' * 64}\n    permit com\n")
    rootscope("survey", "--roots", tmp_path / "roots.pem", "--store", tmp_path / "empty",
              check=True)
    for args, said in ((["propose"], "rootscope propose STORE"),
                       (["propose", store, store], "rootscope propose STORE"),
                       (["propose", "--store", store, store], "rootscope propose STORE"),
                       (["propose", "--threshold", "0", store], "from 1 on"),
                       (["propose", "--rule", "all", store], "issued"),
                       (["propose", tmp_path / "missing"], "missing"),
                       (["propose", tmp_path / "none.list"], "none.list"),
                       (["propose", tmp_path / "empty"], "no certificate of a root"),
                       (["evaluate", tmp_path / "none.list"], "rootscope evaluate LIST STORE"),
                       (["evaluate", "--store", store], "rootscope evaluate LIST STORE"),
                       (["evaluate", tmp_path / "none.list", tmp_path / "empty"],
                        "no certificate of a root"),
                       (["evaluate", tmp_path / "certificate.list", store], "by its certificate"),
                       (["evaluate", tmp_path / "missing", store], "missing")):
        done = rootscope(*args)
        assert done.returncode == 2 and said in done.stderr and not done.stdout, args


@pytest.mark.parametrize("words", [["propose"], ["evaluate", "none.list"], ["survey", "summary"],
                                   ["survey", "merge", "--store", "all"]])
def test_a_store_that_is_none(rootscope, store, tmp_path, words):
    """Says what is there in its place, and what to do; prints nothing, and changes nothing."""
    (tmp_path / "none.list").write_text("# nothing is in force\n")
    (tmp_path / "text").write_text("no database, but a file of some length that SQLite reads\n")
    (tmp_path / "empty").touch()
    os.mkfifo(tmp_path / "fifo")
    for name, said in (
            ("a b", "no such file; this makes a store: rootscope survey --store 'a b' INPUT"),
            ("empty", "it is empty; this makes it a store: rootscope survey --store empty INPUT"),
            ("text/store", "Not a directory"), (".", "is a folder"), ("fifo", "is a pipe"),
            ("text", "is not an SQLite file"), ("x" * 300, "File name too long")):
        done = rootscope(*words, name, cwd=tmp_path, timeout=10)
        assert done.returncode == 2 and not done.stdout, name
        assert done.stderr.startswith(f"rootscope: {name}") and said in done.stderr, name
    assert not (tmp_path / "a b").exists() and not (tmp_path / "empty").read_bytes()


def test_a_store_that_cannot_be_made(rootscope, store, tmp_path):
    for name, said in (("missing/store", "No such file or directory"), (".", "is a folder"),
                       ("/dev/null", "is a pipe or a device")):
        done = rootscope("survey", "--store", name, "leaves.jsonl", cwd=tmp_path)
        assert done.returncode == 2 and f"rootscope: {name}" in done.stderr and said in done.stderr


def test_a_store_of_another_user(store, public_dir, analysis, run):
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("needs root and setpriv, to become another user")
    path = public_dir / "store"
    shutil.copy(store, path)
    program = shutil.copy(analysis, public_dir)

    def as_nobody(*words):
        return run("setpriv", "--reuid=65534", "--clear-groups", program, *words, cwd="/")
    path.chmod(0o600)
    for words in (["survey", "summary", path], ["survey", "--store", path],
                  ["survey", "--store", public_dir / "new"]):
        done = as_nobody(*words)
        assert done.returncode == 2
        # A build that measures coverage then says that it cannot write its figures.
        assert done.stderr.startswith(
            f"rootscope: {words[-1]}: Permission denied; run this as root\n")
    path.chmod(0o644)
    done = as_nobody("survey", "--store", path)
    assert done.returncode == 2 and "you may not write to it" in done.stderr


def test_a_store_whose_survey_was_killed(rootscope, store, tmp_path):
    """What it was writing is undone, by a command that may write."""
    told = rootscope("survey", "summary", store, check=True).stdout
    with sqlite3.connect(store) as db:
        db.execute("PRAGMA cache_size = 1")
        db.execute("DELETE FROM pack")
        db.executemany("INSERT INTO setting VALUES (?, ?)", ((n, 500 * "x") for n in range(999)))
        for end in ("", "-journal"):
            shutil.copy(f"{store}{end}", f"{tmp_path}/killed{end}")
        db.rollback()
    done = rootscope("survey", "summary", "killed", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.endswith("this puts it right: rootscope survey --store killed\n")
    rootscope("survey", "--roots", "roots.pem", "--store", "killed", cwd=tmp_path, check=True)
    assert rootscope("survey", "summary", "killed", cwd=tmp_path, check=True).stdout == told


def test_merge_tells_units_that_contribute_something_else(rootscope, store, tmp_path):
    """Two stores were made with other intermediates: which one is first matters."""
    args = ["survey", "merge", "--store", tmp_path / "both"]
    assert not rootscope(*args, store, store, check=True).stderr
    with sqlite3.connect(store) as db:
        db.execute("UPDATE unit SET contribution = x'01000000'")
    done = rootscope(*args, store, check=True)
    assert "something else than in a store before: 1;" in done.stderr


def rename(db, name, other):
    """Gives a domain of a store another name, as JSON spells it."""
    db.execute("UPDATE pack SET domains = replace(domains, ?, ?)", (f'"{name}"', f'"{other}"'))


def test_name_that_no_list_can_have_is_a_comment(rootscope, propose, store, tmp_path):
    """Many sites have emoji in their name, which IDNA 2008 does not permit."""
    with sqlite3.connect(store) as db:
        rename(db, "a.com", "xn--ls8h.com")
    done = propose("--level", "registrable", "--rule", "issued")
    assert "    # permit xn--ls8h.com  # " in done.stdout
    assert done.stdout.count("Not names of IDNA 2008") == 1
    (tmp_path / "proposed.list").write_text(done.stdout)
    rootscope("compile", "--check", tmp_path / "proposed.list", check=True)


@pytest.mark.parametrize("change", [
    "DROP VIEW by_tld; CREATE VIEW by_tld AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
    " SELECT i + 1 FROM n) SELECT '00' AS root, '' AS label, 'a' || i AS suffix, 1 AS domains,"
    " 1 AS certificates, 1 AS first, 1 AS last FROM n",
    "CREATE TRIGGER more AFTER INSERT ON setting BEGIN DELETE FROM unit; END"])
def test_store_with_a_schema_of_its_own_is_refused(rootscope, store, tmp_path, change):
    """What the schema of a stranger's store computes need not end."""
    with sqlite3.connect(store) as db:
        db.executescript(change)
    (tmp_path / "a.list").write_text("# nothing\n")
    for args in (["propose", store], ["evaluate", tmp_path / "a.list", store],
                 ["survey", "summary", store], ["survey", "--store", store],
                 ["survey", "merge", "--store", tmp_path / "new", store]):
        done = rootscope(*args)
        assert done.returncode == 2 and "other tables or views" in done.stderr, args


ONE_ROOT = " WHERE rowid IN (SELECT rowid FROM root LIMIT 1)"


@pytest.mark.parametrize("change", [
    "UPDATE pack SET domains = replace(domains, 'a.com', 'single-label')",
    "UPDATE pack SET domains = replace(domains, 'a.com', 'a\\npermit org')",
    "UPDATE pack SET domains = replace(domains, '}', '')",
    "UPDATE root SET label = 'a' || x'0a' || '    permit org'" + ONE_ROOT,
    "UPDATE root SET key = x'00'" + ONE_ROOT])
def test_strange_store_writes_no_line(rootscope, propose, store, tmp_path, change):
    """A store may come from somebody else; its texts start no line of the list."""
    with sqlite3.connect(store) as db:
        db.execute(change)
    (tmp_path / "none.list").write_text("# nothing\n")
    done = rootscope("propose", "--list", tmp_path / "none.list", "--level", "registrable",
                     "--rule", "issued", store)
    assert not any(line.startswith("    permit single-label") or line.strip() == "permit org"
                   for line in done.stdout.splitlines())
    assert done.returncode == (0 if "root SET label" in change else 2)


def test_strange_store_with_a_suffix_longer_than_its_domain(rootscope, roots, store, tmp_path):
    with sqlite3.connect(store) as db:
        db.execute("UPDATE pack SET tld_length = 1000000")
    for args in (["survey", "--roots", tmp_path / "roots.pem", "--store", store],
                 ["survey", "summary", store], ["propose", store]):
        done = rootscope(*args)
        assert done.returncode == 2 and done.stdout == ""
        assert done.stderr.endswith("the store is damaged: it has a row that no survey writes\n")


def test_strange_store_has_no_long_text(rootscope, store):
    """SQLite would need many times as much memory as a text of JSON has."""
    with sqlite3.connect(store) as db:
        db.execute("UPDATE pack SET domains = ?", ('{"a.com":[' + 9_000_000 * "0," + "0]}",))
    done = rootscope("survey", "summary", store)
    assert done.returncode == 2 and "too big" in done.stderr
