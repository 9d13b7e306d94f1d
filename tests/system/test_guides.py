# SPDX-License-Identifier: Apache-2.0
"""
README.md and docs/guides: every command is typed as it is printed, on a machine of its own.

A block ```sh is a script that must succeed. In a block ```console, lines that begin with `$ ` are
commands, and what is below each must be what it prints; `…` stands for any text. A block
```sh untested: WHY is skipped. Blocks of other kinds are not for a shell.
"""

import dataclasses
import os
import pathlib
import re
import shutil

import pytest

from pki import Pki

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PAGES = [SOURCE / "README.md", *sorted((SOURCE / "docs/guides").glob("*.md"))]
BLOCK = re.compile(r"^```(sh|console)( untested: ([^\n]+))?\n(.*?)^```$", re.M | re.S)
MOST_UNTESTED = 3  # in a page

# What a page needs beside what every machine has.
TOOLS = {"partner-client-certificates": ["nginx"]}
ONLY_ROOT = {"partner-client-certificates": "nginx changes its user"}


@dataclasses.dataclass
class Line:
    """What is typed, and what it prints; without the latter it must succeed."""
    typed: str
    printed: str = ""


def lines_of(kind, text):
    if kind == "sh":
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
    return [(match[1], match[3], match[4], text[:match.start()].count("\n") + 2)
            for match in BLOCK.finditer(text)]


def is_printed(wanted, output):
    """`…` alone on a line stands for any lines, or none."""
    pattern = re.escape(wanted).replace("…\\\n", "(.*\n)?").replace("…", ".*")
    return re.fullmatch(pattern, output, re.S)


@pytest.fixture
def files(tmp_path):
    """
    The files that the pages name, in the current directory: the root of a company and what it
    issued for www.corp.example and www.bank.example, which are two servers; the same of a partner,
    for clients, and of mkcert.
    """
    work = tmp_path / "work"
    work.mkdir()
    (tmp_path / "pki").mkdir()
    pki = Pki(tmp_path / "pki")
    shutil.copy(pki.root.pem, work / "corp-root.pem")
    for host in "www.corp.example", "www.bank.example", "shop.test":
        leaf = pki.leaf(host, [f"DNS:{host}"], issuer=pki.intermediate)
        shutil.copy(leaf.chain, tmp_path / f"{host}.chain")
        shutil.copy(leaf.key, tmp_path / f"{host}.key")
    shutil.copy(tmp_path / "www.corp.example.chain", tmp_path / "server.chain")
    shutil.copy(tmp_path / "www.corp.example.key", tmp_path / "server.key")
    (tmp_path / "hosts").write_text(
        "127.0.0.1 localhost www.corp.example www.bank.example shop.test\n")
    return "mkdir -p /usr/local/share/ca-certificates\n"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_of_a_page(page, files, machine):
    if page.stem in ONLY_ROOT and os.geteuid() != 0:
        pytest.skip(f"needs root: {ONLY_ROOT[page.stem]}")
    lines = [line for kind, untested, text, _ in blocks(page) if not untested
             for line in lines_of(kind, text)]
    assert lines, f"{page} has no commands"
    results = machine([line.typed for line in lines], files,
                      ["curl", "update-ca-certificates", *TOOLS.get(page.stem, [])])
    for line, done in zip(lines, results, strict=True):
        if line.printed:
            assert is_printed(line.printed, done["output"]), f"{line.typed}\n{done['output']}"
        else:
            assert done["status"] == 0, f"{line.typed}\n{done['output']}"


UNTESTED = [(page, number, why) for page in PAGES for _, why, _, number in blocks(page) if why]


@pytest.mark.parametrize("page,number,why", UNTESTED)
def test_commands_that_are_not_tested(page, number, why):
    pytest.skip(f"{page.relative_to(SOURCE)}:{number}: {why}")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_few_commands_are_not_tested(page):
    assert sum(1 for other, _, _ in UNTESTED if other == page) <= MOST_UNTESTED
    kinds = re.findall("^```(.+)$", page.read_text(), re.M)
    assert all(re.fullmatch("sh|console|sh untested: .+|text|ini|nginx", kind) for kind in kinds)
