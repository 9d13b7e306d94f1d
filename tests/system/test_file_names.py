# SPDX-License-Identifier: Apache-2.0
"""
Names of files that would deceive a terminal: none reaches it as it is, in messages and in answers.
"""

import os
import re
import subprocess

import pytest

import programs

# It sets a terminal's title, begins a line that looks like a message, and is not UTF-8.
BAD = os.fsdecode(b"a\x1b]0;owned\x07\nrootscope: all is well\xff")
SHOWN = rb"a\x1b]0;owned\x07\x0arootscope: all is well\xff"
CORP = "ab" * 32
SOURCE = f'root spki-sha256:{CORP} "Corp Root"\n    permit corp.example\n'


@pytest.fixture(scope="module")
def here(pki, rootscope, tmp_path_factory):
    """A folder in which each file has a bad name, with an ending that says what it is."""
    here = tmp_path_factory.mktemp("here")
    (here / "local").mkdir()
    (here / f"{BAD}.list").write_text(SOURCE + "    permit corp..example\n")
    (here / "local" / f"{BAD}.list").write_text(SOURCE + "    permit www.corp.example\n")
    (here / f"{BAD}.key").write_text(pki.root.key.read_text())
    (here / f"{BAD}.pem").write_text(pki.root.pem.read_text())
    (here / f"{BAD}.log").write_text("{}\n")
    (here / f"{BAD}.bin").write_bytes(b"\0\1\2" * 100)
    (here / "good.list").write_text(SOURCE)
    rootscope("compile", "-q", "-o", here / f"{BAD}.rsl", here / "good.list", check=True)
    return here


@pytest.mark.parametrize("words", [
    ["compile", "--check", f"{BAD}.list"],
    ["compile", "-o", f"{BAD}/new.rsl", "good.list"],
    ["compile", "--check", BAD],
    ["lint", "--local", "local", "--shipped", "none"],
    ["lint", "--json", "--local", "local", "--shipped", "none"],
    ["show", f"{BAD}.pem"],
    ["show", f"{BAD}.rsl"],
    ["show", "--json", f"{BAD}.rsl"],
    ["diff", f"{BAD}.rsl", f"{BAD}.key"],
    ["check", "--list", f"{BAD}.rsl", f"{BAD}.key"],
    ["check", "--list", f"{BAD}.key", f"{BAD}.pem"],
    ["import", "--from-certificate", f"{BAD}.key"],
    ["import", "--from-ccadb", f"{BAD}.pem"],
    ["report", f"{BAD}.log", BAD],
    ["survey", "--roots", f"{BAD}.pem", f"{BAD}.bin", BAD],
    ["survey", "--roots", BAD, f"{BAD}.pem"],
    ["survey", "summary", f"{BAD}.bin"],
    ["propose", f"{BAD}.bin"],
    ["permit", "Corp Root", "a.example", "--local", "local", "--shipped", "none", "-o", "new.rsl"],
    ["edit", f"{BAD}.list", "--local", "local", "--shipped", "none", "-o", "new.rsl"],
    ["status", "--config", BAD],
    ["status", "--json", "--config", BAD],
    [BAD],
    ["compile", f"--{BAD}"],
    ["compile", "--check", "--shipped", BAD, "--local", "none"],
], ids=lambda words: " ".join(words).replace(BAD, "BAD"))
def test_no_name_deceives_a_terminal(command, here, words):
    done = subprocess.run([command, *words], env=programs.environment(None, VISUAL="true"),
                          cwd=here, capture_output=True, timeout=60)
    output = done.stdout + done.stderr
    assert SHOWN in output.replace(rb"\\", b"\\"), output
    assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", output), output
    assert b"\nrootscope: all is well" not in output
    output.decode()  # is UTF-8
