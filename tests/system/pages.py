# SPDX-License-Identifier: Apache-2.0
"""
The commands of a page of the documentation.

A block ```sh is a script that must succeed. In a block ```console, lines that begin with `$ ` are
commands, and what is below each must be what it prints; `…` stands for any text. A block
```sh untested: WHY is skipped. Other blocks are not for a shell. What a reader does not see,
<!-- test: COMMAND -->, makes the trouble that the next block is about.
"""

import dataclasses
import re

BLOCK = re.compile(r"^(?:<!-- (test): ([^\n]*) -->|```(sh|console)(?: untested: ([^\n]+))?\n"
                   r"(.*?)^```)$", re.M | re.S)


@dataclasses.dataclass
class Line:
    """What is typed, and what it prints; without the latter it must succeed."""
    typed: str
    printed: str = ""


def lines_of(kind, text):
    """The lines of a block; of a script, it is one."""
    if kind in ("sh", "test"):
        return [Line(f"set -e\n{text}")]
    lines = []
    for line in text.splitlines():
        if line.startswith("$ "):
            lines.append(Line(line[2:]))
        elif lines[-1].typed.endswith("\\"):
            lines[-1].typed += f"\n{line}"
        else:
            lines[-1].printed += f"{line}\n"
    return lines


def blocks(page):
    """kind, why it is untested or None, text, number of its first line"""
    text = page.read_text()
    return [(match[1] or match[3], match[4], match[2] or match[5],
             text[:match.start()].count("\n") + 2) for match in BLOCK.finditer(text)]


def is_printed(wanted, output):
    """`…` alone on a line stands for any lines, or none; elsewhere for any text of the line."""
    pattern = "".join("(.*\n)?" if line == "…\n" else re.escape(line).replace("…", "[^\n]*")
                      for line in wanted.splitlines(keepends=True))
    return re.fullmatch(pattern, output, re.S)
