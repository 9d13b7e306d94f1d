# SPDX-License-Identifier: Apache-2.0
"""What the module adds to a verification: instructions and time, beside OpenSSL's own."""

from table import Row, grouped, percent
from world import (BAD, median_difference, median_ratio, quiet_difference, quiet_ratio,
                   quiet_rival, say)

KEYS = {"rsa": ("RSA-2048", 0.008, 0.022), "p256": ("P-256", 0.0035, 0.012)}


def make_chains(world):
    """The chains of all rows here. Whatever a list must name is made at once."""
    orders = {}
    for key in KEYS:
        for name, more in (("2", {}), ("100", {"names": 100}), ("200", {"names": 200}),
                           ("bad", {"domain": BAD}), ("first", {"set": 1})):
            orders[key, name] = dict(key=key, **more)
    return dict(zip(orders, world.chains(*orders.values())))


def share_row(what, plain, guarded, limit):
    more = guarded - plain
    return Row(what, f"X509_verify_cert: {grouped(plain)} instructions",
               f"+{grouped(more)} = {percent(more / plain)}",
               f"≤ {limit * 100:.2g} %" if limit else "", more / plain <= limit if limit else None)


def hook(world, quick):
    """Instructions of the whole hook, contexts included."""
    chains = make_chains(world)
    roots = [chains[key, set] for key in KEYS for set in ("2", "first")]
    conf = world.conf("hook", world.list(roots))
    by_certificate = world.conf("hook-cert", world.list(roots, by="cert"))
    count = 5 if quick else 20
    cases, names = [], []
    for key in KEYS:
        for name, kind in (("2", "guarded"), ("2", "guarded+anew"), ("100", "guarded"),
                           ("200", "guarded"), ("first", "guarded+anew+cold")):
            names.append((key, name, kind))
            cases.append(f"{kind}:{1 if 'cold' in kind else count}:{chains[key, name]}")
    figures = {}
    for title, under in (("plain", world.bare), ("guarded", conf), ("cert", by_certificate)):
        say(f"hook: instructions, {title}")
        counted = world.instructions(under, cases, chains["rsa", "bad"])
        figures[title] = dict(zip(names, counted))
    plain, guarded, cert = (figures[title] for title in ("plain", "guarded", "cert"))
    rows = []
    for key, (word, limit, _) in KEYS.items():
        usual = (key, "2", "guarded")
        rows.append(share_row(f"hook, 3 certificates, 2 names, {word}", plain[usual],
                              guarded[usual], limit))
        anew = (key, "2", "guarded+anew")
        rows.append(share_row(f"the same, certificates decoded anew, {word}", plain[anew],
                              guarded[anew], None))
        hundred = (key, "100", "guarded")
        rows.append(share_row(f"the same, 100 names, {word}", plain[hundred], guarded[hundred],
                              None))
        two_hundred = (key, "200", "guarded")
        each = (guarded[two_hundred] - plain[two_hundred] - guarded[hundred]
                + plain[hundred]) / 100
        rows.append(Row(f"each further name, {word}", "", f"{grouped(each)} instructions",
                        "≤ 450", each <= 450))
        first = (key, "first", "guarded+anew+cold")
        more = guarded[first] - plain[first]
        target, met = ("≤ 60,000", more <= 60000) if key == "rsa" else ("", None)
        rows.append(Row(f"keys seen for the first time, {word}",
                        f"keys seen before: +{grouped(guarded[anew] - plain[anew])}",
                        f"+{grouped(more)} instructions", target, met))
        rows.append(Row(f"root listed by certificate, {word}",
                        f"by key: +{grouped(guarded[usual] - plain[usual])}",
                        f"+{grouped(cert[usual] - plain[usual])} instructions",
                        "as by key",
                        cert[usual] - plain[usual] <= 1.1 * (guarded[usual] - plain[usual])))
    return rows


def clock(world, quick):
    """Time of the hook, in one process: with our verify function and with OpenSSL's in turn."""
    chains = make_chains(world)
    conf = world.conf("clock", world.list([chains[key, "2"] for key in KEYS]))
    rounds, rows = (15, []) if quick else (150, [])
    for key, (word, _, limit) in KEYS.items():
        for name, anew in (("2", ""), ("2", "+anew"), ("100", "")):
            say(f"clock: {word}, {name} names{anew}")
            plain, guarded = world.times(
                conf, [f"plain{anew}:300:{chains[key, name]}",
                       f"guarded{anew}:300:{chains[key, name]}"],
                chains[key, "bad"], rounds, options=["--in-turn"])
            share = quiet_ratio(guarded, plain) - 1
            limited = name == "2" and not anew
            rows.append(Row(
                f"hook, time, {name} names, {word}" + (", decoded anew" if anew else ""),
                f"X509_verify_cert: {quiet_rival(guarded, plain) / 1000:.1f} µs",
                f"{quiet_difference(guarded, plain) / 1000:+.2f} µs = {percent(share)}; all pairs: "
                f"{median_difference(guarded, plain) / 1000:+.2f} µs = "
                f"{percent(median_ratio(guarded, plain) - 1)}",
                f"≤ {limit * 100:.2g} %" if limited else "", share <= limit if limited else None))
    return rows


def constraints(world, quick):
    """The same suffixes as an extension that OpenSSL checks itself."""
    rows = []
    for count, limit in ((100, 3), (1500, 50)):
        say(f"constraints: {count} suffixes")
        usual, limited, bad = world.chains(
            dict(suffixes=count), dict(suffixes=count, constrained=True),
            dict(suffixes=count, domain=BAD))
        conf = world.conf("constraints", world.list([usual], permitted=count))
        count_of = 3 if quick else 10
        cases = [f"guarded:{count_of}:{usual}", f"guarded:{count_of}:{limited}"]
        plain, theirs = world.instructions(world.bare, cases, bad)
        ours, _ = world.instructions(conf, cases, bad)
        ratio = (theirs - plain) / (ours - plain)
        rows.append(Row(f"constraint check, {count:,} suffixes, 2 names: instructions",
                        f"nameConstraints in the root: +{grouped(theirs - plain)}",
                        f"+{grouped(ours - plain)}, {ratio:.1f} × faster", f"≥ {limit} ×",
                        ratio >= limit))
        # Not all three in turn: OpenSSL's walk over the suffixes would empty the caches for ours.
        theirs, ours = (
            quiet_difference(checked, none) for none, checked in (
                world.times(conf, [f"plain:300:{usual}", checked], bad, 15 if quick else 100,
                            options=["--in-turn"])
                for checked in (f"plain:300:{limited}", f"guarded:300:{usual}")))
        rows.append(Row(f"constraint check, {count:,} suffixes, 2 names: time",
                        f"nameConstraints in the root: +{theirs / 1000:.2f} µs",
                        f"+{ours / 1000:.2f} µs, {theirs / ours:.1f} × faster", f"≥ {limit} ×",
                        theirs / ours >= limit))
    return rows
