# SPDX-License-Identifier: Apache-2.0
"""rootscope set-mode: modes are changed where that takes effect, and nothing else is."""

import json

import pytest

A, B, C = ("ab" * 32, "bc" * 32, "cd" * 32)


def root(sha256, label=None):
    return f"root spki-sha256:{sha256}" + (f' "{label}"' if label else "") + "\n"


CORP = root(A, "Corp Root") + "    permit corp.example\n"
PARTNER = root(B, "Partner") + "    permit partner.example\n"


class Folders:
    """Sources in two folders, and the command on them."""

    def __init__(self, tmp_path, rootscope):
        self.shipped, self.local = tmp_path / "shipped", tmp_path / "local"
        self.list = tmp_path / "x.rsl"
        self._rootscope = rootscope
        for folder in self.shipped, self.local:
            folder.mkdir()

    @property
    def places(self):
        """As a command has them that changes these sources and this list."""
        return f"--shipped {self.shipped} --local {self.local} --output {self.list}"

    def run(self, *words):
        return self.change("-o", self.list, *words)

    def change(self, *words):
        """The same, but for the place of the list."""
        return self._rootscope("set-mode", "--shipped", self.shipped, "--local", self.local, *words)

    def set(self, *words):
        """What it says, line by line."""
        done = self.run(*words)
        assert done.returncode == 0, done.output
        return done.stdout.splitlines()

    def texts(self):
        return {p.name: p.read_bytes().decode() for p in self.local.iterdir()}

    def modes(self):
        """The mode of each root by its label, and that of the list, as compiled."""
        shown = json.loads(self._rootscope("show", "--json", self.list, check=True).stdout)
        modes = {"*": shown["mode"]}
        for stanza in shown["stanzas"]:
            mode = " until ".join(filter(None, [stanza["mode"], stanza.get("mode_until")]))
            for name in [r["label"] for r in stanza["roots"]] or ["default"]:
                modes[name] = mode
        return modes


@pytest.fixture
def folders(tmp_path, rootscope):
    return Folders(tmp_path, rootscope)


# ---- A local stanza ----

@pytest.mark.parametrize("before, mode, after", [
    (CORP, ["test"], CORP + "    mode test\n"),
    (CORP, ["off"], CORP + "    mode off\n"),
    (CORP, ["test", "--until", "2099-03-01"], CORP + "    mode test until 2099-03-01\n"),
    (CORP + "    mode test\n", ["enforce"], CORP),
    (CORP + "    mode test\n", ["off"], CORP + "    mode off\n"),
    (CORP + "\tmode  test until\t2099-03-01  # for now\n", ["off"],
     CORP + "\tmode off  # for now\n"),
    (CORP + "    mode test # for now\n", ["enforce"], CORP + "    # for now\n"),
    ("# a\n\n" + root(A, "Corp Root") + "  mode test\n  permit a.example\n# z\n", ["enforce"],
     "# a\n\n" + root(A, "Corp Root") + "  permit a.example\n# z\n"),
    (root(A, "Corp Root") + "\tpermit a.example # x\n\n# next\n" + PARTNER, ["test"],
     root(A, "Corp Root") + "\tpermit a.example # x\n\tmode test\n\n# next\n" + PARTNER),
    ((PARTNER + CORP).replace("\n", "\r\n"), ["test"],
     (PARTNER + CORP + "    mode test\n").replace("\n", "\r\n")),
    (root(A, 'A "b\\\\" # c'.replace('"', '\\"')) + "    permit a\n", ["test"],
     root(A, 'A "b\\\\" # c'.replace('"', '\\"')) + "    permit a\n    mode test\n"),
])
def test_a_local_stanza_is_edited_and_nothing_else(folders, before, mode, after):
    (folders.local / "a.list").write_bytes(before.encode())
    said, = folders.set(*mode[:1], A[:12], *mode[1:])
    assert folders.texts() == {"a.list": after}
    words = " until ".join([mode[0]] + mode[2:])
    assert f": mode {words}, was " in said
    assert words in folders.modes().values()


def test_what_is_set_is_said_and_left_alone(folders):
    (folders.local / "a.list").write_text(CORP + "    mode test\n" + PARTNER)
    for words, said in [
            (("test", "Corp Root"), f"Corp Root (spki-sha256:{A[:16]}): mode test already"),
            (("enforce", "Partner"), f"Partner (spki-sha256:{B[:16]}): mode enforce already"),
            (("enforce", "--all"), "the whole list: mode enforce already")]:
        before = (folders.local / "a.list").stat()
        assert folders.set(*words) == [said]
        after = (folders.local / "a.list").stat()
        assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert not folders.list.exists()


def test_setting_back_gives_the_same_bytes(folders):
    (folders.shipped / "s.list").write_text(PARTNER)
    text = "# head\n\n" + CORP + "\n# tail\n"
    (folders.local / "a.list").write_text(text)
    folders.set("test", "Corp Root", "Partner")
    assert folders.modes() == {"*": "enforce", "Corp Root": "test", "Partner": "test"}
    folders.set("enforce", "Partner", "Corp Root")
    assert folders.texts() == {"a.list": text, "zz-local.list": ""}
    assert folders.modes() == {"*": "enforce", "Corp Root": "enforce", "Partner": "enforce"}


def test_several_roots_of_one_stanza(folders):
    shared = root(A, "One") + root(B, "Two") + "    permit corp.example\n"
    (folders.local / "a.list").write_text(shared + root(C, "Three") + "    permit x.example\n")
    assert len(folders.set("test", "One", "Two")) == 2
    assert folders.texts() == {
        "a.list": shared + "    mode test\n" + root(C, "Three") + "    permit x.example\n"}
    assert folders.modes() == {"*": "enforce", "One": "test", "Two": "test", "Three": "enforce"}


def test_some_roots_of_a_stanza_get_a_mode_beside_it(folders):
    shared = root(A, "One") + root(B, "Two") + "    permit corp.example\n"
    (folders.local / "a.list").write_text(shared)
    folders.set("test", "Two")
    assert folders.texts() == {"a.list": shared,
                               "zz-local.list": root(B, "Two") + "    mode test\n"}
    assert folders.modes() == {"*": "enforce", "One": "enforce", "Two": "test"}
    # Now the other one is alone in what decides its mode.
    folders.set("off", "One")
    assert folders.texts()["a.list"] == shared + "    mode off\n"
    assert folders.modes() == {"*": "enforce", "One": "off", "Two": "test"}
    folders.set("enforce", "One", "Two")
    assert folders.modes() == {"*": "enforce", "One": "enforce", "Two": "enforce"}


def test_some_roots_of_the_last_stanza_are_refused(folders):
    (folders.local / "a.list").write_text(CORP + PARTNER)
    text = root(A) + root(B) + "    mode test\n"
    (folders.local / "zz-local.list").write_text(text)
    done = folders.run("off", "Partner")
    assert done.returncode == 2 and done.stdout == ""
    assert "zz-local.list says, because it does not sort after it; give another" in done.stderr
    assert f"zz-local.list:1: this stanza is also for spki-sha256:{A[:16]}; name all" in done.stderr
    assert folders.texts()["zz-local.list"] == text
    folders.set("off", "Partner", "--file", "zzz.list")
    assert folders.modes() == {"*": "enforce", "Corp Root": "test", "Partner": "off"}
    folders.set("enforce", "Partner", "Corp Root")
    assert folders.modes() == {"*": "enforce", "Corp Root": "enforce", "Partner": "enforce"}


# ---- A shipped stanza ----

def test_a_shipped_root_gets_a_stanza_of_its_own(folders):
    (folders.shipped / "root-programs.list").write_text(PARTNER)
    (folders.local / "zz-local.list").write_bytes(CORP.replace("\n", "\r\n").encode())
    folders.set("test", "Partner", "--until", "2099-03-01")
    added = root(B, "Partner") + "    mode test until 2099-03-01\n"
    assert folders.texts() == {"zz-local.list": (CORP + "\n" + added).replace("\n", "\r\n")}
    assert folders.modes()["Partner"] == "test until 2099-03-01"
    folders.set("test", "Partner")
    assert folders.modes()["Partner"] == "test"
    folders.set("enforce", "Partner")
    assert folders.texts() == {"zz-local.list": CORP.replace("\n", "\r\n")}


def test_a_shipped_test_mode_can_be_enforced(folders):
    (folders.shipped / "s.list").write_text(PARTNER + "    mode test\n")
    folders.set("enforce", "Partner")
    assert folders.texts() == {"zz-local.list": root(B, "Partner") + "    mode enforce\n"}
    assert folders.modes()["Partner"] == "enforce"
    folders.set("off", "Partner")
    folders.set("enforce", "Partner")
    assert folders.texts() == {"zz-local.list": root(B, "Partner") + "    mode enforce\n"}


def test_a_root_by_certificate_and_the_default(folders):
    (folders.shipped / "s.list").write_text(
        f"root cert-sha256:{A}\n    permit a.example\ndefault\n    permit b.example\n")
    assert folders.set("test", A[:8], "default") == [
        f"cert-sha256:{A[:16]}: mode test, was enforce", "default: mode test, was enforce"]
    assert folders.texts() == {"zz-local.list": f"root cert-sha256:{A}\n    mode test\n"
                                                "\ndefault\n    mode test\n"}
    assert folders.modes() == {"*": "enforce", "": "test", "default": "test"}


def test_any_local_file_changes_the_mode_of_a_shipped_root(folders):
    (folders.shipped / "s.list").write_text(PARTNER)
    folders.set("test", "Partner", "--file", "a.list")
    assert folders.texts() == {"a.list": root(B, "Partner") + "    mode test\n"}
    assert folders.modes()["Partner"] == "test"


def test_a_file_that_sorts_before_is_refused(folders):
    text = PARTNER.replace("\n", f"\nroot spki-sha256:{A}\n", 1)
    (folders.local / "s.list").write_text(text)
    done = folders.run("test", "Partner", "--file", "a.list")
    assert done.returncode == 2
    assert "a.list cannot change what " in done.stderr
    assert "s.list says, because it does not sort after it" in done.stderr
    assert folders.texts() == {"s.list": text}


def test_a_shipped_file_is_not_hidden_by_accident(folders):
    (folders.shipped / "s.list").write_text(PARTNER)
    (folders.shipped / "zz-local.list").write_text(CORP)
    done = folders.run("test", "Partner")
    assert done.returncode == 2 and "would hide" in done.stderr
    assert folders.texts() == {}


# ---- The whole list ----

@pytest.mark.parametrize("label", [A[:16], A[:8].upper(), A, "ab:ab:ab:ab"])
def test_a_label_that_is_another_roots_hash(folders, label):
    """A CA chooses its name, and must not be changed with another one by that."""
    path = folders.local / "x.list"
    path.write_text(CORP + root(B, label) + "    permit partner.example\n")
    folders.set("test", label)
    assert folders.texts() == {"x.list": CORP + "    mode test\n" + root(B, label)
                               + "    permit partner.example\n"}


def test_the_whole_list_is_tested_and_enforced_again(folders):
    text = "# ours\r\n" + CORP.replace("\n", "\r\n")
    (folders.local / "a.list").write_bytes(text.encode())
    assert folders.set("test", "--all") == ["the whole list: mode test, was enforce"]
    assert folders.texts() == {"a.list": text, "zz-local.list": "mode test\n"}
    assert folders.modes()["*"] == "test"
    folders.set("off", "--all")
    folders.set("enforce", "--all")
    assert folders.texts() == {"a.list": text, "zz-local.list": ""}
    assert folders.modes()["*"] == "enforce"


def test_the_mode_of_a_list_is_changed_where_it_is(folders):
    (folders.local / "a.list").write_text("# ours\nmode test # now\n\n" + CORP)
    folders.set("off", "--all")
    assert folders.texts() == {"a.list": "# ours\nmode off # now\n\n" + CORP}
    folders.set("enforce", "--all")
    assert folders.texts() == {"a.list": "# ours\n# now\n\n" + CORP}


def test_a_mode_that_an_earlier_file_sets_is_overruled(folders):
    (folders.shipped / "a.list").write_text("mode test\n" + CORP)
    folders.set("enforce", "--all")
    assert folders.texts() == {"zz-local.list": "mode enforce\n"}
    folders.set("off", "--all", "--file", "b.list")
    folders.set("enforce", "--all")
    assert folders.modes()["*"] == "enforce"
    assert folders.texts() == {"zz-local.list": "mode enforce\n"}


def test_weaker_modes_beside_are_told(folders):
    (folders.local / "a.list").write_text("mode test\n" + CORP + PARTNER + "    mode off\n")
    command = f"rootscope set-mode {folders.places}"
    beside = "rootscope: warning: 1 root has a weaker mode, which applies; to change it: "
    done = folders.run("enforce", "--all")
    assert f"{beside}{command} enforce Partner\n" in done.stderr
    done = folders.run("test", "--all", "--until", "2099-03-01")
    assert f"{beside}{command} test --until 2099-03-01 Partner\n" in done.stderr
    done = folders.run("enforce", "Partner")
    assert ("zz-local.list:1: the list's mode is test until 2099-03-01, which applies to every"
            f" root; to change it: {command} enforce --all\n") in done.stderr


def test_weaker_modes_are_named_up_to_five(folders):
    labels = ["It's one", None, *(f"R{n}" for n in range(9))]
    (folders.local / "a.list").write_text(
        "".join(root(f"{n:02x}" * 32, label) + "    permit a\n    mode off\n"
                for n, label in enumerate(labels)) + "default\n    permit b\n    mode test\n")
    command = f"rootscope set-mode {folders.places} enforce"
    done = folders.run("enforce", "--all")
    assert ("12 roots have a weaker mode, which applies; to change the first of them: "
            f"{command} 'It'\\''s one' 0101010101010101 R0 R1 R2\n") in done.stderr
    folders.set("enforce", "It's one", "01" * 8, *(f"R{n}" for n in range(9)))
    assert f"; to change it: {command} default\n" in folders.run("enforce", "--all").stderr


# ---- What is refused ----

@pytest.mark.parametrize("words, said", [
    ([], "missing argument: enforce, test or off"),
    (["enforce"], "missing argument: ROOT, or --all"),
    (["Test", "Corp Root"], "the mode must be enforce, test or off: Test"),
    (["test until 2099-03-01", "Corp Root"], "the mode must be enforce, test or off"),
    (["test\n", "Corp Root"], "the mode must be enforce, test or off"),
    (["test", "Corp Root", "--all"], "--all cannot be combined with ROOT arguments: Corp Root"),
    (["off", "Corp Root", "--until", "2099-03-01"], "--until requires the mode test"),
    (["enforce", "--all", "--until", "2099-03-01"], "--until requires the mode test"),
    (["test", "Corp Root", "--until", "soon"], "--until must be a date"),
    (["test", "Corp Root", "--until", "2099-02-29"], "--until must be a date"),
    (["test", "Corp Root", "--until", "2099-03-01 x"], "--until must be a date"),
    (["test", "Corp Root", "--until", "2099-03-01\nmode off"], "--until must be a date"),
    (["test", "Corp Root", "--file", "../x.list"], "--file must be a name"),
    (["test", "Corp Root", "--frobnicate"], "unknown option"),
])
def test_bad_usage_is_refused(folders, words, said):
    (folders.local / "a.list").write_text(CORP)
    done = folders.run(*words)
    assert done.returncode == 2 and done.stdout == ""
    assert said in done.stderr
    assert folders.texts() == {"a.list": CORP}


def test_folders_need_an_output(rootscope):
    done = rootscope("set-mode", "test", "--all", "--local", "x")
    assert done.returncode == 2
    assert "--shipped and --local require --output or --no-compile" in done.stderr


def test_a_root_that_is_not_listed(folders):
    (folders.local / "a.list").write_text(CORP + PARTNER)
    for wanted in ("Corp", A[:7], "ff" * 32, "default", ""):
        done = folders.run("test", "Partner", wanted)
        assert done.returncode == 2 and done.stdout == ""
        assert f"no source lists the root {wanted}; give its label" in done.stderr
        assert f"listed: Corp Root (spki-sha256:{A[:16]})\n" in done.stderr
        assert folders.texts() == {"a.list": CORP + PARTNER}


def test_nothing_is_written_while_a_source_has_errors(folders):
    (folders.local / "a.list").write_text(CORP)
    (folders.shipped / "s.list").write_text("frob\n")
    done = folders.run("test", "Corp Root")
    assert done.returncode == 2 and "s.list:1:1" in done.stderr
    assert folders.texts() == {"a.list": CORP} and not folders.list.exists()


def test_an_end_that_is_past_is_told(folders):
    (folders.local / "a.list").write_text(CORP)
    done = folders.run("test", "Corp Root", "--until", "2001-01-01")
    assert done.returncode == 0 and "the date is in the past: the mode is enforce" in done.stderr


def test_quiet_and_without_compiling(folders):
    (folders.local / "a.list").write_text(CORP)
    done = folders.change("test", "Corp Root", "-q", "-n")
    assert (done.returncode, done.output) == (0, "")
    assert folders.texts() == {"a.list": CORP + "    mode test\n"} and not folders.list.exists()


def test_a_list_that_cannot_be_written_is_told(folders, rootscope):
    (folders.local / "a.list").write_text(CORP)
    done = rootscope("set-mode", "--shipped", folders.shipped, "--local", folders.local, "-o",
                     "/dev/null", "off", "Corp Root")
    assert done.returncode == 2
    assert f"{folders.local}/a.list is written, but /dev/null is unchanged" in done.stderr
