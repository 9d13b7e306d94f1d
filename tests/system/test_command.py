# SPDX-License-Identifier: Apache-2.0
"""The rootscope command: its four subcommands, what they say, write and refuse."""

import datetime
import hashlib
import json
import os
import re
import resource
import shutil
import signal
import ssl
import stat
import subprocess

import pytest

from conftest import corp_source
from pki import CORP_SCOPE, expired_root, openssl

SOURCE = "root spki-sha256:{}\n    permit corp.example\n".format("ab" * 32)
OTHER = "root spki-sha256:{}\n    permit other.example\n".format("cd" * 32)


@pytest.fixture
def folders(tmp_path):
    """Empty folders for shipped and local sources, and the options that name them."""
    for name in "shipped", "local":
        (tmp_path / name).mkdir()
    options = ["--shipped", tmp_path / "shipped", "--local", tmp_path / "local"]
    return tmp_path / "shipped", tmp_path / "local", options


def write(path, text):
    path.write_text(text)
    return path


def names_in(folder):
    return sorted(p.name for p in folder.iterdir())


# ---- The frame ----

COMMANDS = ("add", "check", "compile", "diff", "disable", "edit", "enable", "exclude", "export",
            "import", "lint", "permit", "remove", "report", "set-mode", "show", "status", "trust",
            "untrust")


def test_help_lists_every_command(rootscope):
    for words in (["--help"], ["help"], ["-h"], ["help", "--help"], ["help", "help"],
                  ["--help", "-h"]):
        done = rootscope(*words, check=True)
        assert done.stdout.startswith("Usage: rootscope COMMAND")
        assert done.stderr == ""
        for name in COMMANDS:
            assert f"\n  {name} " in done.stdout


@pytest.mark.parametrize("name", [*COMMANDS, "survey", "propose", "evaluate"])
def test_help_of_a_command_is_the_same_in_every_way(rootscope, name):
    one = rootscope("help", name, check=True).stdout
    for words in ([name, "--help"], [name, "-h"], ["--help", name], ["-h", name],
                  ["help", name, "more", "--help"]):
        assert rootscope(*words, check=True).stdout == one, words
    assert one.startswith(f"Usage: rootscope {name}")
    assert all(len(line) <= 80 for line in one.splitlines())


# ---- The second executable ----

ANALYSIS = ("report", "survey", "propose", "evaluate")


def second_half(overview):
    """The lines of the overview that are of the second executable."""
    return overview.partition("package rootscope-analysis:\n")[2].partition("\n\n")[0]


def test_overview_tells_which_commands_the_second_package_has(rootscope):
    said = second_half(rootscope("--help", check=True).stdout)
    assert [line.split()[0] for line in said.splitlines()] == list(ANALYSIS)


@pytest.mark.parametrize("words", [[name, *rest] for name in ANALYSIS
                                   for rest in ([], ["--help"], ["--frobnicate"])] +
                                  [["help", name] for name in ANALYSIS])
def test_without_the_second_package_its_name_is_told(command, tmp_path, run, words):
    alone = shutil.copy(command, tmp_path)
    done = run(alone, *words)
    if run(alone, "report", "--help").returncode == 0:
        pytest.skip("rootscope-analysis is installed on this machine")
    name = words[-1] if words[0] == "help" else words[0]
    assert done.returncode == 2 and not done.stdout
    assert re.fullmatch(rf"rootscope: {name} is in the package rootscope-analysis: install that"
                        r" \(there is no /\S+/rootscope/rootscope-analysis\)\n", done.stderr)
    assert "Usage: rootscope check" in run(alone, "help", "check", check=True).stdout


def test_second_executable_that_cannot_be_run_is_told(command, analysis, tmp_path, run):
    alone = shutil.copy(command, tmp_path)
    beside = tmp_path / analysis.name
    beside.write_bytes(b"\x7fELF but not a program")
    beside.chmod(0o755)
    done = run(alone, "report", "--help")
    assert done.returncode == 2 and not done.stdout
    assert done.stderr.startswith(f"rootscope: cannot run {beside}: Exec format error")


@pytest.mark.parametrize("words", [[], ["check"], ["--help"], ["help"], ["help", "check"]])
def test_second_executable_by_itself_points_to_the_command(analysis, run, words):
    done = run(analysis, *words)
    assert done.returncode == 2 and not done.stdout
    assert "run 'rootscope --help'" in done.stderr


def test_version(rootscope):
    done = rootscope("--version", check=True)
    assert done.stdout.startswith("rootscope ") and done.stdout.count("\n") == 1


@pytest.mark.parametrize("words, said", [
    ([], "Usage:"),
    (["frobnicate"], "unknown command: frobnicate"),
    (["--frobnicate"], "unknown option: --frobnicate"),
    (["help", "frobnicate"], "unknown command: frobnicate"),
    (["help", "--frobnicate"], "unknown option: --frobnicate"),
    (["show", "--frobnicate"], "unknown option: --frobnicate"),
    (["show", "-Z"], "unknown option: -Z"),
    (["show", "--root"], "option needs a value: --root"),
    (["show", "-r"], "option needs a value: -r"),
    (["show", "--json=yes"], "--json=yes"),
    (["show", "a", "b"], "unknown argument: b"),
    (["compile", "a.list"], "SOURCE arguments require --output or --check"),
    (["compile", "--local", "x"], "--shipped and --local require --output or --check"),
    (["compile", "--check", "-o", "x", "a.list"], "--check cannot be combined with --output"),
    (["compile", "--local", "x", "-o", "y", "a.list"],
     "SOURCE arguments cannot be combined with --shipped or --local"),
    (["compile", "--frobnicate"], "unknown option"),
    (["add"], "missing argument: CERT"),
    (["add", "x.pem"], "missing argument: NAME, or --exclude NAME"),
    (["add", "x.pem", "a", "--mode", "off"], "--mode must be test or enforce: off"),
    (["add", "x.pem", "a", "--label", "b\x1b"], "--label must be text without control characters"),
    (["add", "x.pem", "a", "--file", "sub/x.list"], "--file must be a name that ends in .list"),
    (["add", "x.pem", "a", "--file", "x.conf"], "--file must be a name that ends in .list"),
    (["add", "x.pem", "a", "--file", ".list"], "--file must be a name that ends in .list"),
    (["add", "x.pem", "a", "--local", "x"],
     "--shipped and --local require --output or --no-compile"),
    (["add", "-Z"], "unknown option: -Z"),
    (["export"], "missing argument: extension, json, chrome-policy, p11-kit, go or bundle"),
    (["export", "list", "a"], "give extension, json, chrome-policy, p11-kit, go or bundle: list"),
    (["export", "json"], "missing argument: ROOT"),
    (["export", "extension", "a", "b", "c"], "unknown argument: c"),
    (["export", "--frobnicate"], "unknown option"),
    (["import"], "give one of the options --from-..."),
    (["import", "--from-certificate"], "option needs a value"),
    (["import", "--from-certificate", "a", "b"], "unknown argument: b"),
    (["import", "--from-certificate", "a", "--label", "b\n"], "--label must be text"),
    (["import", "--frobnicate"], "unknown option"),
    (["check"], "missing argument: CHAIN.pem or HOST:PORT"),
    (["check", "a", "b"], "unknown argument: b"),
    (["check", "--starttls", "telnet", "a"], "--starttls must be smtp, lmtp, imap"),
    (["check", "--time", "soon", "a"], "--time must be a number of seconds since 1970"),
    (["check", "--time", "", "a"], "--time must be a number of seconds since 1970"),
    (["check", "--time", "9" * 30, "a"], "--time must be a number of seconds since 1970"),
    (["check", "--frobnicate"], "unknown option"),
    (["report", "--since", "yesterday", "-"], "--since must be 2026-11-22, "),
    (["report", "--until", "", "-"], "--until must be 2026-11-22, "),
    (["report", "--min-checks", "many", "-"], "--min-checks must be a number: many"),
    (["report", "--min-checks", "", "-"], "--min-checks must be a number"),
    (["report", "--min-checks", "9" * 16, "-"], "--min-checks must be a number"),
    (["report", "--root"], "option needs a value: --root"),
    (["report", "--frobnicate"], "unknown option"),
])
def test_bad_usage_is_refused_with_a_hint(rootscope, words, said):
    done = rootscope(*words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert "rootscope --help" in done.stderr or "rootscope help" in done.stderr \
        or done.stderr.startswith("Usage:")


def test_an_answer_that_cannot_be_written_is_an_error(command, corp_list):
    env = dict(os.environ, OPENSSL_CONF="/dev/null")
    for words in (["--help"], ["--version"], ["show", corp_list], ["show", "--json", corp_list]):
        with open("/dev/full", "w") as full:
            done = subprocess.run([command, *words], stdout=full, stderr=subprocess.PIPE, env=env)
        assert done.returncode == 2, words
        assert b"cannot write to standard output" in done.stderr
        closed = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", command, *words],
                                stderr=subprocess.PIPE, env=env)
        assert closed.returncode == 2, words


def test_compile_does_not_mind_closed_streams(command, tmp_path):
    """The list gets none of the messages, though its descriptor could be that of a stream."""
    source = write(tmp_path / "a.list", SOURCE)
    for name, closing in ("one", ""), ("two", "<&- >&- 2>&-"):
        subprocess.run(["sh", "-c", f'exec "$@" {closing}', "sh", command, "compile", "-o",
                        tmp_path / name, source], check=True, stderr=subprocess.DEVNULL,
                       env=dict(os.environ, OPENSSL_CONF="/dev/null"))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


# ---- compile ----

def test_compile_writes_the_same_bytes_for_the_same_sources(rootscope, tmp_path):
    a, b = write(tmp_path / "a.list", SOURCE), write(tmp_path / "b.list", OTHER)
    rootscope("compile", "-o", tmp_path / "1", a, b, check=True)
    rootscope("compile", "-o", tmp_path / "2", b, a, check=True)
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()
    write(b, OTHER + "    permit more.example\n")
    rootscope("compile", "-o", tmp_path / "2", a, b, check=True)
    assert (tmp_path / "1").read_bytes() != (tmp_path / "2").read_bytes()


def test_compile_says_what_it_made_on_standard_error_only(rootscope, tmp_path):
    a = write(tmp_path / "a.list", SOURCE)
    done = rootscope("compile", "-o", tmp_path / "x.rsl", a, check=True)
    shown = json.loads(rootscope("show", "--json", tmp_path / "x.rsl", check=True).stdout)
    size = (tmp_path / "x.rsl").stat().st_size
    assert done.stdout == ""
    assert done.stderr == f"1 root, 1 rule, {size:,} bytes, generation {shown['generation']}\n"
    assert rootscope("compile", "--quiet", "-o", tmp_path / "x.rsl", a).output == ""


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777])
def test_compile_gives_mode_0644_whatever_the_umask(rootscope, tmp_path, umask):
    source = write(tmp_path / "a.list", SOURCE)
    before = os.umask(umask)
    try:
        rootscope("compile", "-o", tmp_path / "x.rsl", source, check=True)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "x.rsl").stat().st_mode) == 0o644


def test_compile_reports_every_error_and_leaves_the_list_alone(rootscope, tmp_path):
    good = write(tmp_path / "good.list", SOURCE)
    bad = write(tmp_path / "bad.list", "root spki-sha256:12\n    permit *.x\n    frob x\n")
    worse = write(tmp_path / "worse.list", "permit a\n")
    target = tmp_path / "x.rsl"
    rootscope("compile", "-o", target, good, check=True)
    before = target.read_bytes()
    done = rootscope("compile", "-o", target, good, bad, worse, tmp_path / "missing.list")
    assert done.returncode == 2
    assert done.stdout == ""
    assert f"{bad}:1:" in done.stderr and f"{bad}:2:" in done.stderr and f"{bad}:3:" in done.stderr
    assert f"{worse}:1:" in done.stderr
    assert f"{tmp_path}/missing.list: No such file" in done.stderr
    assert " error: " in done.stderr and f"{target} is unchanged" in done.stderr
    assert target.read_bytes() == before
    assert not [name for name in names_in(tmp_path) if name.startswith(".")]


def test_compile_check_writes_nothing(rootscope, tmp_path):
    source = write(tmp_path / "a.list", SOURCE)
    done = rootscope("compile", "--check", source, check=True)
    assert "1 root" in done.stderr
    assert names_in(tmp_path) == ["a.list"]
    write(source, SOURCE + "frob\n")
    assert rootscope("compile", "--check", source).returncode == 2


def test_compile_takes_folders_and_local_names_hide_shipped_ones(rootscope, folders, tmp_path):
    shipped, local, options = folders
    write(shipped / "a.list", SOURCE)
    write(shipped / "b.list", OTHER)
    write(local / "b.list", OTHER.replace("other", "mine"))
    write(local / ".hidden.list", "frob\n")
    write(local / "backup.list~", "frob\n")
    write(local / ".list", "frob\n")
    target = tmp_path / "x.rsl"
    rootscope("compile", *options, "-o", target, check=True)
    shown = rootscope("show", target, check=True).stdout
    assert "permit corp.example" in shown and "permit mine.example" in shown
    assert "other.example" not in shown
    # The same as by naming the files.
    rootscope("compile", "-o", tmp_path / "y.rsl", local / "b.list", shipped / "a.list", check=True)
    assert (tmp_path / "y.rsl").read_bytes() == target.read_bytes()


@pytest.mark.parametrize("local_name, is_later", [("a.list", False), ("c.list", True)])
def test_compile_takes_the_stanza_of_the_later_name(rootscope, folders, tmp_path, local_name,
                                                    is_later):
    """Of the local file, whatever it is called; among files that are named, of the later one."""
    shipped, local, options = folders
    write(local / local_name, "mode test\n" + SOURCE.replace("corp", "local"))
    write(shipped / "b.list", "mode enforce\n" + SOURCE.replace("corp", "shipped"))
    for sources, wins in [
            ([*options], "local"),
            ([shipped / "b.list", local / local_name], "local" if is_later else "shipped"),
            ([local / local_name, shipped / "b.list"], "local" if is_later else "shipped")]:
        done = rootscope("compile", "-o", tmp_path / "x.rsl", *sources, check=True)
        shown = rootscope("show", tmp_path / "x.rsl", check=True).stdout
        assert re.findall("permit (.*).example", shown) == [wins]
        assert ("mode test" in shown) == (wins == "local")
        assert f"note: this root replaces the one at {shipped}/b.list" in done.stderr \
            or wins == "shipped"


def test_compile_of_nothing_is_an_error(rootscope, folders, tmp_path):
    _, local, options = folders
    assert "no *.list in" in rootscope("compile", *options, "-o", tmp_path / "x").stderr
    local.rmdir()
    assert rootscope("compile", *options, "-o", tmp_path / "x").returncode == 2
    write(local, "not a folder")
    done = rootscope("compile", *options, "-o", tmp_path / "x")
    assert done.returncode == 2 and "Not a directory" in done.stderr
    assert not (tmp_path / "x").exists()


def test_compile_refuses_sources_that_are_no_files(rootscope, folders, tmp_path):
    _, local, options = folders
    os.mkfifo(local / "fifo.list")
    (local / "folder.list").mkdir()
    (local / "dangling.list").symlink_to("nowhere")
    done = rootscope("compile", *options, "-o", tmp_path / "x")
    assert done.returncode == 2
    assert f"{local}/fifo.list: is not a regular file" in done.stderr
    assert f"{local}/folder.list: it is a folder" in done.stderr
    assert f"{local}/dangling.list: No such file" in done.stderr


@pytest.mark.parametrize("target, said", [
    ("/dev/null", "not a regular file"),
    ("folder", "not a regular file"),
    ("missing/x.rsl", "No such file"),
    ("a.list/x.rsl", "Not a directory"),
    ("new/", "not the name of a file"),
    ("dangling", "No such file"),
])
def test_compile_refuses_bad_places(rootscope, tmp_path, target, said):
    source = write(tmp_path / "a.list", SOURCE)
    (tmp_path / "folder").mkdir()
    (tmp_path / "dangling").symlink_to("nowhere")
    before = names_in(tmp_path)
    done = rootscope("compile", "-o", target, source, cwd=tmp_path)
    assert done.returncode == 2 and said in done.stderr
    assert names_in(tmp_path) == before
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_compile_follows_a_symbolic_link(rootscope, tmp_path):
    source, link = write(tmp_path / "a.list", SOURCE), tmp_path / "link"
    target = write(tmp_path / "target", "old")
    link.symlink_to("target")
    rootscope("compile", "-o", link, source, check=True)
    assert link.is_symlink() and target.read_bytes() != b"old"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be misled to another's file")
@pytest.mark.parametrize("where", ["link", "folder/x"])
def test_compile_does_not_follow_a_link_of_another_user(rootscope, tmp_path, where):
    source, shared = write(tmp_path / "a.list", SOURCE), tmp_path / "shared"
    for folder in shared, tmp_path / "own":
        folder.mkdir()
    shared.chmod(0o1777)
    precious = write(tmp_path / "own" / "x", "precious")
    for name, target in ("link", precious), ("folder", precious.parent):
        (shared / name).symlink_to(target)
        os.lchown(shared / name, 65534, 65534)
    done = rootscope("compile", "-o", shared / where, source)
    assert done.returncode == 2 and precious.read_text() == "precious"
    link = where.split("/")[0]
    assert f"{shared / where}: {link} is a symbolic link of another user (ID 65534)" in done.stderr
    assert names_in(shared) == ["folder", "link"] and names_in(precious.parent) == ["x"]


def test_compile_names_the_path_where_it_cannot_write(rootscope, tmp_path):
    """Not the temporary file, of which nobody knows. Root may not write there either."""
    source = write(tmp_path / "a.list", SOURCE)
    done = rootscope("compile", "-o", "/proc/x.rsl", source)
    assert done.returncode == 2
    assert done.stderr.startswith("rootscope: /proc/x.rsl: ") and "/." not in done.stderr


def test_compile_on_a_full_disk_changes_nothing(command, tmp_path):
    """A limit on the size of files fails the write as a full disk does."""
    source, target = write(tmp_path / "a.list", SOURCE), write(tmp_path / "x.rsl", "old")

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
    done = subprocess.run([command, "compile", "-o", target, source], preexec_fn=limit,
                          capture_output=True, env=dict(os.environ, OPENSSL_CONF="/dev/null"))
    assert done.returncode == 2
    assert done.stderr.startswith(f"rootscope: {target}: File too large\n".encode())
    assert target.read_text() == "old"
    assert names_in(tmp_path) == ["a.list", "x.rsl"]


def test_compile_replaces_and_does_not_rewrite(rootscope, tmp_path):
    """Who has the old list open keeps all of it."""
    source, target = write(tmp_path / "a.list", SOURCE), tmp_path / "x.rsl"
    rootscope("compile", "-o", target, source, check=True)
    with open(target, "rb") as old:
        before = os.fstat(old.fileno()).st_ino
        write(source, OTHER)
        rootscope("compile", "-o", target, source, check=True)
        assert target.stat().st_ino != before
        assert old.read() != target.read_bytes()


def test_compile_reads_pem_roots_beside_the_source(rootscope, pki, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    write(folder / "root.pem", "some text\n" + pki.root.pem.read_text())
    by_pem = write(folder / "a.list", f'root pem:root.pem "Corp Root"\n{CORP_SCOPE}')
    by_key = write(tmp_path / "a.list", corp_source(pki))
    rootscope("compile", "-o", tmp_path / "1", by_pem, check=True)
    rootscope("compile", "-o", tmp_path / "2", by_key, check=True)
    one, two = (json.loads(rootscope("show", "--json", tmp_path / n).stdout) for n in "12")
    assert one["stanzas"] == two["stanzas"]


def test_compile_takes_a_key_however_its_certificate_spells_it(rootscope, pki, tmp_path):
    """The hash is that of the usual spelling, so that every certificate of the key is found."""
    again = tmp_path / "again.pem"
    key = openssl("ec", "-in", pki.root.key, "-conv_form", "compressed")
    (tmp_path / "compressed.key").write_bytes(key)
    openssl("req", "-x509", "-new", "-config", "/dev/null", "-key", tmp_path / "compressed.key",
            "-subj", "/CN=Corp Root", "-out", again)
    spelt = hashlib.sha256(openssl("pkey", "-in", tmp_path / "compressed.key", "-pubout",
                                   "-outform", "DER", "-ec_conv_form", "compressed")).hexdigest()
    source = write(tmp_path / "a.list", f"root pem:again.pem\n{CORP_SCOPE}")
    rootscope("compile", "-o", tmp_path / "a.rsl", source, check=True)
    shown = rootscope("show", tmp_path / "a.rsl", check=True).output
    assert pki.root.spki_sha256() in shown and spelt not in shown


@pytest.mark.parametrize("content, said", [
    (lambda pki: "", "no certificate in it"),
    (lambda pki: "text\n", "no certificate in it"),
    (lambda pki: pki.root.key.read_text(), "no certificate in it"),
    (lambda pki: pki.root.pem.read_text() * 2, "2 certificates in it"),
    (lambda pki: pki.root.pem.read_text()[:300], "a certificate in it cannot be read"),
    (lambda pki: pki.root.pem.read_text().replace("MII", "AAA"), "cannot be read"),
    (lambda pki: pki.root.pem.read_text() + "-----BEGIN CERTIFICATE-----\nx\n", "cannot be read"),
    (None, "No such file"),
])
def test_compile_refuses_a_pem_root_that_is_not_one_certificate(rootscope, pki, tmp_path, content,
                                                                said):
    if content:
        write(tmp_path / "root.pem", content(pki))
    source = write(tmp_path / "a.list", "root pem:root.pem\n    permit corp.example\n")
    done = rootscope("compile", "-o", tmp_path / "x", source)
    assert done.returncode == 2 and said in done.stderr and f"{source}:1:" in done.stderr
    assert not (tmp_path / "x").exists()


# ---- add ----

def test_add_makes_a_stanza_that_is_in_force(rootscope, pki, folders, tmp_path):
    _, local, options = folders
    target = tmp_path / "x.rsl"
    done = rootscope("add", *options, "-o", target, pki.root.pem, "corp.example", "ip:10.0.0.0/8",
                     "cn:John Smith", "--exclude", "hr.corp.example", "--mode", "test", check=True)
    assert done.stdout == (f"{local}/local.list: a stanza for Corp Root"
                           f" (spki-sha256:{pki.root.spki_sha256()[:16]})\n")
    assert (local / "local.list").read_text() == (
        f'root spki-sha256:{pki.root.spki_sha256()} "Corp Root"\n'
        "    permit corp.example\n    permit ip:10.0.0.0/8\n    permit cn:\"John Smith\"\n"
        "    exclude hr.corp.example\n    mode test\n")
    assert stat.S_IMODE((local / "local.list").stat().st_mode) == 0o644
    [stanza] = json.loads(rootscope("show", "--json", target, check=True).stdout)["stanzas"]
    assert stanza["mode"] == "test" and stanza["exclude"] == ["hr.corp.example"]
    assert stanza["permit"] == ["corp.example", "ip:10.0.0.0/8", 'cn:"john smith"']


def test_add_appends_and_keeps_what_the_file_is(rootscope, pki, folders, tmp_path):
    shipped, local, options = folders
    write(shipped / "shipped.list", OTHER)
    old = write(local / "mine.list", SOURCE)
    old.chmod(0o640)
    if os.getuid() == 0:
        os.chown(old, 1, 1)
    owner = old.stat().st_uid, old.stat().st_gid
    rootscope("add", *options, "-o", tmp_path / "x.rsl", "--file", "mine.list", "--label",
              'The "Root"', pki.root.pem, "corp.example", check=True)
    text = old.read_text()
    assert text.startswith(SOURCE + "\nroot spki-sha256:")
    assert r' "The \"Root\""' in text
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    assert (old.stat().st_uid, old.stat().st_gid) == owner
    shown = json.loads(rootscope("show", "--json", tmp_path / "x.rsl", check=True).stdout)
    assert len(shown["stanzas"]) == 3


@pytest.mark.parametrize("line", ["root spki-sha256:{}", "root cert-sha256:{}", "root pem:{}"])
def test_add_refuses_a_root_that_is_listed(rootscope, pki, folders, tmp_path, line):
    _, local, options = folders
    value = {"root spki-sha256:{}": pki.root.spki_sha256(), "root cert-sha256:{}":
             pki.root.cert_sha256(), "root pem:{}": str(pki.root.pem)}[line]
    text = "# mine\n" + line.format(value) + "\n    permit a.example\n"
    source = write(local / "local.list", text)
    done = rootscope("add", *options, "-o", tmp_path / "x", pki.root.pem, "corp.example")
    assert done.returncode == 2
    hashes = {"root cert-sha256:{}": pki.root.cert_sha256()}
    assert done.stderr == (
        f"rootscope: {source}:2: the root is listed here already; to change its stanza: rootscope"
        f" permit --shipped {options[1]} --local {local} --output {tmp_path / 'x'}"
        f" {hashes.get(line, pki.root.spki_sha256())[:16]} corp.example\n")
    assert source.read_text() == text and not (tmp_path / "x").exists()


@pytest.mark.parametrize("names, said", [
    (["*.corp.example"], '"*.corp.example"'),
    (["10.0.0.0/8"], "ip:10.0.0.0/8"),
    (["corp.example", "--exclude", "a..b"], "a..b"),
    (["corp.example # x"], '" " in the host name'),
    (['"corp.example'], "in the host name"),
    (["frob:x"], "frob"),
    (["a\npermit *"], "a\\x0apermit *: a name has no control characters"),
    (["a.example", "--exclude", "b\n"], "a name has no control characters"),
    ([""], '"": a name is expected, such as corp.example'),
    (["corp.example", "exclude", "hr.corp.example"], "did you mean --exclude"),
])
def test_add_refuses_bad_names_and_changes_nothing(rootscope, pki, folders, tmp_path, names, said):
    _, local, options = folders
    done = rootscope("add", *options, "-o", tmp_path / "x", pki.root.pem, *names)
    assert done.returncode == 2 and said in done.stderr
    assert names_in(local) == [] and not (tmp_path / "x").exists()


def test_add_changes_nothing_while_another_source_has_errors(rootscope, pki, folders, tmp_path):
    shipped, local, options = folders
    write(shipped / "a.list", "frob\n")
    done = rootscope("add", *options, "-o", tmp_path / "x", pki.root.pem, "corp.example")
    assert done.returncode == 2 and f"{shipped}/a.list:1:" in done.stderr
    assert names_in(local) == []


def test_add_does_not_hide_a_shipped_source_by_accident(rootscope, pki, folders, tmp_path):
    shipped, local, options = folders
    write(shipped / "local.list", OTHER)
    done = rootscope("add", *options, "-o", tmp_path / "x", pki.root.pem, "corp.example")
    assert done.returncode == 2 and f"would hide {shipped}/local.list" in done.stderr
    assert names_in(local) == []


def test_add_without_compiling(rootscope, pki, folders, tmp_path):
    _, local, options = folders
    rootscope("add", *options, "--no-compile", "-q", pki.root.pem, "corp.example", check=True)
    assert names_in(local) == ["local.list"]




def test_add_warns_of_a_ca_that_is_not_self_signed(rootscope, pki, folders, tmp_path):
    _, _, options = folders
    done = rootscope("add", *options, "--no-compile", pki.intermediate.pem, "a.example", check=True)
    assert f"warning: {pki.intermediate.pem} is not self-signed" in done.stderr


@pytest.mark.parametrize("held, said", [
    ("root", None),
    ("root intermediate", "remove it from the trust store"),
    ("intermediate", "add the root to the trust store"),
])
def test_add_warns_of_issuing_cas_in_the_trust_store(rootscope, pki, folders, tmp_path, held, said):
    _, _, options = folders
    store = write(tmp_path / "store.pem",
                  "".join(getattr(pki, name).pem.read_text() for name in held.split()))
    add = ["add", *options, "--no-compile", "--CAfile", store, pki.root.pem, "corp.example"]
    done = rootscope(*add, check=True)
    assert (done.stderr == "") == (said is None)
    if said:
        assert "has CN=Corp Issuing CA,O=Corp, which this root issued" in done.stderr
        assert said in done.stderr
    (folders[1] / "local.list").unlink()
    assert rootscope(*add, "--quiet", check=True).stderr == ""


@pytest.mark.parametrize("names, said", [
    (["corp.example", "srv01"], True),
    (["srv01"], True),
    (["corp.example", "single-label"], False),
    (["corp.example", "cn:John"], False),
    (["test", "localhost"], False),
])
def test_add_proposes_single_label(rootscope, pki, folders, names, said):
    _, _, options = folders
    done = rootscope("add", *options, "--no-compile", pki.root.pem, *names, check=True)
    assert ("srv01 is one host name of one label" in done.stderr) == said
    assert ("give single-label instead" in done.stderr) == said


@pytest.mark.parametrize("name, said", [
    ("com", "com is a public suffix: the root may vouch for every domain that"),
    (".co.uk", ".co.uk is a public suffix"),
    ("dns:github.io", "dns:github.io is a public suffix"),
    ("srv01", "give single-label instead"),
    ("pаypal.example", "mixes letters of scripts that look alike"),
    ("xn--pypal-4ve.example", "mixes letters of scripts that look alike"),
    ("corp.internal", None), ("test", None), ("localhost", None), ("*", None), ("ip:*", None),
    ("bücher.example", None), ("яндекс.example", None), ("日本ひらがなカタカナ.example", None),
    ("яндекс.com", None), ("cn:admin", None), ("single-label", None),
])
@pytest.mark.parametrize("verb", ["add", "permit"])
def test_names_that_may_not_be_meant_get_a_warning(rootscope, pki, folders, verb, name, said):
    _, local, options = folders
    root = pki.root.pem
    if verb == "permit":
        root = "Mine"
        write(local / "a.list", f'root spki-sha256:{"ab" * 32} "Mine"\n    permit x.example\n')
    done = rootscope(verb, *options, "--no-compile", root, name, check=True)
    assert (said or "") in done.stderr and ("warning" in done.stderr) == (said is not None)
    done = rootscope(verb, *options, "--no-compile", "--quiet", root, name)
    assert "warning" not in done.stderr


def test_add_warns_of_an_expired_root(rootscope, pki, folders, tmp_path):
    _, _, options = folders
    old = expired_root(tmp_path, pki.root.key, "Old Root")
    done = rootscope("add", *options, "--no-compile", old, "corp.example", check=True)
    assert f"warning: {old} has expired; programs refuse what it issued" in done.stderr


def test_add_notices_that_the_arguments_changed_places(rootscope, pki, folders):
    _, _, options = folders
    done = rootscope("add", *options, "--no-compile", "corp.example", pki.root.pem)
    assert done.returncode == 2 and "corp.example: no such file; the certificate" in done.stderr
    assert f"comes before the names: {pki.root.pem}" in done.stderr


def test_add_warns_of_a_leaf(rootscope, pki, folders, tmp_path):
    _, _, options = folders
    options = [*options, "-o", tmp_path / "x"]
    done = rootscope("add", *options, pki.good.pem, "corp.example", check=True)
    assert "is not a CA certificate" in done.stderr
    done = rootscope("add", *options, pki.root.pem, "corp.example", check=True)
    assert "is not a CA certificate" not in done.stderr


def test_add_says_so_if_only_the_list_could_not_be_written(rootscope, pki, folders):
    _, local, options = folders
    done = rootscope("add", *options, "-o", "/dev/null", pki.root.pem, "corp.example")
    assert done.returncode == 2
    assert f"{local}/local.list is written, but /dev/null is unchanged" in done.stderr


@pytest.mark.parametrize("subject, label", [
    ("/O=Only Org", '"Only Org"'),
    ("/CN=one/CN=last", '"last"'),
    ("/C=XX", None),
    ("/CN=tab\there", r'"tab\\x09here"'),
    ('/CN=quo"te', r'"quo\"te"'),
    ("/CN=Grüße", '"Grüße"'),
])
def test_add_takes_the_label_from_the_subject(rootscope, pki, folders, tmp_path, subject, label):
    _, local, options = folders
    name = f"labelled {abs(hash(subject))}"
    certificate = pki.leaf(name, [], subject=subject)
    rootscope("add", *options, "--no-compile", certificate.pem, "corp.example", check=True)
    first = (local / "local.list").read_text().splitlines()[0]
    hash_ = certificate.spki_sha256()
    assert first == f"root spki-sha256:{hash_}" + (f" {label}" if label else "")


# ---- show ----

EVERY_FORM = """\
mode test until 2099-12-31
root spki-sha256:{0} "All"
root cert-sha256:{1}
    permit corp.example
    permit .lab.example
""".format("ab" * 32, "cd" * 32) + """\
    permit dns:dns.example
    permit email:host.example
    permit email:.below.example
    permit email:Bob@mail.example
    permit uri:.uri.example
    permit srv:*
    permit xmpp:chat.example
    permit upn:.ad.example
    permit bücher.example
    permit ip:10.0.0.0/8
    permit ip:192.0.2.5
    permit ip:192.0.2.6/31
    permit ip:2001:db8::/32
    permit cn:"John Smith"
    permit dirname:"CN=x,O=Acme\\\\, Inc"
    permit othername:1.2.840.5
    organization "Acme  Inc"
    exclude hr.corp.example
    exclude email:root@mail.example
    exclude ip:10.1.0.0/16
    exclude cn:Root
    mode off
root spki-sha256:{0}
    exclude *
    exclude ip:*
    exclude cn:*
default
    permit *
    permit ip:*
    permit cn:*
""".format("ef" * 32)


def test_show_prints_a_source_that_compiles_to_the_same(rootscope, compile_list, tmp_path):
    first = rootscope("show", compile_list(EVERY_FORM), check=True).stdout
    assert first.count("#") == 3
    for line in ("mode test until 2099-12-31", f'root spki-sha256:{"ab" * 32} "All"',
                 f'root cert-sha256:{"cd" * 32}', "    permit .lab.example", "    mode off",
                 "    permit email:host.example", "    permit email:.below.example",
                 "    permit email:Bob@mail.example", "    permit srv:*",
                 "    permit upn:.ad.example",
                 "    permit xn--bcher-kva.example", "    permit ip:192.0.2.5/32",
                 "    permit ip:192.0.2.6/31", '    permit cn:"john smith"',
                 "    permit othername:1.2.840.5", '    organization "acme inc"',
                 "    exclude ip:10.1.0.0/16", "    exclude cn:root", "    exclude *",
                 "    exclude ip:*", "    exclude cn:*", "default", "    permit cn:*"):
        assert f"\n{line}\n" in first, line
    second = rootscope("show", compile_list(first), check=True).stdout
    assert [x for x in first.splitlines() if x[:1] != "#"] == \
        [x for x in second.splitlines() if x[:1] != "#"]


def test_show_as_json_says_the_same(rootscope, compile_list):
    path = compile_list(EVERY_FORM)
    shown = json.loads(rootscope("show", "--json", path, check=True).stdout)
    assert set(shown) == {"path", "format", "generation", "size", "sources_sha256", "mode",
                          "mode_until", "stanzas"}
    assert shown["path"] == str(path) and shown["size"] == path.stat().st_size
    assert shown["sources_sha256"].startswith(shown["generation"])
    assert (shown["mode"], shown["mode_until"]) == ("test", "2099-12-31")
    by_default = [s for s in shown["stanzas"] if s["default"]]
    assert [s["roots"] for s in by_default] == [[]]
    assert set(by_default[0]) == {"default", "roots", "mode", "permit", "exclude", "organization"}
    [both] = [s for s in shown["stanzas"] if len(s["roots"]) == 2]
    assert both["roots"] == [
        {"kind": "spki-sha256", "sha256": "ab" * 32, "label": "All"},
        {"kind": "cert-sha256", "sha256": "cd" * 32, "label": ""}]
    assert both["mode"] == "off" and both["organization"] == ['"acme inc"']
    assert {"hr.corp.example", "email:root@mail.example"} <= set(both["exclude"])


@pytest.mark.parametrize("wanted", ["All", "ab" * 32, "AB:AB:AB:AB", "abababab"])
def test_show_of_one_root(rootscope, compile_list, wanted):
    shown = rootscope("show", "--root", wanted, compile_list(EVERY_FORM), check=True).stdout
    assert f'root spki-sha256:{"ab" * 32} "All"\n' in shown
    assert "cd" * 32 not in shown and "ef" * 32 not in shown and "\ndefault\n" not in shown
    assert "permit corp.example" in shown


@pytest.mark.parametrize("wanted", ["all", "", "abab", "abababac", "ab" * 33])
def test_show_of_a_root_that_is_not_there(rootscope, compile_list, wanted):
    done = rootscope("show", "--root", wanted, compile_list(EVERY_FORM))
    assert done.returncode == 2 and done.stdout == "" and "has no root" in done.stderr


@pytest.mark.parametrize("first, last, blocks", [
    ("10.0.0.1/32", "10.0.0.2/32", ["10.0.0.1/32", "10.0.0.2/32"]),
    ("10.0.0.0/32", "10.0.0.1/32", ["10.0.0.0/31"]),
    ("0.0.0.0/1", "128.0.0.0/1", ["0.0.0.0/0"]),
    ("255.255.255.254/31", "255.255.255.252/31", ["255.255.255.252/30"]),
    ("::/1", "8000::/1", ["::/0"]),
    ("ffff::/16", "fffe:8000::/17", ["fffe:8000::/17", "ffff::/16"]),
])
def test_show_of_addresses(rootscope, compile_list, first, last, blocks):
    path = compile_list(f"default\n permit ip:{first}\n permit ip:{last}\n")
    [stanza] = json.loads(rootscope("show", "--json", path, check=True).stdout)["stanzas"]
    assert stanza["permit"] == [f"ip:{block}" for block in blocks]


def test_show_refuses_what_is_no_list(rootscope, tmp_path, corp_list):
    data = corp_list.read_bytes()
    bad = tmp_path / "bad.rsl"
    for content in (b"", b"x", data[:-1], data[:-1] + bytes([data[-1] ^ 1]), data + b"\0"):
        bad.write_bytes(content)
        for words in ([], ["--json"]):
            done = rootscope("show", *words, bad)
            assert done.returncode == 2 and done.stdout == "" and str(bad) in done.stderr
    for path in (tmp_path / "missing", tmp_path):
        done = rootscope("show", path)
        assert done.returncode == 2 and str(path) in done.stderr


# ---- check ----

@pytest.fixture
def check(rootscope, corp_list, pki):
    """check(*words, list=None): `check` with the corporate list and root."""
    def check_(*words, list=corp_list, ca=pki.root.pem, **options):
        return rootscope("check", "--list", list, "--CAfile", ca, *words, **options)
    return check_


def names_of(answer):
    return {f"{n['form']}:{n['name']}": n for s in answer["stanzas"] for n in s["names"]}


def test_check_of_a_chain_in_scope(check, pki):
    done = check(pki.good.chain)
    assert done.returncode == 0 and done.stderr == ""
    assert "Listed at depth 2: root spki-sha256:" + pki.root.spki_sha256() + ' "Corp Root"' \
        in done.stdout
    assert "dns:www.corp.example: permitted" in done.stdout
    assert "(rule: corp.example)" in done.stdout
    assert done.stdout.endswith("Verdict: permitted\n")


def permit_command(path):
    """Where the sources of a list are is known of the machine's list alone."""
    return (f"rootscope permit --shipped DIR --local DIR --output {path} 'Corp Root'"
            " dns:www.evil.example")


def test_check_of_a_chain_out_of_scope_says_what_would_permit_it(check, pki, corp_list):
    done = check(pki.bad.chain)
    assert done.returncode == 1
    assert "dns:www.evil.example: DENIED, outside the permitted names\n" \
           f"       to permit it: {permit_command(corp_list)}\n" in done.stdout
    assert "Verdict: denied at depth 0 (CN=www.evil.example)" in done.stdout
    assert "error 47 (permitted subtree violation)" in done.stdout


def test_check_takes_the_leaf_first_and_others_in_any_order(check, pki, tmp_path):
    mixed = write(tmp_path / "mixed.pem", pki.good.pem.read_text() + pki.root.pem.read_text() +
                  pki.bad.pem.read_text() + pki.intermediate.pem.read_text())
    answer = json.loads(check("--json", mixed, check=True).stdout)
    assert [c["subject"] for c in answer["chain"]] == \
        ["CN=www.corp.example", "CN=Corp Issuing CA,O=Corp", "CN=Corp Root,O=Corp"]


def test_check_reads_what_s_client_prints(check, pki, server, corp_list):
    with server(pki.bad) as s:
        shown = subprocess.run(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{s.port}", "-showcerts"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
            env=dict(os.environ, OPENSSL_CONF="/dev/null")).stdout
    done = check("-", input=shown)
    assert done.returncode == 1
    assert f"to permit it: {permit_command(corp_list)}" in done.stdout


def test_check_as_json(check, pki, corp_list):
    done = check("--json", pki.bad.chain)
    answer = json.loads(done.stdout)
    assert done.returncode == 1 and done.stderr == ""
    assert set(answer) == {"list", "chain", "complete", "trusted", "openssl_errors", "stanzas",
                           "verdict", "would_be_denied", "error", "reason"}
    assert answer["list"]["path"] == str(corp_list)
    assert set(answer["list"]) == {"path", "format", "generation", "size"}
    assert answer["complete"] and answer["trusted"] and answer["openssl_errors"] == []
    assert answer["verdict"] == "denied" and answer["reason"] == "not-permitted"
    assert answer["error"] == {"depth": 0, "code": 47, "text": "permitted subtree violation"}
    [stanza] = answer["stanzas"]
    assert (stanza["default"], stanza["depth"], stanza["mode"]) == (False, 2, "enforce")
    assert stanza["root"] == {"kind": "spki-sha256", "sha256": pki.root.spki_sha256(),
                              "label": "Corp Root"}
    assert names_of(answer)["dns:www.evil.example"] == {
        "depth": 0, "expected_by_caller": False, "form": "dns", "name": "www.evil.example",
        "verdict": "denied", "reason": "not-permitted", "rule": None,
        "hint": "permit dns:www.evil.example",
        "command": permit_command(corp_list)}
    assert all(c["valid_now"] for c in answer["chain"])
    good = json.loads(check("--json", pki.good.chain, check=True).stdout)
    assert good["verdict"] == "permitted" and good["error"] is None and good["reason"] is None


# A subject alternative name that CORP_SCOPE denies, and the line that permits it (None: no one).
HINTS = [
    ("DNS:a.evil.example", "permit dns:a.evil.example"),
    ("DNS:A.Evil.Example.", "permit dns:a.evil.example"),
    ("DNS:*.evil.example", "permit dns:.evil.example"),
    ("DNS:*", "permit dns:*"),
    ("DNS:bad name", None),
    ("email:joe@evil.example", "permit email:joe@evil.example"),
    ("URI:https://u@www.evil.example:8/x", "permit uri:www.evil.example"),
    ("IP:192.0.2.1", "permit ip:192.0.2.1"),
    ("IP:2001:db8::1", "permit ip:2001:db8::1"),
    ("otherName:1.3.6.1.5.5.7.8.7;IA5STRING:_ldap.evil.example", "permit srv:evil.example"),
    ("otherName:1.3.6.1.5.5.7.8.5;UTF8:joe@evil.example", "permit xmpp:evil.example"),
    ("otherName:1.3.6.1.4.1.311.20.2.3;UTF8:joe@evil.example", "permit upn:evil.example"),
]


@pytest.mark.parametrize("alt_name, hint", HINTS)
def test_check_hints_are_true(check, pki, compile_list, alt_name, hint):
    leaf = pki.leaf(f"hint {abs(hash(alt_name))}", [alt_name], subject="/O=Nobody")
    denied = check("--json", leaf.chain)
    names = [n for n in names_of(json.loads(denied.stdout)).values() if n["verdict"] != "permitted"]
    assert denied.returncode == 1
    assert [n["hint"] for n in names] == [hint]
    if hint:
        permitting = compile_list(corp_source(pki, body=CORP_SCOPE + f"    {hint}\n"))
        assert check(leaf.chain, list=permitting).returncode == 0


@pytest.mark.parametrize("subject, rules, hint", [
    ("/CN=www.evil.example", "", "permit dns:www.evil.example"),
    ("/CN=192.0.2.7", "", "permit ip:192.0.2.7"),
    ("/CN=word", "", "permit cn:word"),
    ("/O=Evil Inc", "    organization Corp\n", 'organization "Evil Inc"'),
    ("/O=Evil Inc", "    organization Corp\n    permit dirname:O=Corp\n", 'dirname:"O=Evil Inc"'),
    ("/emailAddress=a@evil.example", "", "permit email:a@evil.example"),
])
def test_check_hints_for_the_subject(check, pki, compile_list, subject, rules, hint):
    leaf = pki.leaf(f"subject hint {abs(hash(subject + rules))}", [], subject=subject)
    answer = json.loads(check("--json", leaf.chain, list=compile_list(
        corp_source(pki, body=CORP_SCOPE + rules))).stdout)
    hints = {n["hint"] for n in names_of(answer).values() if n["verdict"] == "denied"}
    assert any(hint in h for h in hints), hints


def test_check_tells_which_errors_exclusion_and_syntax_are(check, pki, compile_list):
    excluding = compile_list(corp_source(pki, body="    exclude www.corp.example\n"))
    done = check(pki.good.chain, list=excluding)
    assert done.returncode == 1 and "error 48" in done.stdout and "to permit it" not in done.stdout
    malformed = pki.leaf("malformed", ["DNS:a b"], subject="/O=x")
    done = check(malformed.chain)
    assert done.returncode == 1 and "error 53" in done.stdout


def test_check_judges_what_the_application_expects(check, pki):
    assert check("--hostname", "www.corp.example", pki.good.chain).returncode == 0
    done = check("--hostname", "www.evil.example", pki.good.chain)
    assert done.returncode == 1
    assert "dns:www.evil.example (the expected peer): DENIED" in done.stdout
    assert "error 62" in done.stdout  # and OpenSSL does not find it in the certificate
    done = check("--json", "--hostname", "192.0.2.1", pki.good.chain)
    assert names_of(json.loads(done.stdout))["ip:192.0.2.1"]["expected_by_caller"]
    assert check("--hostname", "127.0.0.1", pki.good.chain).returncode == 0


def test_check_of_an_incomplete_chain_says_so(check, pki):
    done = check(pki.bad.pem)
    assert "could not be completed" in done.stdout
    assert done.returncode == 2
    assert done.stdout.endswith(
        "Verdict: unknown. All names that could be checked are permitted.\n")
    answer = json.loads(check("--json", pki.bad.pem).stdout)
    assert not answer["complete"] and not answer["trusted"] and answer["stanzas"] == []
    assert answer["verdict"] == "unknown"


def test_check_of_an_untrusted_root_says_so(check, pki, tmp_path):
    other = pki.ca("Untrusting Root")
    whole = write(tmp_path / "whole.pem", pki.bad.chain.read_text() + pki.root.pem.read_text())
    done = check(whole, ca=other.pem)
    assert done.returncode == 1 and "Its root is not in the trust store." in done.stdout
    answer = json.loads(check("--json", whole, ca=other.pem).stdout)
    assert answer["complete"] and not answer["trusted"]


def test_check_explains_chains_of_another_time(check, pki, tmp_path, corp_list):
    """The dates of a certificate are changed, which breaks its signature, which is told too."""
    der = pki.bad.der()
    not_before, not_after = re.findall(rb"\x17\x0d(\d{12}Z)", der)
    for old, new, said in ((not_after, b"010101000000Z", "has expired"),
                           (not_before, b"480101000000Z", "is not yet valid")):
        pem = ssl.DER_cert_to_PEM_cert(der.replace(old, new))
        chain = write(tmp_path / "dated.pem", pem + pki.bad.untrusted.read_text())
        done = check(chain)
        assert done.returncode == 1
        assert f"  0  CN=www.evil.example  -- {said}\n" in done.stdout
        assert "OpenSSL itself refuses the chain at depth 0: error 7 " in done.stdout
        assert permit_command(corp_list) in done.stdout
        answer = json.loads(check("--json", chain).stdout)
        assert [c["valid_now"] for c in answer["chain"]] == [False, True, True]
        assert [e["code"] for e in answer["openssl_errors"]] == [7]


def test_check_finds_what_openssl_refuses_itself(check, pki, tmp_path):
    wrong = pki.leaf("wrongly issued", ["DNS:www.corp.example"], issuer=pki.good)
    done = check(wrong.chain)
    assert "OpenSSL itself refuses the chain at depth 1: error 79 (invalid CA certificate)" \
        in done.stdout
    assert done.returncode == 0 and "Verdict: permitted\n" in done.stdout


def test_check_without_a_listed_root(check, pki, compile_list):
    nobody = compile_list(SOURCE)
    done = check(pki.bad.chain, list=nobody)
    assert done.returncode == 0 and "there is no default stanza" in done.stdout
    everybody = compile_list("default\n    permit corp.example\n    permit localhost\n"
                             "    permit ip:127.0.0.1\n")
    done = check(pki.bad.chain, list=everybody)
    assert done.returncode == 1 and "the default stanza applies" in done.stdout
    [stanza] = json.loads(check("--json", pki.bad.chain, list=everybody).stdout)["stanzas"]
    assert stanza["default"] and "root" not in stanza and "depth" not in stanza


def test_check_of_test_and_off_modes(check, pki, compile_list):
    observing = compile_list(corp_source(pki, head="mode test\n"))
    done = check(pki.bad.chain, list=observing)
    assert done.returncode == 0 and "Mode test." in done.stdout
    assert "the chain would be denied if its stanza were enforced" in done.stdout
    assert json.loads(check("--json", pki.bad.chain, list=observing).stdout)["would_be_denied"]
    off = compile_list(corp_source(pki, body=CORP_SCOPE + "    mode off\n"))
    done = check(pki.bad.chain, list=off)
    assert done.returncode == 0 and "No name is checked" in done.stdout


def test_check_at_another_time(check, pki, compile_list):
    until = compile_list(corp_source(pki, head="mode test until 2030-01-01\n"))
    end = int(datetime.datetime(2030, 1, 1, tzinfo=datetime.timezone.utc).timestamp())
    assert check("--time", end - 1, pki.bad.chain, list=until).returncode == 0
    assert check("--time", end, pki.bad.chain, list=until).returncode == 1


def test_check_applies_every_stanza_of_the_chain(check, pki, compile_list):
    both = compile_list(corp_source(pki) + f"root spki-sha256:{pki.intermediate.spki_sha256()}\n"
                        "    permit localhost\n    permit ip:*\n")
    answer = json.loads(check("--json", pki.good.chain, list=both).stdout)
    assert [s["depth"] for s in answer["stanzas"]] == [1, 2]
    assert answer["verdict"] == "denied"


def test_check_escapes_what_a_terminal_should_not_get(check, pki):
    leaf = pki.leaf("escapes", ["DNS:localhost"],
                    subject="/O=\x1b[31m\u202eRed\u00a0\u0085/CN=caf\u00e9 \u2066x")
    for words in ([], ["--json"]):
        text = check(*words, leaf.chain).stdout
        assert not any(ord(c) < 0x20 and c != "\n" or c in "\u202e\u0085\u2066" for c in text)
        assert "caf\u00e9" in text or r"caf\u00e9" in text
        assert r"\x1b[31m" in text.replace("\\\\", "\\")
        assert r"\xe2\x80\xae" in text.replace("\\\\", "\\")


@pytest.mark.parametrize("content, said", [
    (b"", "no certificate in it"),
    (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "cannot be read"),
    (b"\0\xff" * 1000, "no certificate in it"),
])
def test_check_refuses_what_is_no_chain(check, tmp_path, content, said):
    path = tmp_path / "chain.pem"
    path.write_bytes(content)
    done = check(path)
    assert done.returncode == 2 and done.stdout == "" and said in done.stderr


def test_check_without_list_chain_or_roots_is_an_error(check, pki, tmp_path, rootscope):
    for words, options in (([tmp_path / "missing.pem"], {}),
                           ([pki.good.chain], {"list": tmp_path / "missing.rsl"}),
                           ([pki.good.chain], {"list": pki.good.pem}),
                           ([pki.good.chain], {"ca": tmp_path / "missing.pem"}),
                           ([pki.good.chain], {"ca": pki.root.key})):
        done = check(*words, **options)
        assert done.returncode == 2 and done.stdout == "" and done.stderr.startswith("rootscope: ")


def test_check_takes_a_folder_of_roots_or_the_systems(rootscope, pki, corp_list, tmp_path):
    folder = tmp_path / "roots"
    folder.mkdir()
    write(folder / "root.pem", pki.root.pem.read_text())
    subprocess.run(["openssl", "rehash", folder], check=True, capture_output=True)
    done = rootscope("check", "--list", corp_list, "--CApath", folder, pki.bad.chain)
    assert done.returncode == 1 and "Listed at depth 2" in done.stdout
    done = rootscope("check", "--list", corp_list, pki.bad.chain)
    assert "could not be completed" in done.stdout


def test_check_is_not_bound_by_the_machines_own_list(check, pki, corp_list, openssl_conf):
    """Else its chains would be judged twice, and by a list that nobody asked about."""
    conf = openssl_conf(list=corp_list.parent / "missing.rsl")
    done = check(pki.good.chain, conf=conf)
    assert done.returncode == 0 and done.stdout.endswith("Verdict: permitted\n")
