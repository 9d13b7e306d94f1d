# SPDX-License-Identifier: Apache-2.0
"""rootscope edit: an editor changes a copy, and a copy with errors never becomes a source."""

import os
import pty
import signal
import subprocess

import pytest

import programs
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


# ---- Without a terminal ----

def as_default(folders, name="sensible-editor"):
    """The environment of a user who has chosen no editor; the system's one touches a file."""
    folder = folders.list.with_name("bin")
    folder.mkdir()
    editor = folder / name
    editor.write_text(f"#!/bin/sh\ntouch {folder}/started\n{ADD}\n")
    editor.chmod(0o755)
    return folder / "started", {"VISUAL": "", "EDITOR": "", "TMPDIR": folder,
                                "PATH": f"{folder}:{os.environ['PATH']}"}


def argv(folders, command):
    return [command, "edit", "--shipped", folders.shipped, "--local", folders.local, "-o",
            folders.list]


@pytest.mark.parametrize("streams", ["none", "input", "output", "both"])
def test_an_editor_that_nobody_chose_needs_a_terminal(folders, command, streams):
    before = folders.texts()
    started, env = as_default(folders)
    ours, terminal = pty.openpty()
    try:
        done = subprocess.run([str(word) for word in argv(folders, command)], timeout=60, text=True,
                              env=programs.environment(**env), stderr=subprocess.PIPE,
                              stdin=terminal if streams in ("input", "both")
                              else subprocess.DEVNULL,
                              stdout=terminal if streams in ("output", "both")
                              else subprocess.DEVNULL)
    finally:
        os.close(ours)
        os.close(terminal)
    assert started.exists() == (streams == "both")
    if streams == "both":
        assert done.returncode == 0 and folders.texts() != before, done.stderr
    else:
        assert done.returncode == 2 and folders.texts() == before
        assert "an editor needs a terminal" in done.stderr
        assert f"change {folders.local}/local.list with rootscope permit" in done.stderr


# ---- Signals ----

class Running:
    """`rootscope edit`, stopped in an editor that says when it runs, or at the question after."""

    def __init__(self, folders, command, script):
        editor = folders.list.with_name("editor")
        self.told = folders.list.with_name("told")
        os.mkfifo(self.told)
        editor.write_text(f"#!/bin/sh\n{script}\n")
        editor.chmod(0o755)
        self.drafts = folders.list.with_name("drafts")
        self.drafts.mkdir()
        self.process = subprocess.Popen(
            [str(word) for word in argv(folders, command)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=programs.environment(VISUAL=editor, TMPDIR=self.drafts, TOLD=self.told))

    def wait(self):
        """Until the editor wrote into $TOLD; what it wrote."""
        return self.told.read_text()

    def wait_for_question(self):
        said = b""
        while not said.endswith(b"discard it? "):
            read = os.read(self.process.stderr.fileno(), 4096)
            assert read, said
            said += read

    def left(self):
        return list(self.drafts.rglob("*"))


@pytest.fixture
def running(folders, command):
    started = []

    def start(script):
        started.append(Running(folders, command, script))
        return started[-1]
    yield start
    for one in started:
        one.process.kill()
        one.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda n: n.name)
@pytest.mark.parametrize("script", ["exec sleep 60", "trap '' TERM HUP; exec sleep 60"],
                         ids=["ends", "ignores it"])
def test_a_signal_ends_the_editor_and_removes_the_draft(folders, running, number, script):
    before = folders.texts()
    editing = running(f'echo x >>"$1"; cp "$1" "$1~"; echo $$ >"$TOLD"; {script}')
    editor = int(editing.wait())
    editing.process.send_signal(number)
    assert editing.process.wait(30) == -number
    assert editing.left() == [] and folders.texts() == before
    with pytest.raises(ProcessLookupError):
        os.kill(editor, 0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGQUIT], ids=lambda n: n.name)
def test_the_keys_that_interrupt_are_the_editors(folders, running, number):
    editing = running(f'echo x >"$TOLD"; cat "$TOLD"; {ADD}')
    editing.wait()
    editing.process.send_signal(number)
    editing.told.write_text("go on")
    out, err = editing.process.communicate(timeout=60)
    assert editing.process.returncode == 0 and b"changed " in out, err
    assert editing.left() == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT],
                         ids=lambda n: n.name)
def test_a_signal_at_the_question_removes_the_draft(folders, running, number):
    before = folders.texts()
    editing = running(BREAK + '; cp "$1" "$1~"')
    editing.wait_for_question()
    editing.process.send_signal(number)
    assert editing.process.wait(30) == -number
    assert editing.left() == [] and folders.texts() == before


def test_a_signal_that_is_ignored_stays_so(folders, command):
    """As by nohup. The editor's parent is the command: the shell has become the editor."""
    editor = folders.list.with_name("editor")
    editor.write_text(f"#!/bin/sh\nkill -HUP $PPID\n{ADD}\n")
    editor.chmod(0o755)
    words = ["sh", "-c", "trap '' HUP; exec \"$@\"", "sh", *argv(folders, command)]
    done = programs.run(*words, env={"VISUAL": editor, "TMPDIR": folders.list.parent})
    assert done.returncode == 0 and "changed " in done.stdout, done.output


def test_what_an_editor_leaves_beside_goes(folders):
    done = folders.edit(f'cp "$1" "$1~"; {ADD}')
    assert done.returncode == 0 and list(folders.drafts.iterdir()) == []
