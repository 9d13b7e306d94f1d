# SPDX-License-Identifier: Apache-2.0
"""
A survey that is divided: by GNU parallel, and by Dask, of whose two workers one is killed while it
reads a shard. The store is the same as that of one process.
"""

import contextlib
import os
import pathlib
import random
import re
import shutil
import signal
import sqlite3
import struct
import subprocess

import pytest

import programs
from conftest import SOURCE, TEST_DATA
from survey_store import content

SCRIPT = SOURCE / "docs/examples/survey-dask"
REAL = ["sunlight_navigli2025h2_tile_data_000", "tesseract_example_tile",
        "ndpi_pcap_chains.jsonl.gz"]
LEVELS = ["tld", "public-suffix", "registrable"]
SHARDS = 6


@pytest.fixture(scope="module")
def survey_made():
    pytest.importorskip("cryptography")
    import survey_made
    return survey_made


def cas_of(rootscope, paths, store):
    """The CA certificates that inputs bring, for other inputs that need them, in DER."""
    rootscope("survey", "--store", store, *paths, check=True)
    with sqlite3.connect(store) as opened:
        return [row[0] for row in opened.execute("SELECT certificate FROM ca")]


@pytest.fixture
def world(rootscope, survey_made, tmp_path):
    """A list of inputs, some of them twice, and the options that they are read with."""
    real = [TEST_DATA / name for name in REAL if (TEST_DATA / name).exists()]
    chosen = random.Random(7)
    roots = [survey_made.Made(f"Root {i}") for i in range(3)]
    cas = [survey_made.Made(f"CA {i}") for i in range(4)]
    for root in roots:
        root.certify(root)
    for number, ca in enumerate(cas):
        for root in roots[number % 3:]:
            ca.certify(root)
    (tmp_path / "roots.pem").write_text(survey_made.pem(
        der for root in roots for der in root.certificates))
    (tmp_path / "cas.pem").write_text(survey_made.pem(
        [der for ca in cas[:3] for der in ca.certificates]
        + cas_of(rootscope, real, tmp_path / "cas.db")))
    leaves = [survey_made.certificate(
        f"Leaf {i}", cas[0].key, cas[i % 3], start=i,
        hosts=[f"{chosen.choice('abc')}.site{chosen.randrange(9)}.{end}" for end in
               chosen.sample(["com", "co.uk", "de", "org"], 2)]) for i in range(40)]
    paths = []
    for number in range(2 * SHARDS):
        paths.append(tmp_path / f"input-{number}")
        part = chosen.sample(leaves, 8)
        if number % 3 == 0:
            # The last CA is known from chains alone.
            paths[-1].write_text(survey_made.json_lines(
                [(leaf, []) for leaf in part] + [(survey_made.certificate(
                    f"Other {number}", cas[0].key, cas[3], hosts=["www.chain.net"]),
                    cas[3].certificates)]))
        else:
            paths[-1].write_bytes(b"".join(
                struct.pack(">QH", number, 0) + struct.pack(">I", len(der))[1:] + der
                + struct.pack(">HH", 0, 0) for der in part))
    paths += real
    (tmp_path / "inputs.txt").write_text("".join(f"{path}\n" for path in paths + paths[:3]))
    return ["--roots", tmp_path / "roots.pem", "--intermediates", tmp_path / "cas.pem"]


@pytest.fixture
def one_process(rootscope, world, tmp_path):
    """The store of a survey that is not divided."""
    rootscope("survey", "--store", tmp_path / "one.db", *world,
              *(tmp_path / "inputs.txt").read_text().split(), check=True)
    return tmp_path / "one.db"


@pytest.fixture
def path(command, tmp_path):
    """A PATH on which rootscope is the one under test."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/rootscope").symlink_to(command)
    return f"{tmp_path / 'bin'}:{os.environ['PATH']}"


def expect_same(rootscope, world, store, other):
    assert content(store) == content(other)
    for words in (["summary", "--json"], *(["--level", level, "--tsv", *world, "--store"]
                                           for level in LEVELS)):
        of_store, of_other = (rootscope("survey", *words, path, check=True).stdout
                              for path in (store, other))
        assert of_store == of_other and "Root 1" in of_store


def test_gnu_parallel(rootscope, world, one_process, path, tmp_path):
    """As the guide has it."""
    if not shutil.which("parallel"):
        pytest.skip("not installed: parallel")
    options = " ".join(str(word) for word in world)
    programs.run("sh", "-ec", f"""
        parallel --jobs 2 --max-args 3 --retries 3 \
            'rootscope survey --store shard-{{#}}.db {options} {{}} >table-{{#}}' <inputs.txt
        rootscope survey merge --store all.db shard-*.db""",
                 env={"PATH": path, "HOME": tmp_path}, cwd=tmp_path, check=True)
    assert len(list(tmp_path.glob("shard-*.db"))) >= SHARDS - 1
    rootscope("survey", "--store", tmp_path / "all.db", *world, check=True)
    expect_same(rootscope, world, tmp_path / "all.db", one_process)


@contextlib.contextmanager
def started(words, wanted, path, folder):
    """A program in a group of its own, once it wrote what is wanted, and the match."""
    process = subprocess.Popen([str(word) for word in words], cwd=folder, start_new_session=True,
                               env=programs.environment(PATH=path, HOME=folder), text=True,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE)
    try:
        seen = ""
        for line in process.stderr:
            seen += line
            if match := re.search(wanted, line):
                break
        else:
            pytest.fail(f"{words}: {seen}")
        yield process, match
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.stderr.close()
        process.wait()


# The module alone is started by its name on every version of Dask.
SCHEDULER = [programs.PYTHON, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1",
             "--port", "0", "--no-dashboard"]
WORKER = [programs.PYTHON, "-m", "distributed.cli.dask_worker", "--no-nanny", "--nthreads", "1",
          "--no-dashboard", "--memory-limit", "0"]


@pytest.fixture
def dask():
    if programs.run(programs.PYTHON, "-c", "import distributed").returncode != 0:
        pytest.skip("not installed: python3-distributed")


@pytest.fixture
def cluster(dask, path, tmp_path):
    """The address of a scheduler."""
    (tmp_path / "work").mkdir()
    with started(SCHEDULER, r"Scheduler at: *(tcp://\S+)", path, tmp_path / "work") as (_, match):
        yield match[1]


def test_dask_with_a_worker_that_is_killed(rootscope, world, one_process, path, cluster, tmp_path):
    """One of two workers dies when its shard is all read, but is not known to be."""
    os.mkfifo(tmp_path / "stuck")
    (tmp_path / "dying").mkdir()
    dying = tmp_path / "dying/rootscope"
    dying.write_text(f"#!/bin/sh\n{tmp_path}/bin/rootscope \"$@\"\n"
                     f"echo stuck >{tmp_path}/stuck\nexec tail -f /dev/null\n")
    dying.chmod(0o755)
    with contextlib.ExitStack() as stack:
        workers = [stack.enter_context(started([*WORKER, cluster], "Registered to:",
                                               where, tmp_path / "work"))[0]
                   for where in (path, f"{dying.parent}:{path}")]
        script, _ = stack.enter_context(started(
            [programs.PYTHON, SCRIPT, "--scheduler", cluster, "--shards", tmp_path / "shards",
             "--size", "2", "--store", tmp_path / "all.db", tmp_path / "inputs.txt", "--", *world],
            "Shards done: 1 of", path, tmp_path))
        assert (tmp_path / "stuck").read_text() == "stuck\n"  # waits until it is
        os.killpg(workers[1].pid, signal.SIGKILL)
        said = script.stderr.read()
        assert script.wait() == 0, said
    assert re.search("Shards done: ([0-9]+) of \\1\n", said)
    names = [store.name for store in (tmp_path / "shards").iterdir()]
    assert [name for name in names if not name.endswith(".db")]  # what was lost
    expect_same(rootscope, world, tmp_path / "all.db", one_process)


def test_dask_begun_again(dask, rootscope, world, one_process, path, tmp_path):
    """Without a cluster it makes one; what its folder has, and the store, need no input again."""
    inputs = (tmp_path / "inputs.txt").read_text()
    for store in ("all.db", "again.db"):
        done = programs.run(programs.PYTHON, SCRIPT, "--shards", "shards", "--size", "4",
                            "--store", store, "-", "--", *world, "--tsv", input=inputs,
                            env={"PATH": path, "HOME": tmp_path}, cwd=tmp_path, timeout=120,
                            check=True)
        assert done.stdout.startswith("root\tsuffix\t")
        expect_same(rootscope, world, tmp_path / store, one_process)
        for line in inputs.split():
            if str(tmp_path) in line:
                pathlib.Path(line).unlink(missing_ok=True)


def test_dask_tells_why_a_shard_fails(dask, world, path, tmp_path):
    (tmp_path / "inputs.txt").write_text(f"{tmp_path / 'input-0'}\n")
    done = programs.run(programs.PYTHON, SCRIPT, "--shards", "shards", "--store", "all.db",
                        "inputs.txt", "--", "--intermediates", "missing.pem",
                        env={"PATH": path, "HOME": tmp_path}, cwd=tmp_path, timeout=120)
    assert done.returncode != 0 and "missing.pem" in done.stderr
    assert not (tmp_path / "all.db").exists()


def test_dask_completes_no_shard_without_an_input(dask, rootscope, world, one_process, path,
                                                  tmp_path):
    """What cannot be read ends the command; once it can be, the same command gives all of it."""
    (tmp_path / "input-0").rename(tmp_path / "away")

    def run():
        return programs.run(programs.PYTHON, SCRIPT, "--shards", "shards", "--size", "2",
                            "--store", "all.db", "inputs.txt", "--", *world,
                            env={"PATH": path, "HOME": tmp_path}, cwd=tmp_path, timeout=120)
    done = run()
    assert done.returncode != 0 and "input-0: No such file or directory" in done.stderr
    assert not (tmp_path / "all.db").exists()
    (tmp_path / "away").rename(tmp_path / "input-0")
    assert run().returncode == 0
    expect_same(rootscope, world, tmp_path / "all.db", one_process)
