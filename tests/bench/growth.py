# SPDX-License-Identifier: Apache-2.0
"""How the cost of the hook grows with what it has to look at."""

import dataclasses

from rows_process import stack_figures, thread_shares
from world import BAD, Missing, say


@dataclasses.dataclass(frozen=True)
class Curve:
    title: str
    across: str  # what grows
    up: str  # what is measured
    points: list  # of (x, y); x may be a word
    logarithmic: bool = True  # both axes
    most: float | None = None  # what no y may exceed
    least: float | None = None


def added(world, conf, chains, bad, counts):
    """Instructions that the module adds to one verification of each chain."""
    cases = [f"guarded:{n}:{chain}" for chain, n in zip(chains, counts)]
    with_it = world.instructions(conf, cases, bad)
    return [b - a for a, b in zip(world.instructions(world.bare, cases, bad), with_it)]


def by_list(world, title, across, sizes, options_of):
    """A curve over lists: the same chain under each."""
    usual, bad = world.chains(dict(suffixes=3), dict(suffixes=3, domain=BAD))
    cases = [f"guarded:20:{usual}"]
    bare, points = world.instructions(world.bare, cases, bad)[0], []
    for size in sizes:
        say(f"growth: {size:,} {across}")
        image = world.list([usual], **options_of(size))
        conf = world.conf("growth", image)
        points.append((size, world.instructions(conf, cases, bad)[0] - bare))
        image.unlink()
    first = points[0][1]
    return Curve(title, across, "instructions added", points, most=1.1 * first)


def by_chain(world, title, across, sizes, order_of, repeats):
    """A curve over chains under one list; their keys are of one set, so one root is listed."""
    orders = [dict(key="p256", **order_of(size)) for size in sizes]
    *chains, bad = world.chains(*orders, dict(key="p256", domain=BAD))
    # Roots of chains of another length have another key.
    roots = {chain: None for chain in chains} if across == "certificates" else {chains[0]: None}
    if not any(order.get("length", 3) == 3 for order in orders):
        roots[bad] = None
    say(f"growth: {', '.join(f'{size:,}' for size in sizes)} {across}")
    conf = world.conf("growth", world.list(list(roots)))
    more = added(world, conf, chains, bad, repeats)
    return Curve(title, across, "instructions added", list(zip(sizes, more)))


def curves(world, quick):
    """All curves; those that this machine cannot have are left out."""
    tens = [10, 100, 1000, 10_000, 100_000, 1_000_000]
    names = [2, 10, 100, 1000] + ([] if quick else [10_000])
    lengths = [3, 5, 10, 20, 50]
    yield by_list(world, "Suffixes of the list", "suffixes", tens[:-2] if quick else tens,
                  lambda n: dict(roots=1, permitted=n))
    yield by_list(world, "Roots of the list", "roots", [1] + (tens[:3] if quick else tens[:5]),
                  lambda n: dict(roots=n, permitted=3))
    yield by_chain(world, "Names of the leaf", "names", names, lambda n: dict(names=n),
                   [10, 10, 5, 2, 1])
    yield by_chain(world, "Length of the chain", "certificates", lengths,
                   lambda n: dict(length=n), [10, 5, 3, 2, 1])
    shares = thread_shares(world, quick)
    yield Curve("Threads verifying", "threads", "share of the throughput",
                [(count, share) for count, (share, _) in shares.items()],
                logarithmic=False, least=0.98)
    try:
        _, more = stack_figures(world)
    except Missing as what:
        say(f"growth: {what}")
        return
    most = sorted(((case, taken) for case, taken in more.items()), key=lambda row: row[1])
    yield Curve("Stack", "name", "bytes added", most, logarithmic=False, most=4096)


def figure(curve, y):
    if curve.up.startswith("share"):
        return f"{y:.3f}"
    return f"{y:,.0f}"


def markdown(curve):
    """A curve as a table."""
    def label(x):
        return f"{x:,}" if isinstance(x, int) else x
    lines = [f"### {curve.title}", "", f"| {curve.across} | {curve.up} |", "|---|---|"]
    lines += [f"| {label(x)} | {figure(curve, y)} |" for x, y in curve.points]
    if curve.most is not None:
        lines += ["", f"At most {figure(curve, curve.most)} are allowed."]
    if curve.least is not None:
        lines += ["", f"At least {figure(curve, curve.least)} is the target."]
    return "\n".join(lines) + "\n"
