# SPDX-License-Identifier: Apache-2.0
"""What the module adds to a process: its start, its memory, its threads, its stack."""

import os
import re

from table import Row, grouped
from world import BAD, Missing, median, median_ratio, quiet_difference, quiet_rival, run, say

KIB = 1024


def list_of_size(world, chains, size):
    """A compiled list of about this many bytes, with one root."""
    count = size // 20
    for _ in range(4):
        image = world.list(chains, roots=1, permitted=max(count, 100))
        count = count * size // image.stat().st_size
    return image


def start(world, quick):
    """Start of a process with the module, beside one with OpenSSL's legacy provider."""
    usual, bad = world.chains({}, dict(domain=BAD))
    empty = world.conf("empty", provider=world.empty_provider)
    confs = [world.bare, empty, world.conf("legacy", provider="legacy")]
    sizes = (("4 KiB", 4 * KIB), ("64 KiB", 64 * KIB), ("1 MiB", 1024 * KIB))
    for word, size in sizes:
        confs.append(world.conf(f"start{size}", list_of_size(world, [usual], size)))
    for conf in confs[3:]:
        world.times(conf, [f"guarded:1:{usual}"], bad, 1)
    say("start")
    try:
        found = world.processes(
            [([world.verify], world.environment(conf)) for conf in confs], 60 if quick else 400)
    except RuntimeError as what:
        raise Missing(f"the legacy provider does not load: {what}") from None
    times, faults = ([[each[i] for each in figures] for figures in found] for i in (0, 1))
    more = [quiet_difference(each, times[0]) for each in times]
    alone = f"default provider alone: {quiet_rival(times[2], times[0]):.0f} µs"
    more_faults = [median(each) - median(faults[0]) for each in faults]

    def measured(i):
        return f"{more[i]:+.0f} µs, {more_faults[i]:.0f} page faults"

    rows = [Row(f"start of a process: {word}", alone, measured(i))
            for i, word in ((1, "a provider that does nothing"), (2, "OpenSSL's legacy provider"))]
    for i, ((word, _), limit) in enumerate(zip(sizes, (more[2], 150, 700)), 3):
        rows.append(Row(f"start of a process: the module, list of {word}",
                        f"legacy provider: +{more[2]:.0f} µs", measured(i),
                        "< legacy" if i == 3 else f"≤ +{limit} µs", more[i] <= limit))
    return rows


def context(world, quick):
    """Creation of an X509_STORE_CTX, beside what OpenSSL takes for any index for its data."""
    usual, bad = world.chains({}, dict(domain=BAD))
    conf = world.conf("context", world.list([usual]))
    cases, few = ([f"context:{count}:{usual}"] for count in (20000 if quick else 200000, 100))
    ways = ((world.bare, ()), (world.bare, ["--index"]), (conf, ()))
    figures = [[] for _ in ways]
    say("context")
    for _ in range(5 if quick else 15):
        for (under, options), found in zip(ways, figures):
            found += [min(world.times(under, cases, bad, 5, options=options)[0])]
    counted = [world.instructions(under, few, bad, options=options)[0] for under, options in ways]
    alone = f"without the module: {quiet_rival(figures[2], figures[0]):.0f} ns"
    more = [quiet_difference(each, figures[0]) for each in figures]
    return [Row("creation of an X509_STORE_CTX: an index without functions, as libssl has one",
                alone, f"{more[1]:+.0f} ns, {grouped(counted[1] - counted[0])} instructions"),
            Row("creation of an X509_STORE_CTX: the module", alone,
                f"{more[2]:+.0f} ns, {grouped(counted[2] - counted[0])} instructions",
                "≤ +50 ns", more[2] <= 50)]


def private_memory(world, quick, conf, usual, bad):
    """KiB of a process that verified, and accepted, and with the module also denied."""
    taken = []
    for _ in range(3 if quick else 9):
        output = run(world.verify, "--memory", *world.judged(bad, None, conf),
                     f"guarded:3:{usual}", env=world.environment(conf))
        taken.append(int(re.search(r"^memory (\d+)$", output, re.M).group(1)))
    return median(taken)


def memory(world, quick):
    """Private memory of a process, with the settings that are the default."""
    usual, bad = world.chains({}, dict(domain=BAD))
    alone, empty = (private_memory(world, quick, conf, usual, bad) for conf in
                    (world.bare, world.conf("empty", provider=world.empty_provider)))
    rows = [Row("private memory, a provider that does nothing",
                f"without it: {alone:.0f} KiB", f"+{empty - alone:.0f} KiB")]
    for word, size in (("4 KiB", 4 * KIB), ("1 MiB", 1024 * KIB)):
        image = list_of_size(world, [usual], size)
        # The denied verification writes a line to syslog.
        conf = world.conf("memory", image, settings="")
        more = private_memory(world, quick, conf, usual, bad) - alone
        beside = more - image.stat().st_size / KIB
        rows.append(Row(f"private memory, list of {word}", f"without the module: {alone:.0f} KiB",
                        f"+{more:.0f} KiB = list + {beside:.0f} KiB", "≤ list + 56 KiB",
                        beside <= 56))
    return rows


def thread_shares(world, quick):
    """
    For 1 to 8 threads, the throughput as a share of that without our verify function, and the
    latter as a share of itself: how much of the former is chance.
    """
    usual, bad = world.chains({}, dict(domain=BAD))
    conf = world.conf("threads", world.list([usual]))
    shares = {}
    for threads in (1, 2, 8) if quick else range(1, 9):
        say(f"threads: {threads}")
        plain, again, guarded = world.times(
            conf, [f"plain:20:{usual}", f"plain:20:{usual}", f"guarded:20:{usual}"], bad,
            20 if quick else 60, options=("--threads", threads))
        shares[threads] = median_ratio(plain, guarded), median_ratio(plain, again)
    return shares


def threads(world, quick):
    """Throughput of threads that verify at the same time."""
    return [Row(f"{count} thread{'s' * (count > 1)} verifying, RSA-2048",
                "the same without our verify function",
                f"{share:.3f} of the throughput; without it against itself: {chance:.3f}",
                "≥ 0.98", share >= 0.98)
            for count, (share, chance) in thread_shares(world, quick).items()]


def stack_figures(world):
    """For each form of a name, permitted and denied: bytes without the module, and more with it."""
    say("stack")
    env = dict(os.environ, PYTEST_ADDOPTS="-s")
    output = run("ctest", "--test-dir", world.build, "-V", "-R", "^system_stack$", env=env)
    alone, more = {}, {}
    for case, bare, with_it in re.findall(
            r"^\d+: \.?([a-z0-9-]+ (?:permitted|denied)) +(\d+) bytes.* (\d+) more", output, re.M):
        alone[case] = max(alone.get(case, 0), int(bare))
        more[case] = max(more.get(case, 0), int(with_it))
    if not more:
        raise Missing("the test system_stack printed no figures: is pytest there?")
    return alone, more


def stack(world, quick):
    """Stack of a verification, the most of every form of a name and of all settings."""
    alone, more = stack_figures(world)
    worst = max(more, key=more.get)
    usual = more["dns permitted"]
    return [Row("stack, permitted dNSName", f"X509_verify_cert: {alone['dns permitted']:,} bytes",
                f"+{usual:,} bytes", "≤ +4,096", usual <= 4096),
            Row(f"stack, the most: {worst}", f"X509_verify_cert: {alone[worst]:,} bytes",
                f"+{more[worst]:,} bytes", "≤ +4,096", more[worst] <= 4096)]
