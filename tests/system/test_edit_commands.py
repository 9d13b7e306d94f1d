# SPDX-License-Identifier: Apache-2.0
"""rootscope permit, exclude and remove: the stanza of one root changes, and no other."""

import fcntl
import json
import os
import pathlib
import random
import subprocess
import time

import pytest

import programs
from test_edited_sources import Made, some_of
from test_set_mode import A, B, C, CORP, PARTNER, Folders, root

TEXT = {A: f"Corp Root (spki-sha256:{A[:16]})", B: f"Partner (spki-sha256:{B[:16]})"}


class Sources(Folders):
    def run(self, command, *words):
        return self._rootscope(command, "--shipped", self.shipped, "--local", self.local,
                               "-o", self.list, *words)

    def told(self, command, *words):
        done = self.run(command, *words)
        assert done.returncode == 0, done.output
        return done.stdout.splitlines()

    def scopes(self):
        """What each root, by its label, is permitted and what is excluded, as compiled."""
        shown = json.loads(self._rootscope("show", "--json", self.list, check=True).stdout)
        return {name: (stanza["permit"], stanza["exclude"]) for stanza in shown["stanzas"]
                for name in [r["label"] or r["sha256"] for r in stanza["roots"]] or ["default"]}


@pytest.fixture
def sources(tmp_path, rootscope):
    return Sources(tmp_path, rootscope)


# ---- Local stanzas ----

def test_names_are_permitted_in_the_local_stanza(sources):
    path = sources.local / "mine.list"
    path.write_text("# mine\n" + CORP + "    mode test # soon\n\n" + PARTNER)
    told = sources.told("permit", "Corp Root", "a.example", "ip:10.0.0.0/8", "cn:John Smith")
    assert told == [f"{TEXT[A]}: now permits a.example", f"{TEXT[A]}: now permits ip:10.0.0.0/8",
                    f"{TEXT[A]}: now permits cn:John Smith", f"changed {path}"]
    assert sources.texts() == {"mine.list": "# mine\n" + CORP + "    permit a.example\n"
                               '    permit ip:10.0.0.0/8\n    permit cn:"John Smith"\n'
                               "    mode test # soon\n\n" + PARTNER}
    assert sources.scopes()["Corp Root"][0] == ["a.example", "corp.example", "ip:10.0.0.0/8",
                                                'cn:"john smith"']


@pytest.mark.parametrize("stanza, name, line", [
    ("    permit corp.example\n", "corp.example", 2),
    ("    permit corp.example\n", "X.CORP.example", 2),
    ("    permit corp.example\n", ".corp.example", 2),
    ("    permit corp.example\n", "dns:corp.example", 2),
    ("    permit a.b\n    permit ip:10.0.0.0/8\n", "ip:10.1.0.0/16", 3),
    ("    permit bücher.example\n", "xn--bcher-kva.example", 2),
    ("    permit ip:*\n", "ip:*", 2),
])
def test_what_is_permitted_already_gets_no_line(sources, stanza, name, line):
    path = sources.local / "a.list"
    path.write_text(root(A, "Corp Root") + stanza)
    assert sources.told("permit", A[:8], name) == [
        f"{TEXT[A]}: already permits {name} ({path}:{line})"]
    assert path.read_text() == root(A, "Corp Root") + stanza


@pytest.mark.parametrize("stanza, name", [
    ("    permit dns:corp.example\n", "corp.example"),
    ("    permit .corp.example\n", "corp.example"),
    ("    permit ip:10.0.0.0/8\n", "ip:*"),
    ("    permit ip:10.0.0.0/8\n", "ip:0.0.0.0/0"),
    ("    permit a.example\n", "ba.example"),
])
def test_what_is_permitted_in_part_gets_a_line(sources, stanza, name):
    (sources.local / "a.list").write_text(root(A, "Corp Root") + stanza)
    assert sources.told("permit", A[:8], name)[0] == f"{TEXT[A]}: now permits {name}"
    assert f"permit {name}\n" in sources.texts()["a.list"]


def test_permit_takes_an_exclusion_back(sources):
    path = sources.local / "a.list"
    path.write_text(CORP)
    assert sources.told("exclude", "Corp Root", "hr.corp.example") == [
        f"{TEXT[A]}: now excludes hr.corp.example", f"changed {path}"]
    assert sources.scopes()["Corp Root"] == (["corp.example"], ["hr.corp.example"])
    assert sources.told("exclude", "Corp Root", "x.hr.corp.example") == [
        f"{TEXT[A]}: already excludes x.hr.corp.example ({path}:3)"]
    assert sources.told("permit", "Corp Root", "HR.corp.example")[0] == (
        f"{TEXT[A]}: no longer excludes HR.corp.example ({path}:3)")
    assert path.read_text() == CORP


def test_permit_warns_of_an_exclusion_that_stays(sources):
    path = sources.local / "a.list"
    path.write_text(CORP + "    exclude hr.corp.example\n")
    done = sources.run("permit", "Corp Root", "x.hr.corp.example")
    assert f"x.hr.corp.example stays refused: an exclude line wins, see {path}:3" in done.stderr
    assert "already permits" in done.stdout


def test_a_stanza_that_only_excludes_stays_open(sources):
    """A first permit line would refuse all the rest."""
    text = root(A, "Corp Root") + "    exclude evil.example\n"
    (sources.local / "a.list").write_text(text)
    done = sources.run("permit", "Corp Root", "corp.example")
    assert done.returncode == 0 and "permits already what it does not exclude" in done.stdout
    assert sources.texts() == {"a.list": text}


def test_other_roots_of_the_stanza_keep_theirs(sources):
    text = root(A, "Corp Root") + root(B, "Partner") + "    permit corp.example\n    mode test\n"
    path = sources.local / "a.list"
    path.write_text(text)
    told = sources.told("permit", "Partner", "partner.example")
    assert told[1] == (f"{sources.local}/zz-local.list has a stanza for {TEXT[B]} now,"
                       f" which keeps what {path}:1 says")
    assert path.read_text() == text
    assert sources.scopes() == {"Corp Root": (["corp.example"], []),
                                "Partner": (["corp.example", "partner.example"], [])}


# ---- Shipped stanzas ----

SHIPPED = (root(A, "Corp Root") + "    permit corp.example # ours\n    exclude hr.corp.example\n"
           "    organization Corp\n    mode test\n")


@pytest.mark.parametrize("name", ["a.list", "s.list.list", "zzz.list"])
def test_a_shipped_stanza_is_kept_in_a_local_one(sources, name):
    shipped = sources.shipped / "s.list"
    shipped.write_text(SHIPPED)
    told = sources.told("permit", "--file", name, "Corp Root", "a.example")
    assert told == [f"{TEXT[A]}: now permits a.example",
                    f"{sources.local}/{name} has a stanza for {TEXT[A]} now,"
                    f" which keeps what {shipped}:1 says"]
    assert sources.scopes() == {"Corp Root": (["a.example", "corp.example"], ["hr.corp.example"])}
    assert sources.texts()[name].endswith("    organization Corp\n    permit a.example\n"
                                          "    mode test\n")
    assert sources.told("permit", "Corp Root", "b.example")[1] == f"changed {sources.local}/{name}"
    told = sources.told("remove", "Corp Root")
    assert told == [f"{TEXT[A]}: removed; {shipped}:1 limits it again"]
    assert sources.texts() == {name: ""} and shipped.read_text() == SHIPPED
    assert sources.scopes() == {"Corp Root": (["corp.example"], ["hr.corp.example"])}


def test_an_exclusion_of_a_shipped_stanza_is_taken_back(sources):
    (sources.shipped / "s.list").write_text(SHIPPED)
    sources.told("permit", "Corp Root", "hr.corp.example")
    assert sources.scopes() == {"Corp Root": (["corp.example"], [])}


def test_a_shipped_stanza_cannot_be_removed(sources):
    path = sources.shipped / "s.list"
    path.write_text(SHIPPED)
    done = sources.run("remove", "Corp Root")
    assert done.returncode == 2 and sources.texts() == {}
    assert f"{path}:1: only this shipped source lists {TEXT[A]}" in done.stderr
    assert f"rootscope set-mode {sources.places} off 'Corp Root'" in done.stderr


# ---- remove ----

def test_one_root_of_a_stanza_is_removed(sources):
    path = sources.local / "a.list"
    path.write_text(root(A, "Corp Root") + root(B, "Partner") + root(C) + "    permit x.example\n")
    told = sources.told("remove", "Partner")
    assert told == [f"{TEXT[B]}: removed; where it is trusted, it may vouch for every name"]
    assert path.read_text() == root(A, "Corp Root") + root(C) + "    permit x.example\n"
    sources.told("remove", "Corp Root", C)
    assert path.read_text() == "" and sources.scopes() == {}


def test_every_local_stanza_of_a_root_is_removed(sources):
    (sources.local / "a.list").write_text("# a\n\n" + CORP + "\n" + PARTNER)
    (sources.local / "b.list").write_text(root(A) + "    mode test\n")
    sources.told("remove", "Corp Root")
    assert sources.texts() == {"a.list": "# a\n\n" + PARTNER, "b.list": ""}


def test_the_default_stanza_is_edited(sources):
    path = sources.local / "a.list"
    path.write_text(CORP + "default\n    permit a.example\n")
    sources.told("permit", "default", "b.example")
    assert sources.scopes()["default"][0] == ["a.example", "b.example"]
    assert sources.told("remove", "default") == [
        "default: removed; chains without a listed root are free"]
    assert path.read_text() == CORP


def test_the_default_stanza_applies_to_a_root_that_is_removed(sources):
    (sources.local / "a.list").write_text(CORP + "default\n    permit a.example\n")
    assert sources.told("remove", "Corp Root") == [
        f"{TEXT[A]}: removed; the default stanza applies to it now"]


# ---- Nothing is written ----

@pytest.mark.parametrize("words, said", [
    (["permit", "Nobody", "a.example"], "no source lists the root Nobody; give its label"),
    (["permit", "default", "a.example"], "no source lists the root default"),
    (["permit", "Corp Root", "a.example", "*.b.example"], 'write ".b.example"'),
    (["permit", "Corp Root", "10.0.0.0/8"], "10.0.0.0/8: address without a form; write ip:"),
    (["exclude", "Corp Root", "a.example", "single-label"], "single-label: "),
    (["exclude", "Corp Root", "a\tb"], "a\\x09b: a name has no control characters"),
    (["remove", "Corp Root", "Nobody"], "no source lists the root Nobody"),
])
def test_an_error_changes_nothing(sources, words, said):
    (sources.local / "a.list").write_text(CORP)
    done = sources.run(*words)
    assert (done.returncode, done.stdout) == (2, "") and said in done.stderr
    assert sources.texts() == {"a.list": CORP} and not sources.list.exists()


@pytest.mark.parametrize("words", [["permit", "Corp Root", "a.example"], ["remove", "Corp Root"],
                                   ["exclude", "Corp Root", "a.corp.example"],
                                   ["set-mode", "test", "Corp Root"]])
def test_a_dry_run_prints_a_patch(sources, tmp_path, words):
    path = sources.local / "a.list"
    path.write_text(PARTNER + "\n" + CORP)
    done = sources.run(words[0], "--dry-run", *words[1:])
    assert done.returncode == 0 and done.stdout.startswith(f"--- {path}\n+++ {path}\n@@ -")
    assert path.read_text() == PARTNER + "\n" + CORP and not sources.list.exists()
    programs.run("patch", path, input=done.stdout, check=True)
    patched = path.read_text()
    path.write_text(PARTNER + "\n" + CORP)
    sources.told(*words)
    assert path.read_text() == patched != PARTNER + "\n" + CORP


def test_a_dry_run_needs_no_output(rootscope, pki, tmp_path):
    done = rootscope("add", "--dry-run", "--shipped", tmp_path / "s", "--local", tmp_path / "l",
                     pki.root.pem, "corp.example", check=True)
    assert done.stdout.startswith(f"--- /dev/null\n+++ {tmp_path}/l/local.list\n@@ -0,0 +1,2 @@\n")
    assert not (tmp_path / "l").exists()


def test_add_does_not_write_beside_a_local_stanza(rootscope, pki, sources):
    hash = pki.root.spki_sha256()
    text = root(hash, "Mine") + "    permit a.example\n"
    (sources.local / "a.list").write_text(text)
    done = sources.run("add", pki.root.pem, "b.example", "cn:John Smith")
    assert done.returncode == 2 and sources.texts() == {"a.list": text}
    assert done.stderr.endswith(
        ": the root is listed here already; to change its stanza:"
        f" rootscope permit {sources.places} Mine b.example 'cn:John Smith'\n")
    # One that only has a mode is no stanza of its own.
    (sources.local / "a.list").unlink()
    (sources.shipped / "s.list").write_text(text)
    (sources.local / "m.list").write_text(root(hash) + "    mode test\n")
    assert sources.run("add", pki.root.pem, "b.example").returncode == 0
    assert sources.scopes() == {"Corp Root": (["b.example"], [])}


# ---- Sources made at random ----

@pytest.mark.parametrize("seed", range(16))
def test_what_is_asked_for_is_in_force(tmp_path, rootscope, seed):
    rng = random.Random(seed)
    made = Made(tmp_path, rootscope, rng)
    for number in range(6):
        before, texts = made.state(), made.texts()
        [target] = rng.sample(sorted(filter(None, before)), 1)
        names = [f"{prefix}{i}.example" for prefix in ("e", "x.d") for i in range(9)]
        told = rng.sample(names, 2)
        done = rootscope("permit", *made.options, "-o", made.list, "--file",
                         rng.choice(["zz-local.list", f"zzz-{number}.list"]), target, *told)
        if done.returncode != 0:
            assert "does not sort after it" in done.stderr or "several roots" in done.stderr
            assert made.texts() == texts
            continue
        mode, permitted = before[target]
        new = {name for name in told
               if not any(("." + name).endswith("." + other) for other in permitted)}
        assert made.state() == {**before, target: (mode, permitted | new)}, texts


@pytest.mark.parametrize("seed", range(16))
def test_what_is_removed_is_what_is_shipped_again(tmp_path, rootscope, seed):
    rng = random.Random(seed)
    made = Made(tmp_path, rootscope, rng)
    before, texts = made.state(), made.texts()
    shipped = Made.__new__(Made)
    shipped.__dict__.update(made.__dict__, list=tmp_path / "shipped.rsl")
    rootscope("compile", "--shipped", made.shipped, "--local", tmp_path / "none", "-o",
              shipped.list, check=True)
    wanted = [r for r in some_of(rng, before) if any(r in text for text in texts.values())]
    if not wanted:
        return
    done = rootscope("remove", *made.options, "-o", made.list, *wanted, check=True)
    assert done.stdout.count("removed; ") == len(wanted)
    after, below = made.state(), shipped.state()
    for r in filter(None, {**before, **after}):
        assert after.get(r) == (below.get(r) if r in wanted else before[r]), (r, texts)


# ---- Single lines taken out ----

def take_out(tmp_path, rootscope, text, *words):
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "a.list").write_text(text)
    done = rootscope(words[0], "--remove", "--shipped", tmp_path / "none", "--local",
                     tmp_path / "local", "--no-compile", *words[1:])
    return done, (tmp_path / "local" / "a.list").read_text()


LINES = f'root spki-sha256:{"ab" * 32} "Corp"\n' \
        '    permit a.example # one\n    permit b.example\n    exclude x.a.example\n'


def test_a_line_is_taken_out(tmp_path, rootscope):
    done, text = take_out(tmp_path, rootscope, LINES, "permit", "Corp", "b.example")
    assert done.returncode == 0 and "no longer permits by itself b.example" in done.stdout
    assert text == LINES.replace("    permit b.example\n", "")


def test_an_exclusion_is_taken_out(tmp_path, rootscope):
    done, text = take_out(tmp_path, rootscope, LINES, "exclude", "Corp", "X.a.example")
    assert done.returncode == 0 and text == LINES.replace("    exclude x.a.example\n", "")


@pytest.mark.parametrize("words, said", [
    (("permit", "Corp", "www.a.example"), "has no line for www.a.example"),
    (("exclude", "Corp", "a.example"), "has no line for a.example"),
])
def test_only_a_line_of_this_very_name_is_taken_out(tmp_path, rootscope, words, said):
    done, text = take_out(tmp_path, rootscope, LINES, *words)
    assert done.returncode == 2 and said in done.stderr and text == LINES


def test_the_last_permit_line_stays(tmp_path, rootscope):
    """Without one, the stanza would permit everything."""
    done, text = take_out(tmp_path, rootscope, LINES, "permit", "Corp", "a.example", "b.example")
    assert done.returncode == 2 and text == LINES
    assert "without this line" in done.stderr


# ---- Several commands at once ----

def lock_of(folder):
    """The file of the lock of a folder; the test is skipped where there is no place for it."""
    place = pathlib.Path("/run" if os.geteuid() == 0 else f"/run/user/{os.geteuid()}")
    if not os.access(place, os.W_OK):
        pytest.skip(f"{place} cannot be written, so nothing is locked")
    status = os.stat(folder)
    return place / f"rootscope/{status.st_dev:x}-{status.st_ino:x}.lock"


def test_of_many_commands_at_once_none_loses_the_change_of_another(sources, command):
    lock = lock_of(sources.local)
    (sources.local / "mine.list").write_text(CORP)
    names = [f"n{i}.example" for i in range(12)]
    places = ["--shipped", sources.shipped, "--local", sources.local, "-o", sources.list]
    running = [subprocess.Popen([command, "permit", *places, "Corp Root", name], text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
               for name in names]
    running += [subprocess.Popen([command, "compile", *places], stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True) for _ in range(4)]
    for one in running:
        _, said = one.communicate(timeout=60)
        assert one.returncode == 0, said
    assert set(sources.scopes()["Corp Root"][0]) == {"corp.example", *names}
    assert not lock.exists()


LOCKED = ("permit", "Corp Root", "a.example"), ("set-mode", "test", "Corp Root"), ("compile",), \
    ("remove", "Corp Root"), ("edit",)


@pytest.mark.parametrize("words", LOCKED, ids=lambda words: words[0])
def test_a_command_waits_for_the_lock(sources, command, request, words):
    lock = lock_of(sources.local)
    (sources.local / "local.list").write_text(CORP)
    sources.told("compile")
    old = sources.list.read_bytes()
    request.addfinalizer(lambda: lock.unlink(missing_ok=True))
    with open(lock, "x", encoding="utf-8") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        waiting = subprocess.Popen([command, words[0], "--shipped", sources.shipped, "--local",
                                    sources.local, "-o", sources.list, *words[1:]],
                                   env={**os.environ, "VISUAL": "sed -i 1i#x"},
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        # Where the kernel does not tell that it waits, it gets two seconds to end.
        kernel_function = pathlib.Path(f"/proc/{waiting.pid}/wchan")
        deadline = time.monotonic() + 2
        while waiting.poll() is None and time.monotonic() < deadline \
                and "nanosleep" not in kernel_function.read_text():
            os.sched_yield()
        assert waiting.poll() is None, waiting.communicate()
        assert sources.texts() == {"local.list": CORP} and sources.list.read_bytes() == old
        lock.unlink()
    out, said = waiting.communicate(timeout=30)
    assert waiting.returncode == 0, out + said
    assert not lock.exists()
