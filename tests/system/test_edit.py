# SPDX-License-Identifier: Apache-2.0
"""rootscope edit: an editor changes a copy, and a copy with errors never becomes a source."""

import os

import pytest

from test_set_mode import A, B, CORP, PARTNER, Folders, root


class Edited(Folders):
    """`rootscope edit` with a shell script as the editor, which gets the path of the copy as $1."""

    def edit(self, script, *words, answers=None, variable="VISUAL", **env):
        editor = self.list.with_name("editor")
        editor.write_text(f"#!/bin/sh\n{script}\n")
        editor.chmod(0o755)
        self.drafts = self.list.with_name("drafts")
        self.drafts.mkdir(exist_ok=True)
        return self._rootscope(
            "edit", "--shipped", self.shipped, "--local", self.local, "-o", self.list, *words,
            input=answers, env={variable: editor, "TMPDIR": self.drafts, "EDITOR": "false",
                                **({} if variable == "VISUAL" else {"EDITOR": editor}), **env})

    def left(self):
        """The drafts that are still there."""
        return [path.read_text() for path in self.drafts.glob("*/*")]


@pytest.fixture
def folders(tmp_path, rootscope):
    made = Edited(tmp_path, rootscope)
    (made.local / "local.list").write_text("# mine\n" + CORP)
    return made


ADD = f"printf '%s\\n' '{root(B).strip()}' ' permit b.example' >>\"$1\""
BREAK = "echo frob >>\"$1\""


@pytest.mark.parametrize("variable", ["VISUAL", "EDITOR"])
def test_an_edited_source_is_compiled(folders, variable):
    path = folders.local / "local.list"
    path.chmod(0o640)
    done = folders.edit(ADD, variable=variable)
    assert done.returncode == 0 and done.stdout == f"changed {path}\n", done.output
    assert path.read_text() == "# mine\n" + CORP + root(B) + " permit b.example\n"
    assert path.stat().st_mode & 0o7777 == 0o640
    assert set(folders.modes()) == {"*", "Corp Root", ""} and folders.left() == []


def test_an_editor_may_have_options(folders):
    done = folders.edit('test "$1" = --wait && shift\n' + ADD, variable="NONE",
                        VISUAL=f"{folders.list.with_name('editor')} --wait")
    assert done.returncode == 0, done.output


def test_the_draft_is_private(folders):
    done = folders.edit('stat -c %a "$1" "$(dirname "$1")" >&2; basename "$1" >&2')
    assert done.stderr == "600\n700\nlocal.list\n"
    assert done.stdout == f"{folders.local}/local.list: no change\n" and done.returncode == 0
    assert not folders.list.exists() and folders.left() == []


@pytest.mark.parametrize("answers, kept", [("k\n", True), ("d\n", False), ("", True), (None, True),
                                           ("what?\nd\n", False)])
def test_errors_change_nothing(folders, answers, kept):
    before = folders.texts()
    done = folders.edit(BREAK, answers=answers)
    path = folders.local / "local.list"
    assert done.returncode == 2 and f"{path}:4:1: error: " in done.stderr
    assert "e: edit it again, k: keep the draft and change nothing, d: discard it?" in done.stderr
    assert folders.texts() == before and not folders.list.exists()
    assert folders.left() == (["# mine\n" + CORP + "frob\n"] if kept else [])
    assert (f"{path} is unchanged; the draft is {folders.drafts}/" in done.stderr) == kept


def test_errors_are_mended_in_the_same_draft(folders):
    done = folders.edit('if grep -q frob "$1"; then sed -i "s/frob/# fine/" "$1"\n'
                        f"else {BREAK}; fi", answers="e\n")
    assert done.returncode == 0 and done.stderr.count("error: ") == 1
    assert folders.texts()["local.list"].endswith("# fine\n") and folders.left() == []


def test_an_error_of_another_source_counts(folders):
    (folders.local / "z.list").write_text(root(B) + "    mode test\n")
    done = folders.edit(f"{ADD}; exit 0", answers="d\n")
    assert done.returncode == 0, done.output
    folders.edit("printf '# nothing\\n' >\"$1\"", answers="d\n")
    done = folders.edit(": >\"$1\"", answers="k\n")
    assert done.returncode == 2 and "z.list:1:1: error: mode for a root" in done.stderr


def test_an_editor_that_fails_changes_nothing(folders):
    before = folders.texts()
    done = folders.edit(ADD + "; exit 3", answers="d\n")
    assert done.returncode == 2 and "the editor failed; set VISUAL or EDITOR" in done.stderr
    assert folders.texts() == before


def test_what_somebody_else_wrote_meanwhile_stays(folders):
    path = folders.local / "local.list"
    done = folders.edit(f"{ADD}; echo '# other' >>{path}", answers="k\n")
    assert done.returncode == 2 and f"{path} was changed by somebody else" in done.stderr
    assert path.read_text() == "# mine\n" + CORP + "# other\n" and len(folders.left()) == 1


def test_a_dry_run_prints_the_change(folders):
    before = folders.texts()
    done = folders.edit(ADD, "--dry-run")
    path = folders.local / "local.list"
    assert done.stdout == (f"--- {path}\n+++ {path}\n@@ -1,3 +1,5 @@\n # mine\n"
                           + "".join(f" {line}\n" for line in CORP.splitlines())
                           + f"+{root(B)}+ permit b.example\n")
    assert folders.texts() == before and folders.left() == []


def test_another_source_and_a_new_one(folders):
    assert folders.edit(ADD, "new.list").returncode == 0
    assert folders.texts()["new.list"] == root(B) + " permit b.example\n"
    assert folders.edit("echo '# x' >>\"$1\"", folders.local / "new.list").returncode == 0
    assert folders.texts()["new.list"].endswith("# x\n")


def test_a_copy_of_a_shipped_source_says_that_it_hides_it(folders):
    shipped = folders.shipped / "s.list"
    shipped.write_text(PARTNER)
    done = folders.edit("echo '# x' >>\"$1\"", "s.list")
    assert done.returncode == 0 and f"s.list would hide all of {shipped}" in done.stderr
    assert folders.texts()["s.list"] == PARTNER + "# x\n" and shipped.read_text() == PARTNER


@pytest.mark.parametrize("words, said", [
    (["a.conf"], "a source has a name that ends in .list and is in "),
    (["sub/a.list"], "a source has a name that ends in .list and is in "),
    (["a.list", "b.list"], "unknown argument: b.list"),
])
def test_what_is_no_source_is_refused(folders, words, said):
    done = folders.edit("exit 9", *words)
    assert done.returncode == 2 and said in done.stderr and "rootscope help edit" in done.stderr
    assert os.listdir(folders.drafts) == []
