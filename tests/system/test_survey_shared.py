# SPDX-License-Identifier: Apache-2.0
"""
What a survey shares with others: a store that other processes use, and inputs that are not what
their name or place says, or that nobody can read twice.
"""

import os
import sqlite3
import subprocess
import threading
import time

import pytest

pytest.importorskip("cryptography", reason="python3-cryptography is not installed")

import programs  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec  # noqa: E402
from survey_made import Made, certificate, json_lines, pem  # noqa: E402


@pytest.fixture(scope="module")
def made():
    """A root, two CAs below it, and a leaf of each."""
    root, key = Made("Root"), ec.generate_private_key(ec.SECP256R1())
    root.certify(root)
    cas = [Made(f"CA {i}").certify(root) for i in range(2)]
    leaves = [certificate(f"Leaf {i}", key, ca, hosts=[f"www.leaf{i}.com"])
              for i, ca in enumerate(cas)]
    return root, cas, leaves


@pytest.fixture
def options(made, tmp_path):
    (tmp_path / "roots.pem").write_text(pem(made[0].certificates))
    return ["survey", "--roots", tmp_path / "roots.pem", "--tsv", "--level", "registrable"]


def domains(text):
    return [line.split("\t")[1] for line in text.splitlines()[1:]]


def chain(made, number):
    _, cas, leaves = made
    return json_lines([(leaves[number], cas[number].certificates)])


def test_cas_that_another_process_brings_are_not_lost(analysis, rootscope, made, options,
                                                      tmp_path):
    """A process that began before another one, and ends after it, knows what that one brought."""
    store = tmp_path / "store"
    first = subprocess.Popen([str(word) for word in (analysis, *options, "--store", store, "-")],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                             env=programs.environment())
    # More than a pipe holds: once it is written, the process reads, and has read the store.
    first.stdin.write("{}\n" * 100_000)
    first.stdin.flush()
    rootscope(*options, "--store", store, "-", input=chain(made, 1), check=True)
    text, _ = first.communicate(chain(made, 0), timeout=60)
    assert first.returncode == 0 and domains(text) == ["leaf0.com", "leaf1.com"]


def test_processes_that_begin_a_store_together(analysis, rootscope, made, options, tmp_path):
    """Each of them finds no settings in it, and then writes them."""
    store = tmp_path / "store"
    rootscope(*options, "--store", store, "-", input="", check=False)
    with sqlite3.connect(store) as other:
        other.execute("DELETE FROM setting")
    other.execute("BEGIN IMMEDIATE")
    processes = [subprocess.Popen([str(word) for word in (analysis, *options, "--store", store)],
                                  stderr=subprocess.PIPE, text=True, env=programs.environment())
                 for _ in range(3)]
    time.sleep(1)  # until they wait to write
    other.rollback()
    other.close()
    for process in processes:
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said


def test_merge_of_all_stores_of_a_folder(rootscope, made, options, tmp_path):
    """The one that they are merged into is among them."""
    for number in range(2):
        rootscope(*options, "--store", tmp_path / f"{number}.db", "-", input=chain(made, number),
                  check=True)
    stores = sorted(tmp_path.glob("*.db"))
    for _ in range(2):
        rootscope("survey", "merge", "--store", stores[0], *stores, check=True, timeout=60)
    done = rootscope(*options, "--store", stores[0], check=True)
    assert domains(done.stdout) == ["leaf0.com", "leaf1.com"]


def test_a_query_that_is_left_open_is_waited_for(rootscope, made, options, tmp_path):
    store = tmp_path / "store"
    rootscope(*options, "--store", store, "-", input=chain(made, 0), check=True)
    query = sqlite3.connect(store, check_same_thread=False)
    query.execute("BEGIN")
    query.execute("SELECT * FROM unit").fetchone()
    end = threading.Timer(11, query.rollback)
    end.start()
    done = rootscope(*options, "--store", store, "-", input=chain(made, 1), check=True)
    end.join()
    query.close()
    assert domains(done.stdout) == ["leaf0.com", "leaf1.com"]
    assert "store: another program reads or writes it; waiting for it to end" in done.stderr


def test_a_fifo_is_read_once(rootscope, made, options, tmp_path):
    """Also where a part of it waits for a later input: nobody would write a second time."""
    fifo, late = tmp_path / "fifo", tmp_path / "late.jsonl"
    os.mkfifo(fifo)
    late.write_text(chain(made, 1))
    waits = json_lines([(made[2][1], [])])
    writer = threading.Thread(target=fifo.write_text, args=[chain(made, 0) + waits])
    writer.start()
    done = rootscope(*options, fifo, late, check=True, timeout=60)
    writer.join()
    assert domains(done.stdout) == ["leaf0.com", "leaf1.com"]
    assert "1 issuer-unknown" in done.stderr


def test_a_folder_that_is_called_issuer(rootscope, made, options, tmp_path):
    """What lies in it counts as anywhere else, but for the certificates that a log calls so."""
    folder = tmp_path / "by" / "issuer"
    folder.mkdir(parents=True)
    (folder / "leaf.der").write_bytes(made[2][0])
    (folder / "rest.pem").write_text(pem([made[2][1], *made[1][0].certificates,
                                          *made[1][1].certificates]))
    (folder / ("0" * 64)).write_text("a certificate that did not arrive")
    for path in (tmp_path / "by", folder):
        done = rootscope(*options, path, check=True)
        assert domains(done.stdout) == ["leaf0.com", "leaf1.com"]
        assert f"issuer/{'0' * 64}: it has no known format; it is left out" in done.stderr


@pytest.mark.parametrize("name", [":memory:", "file:other", "file:other?mode=memory"])
def test_a_name_that_is_more_to_sqlite(rootscope, made, options, tmp_path, name):
    rootscope(*options, "--store", name, "-", input=chain(made, 0), check=True, cwd=tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["roots.pem", name])
    done = rootscope("survey", "summary", name, check=True, cwd=tmp_path)
    assert done.stdout.split()[:2] == ["Certificates", "1"]


@pytest.mark.parametrize("args,said", [
    (["survey", ""], "an INPUT is empty"),
    (["survey", "--store", "", "-"], "the name of the store is empty"),
    (["survey", "merge", "--store", "", "store"], "the name of the store is empty"),
    (["survey", "merge", "--store", "store", ""], "the name of the store is empty"),
    (["survey", "summary", ""], "the name of the store is empty"),
    (["propose", ""], "the name of the store is empty"),
])
def test_an_empty_name_is_refused(rootscope, made, options, tmp_path, args, said):
    """As of a variable that nobody set."""
    rootscope(*options, "--store", tmp_path / "store", "-", input=chain(made, 0), check=True)
    done = rootscope(*args, cwd=tmp_path, input="")
    assert done.returncode == 2 and said in done.stderr
