# SPDX-License-Identifier: Apache-2.0
"""The commands of docs/guides/change-review.md about sources, run as they are printed."""

import os
import pathlib
import re
import subprocess

from pki import plain_root

GUIDE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "guides" / "change-review.md"


def run(command, folder, line):
    (folder / "bin").mkdir(exist_ok=True)
    link = folder / "bin" / "rootscope"
    if not link.exists():
        link.symlink_to(command)
    environment = {**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
    return subprocess.run(["bash", "-c", line], cwd=folder, env=environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def test_commands_of_the_guide(command, tmp_path):
    blocks = re.findall("^```\n(.*?)^```$", GUIDE.read_text(), re.M | re.S)
    stanza = next(block for block in blocks if block.startswith("root "))
    lines = [line for block in blocks for line in block.splitlines()
             if line.startswith("rootscope ") and "proposed" in line]
    assert len(lines) == 5
    for folder in "reviewed", "proposed":
        (tmp_path / folder).mkdir()
        plain_root(tmp_path / folder / "partner.pem", "Partner")
    (tmp_path / "reviewed" / "a.list").write_text("default\n    permit *\n    permit ip:*\n")
    (tmp_path / "proposed" / "a.list").write_text("default\n    permit *\n    permit ip:*\n")
    (tmp_path / "proposed" / "partner.list").write_text(stanza)
    done = [run(command, tmp_path, line) for line in lines]
    # The root is in no trust store of this machine, of which lint warns. The rest is well.
    assert [d.returncode for d in done] == [1, 0, 0, 0, 0], [d.stdout for d in done]
    assert "root-not-trusted" in done[0].stdout
    assert "narrower: Partner" in done[2].stdout and "wider: needs" not in done[3].stdout
    assert (tmp_path / "permitted.rsl").exists()
