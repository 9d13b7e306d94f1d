# SPDX-License-Identifier: Apache-2.0
"""The command: compiling large lists, and reading telemetry."""

import random
import re

from table import Row, grouped
from world import BAD, Missing, median, need, run, say

SYLLABLES = ("ba be bi bo da de di do fa fi ga go ha hi ka ki la le li lo ma me mi mo na ne ni no "
             "pa pe pi po ra re ri ro sa se si so ta te ti to va vi wa za tech shop cloud data net "
             "soft web media group home").split()
ENDS = ["com"] * 45 + ["net", "org", "de", "co.uk", "io", "fr", "nl", "com.br", "example"] * 6
HOSTS = ["www"] * 8 + "mail api shop blog dev app cdn portal staging vpn".split()


def host_names(count):
    """Made up, and spelt as those in public certificates are; always the same."""
    draw = random.Random(1)
    names = set()
    while len(names) < count:
        domain = ("".join(draw.choices(SYLLABLES, k=draw.randint(2, 5))) + "."
                  + draw.choice(ENDS))
        names.add(domain)
        for host in draw.sample(HOSTS, draw.choice((0, 0, 1, 2, 3))):
            names.add(f"{host}.{domain}")
    return sorted(names)[:count]


def compile(world, quick):
    """Compiling 1,000,000 suffixes, beside sort(1) of the same lines."""
    count = 100_000 if quick else 1_000_000
    usual, bad = world.chains(dict(suffixes=1), dict(suffixes=1, domain=BAD))
    names = host_names(count)
    random.Random(2).shuffle(names)
    source = world.folder / "large.list"
    lines = "".join(f"    permit {name}\n" for name in names)
    # Each host is exact: a domain does not cover the hosts below it.
    source.write_text(world.root_line(usual) + lines + "    permit s0.corp.example\n")
    image = source.with_suffix(".rsl")
    say(f"compile: {count:,} suffixes")
    ours, rival = world.processor_times(
        [([world.command, "compile", "-o", image, source], world.environment(world.bare)),
         (["sort", source], dict(world.environment(world.bare), LC_ALL="C"))], 3)
    world.times(world.conf("large", image), [f"guarded:1:{usual}"], bad, 1)
    seconds, size = min(ours) / 1e6, image.stat().st_size
    return [Row(f"compile {count:,} suffixes",
                f"sort(1) of the same lines: {min(rival) / 1e6:.2f} s",
                f"{seconds:.2f} s", "≤ 1 s", seconds <= 1),
            Row("bytes in the compiled list for each", "",
                f"{size / count:.1f} bytes", "≤ 13 bytes", size / count <= 13)]


def report(world, quick):
    """Reading telemetry, beside a bare parse of the same lines with simdjson, jansson and jq."""
    count = 300_000 if quick else 1_000_000
    log = world.folder / "telemetry"
    tools = world.build / "tests/bench"
    log.write_text(run(tools / "make_telemetry", count))
    env = world.environment(world.bare)
    runs = [([tools / "parse_bare", "simdjson", log], env), ([world.command, "report", log], env),
            ([tools / "parse_bare", "jansson", log], env)]
    try:
        runs.append(([need("jq"), "-c", ".event", log], env))
    except Missing as what:
        say(f"report: {what}")
    say(f"report: {count:,} lines")
    found = [min(figures) / 1e6 for figures in world.processor_times(runs, 3 if quick else 5)]
    bare, ours = found[:2]
    rows = [Row(f"report of {count:,} lines, {log.stat().st_size / 1e6:.0f} MB",
                f"simdjson alone: {bare:.2f} s",
                f"{ours:.2f} s = {bare / ours:.2f} of its speed", "≥ 0.5", bare / ours >= 0.5)]
    rows += [Row("the same", f"{word}: {seconds:.2f} s", f"{seconds / ours:.1f} × its speed")
             for word, seconds in zip(("jansson alone", "jq -c .event"), found[2:])]
    log.unlink()
    return rows


def forged(world, quick):
    """Chains that are forged to cost much; the worst of all kinds."""
    say("forged")
    output = run(world.build / "tests/property/forged_chains")
    found = re.findall(r"^(.*?) +OpenSSL +(\d+) us, the check +(\d+) us, together ([\d.]+) times",
                       output, re.M)
    best = {}
    for kind, bare, check, times in found:
        if kind not in best or float(times) < best[kind][2]:
            best[kind] = (int(bare), int(check), float(times))
    kind, (bare, check, times) = max(best.items(), key=lambda item: item[1][2])
    return [Row(f"forged chain, the worst of {len(best)} kinds: {kind}",
                f"X509_verify_cert: {grouped(bare)} µs",
                f"+{grouped(check)} µs (check twice) = {times:.1f} ×", "≤ 3 ×", times <= 3)]
