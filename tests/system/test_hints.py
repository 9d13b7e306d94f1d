# SPDX-License-Identifier: Apache-2.0
"""Commands that check, report and status print are pasted into a shell, and do what they say."""

import json
import re

import pytest

import programs
from test_report import checks, violation
from test_set_mode import A, B, C, Folders, root

BODY = "    permit corp.example\n    permit ip:127.0.0.0/8\n"


class Machine(Folders):
    """Sources and a list, and a shell that changes them."""

    def __init__(self, tmp_path, rootscope, command):
        super().__init__(tmp_path, rootscope)
        self._command = command

    def compile(self, text):
        (self.local / "a.list").write_text(text)
        self._rootscope("compile", "--shipped", self.shipped, "--local", self.local,
                        "-o", self.list, check=True)

    @property
    def unknown(self):
        """The same for a list whose sources nobody named: the reader fills in their folders."""
        return f"--shipped DIR --local DIR --output {self.list}"

    def paste(self, line):
        """As it is: the folders and the list of the machine are others."""
        return programs.run("sh", "-c", f"rootscope() {{ \"$COMMAND\" \"$@\"; }}\n{line}\n",
                            check=True, env={"COMMAND": self._command})

    def fill_in_and_paste(self, line):
        assert self.unknown in line
        self.paste(line.replace(self.unknown, self.places))

    def paste_for_the_machine(self, line):
        """As if the folders and the list were the machine's."""
        self.paste(re.sub("^rootscope [a-z-]+", rf"\g<0> {self.places}", line))


@pytest.fixture
def machine(public_dir, rootscope, command):
    return Machine(public_dir, rootscope, command)


# ---- check ----

NAMES = {
    "plain": (["DNS:www.evil.example"], None),
    "forms": (["DNS:*.evil.example", "IP:10.1.2.3", "email:joe@evil.example",
               "URI:https://www.evil.example/x", "IP:2001:db8::1"], None),
    "common names": ([], "/CN=O'Brien & $(false) `false` \"x\""),
    "role": ([], "/CN=admin"),
    "spaces": (["DNS:www.corp.example"], "/CN=a  b;c|d"),
    "directory names": (["dirName:dir"], "/O=x"),
    "other names": (["otherName:1.2.3;UTF8:x"], None),
    "hidden": (["DNS:xn--bcher-kva.example"], "/CN=b\u00fccher.example"),
}


LABELS = ["Corp Root", "O'Neil $(false) \\\"q\\\" #1", "-x", "default", "ab" * 8, None]


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("names", NAMES)
def test_what_check_prints_permits_the_chain(rootscope, pki, machine, label, names):
    alt_names, subject = NAMES[names]
    rules = BODY + "    permit dirname:O=y\n    permit othername:1.2.4\n"
    leaf = pki.leaf(f"hint {names} {LABELS.index(label)}", alt_names, subject=subject or "/O=x",
                    extensions="[dir]\nO = z\\, inc\n")
    machine.compile(root(pki.root.spki_sha256(), label) + rules)
    check = ["check", "--list", machine.list, "--CAfile", pki.root.pem, leaf.chain]
    done = rootscope(*check)
    assert done.returncode == 1
    hints = re.findall("to permit it: (.*)", done.stdout)
    assert len(hints) == len(re.findall("DENIED", done.stdout)) > 0
    answer = json.loads(rootscope(*check, "--json").stdout)
    assert hints == [n["command"] for s in answer["stanzas"] for n in s["names"] if n["command"]]
    for hint in hints:
        machine.fill_in_and_paste(hint)
    done = rootscope(*check)
    assert done.returncode == 0, done.output
    assert "to permit it" not in done.stdout


def test_what_check_prints_is_for_the_stanza_that_denies(rootscope, pki, machine):
    """A label of two roots names neither; default and organization are stanzas and lines too."""
    other = root(B, "Corp Root") + "    permit other.example\n"
    hash = pki.root.spki_sha256()
    machine.compile(other + root(hash, "Corp Root") + BODY + "    organization Corp\n")
    leaf = pki.leaf("of another company", ["DNS:www.evil.example"], subject="/O=It's another")
    check = ["check", "--list", machine.list, "--CAfile", pki.root.pem, leaf.chain]
    hints = re.findall("to permit it: (.*)", rootscope(*check).stdout)
    permit = f"rootscope permit {machine.unknown}"
    assert hints == [f"{permit} {hash[:16]} dns:www.evil.example",
                     f"{permit} {hash[:16]} 'organization:It'\\\''s another'"]
    for hint in hints:
        machine.fill_in_and_paste(hint)
    assert rootscope(*check).returncode == 0
    assert machine.texts()["a.list"].startswith(other)
    machine.compile(other + "default\n" + BODY)
    [hint] = re.findall("to permit it: (.*)", rootscope(*check).stdout)
    assert hint == f"{permit} default dns:www.evil.example"
    machine.fill_in_and_paste(hint)
    assert rootscope(*check).returncode == 0


# ---- report ----

def test_what_report_prints_permits_and_enforces(rootscope, machine, tmp_path):
    machine.compile(root(A, "Corp Root") + BODY + "    mode test\n"
                    + root(B) + BODY + "    mode test\n" + root(C) + "    permit c\n")
    log = tmp_path / "telemetry"
    log.write_bytes(b"".join(line + b"\n" for line in [
        checks(20000, 2, root=f"spki-sha256:{A}"), checks(20000, 0, root=f"spki-sha256:{B}"),
        violation(root=f"spki-sha256:{A}", suffix="evil.example"),
        violation(root=f"spki-sha256:{A}", suffix="O'Neil", form="cn", name="O'Neil")]))
    text = rootscope("report", log, check=True).stdout
    commands = re.findall("rootscope (?:permit|set-mode) .*", text)
    assert f"rootscope permit {A[:16]} dns:evil.example" in [c.split("  #")[0] for c in commands]
    assert f"rootscope set-mode enforce {B[:16]}" in commands
    for line in commands:
        machine.paste_for_the_machine(line)
    assert machine.modes() == {"*": "enforce", "Corp Root": "test", "": "enforce"}
    shown = json.loads(rootscope("show", "--json", machine.list, check=True).stdout)
    [corp] = [s for s in shown["stanzas"] if s["roots"][0]["sha256"] == A]
    assert "dns:evil.example" in corp["permit"]


def test_what_report_prints_is_for_the_list_that_was_named(rootscope, machine, tmp_path):
    machine.compile(root(A, "Corp Root") + BODY + "    mode test\n"
                    + root(B) + BODY + "    mode test\n")
    log = tmp_path / "telemetry"
    log.write_bytes(b"".join(line + b"\n" for line in [
        checks(20000, 1, root=f"spki-sha256:{A}"), checks(20000, 0, root=f"spki-sha256:{B}"),
        violation(root=f"spki-sha256:{A}", suffix="evil.example")]))
    report = ["report", "--list", machine.list, log]
    text = rootscope(*report, check=True).stdout
    assert f"rootscope permit {machine.unknown} {A[:16]} dns:evil.example" in text
    folders = ["--shipped", machine.shipped, "--local", machine.local]
    text = rootscope(*report, *folders, check=True).stdout
    [permit, enforce] = re.findall("rootscope (?:permit|set-mode) .*", text)
    [told] = json.loads(rootscope(*report, *folders, "--json", "--root", A[:16],
                                  check=True).stdout)["roots"]
    assert told["proposals"][0]["command"] == permit.split("  #")[0]
    patch = rootscope(*report, *folders, "--diff", check=True).stdout
    assert f"then rootscope compile {machine.places}.\n" in patch
    machine.paste(permit)
    machine.paste(enforce)
    assert rootscope(*report, "--ready").returncode == 0
    assert machine.modes() == {"*": "enforce", "Corp Root": "test", "": "enforce"}


# ---- status ----

STATUS = ("openssl_conf = i\n[i]\nproviders = p\n[p]\ndefault = d\nrootscope = r\n"
          "[d]\nactivate = 1\n[r]\nactivate = 1\nmodule = {module}\nlist = {list}\n"
          "telemetry = off\n")


@pytest.fixture
def problems(rootscope, machine, module, pki):
    """problems(store): what status finds wrong of list and store: the command of each."""
    def ask(store=None):
        conf = machine.list.with_name("openssl.cnf")
        conf.write_text(STATUS.format(module=module, list=machine.list))
        found = json.loads(rootscope(
            "status", "--json", "--config", conf, "--CAfile", store or pki.root.pem, "--shipped",
            machine.shipped, "--local", machine.local).stdout)["problems"]
        return {p["id"]: p["fix"] for p in found
                if p["id"].startswith(("list-", "roots-", "store-"))}
    return ask


@pytest.mark.parametrize("id, text", [
    ("list-mode-off", "mode off\n" + root(A, "Corp Root") + BODY),
    ("list-mode-test", "mode test\n" + root(A, "Corp Root") + BODY),
    ("roots-mode-test", root(A, "O'Neil's") + BODY + "    mode test\n" + root(B) + BODY),
    ("roots-mode-off", root(A) + BODY + "    mode off\n" + root(B) + BODY + "    mode off\n"),
], ids=["list off", "list in test", "root in test", "roots off"])
def test_what_status_prints_removes_the_problem(machine, problems, id, text):
    machine.compile(text)
    found = problems()
    assert set(found) == {id}
    [command] = re.findall("`(rootscope .*)`", found[id])
    machine.paste(command)
    assert problems() == {}


@pytest.mark.parametrize("id, text, file", [
    ("list-empty", "# nothing\n", "root"),
    ("store-intermediate-alone", root(A) + BODY, "intermediate"),
])
def test_what_status_prints_with_words_to_fill_in(machine, problems, pki, id, text, file):
    """A reader puts a file and names in place of the words in capitals."""
    certificate = getattr(pki, file).pem
    machine.compile(text)
    found = problems(certificate)
    assert set(found) == {id}
    [command] = re.findall("`(rootscope .*)`", found[id])
    filled = re.sub(r"\b(ROOT\.pem|FILE)\b", str(certificate), command)
    filled = filled.replace("NAME...", "corp.example ip:127.0.0.0/8")
    assert not re.search(r"\b[A-Z]{3,}", filled.replace(str(certificate), "")), filled
    machine.paste(filled)
    assert problems(certificate) == {}


def test_what_status_prints_compiles_the_list(machine, problems):
    machine.compile(root(A, "Corp Root") + BODY)
    (machine.local / "a.list").write_text(root(A) + BODY)
    compile_it = f"rootscope compile {machine.places}"
    assert problems() == {"list-outdated": f"run `{compile_it}`"}
    machine.paste(compile_it)
    assert problems() == {}
    machine.list.write_text("no list")
    assert problems()["list-unusable"] == f"run `{compile_it}`"
    machine.paste(compile_it)
    machine.list.chmod(0o666)
    [command] = re.findall("`(.*)`", problems()["list-unusable"])
    machine.paste(command)
    assert problems() == {}
