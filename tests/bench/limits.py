# SPDX-License-Identifier: Apache-2.0
"""
Instruction counts that must not grow: those of this run against the file `limits` beside this one.

A count depends on the compiler and on OpenSSL, so the file has a section for each pair of them. On
another pair nothing is compared, and the run says so. A count also depends a little on the keys,
which are new each time: the file has the most of some tries, and the least of some is compared.
"""

import pathlib
import platform
import re

import rows_hook
from world import run

FILE = pathlib.Path(__file__).with_name("limits")
MARGIN, TRIES = 0.05, 3


def pair(world):
    """Words for what the counts depend on."""
    cache = (world.build / "CMakeCache.txt").read_text()
    compiler = re.search(r"^CMAKE_C_COMPILER:\w+=(.*)$", cache, re.M).group(1)
    version = run(compiler, "--version").splitlines()[0]
    name = "clang" if "clang" in version else "gcc"
    major = re.search(r" (\d+)\.\d+\.\d+", version).group(1)
    openssl = re.match(r"OpenSSL (\d+\.\d+)", run("openssl", "version")).group(1)
    return f"openssl-{openssl} {name}-{major} {platform.machine()}"


def read():
    """{pair: {name: count}}"""
    sections, section = {}, None
    for line in FILE.read_text().splitlines() if FILE.exists() else ():
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            name, count = line.rsplit(" ", 1)
            section[name] = int(count)
    return sections


def write(sections):
    with open(FILE, "w") as out:
        out.write("# Instructions that the module adds. Written by tests/bench/run --keep.\n")
        for section, counts in sorted(sections.items()):
            out.write(f"\n[{section}]\n")
            out.writelines(f"{name} {count}\n" for name, count in counts.items())


def count(world):
    """{name: instructions that the module adds}"""
    chains = rows_hook.make_chains(world)
    roots = [chains[key, set] for key in rows_hook.KEYS for set in ("2", "first")]
    conf = world.conf("limits", world.list(roots))
    cases = {"hook of 2 names": f"guarded:20:{chains['rsa', '2']}",
             "hook of 2 names, certificates decoded anew": f"guarded+anew:20:{chains['rsa', '2']}",
             "hook of 100 names": f"guarded:5:{chains['rsa', '100']}",
             "keys seen for the first time": f"guarded+anew+cold:1:{chains['rsa', 'first']}",
             "creation of a context": f"context:100:{chains['rsa', '2']}"}
    with_it, without = (world.instructions(under, list(cases.values()), chains["rsa", "bad"])
                        for under in (conf, world.bare))
    return {name: round(a - b) for name, a, b in zip(cases, with_it, without)}


def of_each(choose, counts):
    """The least or the most of several results of count()."""
    return {name: choose(each[name] for each in counts) for name in counts[0]}


def is_above(now, before):
    return before is None or now > before * (1 + MARGIN)


def measure(world, before):
    """Counts again while one is too high."""
    counts = []
    while len(counts) < TRIES:
        counts.append(count(world))
        now = of_each(min, counts)
        if not any(is_above(now[name], before.get(name)) for name in now):
            break
    return now


def compare(world, keep):
    """The exit status."""
    sections, own = read(), pair(world)
    if keep:
        sections[own] = of_each(max, [count(world) for _ in range(TRIES)])
        write(sections)
        return 0
    before = sections.get(own)
    if before is None:
        print(f"SKIPPED: {FILE.name} has no counts for {own}; "
              "write them with tests/bench/run --keep")
        return 0
    status = 0
    for name, now in measure(world, before).items():
        known = before.get(name)
        text = f"{known:,} in {FILE.name}" if known else f"none in {FILE.name}: use --keep"
        if is_above(now, known):
            text += ": TOO MANY" if known else ""
            status = 1
        print(f"{name}: {now:,} instructions, {text}")
    return status
