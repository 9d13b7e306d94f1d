# SPDX-License-Identifier: Apache-2.0
"""rootscope lint: every warning, and each command that it prints mends what it warns of."""

import json
import os
import shlex
import subprocess

import pytest

from pki import expired_root, openssl, plain_root

GONE = "aa" * 32


@pytest.fixture(scope="session")
def cas(tmp_path_factory):
    """A root, one that has expired, and an issuing CA of the first: PEM files."""
    folder = tmp_path_factory.mktemp("cas")
    corp = plain_root(folder / "corp.crt", "Corp CA")
    expired_root(folder, folder / "corp.key", "Old CA").rename(folder / "old.crt")
    plain_root(folder / "below.crt", "Below CA")
    (folder / "ca.cnf").write_text("basicConstraints = critical,CA:true\n")
    openssl("req", "-new", "-key", folder / "below.key", "-subj", "/CN=Below CA", "-out",
            folder / "below.csr")
    openssl("x509", "-req", "-in", folder / "below.csr", "-CA", corp, "-CAkey",
            folder / "corp.key", "-extfile", folder / "ca.cnf", "-days", "30", "-out",
            folder / "below.crt", "-set_serial", "7")
    return folder


class Machine:
    """Folders of sources and of the administrator's CAs, and the command on them."""

    def __init__(self, tmp_path, rootscope, command):
        self.shipped, self.local = tmp_path / "shipped", tmp_path / "local"
        self.anchors = tmp_path / "anchors"
        self._rootscope, self._command = rootscope, command
        for folder in self.shipped, self.local, self.anchors:
            folder.mkdir()

    def write(self, *lines, folder=None, name="a.list"):
        ((folder or self.local) / name).write_text("".join(f"{line}\n" for line in lines))

    def trust(self, *files):
        for file in files:
            (self.anchors / file.name).write_bytes(file.read_bytes())

    def lint(self, *words):
        return self._rootscope("lint", "--shipped", self.shipped, "--local", self.local,
                               "--anchors", self.anchors, "--CAfile", self.store, *words)

    def warnings(self):
        done = self.lint("--json")
        found = json.loads(done.stdout)["warnings"]
        assert done.returncode == bool(found), done.output
        return found

    def run(self, fix):
        """What a user does who pastes the command."""
        for command in shlex.split(fix.replace(" && ", " '&&' ")), :
            words = []
            for word in command + ["&&"]:
                if word != "&&":
                    words.append(word)
                    continue
                if words[0] == "rootscope":
                    assert {str(self.shipped), str(self.local), "--no-compile"} <= set(words)
                    words[0] = str(self._command)
                subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
                words = []


@pytest.fixture
def machine(tmp_path, rootscope, command, cas):
    made = Machine(tmp_path, rootscope, command)
    made.store = cas / "corp.crt"
    made.pem = f'root pem:{cas / "corp.crt"} "Corp Root"'
    return made


CORP = "    permit corp.example"


@pytest.mark.parametrize("lines, line, id, name", [
    ([CORP, "    permit www.corp.example"], 3, "covered", "www.corp.example"),
    ([CORP, "    permit corp.example"], 3, "covered", "corp.example"),
    ([CORP, "    permit dns:.corp.example"], 3, "covered", "dns:.corp.example"),
    ([CORP, "    permit email:joe@corp.example"], 3, "covered", "email:joe@corp.example"),
    ([CORP, "    permit ip:10.1.0.0/16", "    permit ip:10.0.0.0/8"], 3, "covered",
     "ip:10.1.0.0/16"),
    ([CORP, '    permit cn:"J D"', "    permit cn:\"j d\""], 4, "covered", "cn:j d"),
    ([CORP, "    exclude hr.corp.example", "    exclude a.hr.corp.example"], 4, "covered",
     "a.hr.corp.example"),
    ([CORP, "    exclude other.example"], 3, "exclusion-idle", "other.example"),
    ([CORP, "    exclude ip:10.0.0.0/8"], 3, "exclusion-idle", "ip:10.0.0.0/8"),
    ([CORP, "    permit x.example", "    exclude x.example"], 3, "permit-excluded", "x.example"),
    ([CORP, "    permit co.uk"], 3, "public-suffix", "co.uk"),
    ([CORP, "    permit github.io"], 3, "public-suffix", "github.io"),
    ([CORP, "    permit com", "    permit x.de", "    permit dns:net"], 3, "public-suffix",
     "one of 2 public suffixes"),
    ([CORP, "    permit corp.lan"], 3, "unknown-tld", "corp.lan"),
    ([CORP, "    permit email:joe@x.de", "    exclude x.de"], 3, "permit-excluded",
     "email:joe@x.de"),
    ([CORP, "    exclude example"], 1, "permits-nothing", "line 3"),
    ([CORP, "    mode test until 2020-01-01"], 1, "test-over", "test until 2020-01-01"),
])
def test_a_warning_and_its_command(machine, lines, line, id, name):
    machine.write(machine.pem, *lines)
    found = machine.warnings()
    warning, = [w for w in found if w["id"] == id]
    assert (warning["file"], warning["line"]) == (str(machine.local / "a.list"), line)
    assert name in warning["text"]
    assert f"a.list:{line}: warning: {warning['text']} [{id}]\n  {warning['fix']}\n" \
        in machine.lint().stdout
    for _ in range(3):
        if found:
            told = found[0]["text"]
            machine.run(found[0]["fix"])
            found = machine.warnings()
            assert told not in [w["text"] for w in found]
    assert found == []
    assert (machine.local / "a.list").read_text() != ""


@pytest.mark.parametrize("lines", [
    [CORP, "    permit .x.example", "    permit dns:x.example"],
    [CORP, "    exclude hr.corp.example", "    permit x.example"],
    [CORP, "    permit single-label", "    exclude dns:srv01"],
    [CORP, "    permit a.x.de", "    exclude srv:x.de"],
    [CORP, "    permit local", "    permit test", "    permit internal", "    permit x.de"],
    [CORP, "    permit ip:*", "    exclude ip:10.0.0.0/8"],
    [CORP, "    exclude cn:root", "    mode test"],
    ["    exclude corp.example", "    exclude ip:10.0.0.0/8"],
    [CORP, "    mode test until 2090-01-01"],
    ["    permit com  # 17 certificates for 9 domains", "    permit net # sales"],
])
def test_what_is_meant_gets_no_warning(machine, lines):
    machine.write(machine.pem, *lines)
    assert machine.warnings() == []
    assert machine.lint().output == ""


def test_what_no_command_can_mend(machine):
    """Without its only permit line, a stanza would permit everything."""
    machine.write(machine.pem, "    permit com")
    warning, = machine.warnings()
    assert (warning["id"], warning["fix"]) == ("public-suffix", None)


def test_a_stanza_of_many_public_suffixes_gets_one_warning(machine):
    """It is that of a public CA; a comment takes a line out of the count."""
    machine.write(machine.pem, CORP, "    permit de  # we have customers there",
                  *(f"    permit {tld}" for tld in ("com", "net", "org", "fr", "nl", "it")))
    warning, = machine.warnings()
    assert (warning["id"], warning["line"], warning["fix"]) == ("public-suffix", 4, None)
    assert "com is one of 6 public suffixes" in warning["text"]


def test_roots_of_the_machine(machine, cas):
    machine.write(machine.pem, CORP, f'root spki-sha256:{GONE} "Gone"', "    permit a.example")
    warning, = machine.warnings()
    assert (warning["id"], warning["line"]) == ("root-not-trusted", 3)
    machine.run(warning["fix"])
    assert machine.warnings() == []


def test_an_expired_root(machine, cas):
    old = cas / "old.crt"
    machine.store = old
    machine.write(f'root pem:{old} "It\'s old"', CORP)
    warning, = machine.warnings()
    assert warning["id"] == "root-expired"
    assert warning["fix"] == (f"rootscope remove --shipped {machine.shipped}"
                              f" --local {machine.local} --no-compile 'It'\\''s old'")
    machine.run(warning["fix"])
    assert machine.warnings() == []


def test_a_ca_that_nothing_limits(machine, cas):
    machine.trust(cas / "corp.crt")
    machine.write()
    warning, = machine.warnings()
    assert warning["id"] == "ca-unlimited"
    assert warning["file"] == str(machine.anchors / "corp.crt") and warning["line"] is None
    machine.run(warning["fix"])
    assert machine.warnings() == []
    assert "mode test" in (machine.local / "local.list").read_text()


def test_an_issuing_ca_in_the_trust_store(machine, cas):
    machine.trust(cas / "corp.crt", cas / "below.crt")
    machine.write(machine.pem, CORP)
    warning, = machine.warnings()
    assert warning["id"] == "store-intermediate" and "Below CA" in warning["text"]
    machine.run(warning["fix"])
    assert machine.warnings() == [] and os.listdir(machine.anchors) == ["corp.crt"]


def test_the_whole_list_and_several_roots(machine, cas):
    machine.write("mode test until 2020-01-01", machine.pem, f'root spki-sha256:{GONE} "Gone"',
                  CORP, "    permit www.corp.example")
    first, second, third = machine.warnings()
    assert [first["id"], second["id"], third["id"]] == ["test-over", "root-not-trusted", "covered"]
    assert third["fix"].count("&&") == 1
    machine.run(third["fix"])
    machine.run(first["fix"])
    assert [w["id"] for w in machine.warnings()] == ["root-not-trusted"]


def test_shipped_sources_get_no_warnings_unless_named(machine, rootscope):
    machine.write(machine.pem, CORP, "    permit com", folder=machine.shipped, name="s.list")
    machine.write()
    assert machine.warnings() == []
    done = rootscope("lint", "--CAfile", machine.store, "--anchors", machine.anchors,
                     machine.shipped / "s.list")
    assert done.returncode == 1 and "[public-suffix]" in done.stdout


@pytest.mark.parametrize("words, said", [
    (["missing.list"], "missing.list: No such file or directory"),
    (["--CAfile", "missing.pem"], "missing.pem"),
    (["--local", "x", "a.list"], "SOURCE arguments cannot be combined"),
])
def test_wrong_usage(machine, rootscope, tmp_path, words, said):
    done = rootscope("lint", *words, cwd=tmp_path)
    assert done.returncode == 2 and done.stdout == "" and said in done.stderr


def test_bad_sources_are_errors(machine):
    machine.write("permit x")
    done = machine.lint()
    assert done.returncode == 2 and "a.list:1:1: error:" in done.stderr
