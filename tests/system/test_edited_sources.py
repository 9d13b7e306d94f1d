# SPDX-License-Identifier: Apache-2.0
"""
set-mode and the report's patch on sources made at random: what was asked for is in force
afterwards, and nothing else has changed.
"""

import json
import random

import pytest

import programs
from test_report import violation
from test_set_mode import Folders

SEEDS = range(32)
ROOTS = [f"{i:02x}" * 32 for i in range(1, 9)]
MODES = ("enforce", "test", "off", "test until 2099-01-01")


def body(rng):
    lines = [f"{rng.choice(['  ', '    ', chr(9)])}permit d{rng.randrange(9)}.example"
             f"{rng.choice(['', ' # y'])}" for _ in range(rng.randint(1, 3))]
    if rng.random() < 0.4:
        lines.insert(rng.randint(0, len(lines)), f"  mode {rng.choice(MODES)}"
                                                 f"{rng.choice(['', ' # z'])}")
    return lines


def source(rng, roots):
    """A source that lists these roots in some stanzas, as people write them."""
    lines = [f"mode {rng.choice(MODES)} # all"] if rng.random() < 0.3 else []
    while roots:
        lines += rng.choice([[], [""], ["# comment"], ["   "]])
        count = rng.choice([1, 1, 1, 2, 3])
        shared, roots = roots[:count], roots[count:]
        for root in shared:
            lines.append(f"{rng.choice(['', ' '])}root spki-sha256:{root}"
                         f"{rng.choice(['', ' # x'])}")
            lines += rng.choice([[], [], ["# between"]])
        lines += body(rng)
    end = rng.choice(["\n", "\r\n"])
    return "".join(line + end for line in lines)


def some_of(rng, state):
    roots = sorted(filter(None, state))
    return rng.sample(roots, rng.randint(1, min(6, len(roots))))


class Made(Folders):
    def __init__(self, tmp_path, rootscope, rng):
        super().__init__(tmp_path, rootscope)
        self.options = ["--shipped", self.shipped, "--local", self.local]
        for path in (self.shipped / "b.list", self.shipped / "m.list", self.local / "a.list",
                     self.local / "k.list", self.local / "zz-local.list"):
            if rng.random() < 0.7 or path.name == "m.list":
                path.write_bytes(source(rng, rng.sample(ROOTS, rng.randint(2, 5))).encode())
        self.compile()

    def compile(self):
        self._rootscope("compile", *self.options, "-o", self.list, check=True)

    def state(self):
        """Mode, and what is permitted, of each root; the list's mode is that of None."""
        shown = json.loads(self._rootscope("show", "--json", self.list, check=True).stdout)
        state = {None: (shown["mode"], None)}
        for stanza in shown["stanzas"]:
            mode = " until ".join(filter(None, [stanza["mode"], stanza.get("mode_until")]))
            for root in stanza["roots"]:
                state[root["sha256"]] = mode, frozenset(stanza["permit"])
        return state


@pytest.mark.parametrize("seed", SEEDS)
def test_modes_are_set(tmp_path, rootscope, seed):
    rng = random.Random(seed)
    made = Made(tmp_path, rootscope, rng)
    for number in range(4):
        before, texts = made.state(), made.texts()
        of_list = rng.random() < 0.2
        roots = [None] if of_list else some_of(rng, before)
        mode = rng.choice(MODES[:3])
        # A file of its own now and then: zz-local.list may be what has to be overruled.
        done = made.run(mode, *(["--all"] if of_list else roots), "--file",
                        rng.choice(["zz-local.list", f"zzz-{number}.list"]))
        if done.returncode != 0:
            assert "does not sort after it" in done.stderr, done.output
            assert made.texts() == texts
            continue
        made.compile()
        wanted = {**before, **{root: (mode, before[root][1]) for root in roots}}
        assert made.state() == wanted, texts


@pytest.mark.parametrize("seed", SEEDS)
def test_patches_permit_what_they_say(tmp_path, rootscope, command, seed):
    rng = random.Random(seed)
    made = Made(tmp_path, rootscope, rng)
    before = made.state()
    suffixes = [f"{prefix}{i}.example" for prefix in ("e", "x.d") for i in range(9)]
    seen = {root: rng.sample(suffixes, rng.randint(1, 4))
            for root in some_of(rng, before)}
    telemetry, patch = tmp_path / "telemetry", tmp_path / "patch"
    telemetry.write_bytes(b"".join(
        violation(root=f"spki-sha256:{root}", suffix=suffix) + b"\n"
        for root, told in seen.items() for suffix in told))
    def diff(name):
        return programs.run("sh", "-c", 'patch=$1; shift; exec "$@" >"$patch"', "sh", patch,
                            command, "report", "--diff", "--file", name, *made.options, telemetry)
    done = diff("zz-local.list")
    if done.returncode != 0:
        assert "does not sort after it" in done.stderr, done.output
        assert patch.read_text() == "" and diff("zzz.list").returncode == 0
    if patch.stat().st_size > 0:
        done = programs.run("patch", "-p1", "--fuzz=0", "-d", made.local, "-i", patch, check=True)
        assert "offset" not in done.output
    made.compile()
    wanted = dict(before)
    for root, told in seen.items():
        mode, permitted = before[root]
        new = {f"dns:{suffix}" for suffix in told
               if not any(("." + suffix).endswith("." + name) for name in permitted)}
        wanted[root] = mode, permitted | new
    assert made.state() == wanted, patch.read_text()
