# SPDX-License-Identifier: Apache-2.0
"""Rows of the table, and how they are written."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Row:
    what: str
    rival: str  # what it is compared with, and its figure
    measured: str
    target: str = ""
    met: bool | None = None  # None: there is no target


def grouped(number):
    return f"{number:,.0f}"


def percent(share):
    return f"{share * 100:.2f} %"


def at_most(value, limit):
    return value <= limit


def markdown(rows):
    """A table; what misses its target is in bold."""
    lines = ["| what | compared with | measured | target |", "|---|---|---|---|"]
    for row in rows:
        measured = f"**{row.measured}**" if row.met is False else row.measured
        lines.append(f"| {row.what} | {row.rival} | {measured} | {row.target} |")
    return "\n".join(lines) + "\n"
