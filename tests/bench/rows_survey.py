# SPDX-License-Identifier: Apache-2.0
"""
Surveys, beside what does next to nothing with the same certificates.

The tiles are those of a real log, all of whose issuers CCADB knows; copies of them, with another
time each, make a log. They are read from the page cache.
"""

import base64
import collections
import dataclasses
import hashlib
import json
import lzma
import os
import pathlib
import re
import statistics
import sys

from table import Row, grouped
from world import ROOT, Missing, median_ratio, need, run, say

DATA = pathlib.Path(os.environ.get("ROOTSCOPE_TEST_DATA", ROOT.parent / "shared/data"))
ROOTS = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")
TILE, ALL_CAS = DATA / "tesseract_example_tile", DATA / "ccadb_ca_certificates.pem.xz"
ENTRIES = 256  # of the tile; all are attributed, and have a domain
DOMAINS = 259  # which a certificate of it names, each counted once for each


@dataclasses.dataclass
class Survey:
    """What a survey of some entries took: seconds."""
    processor: float
    clock: float


def bench(world):
    return world.build / "tests/bench/bench_survey"


def make(world, name, count, distinct):
    folder = world.folder / name
    folder.mkdir()
    run(bench(world), "make", count, distinct, folder, TILE)
    return folder


def expect(got, wanted, what):
    if got != wanted:
        raise RuntimeError(f"{what}: {got}, expected {wanted}")


def cas(world):
    """The file of the CA certificates that the tile needs: all would only be read each time."""
    return world.folder / "cas.pem"


def steps(world, rounds, seconds=0.1):
    """{step: [entries a second, one for each round]}; steps are taken in turn."""
    output = run(bench(world), "steps", rounds, seconds, ROOTS, cas(world), TILE)
    rates = collections.defaultdict(list)
    found = {"hash": (0, ENTRIES), "walk": (0, ENTRIES), "names": (DOMAINS, 0),
             "attribute": (DOMAINS, ENTRIES), "verify": (DOMAINS, ENTRIES),
             "verify-alone": (0, ENTRIES)}
    for line in output.splitlines():
        step, _, rate, domains, attributed = line.split()
        expect((int(domains), int(attributed)), found[step], f"step {step}: domains and entries")
        rates[step].append(float(rate))
    return rates


def hash_rate(world):
    """The rate of the bare hash, now."""
    lines = run(bench(world), "hash", 5, 0.05, TILE).splitlines()
    return statistics.median(float(line.split()[2]) for line in lines)


def sum_rates(world, folder, entries):
    """That of a program that reads the files, as a survey has to, and hashes them; or nothing."""
    try:
        argv = [need("xxhsum"), "-H3", *sorted(folder.iterdir())]
    except Missing as what:
        say(f"survey: {what}")
        return []
    return [entries / world.processor_times([(argv, world.environment(world.bare))], 1)[0][0] * 1e6]


def check_totals(lines, entries):
    expect(lines, [f"certificates {entries}"], "totals of the store")


def whole(world, source, entries, threads=1):
    """One survey of a file or folder, in which all entries count."""
    times, *totals = run(bench(world), "whole", threads, ROOTS, cas(world), source).splitlines()
    check_totals(totals, entries)
    return Survey(*map(float, times.split()))


def instructions(world, *argv):
    """The instructions of each thing that bench_survey measured."""
    out = world.folder / "callgrind.out"
    run("valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={out}",
        "--toggle-collect=bench_measured", "--dump-after=bench_measured", bench(world), *argv)
    parts = sorted((p for p in world.folder.glob("callgrind.out.*")),
                   key=lambda p: int(p.suffix[1:]))
    counts = [int(re.search(r"^(?:totals|summary): (\d+)", p.read_text(), re.M).group(1))
              for p in parts]
    for part in world.folder.glob("callgrind.out*"):
        part.unlink()
    return counts


def step_instructions(world):
    """{step: instructions for each entry}, of a second round."""
    counts = instructions(world, "steps", 2, 0, ROOTS, cas(world), TILE)
    names = ["hash", "walk", "names", "attribute", "verify", "verify-alone"]
    return dict(zip(names, (count / ENTRIES for count in counts[len(names):2 * len(names)])))


def whole_instructions(world, name, distinct):
    """For each further entry: what a survey of 48 tiles takes more than one of 16."""
    few, many = (make(world, f"{name}{count}", count, distinct) for count in (16, 48))
    more, less = (instructions(world, "whole", 1, ROOTS, cas(world), folder)[0]
                  for folder in (many, few))
    return (more - less) / (32 * ENTRIES)


def step_rows(world, rounds):
    say("survey: steps")
    rates, counts = steps(world, rounds), step_instructions(world)
    bare = f"XXH3 of each certificate: {statistics.median(rates['hash']) / 1e6:.2f} M entries/s"

    def row(step, what):
        rate = statistics.median(rates[step])
        return Row(what, bare, f"{rate / 1e6:.2f} M entries/s = "
                   f"{median_ratio(rates[step], rates['hash']):.2f} of it; "
                   f"{grouped(counts[step])} instructions each")
    alone = statistics.median(rates["verify-alone"])
    share = median_ratio(rates["verify"], rates["verify-alone"])
    return [row("walk", "survey, from memory: the DER alone"),
            row("names", "the same, and the domains of the names"),
            row("attribute", "the same, and the issuer"),
            Row("the same with --verify",
                f"EVP_DigestVerify with the same keys: {grouped(alone)}/s",
                f"{share:.2f} of it", "≥ 0.9", share >= 0.9)]


def tile_rows(world, quick):
    """Whole surveys, with the store; domains that all tiles share, and new ones in each."""
    rows, count = [], 1000 if quick else 4000
    for distinct, words in ((0, "the same domains in each tile"),
                            (100, "other domains in each tile")):
        folder = make(world, f"tiles{distinct}", count, distinct)
        entries = count * ENTRIES
        say(f"survey: {entries:,} entries, {words}")
        figures, hashes, sums = [], [], []
        for _ in range(2 if quick else 5):
            hashes.append(hash_rate(world))
            sums += sum_rates(world, folder, entries)
            figures.append(entries / whole(world, folder, entries).processor)
        share, rate = median_ratio(figures, hashes), statistics.median(figures)
        each = whole_instructions(world, f"few{distinct}-", distinct)
        rows.append(Row(f"survey of {entries:,} entries of tiles, {words}",
                        f"XXH3 of each certificate: {statistics.median(hashes) / 1e6:.2f} "
                        "M entries/s",
                        f"{rate / 1e6:.2f} M entries/s = {share:.2f} of it; "
                        f"{grouped(each)} instructions each",
                        "≥ 0.25, ≥ 1 M/s", share >= 0.25 and rate >= 1e6))
        if sums:
            rival = f"xxhsum -H3 of the same files: {statistics.median(sums) / 1e6:.2f} M entries/s"
            rows.append(Row("the same", rival, f"{median_ratio(figures, sums):.2f} of it"))
    return rows


def table_rows(world, quick):
    """What roots have issued for, of many domains, beside the store's own view of it."""
    folder, store = world.folder / "tiles100", world.folder / "store"
    run(world.command, "survey", "--roots", ROOTS, "--intermediates", ALL_CAS, "--store", store,
        folder, env=world.environment(world.bare))
    say("survey: the table")
    view = "import sqlite3, sys; list(sqlite3.connect(sys.argv[1]).execute('SELECT * FROM by_tld'))"
    env = world.environment(world.bare)
    runs = [([sys.executable, "-c", view, store], env),
            ([world.command, "survey", "summary", store], env)]
    bare, ours = (statistics.median(figures) / 1e6 for figures
                  in world.processor_times(runs, 1 if quick else 3))
    store.unlink()
    entries = len(list(folder.iterdir())) * ENTRIES
    return [Row(f"survey summary of these {entries:,} entries", f"the view by_tld: {bare:.2f} s",
                f"{ours:.2f} s")]


def growth_rows(world, quick):
    """The same tiles once, four times and 16 times as many."""
    base = 100 if quick else 250
    found = {}
    for times in (1, 4, 16):
        folder = make(world, f"growth{times}", base * times, 100)
        say(f"survey: {times} times as many")
        entries = base * times * ENTRIES
        found[times] = min(whole(world, folder, entries).processor for _ in range(3)) / entries
    worst = max(found.values()) / found[1]
    return [Row(f"time for each entry, from {base * ENTRIES:,} entries to 4 and 16 times as many",
                f"{found[1] * 1e6:.2f} µs",
                ", ".join(f"{found[times] * 1e6:.2f} µs" for times in (4, 16)), "as long (+10 %)",
                worst <= 1.1)]


def jobs_rows(world, quick):
    """Two threads; the clock tells only where two processors are free."""
    count = 2000 if quick else 8000
    folder, entries = make(world, "long", count, 100), count * ENTRIES
    say("survey: two threads")
    pairs = [(whole(world, folder, entries), whole(world, folder, entries, 2)) for _ in range(3)]
    times = statistics.median(one.clock / two.clock for one, two in pairs)
    more = statistics.median(two.processor / one.processor for one, two in pairs)
    return [Row(f"survey of {entries:,} entries with --jobs 2", "with --jobs 1",
                f"{times:.2f} × as fast, {more:.2f} × the processor time", "≥ 1.8 ×", times >= 1.8)]


def known_cas():
    """{SHA-256: certificate in DER} of all that CCADB knows."""
    ders = map(base64.b64decode, re.findall("-----BEGIN CERTIFICATE-----(.*?)-----END",
                                            lzma.open(ALL_CAS, "rt").read(), re.S))
    return {hashlib.sha256(der).digest(): der for der in ders}


def read_tile(tile):
    """For each entry its leaf_input, the precertificate, and the SHA-256 of each CA above."""
    def take(at, octets):
        end = at + octets + int.from_bytes(tile[at:at + octets], "big")
        return tile[at + octets:end], end
    at = 0
    while at < len(tile):
        start = at
        is_precert = int.from_bytes(tile[at + 8:at + 10], "big") == 1
        _, at = take(at + (42 if is_precert else 10), 3)
        _, at = take(at, 2)
        leaf, precert = b"\0\0" + tile[start:at], b""
        if is_precert:
            first = at
            _, at = take(at, 3)
            precert = tile[first:at]
        prints, at = take(at, 2)
        yield leaf, precert, [prints[i:i + 32] for i in range(0, len(prints), 32)]


def write_cas(world, entries, known):
    with open(cas(world), "w") as out:
        for each in sorted({known[sha256] for _, _, prints in entries for sha256 in prints}):
            text = base64.encodebytes(each).decode()
            out.write(f"-----BEGIN CERTIFICATE-----\n{text}-----END CERTIFICATE-----\n")


def write_entries(path, entries, known, copies):
    """Entries of get-entries, one a line; each copy has another time."""
    with open(path, "w") as out:
        for copy in range(copies):
            for leaf, precert, prints in entries:
                leaf = leaf[:2] + copy.to_bytes(8, "big") + leaf[10:]
                chain = b"".join(len(known[sha256]).to_bytes(3, "big") + known[sha256]
                                 for sha256 in prints)
                extra = precert + len(chain).to_bytes(3, "big") + chain
                out.write(json.dumps({"leaf_input": base64.b64encode(leaf).decode(),
                                      "extra_data": base64.b64encode(extra).decode()}) + "\n")


def json_rows(world, quick, entries, known):
    """Entries of get-entries, one a line, beside a bare parse by simdjson."""
    copies, path = 200 if quick else 400, world.folder / "entries.json"
    write_entries(path, entries, known, copies)
    say(f"survey: {path.stat().st_size / 1e6:.0f} MB of JSON")
    count, pairs = copies * ENTRIES, []
    parse = [([world.build / "tests/bench/parse_bare", "simdjson", path],
              world.environment(world.bare))]
    for _ in range(3 if quick else 5):
        rival = world.processor_times(parse, 1)[0][0] / 1e6
        pairs.append((rival, whole(world, path, count).processor))
    share = statistics.median(rival / ours for rival, ours in pairs)
    bare = statistics.median(rival for rival, _ in pairs)
    rows = [Row(f"survey of {count:,} entries in JSON, {path.stat().st_size / 1e6:.0f} MB",
                f"simdjson alone: {bare:.2f} s", f"{bare / share:.2f} s = {share:.2f} of its speed",
                "≥ 0.5", share >= 0.5)]
    path.unlink()
    return rows


def survey(world, quick):
    """Surveys of tiles and JSON, beside bare hashes, parsers and verifications."""
    for path in (TILE, ALL_CAS, ROOTS):
        if not path.exists():
            raise Missing(f"{path} is not there")
    entries, known = list(read_tile(TILE.read_bytes())), known_cas()
    write_cas(world, entries, known)
    return (step_rows(world, 3 if quick else 15) + tile_rows(world, quick)
            + table_rows(world, quick) + jobs_rows(world, quick)
            + growth_rows(world, quick) + json_rows(world, quick, entries, known))
