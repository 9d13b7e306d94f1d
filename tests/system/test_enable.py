# SPDX-License-Identifier: Apache-2.0
"""`rootscope enable` and `disable`: what they do to openssl.cnf, whatever is in it."""

import hashlib
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import threading

import pytest

import expect
import killed
import openssl_files
import programs
from pki import corp_source

DONE, FAILED = 0, 2
COPY = ".before-rootscope"

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture
def public_module(public_dir, module):
    copy = public_dir / "rootscope.so"
    shutil.copy(module, copy)
    copy.chmod(0o644)
    return copy


@pytest.fixture
def public_list(public_dir, compile_list, pki):
    return compile_list(corp_source(pki), public_dir / "permitted.rsl")


@pytest.fixture(scope="module")
def stand_in(probes):
    """A provider that loads: the one that OpenSSL ships."""
    folder = programs.run(programs.OPENSSL, "version", "-m", check=True).stdout.split('"')[1]
    return pathlib.Path(folder) / "legacy.so"


class Machine:
    """A folder with an openssl.cnf, as all programs of a machine would read it."""

    def __init__(self, folder, run, enable_options, stand_in):
        self.folder, self._run = folder, run
        self.file = folder / "openssl.cnf"
        self.options, self._stand_in = enable_options, stand_in

    def _bytes(self, text):
        data = text if isinstance(text, bytes) else text.encode()
        if b"{stand_in}" in data and not self._stand_in.exists():
            pytest.skip(f"no {self._stand_in} on this machine")
        return (data.replace(b"{folder}", str(self.folder).encode())
                .replace(b"{stand_in}", str(self._stand_in).encode()))

    def write(self, text, beside=()):
        for name, content in dict(beside).items():
            (self.folder / name).parent.mkdir(exist_ok=True)
            (self.folder / name).write_bytes(self._bytes(content))
        if text is not None:
            self.file.write_bytes(self._bytes(text))
        return self

    def read(self):
        return self.file.read_bytes() if self.file.exists() else None

    def names(self):
        return sorted(path.name for path in self.folder.iterdir())

    def enable(self, *options, code=DONE, **more):
        done = self._run("enable", "--config", self.file, *self.options, *options, **more)
        assert done.returncode == code, done.output
        return done

    def disable(self, *options, code=DONE, **more):
        done = self._run("disable", "--config", self.file, *options, **more)
        assert done.returncode == code, done.output
        return done


@pytest.fixture
def machine(public_dir, public_module, public_list, rootscope, stand_in):
    folder = public_dir / "etc"
    folder.mkdir()
    return Machine(folder, rootscope, ["--module", public_module, "--list", public_list], stand_in)


@pytest.fixture(scope="module")
def ask(pki, server):
    """ask(conf): what openssl, curl and python make of a good and a bad chain."""
    clients = [programs.python_ssl]
    if not programs.PRELOAD:
        # It deadlocks in setlocale when AddressSanitizer is preloaded.
        clients.append(programs.curl)
    with server(pki.good) as good, server(pki.bad) as bad:
        def outcomes(conf):
            found = {}
            for kind, leaf, at in ("good", pki.good, good), ("bad", pki.bad, bad):
                found[kind] = [programs.verify(pki.root, leaf, conf=conf)]
                found[kind] += [client(at.port, "localhost", pki.root, conf=conf)
                                for client in clients]
            return found
        yield outcomes


def expect_open(outcomes):
    for outcome in outcomes["good"] + outcomes["bad"]:
        expect.accepted(outcome)


def expect_guarded(outcomes):
    for outcome in outcomes["good"]:
        expect.accepted(outcome)
    for outcome in outcomes["bad"]:
        assert not outcome.accepted and outcome.error == programs.PERMITTED_VIOLATION, outcome


@pytest.mark.parametrize("name", sorted(openssl_files.FILES))
def test_there_and_back(machine, ask, name):
    before = machine.write(openssl_files.FILES[name], openssl_files.BESIDE[name]).read()
    names = machine.names()
    expect_open(ask(machine.file))
    done = machine.enable()
    assert done.stderr == "" or name == "init_stops_early"
    expect_guarded(ask(machine.file))
    machine.disable()
    assert machine.read() == before and machine.names() == names


def test_there_and_back_on_this_machines_file(machine, ask):
    folder = programs.run(programs.OPENSSL, "version", "-d", check=True).stdout.split('"')[1]
    stock = pathlib.Path(folder) / "openssl.cnf"
    if not stock.exists():
        pytest.skip(f"no {stock} on this machine")
    before = machine.write(stock.read_bytes()).read()
    machine.enable()
    expect_guarded(ask(machine.file))
    machine.disable()
    assert machine.read() == before


def stock(machine, name="debian_12"):
    return machine.write(openssl_files.FILES[name], openssl_files.BESIDE[name])


def added(diff):
    return [line[1:] for line in diff.splitlines() if re.match(r"\+(?!\+\+ )", line)]


def test_dry_run_shows_the_diff_and_changes_nothing(machine):
    before, names = stock(machine).read(), machine.names()
    dry = machine.enable("--dry-run")
    assert machine.read() == before and machine.names() == names
    assert "rootscope = rootscope_sect" in added(dry.stdout)
    done = machine.enable()
    assert done.stdout.startswith(dry.stdout)
    after, names = machine.read(), machine.names()
    back = machine.disable("--dry-run")
    assert machine.read() == after and machine.names() == names
    assert added(back.stdout) == []


def test_the_diff_is_one_for_patch(machine):
    before = stock(machine).read()
    diff = machine.enable("--dry-run").stdout
    patched = machine.folder.parent / "patched"
    subprocess.run(["patch", "-s", "-o", patched, machine.file], input=diff.encode(), check=True)
    machine.enable()
    assert machine.read() == patched.read_bytes() != before


def test_enabled_already(machine, ask):
    stock(machine)
    machine.enable()
    enabled = machine.read()
    done = machine.enable()
    assert "enabled already" in done.stdout and machine.read() == enabled
    assert "not enabled" not in machine.disable().stdout
    assert "not enabled" in machine.disable().stdout


def test_lines_by_hand_stay(machine, openssl_conf, public_list, public_module):
    openssl_conf(path=machine.file, list=public_list, module=public_module)
    before = machine.read()
    assert "enabled already" in machine.enable().stdout
    done = machine.disable(code=FAILED)
    assert "by hand" in done.stderr and "[rootscope_sect]" in done.stderr
    assert machine.read() == before


# What is refused, and a word of the message. Nothing is changed then.
REFUSED = {
    "byte_order_mark": ("\ufeffopenssl_conf = openssl_init\n", "byte order mark"),
    "nul": (b"openssl_conf = openssl_init\n[x]\0\n", "NUL"),
    "syntax": ("openssl_conf = openssl_init\n[openssl_init\n", ":2: "),
    "no_variable": ("home = $ENV::HOME/x\n", "variable has no value"),
    "recursive": ("openssl_conf = i\n[i]\nproviders = p\n[p]\nx = m\n[m]\nidentity = default\n",
                  "recursive section reference"),
    "stops": ("openssl_conf = i\n[a]\nb = c\n.include {folder}/i.cnf\n", "is not a line that"),
    "only_legacy": ("openssl_conf = i\n[i]\nproviders = p\n[p]\nlegacy = l\n[l]\nactivate = 1\n",
                    "the default provider is not"),
    "fips_alone": ("openssl_conf = i\n[i]\nproviders = p\nalg_section = a\n[p]\nfips = f\n"
                   "base = b\n[f]\nactivate = 1\nmodule = {stand_in}\n[b]\nactivate = 1\n"
                   "[a]\ndefault_properties = fips=yes\n", "programs have no algorithms"),
    "half": ("# rootscope enable: begin\n[rootscope_sect]\n", ":1: one of the two comments"),
    "other_half": ("x = y\n# rootscope enable: end\n", ":2: one of the two comments"),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_refused_with_nothing_changed(machine, name):
    text, message = REFUSED[name]
    before = machine.write(text, {"i.cnf": "[i]\nno_such = thing\n"}).read()
    names, untouched = machine.names(), machine.file.stat()
    done = machine.enable(code=FAILED)
    assert message in done.stderr, done.stderr
    assert machine.read() == before and machine.names() == names
    # No program could read what was tried.
    assert machine.file.stat().st_ino == untouched.st_ino
    if name in ("only_legacy", "fips_alone"):
        # What is activated by name is all that the file wants.
        lines = added(done.stdout)
        start = lines.index("[p]")
        assert lines[start + 1:start + 3] == ["rootscope = rootscope_sect", "[rootscope_sect]"]


def test_without_a_list_nothing_is_changed(machine, public_list):
    before = stock(machine).read()
    public_list.unlink()
    done = machine.enable(code=FAILED)
    assert "every certificate is refused" in done.stderr and "rootscope compile" in done.stderr
    assert machine.read() == before and machine.names() == ["openssl.cnf"]


def test_without_the_module_nothing_is_changed(machine, public_module):
    before = stock(machine).read()
    public_module.unlink()
    assert "install rootscope" in machine.enable(code=FAILED).stderr
    assert machine.read() == before


@AS_ROOT
def test_rolled_back_if_it_fails_in_its_place(machine):
    """The copy that is tried first is in another folder, which every user may enter."""
    before, names = stock(machine).read(), machine.names()
    machine.folder.chmod(0o700)
    done = machine.enable(code=FAILED)
    assert "is as it was before" in done.stderr and "nobody" in done.stderr
    assert machine.read() == before and machine.names() == names


@AS_ROOT
def test_not_rolled_back_over_an_edit(machine):
    """Somebody edits the new file while it is tried in its place."""
    before = stock(machine).read()

    def edit():
        while b"rootscope enable: end" not in machine.read():
            pass
        with machine.file.open("ab") as file:
            file.write(b"[edited]\n")
    editor = threading.Thread(target=edit, daemon=True)
    machine.folder.chmod(0o700)
    editor.start()
    done = machine.enable(code=FAILED)
    editor.join(10)
    assert "somebody else changed it meanwhile" in done.stderr and "as it was" not in done.stderr
    machine.disable()
    assert machine.read() == before + b"[edited]\n"


@AS_ROOT
def test_a_new_file_that_fails_in_its_place_goes_again(machine):
    machine.folder.chmod(0o700)
    assert "is as it was before" in machine.enable(code=FAILED).stderr
    assert machine.names() == []


def test_a_file_that_not_everybody_reads(machine):
    before = stock(machine).read()
    machine.file.chmod(0o640)
    assert "chmod o+r" in machine.enable(code=FAILED).stderr
    assert machine.read() == before


def test_several_at_once_take_turns(machine, command):
    """Without a lock, all plan the same change, and all but one fail or write it twice."""
    if not os.access("/run" if os.geteuid() == 0 else f"/run/user/{os.geteuid()}", os.W_OK):
        pytest.skip("no folder for locks")
    before = stock(machine).read()
    running = [subprocess.Popen([command, "enable", "--config", machine.file, *machine.options],
                                env=programs.environment(), text=True, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE) for _ in range(3)]
    said = [one.communicate(timeout=120) for one in running]
    assert [one.returncode for one in running] == [DONE] * 3, said
    assert sum("enabled already" in out for out, _ in said) == 2
    assert machine.read().count(b"rootscope enable: begin") == 1
    machine.disable()
    assert machine.read() == before


def test_relative_paths_are_refused(machine, rootscope):
    stock(machine)
    for option in "--list", "--module":
        assert "absolute path" in machine.enable(option, "x", code=FAILED).stderr
    assert "unexpected argument: x" in rootscope("enable", "x").stderr


def test_the_end_of_a_hard_link_is_told(machine):
    before = stock(machine).read()
    other = machine.folder / "other"
    os.link(machine.file, other)
    done = machine.enable()
    assert f"{machine.file}: a hard link: its other names keep the old content" in done.stderr
    assert other.read_bytes() == before != machine.read()
    assert "hard link" not in machine.disable().stderr
    assert machine.read() == before


def test_a_copy_stays_beside_the_file(machine):
    before = stock(machine).read()
    machine.file.chmod(0o664)
    machine.enable()
    copy = machine.folder / ("openssl.cnf" + COPY)
    assert copy.read_bytes() == before and copy.stat().st_mode & 0o777 == 0o664
    assert machine.file.stat().st_mode & 0o777 == 0o664


def test_an_older_copy_is_not_overwritten(machine):
    before = stock(machine).read()
    older = machine.folder / ("openssl.cnf" + COPY)
    older.write_text("older\n")
    machine.enable()
    assert older.read_text() == "older\n"
    assert (machine.folder / ("openssl.cnf" + COPY + "-2")).read_bytes() == before
    done = machine.disable()
    assert str(older) in done.stderr
    assert machine.names() == ["openssl.cnf", older.name]


def test_attributes_are_kept(machine):
    stock(machine)
    try:
        os.setxattr(machine.file, "user.rootscope", b"kept")
    except OSError:
        pytest.skip("no extended attributes of users here")
    for change in machine.enable, machine.disable:
        change()
        assert os.getxattr(machine.file, "user.rootscope") == b"kept"


def test_the_file_behind_a_link_is_changed(machine):
    before = stock(machine).read()
    real = machine.folder / "real"
    real.mkdir()
    machine.file.rename(real / "openssl.cnf")
    machine.file.symlink_to("real/openssl.cnf")
    machine.enable()
    assert machine.file.is_symlink() and machine.read() != before
    assert sorted(path.name for path in real.iterdir()) == ["openssl.cnf", "openssl.cnf" + COPY]
    machine.disable()
    assert machine.file.is_symlink() and machine.read() == before
    assert [path.name for path in real.iterdir()] == ["openssl.cnf"]


@pytest.mark.parametrize("name", ["debian_12", "debian_13", "no_final_newline", "one_line"])
def test_edited_meanwhile(machine, name):
    """Only our lines go: whatever was changed around them stays."""
    before = stock(machine, name).read()
    machine.enable()
    changed = machine.read().replace(b"HOME", b"MY_HOME") + b"[added]\nkey = value\n"
    machine.file.write_bytes(b"# first\n" + changed)
    machine.disable()
    # The line end that came with our lines went with them, and the new lines follow at once.
    assert machine.read() == (b"# first\n" + before.replace(b"HOME", b"MY_HOME")
                              + b"[added]\nkey = value\n")


def test_moved_and_doubled_lines_go_too(machine):
    before = stock(machine).read()
    machine.enable()
    start = machine.read().index(b"# rootscope enable: begin")
    end = machine.read().index(b"# rootscope enable: end")
    block = machine.read()[start:machine.read().index(b"\n", end) + 1]
    machine.file.write_bytes(block + before + block)
    machine.disable()
    assert machine.read() == before


def test_settings_that_were_added_to_our_lines_go_with_them(machine):
    before = stock(machine).read()
    machine.enable()
    machine.file.write_bytes(machine.read().replace(b"module = ", b"mode = test\nmodule = "))
    assert "-mode = test" in machine.disable().stdout
    assert machine.read() == before


def test_replaced_by_a_package(machine, ask):
    """An upgrade put another file there: nothing of ours is in it."""
    old = stock(machine).read()
    machine.enable()
    replaced = stock(machine, "debian_13").read()
    done = machine.disable()
    assert "not enabled" in done.stdout and COPY in done.stderr
    assert machine.read() == replaced
    assert (machine.folder / ("openssl.cnf" + COPY)).read_bytes() == old
    machine.enable()
    expect_guarded(ask(machine.file))
    machine.disable()
    assert machine.read() == replaced


def test_disable_refuses_to_take_the_default_provider_away(machine, ask):
    """Somebody activated another provider since, and relies on our line for the default one."""
    stock(machine)
    machine.enable()
    machine.file.write_bytes(machine.read() + b"[provider_sect]\nlegacy = legacy_sect\n"
                             b"[legacy_sect]\nactivate = 1\n[openssl_init]\n"
                             b"providers = provider_sect\n")
    changed = machine.read()
    done = machine.disable(code=FAILED)
    assert "activate the default provider" in done.stderr
    assert machine.read() == changed
    expect_guarded(ask(machine.file))


def test_the_section_that_was_open_at_the_end_stays_open(machine, run):
    """A file that includes this one may go on where it ended."""
    stock(machine, "no_final_newline")
    machine.enable()
    outer = machine.folder / "outer.cnf"
    outer.write_text(f".include {machine.file}\nmore = yes\n[openssl_init]\nproviders = none\n")
    assert value_of(run, outer, "last", "more") == "yes"


def test_a_header_in_a_continued_line_is_none(machine, run):
    before = stock(machine, "header_in_a_continuation").read()
    value = value_of(run, machine.file, "x", "key")
    assert value.startswith("one [openssl_init]")
    machine.enable()
    assert machine.read() != before and value_of(run, machine.file, "x", "key") == value


def value_of(run, conf, section, key):
    """What OpenSSL reads for a key."""
    done = run(programs.PYTHON, "-I", "-c", VALUE_OF, conf, section, key, check=True)
    return done.stdout.strip()


VALUE_OF = """
import ctypes, ctypes.util, sys
crypto = ctypes.CDLL(ctypes.util.find_library("crypto"))
crypto.NCONF_new.restype = crypto.NCONF_get_string.restype = ctypes.c_void_p
crypto.NCONF_new.argtypes = [ctypes.c_void_p]
crypto.NCONF_load.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
crypto.NCONF_get_string.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p]
conf = crypto.NCONF_new(None)
assert crypto.NCONF_load(conf, sys.argv[1].encode(), None) == 1
value = crypto.NCONF_get_string(conf, *(word.encode() for word in sys.argv[2:]))
print(ctypes.string_at(value).decode() if value else None)
"""


def test_a_section_of_two_providers_does_not_activate_both(machine, run):
    stock(machine, "default_shares_a_section").enable()
    shown = run(programs.OPENSSL, "list", "-providers", conf=machine.file, check=True).stdout
    assert re.findall(r"^  (\S+)$", shown, re.M) == ["default", "rootscope"]


def test_only_own_settings_reach_node(machine):
    """Without `nodejs_conf`, Node.js takes nothing from the file: it gets the module alone."""
    lines = added(stock(machine, "legacy").enable("--dry-run").stdout)
    section = lines[lines.index("nodejs_conf = rootscope_nodejs") + 1:]
    assert "providers = provider_sect_2" == section[section.index("[rootscope_nodejs]") + 1]
    at = lines.index("[provider_sect_2]")
    assert [line.split(" = ")[0] for line in lines[at + 1:at + 3]] == ["default", "rootscope"]
    assert "nodejs_conf = openssl_init" in added(stock(machine).enable("--dry-run").stdout)


def test_nodejs_section_of_its_own(machine, ask, pki):
    stock(machine, "nodejs_own")
    machine.enable()
    as_node = machine.read().replace(b"\nnodejs_conf = ", b"\nopenssl_conf = ")
    machine.file.write_bytes(as_node)
    expect_guarded(ask(machine.file))


ON_A_MACHINE = """
set -e
folder=$1 command=$2; shift 2
unset OPENSSL_CONF
mount --bind "$folder" /etc/ssl
"$command" enable "$@"
openssl list -providers
"$command" disable
cmp /etc/ssl/openssl.cnf /etc/ssl/before
"""


@AS_ROOT
def test_the_file_that_every_program_reads(own_mounts, machine, command, run):
    if pathlib.Path("/usr/lib/ssl/openssl.cnf").resolve() != pathlib.Path("/etc/ssl/openssl.cnf"):
        pytest.skip("openssl.cnf is not where Debian has it")
    stock(machine)
    shutil.copy(machine.file, machine.folder / "before")
    done = run(*own_mounts, "sh", "-c", ON_A_MACHINE, "sh", machine.folder, command,
               *machine.options, conf=machine.file)
    assert done.returncode == 0, done.output
    assert "  rootscope\n" in done.stdout
    assert machine.names() == ["before", "openssl.cnf"]


@pytest.mark.parametrize("what", ["enable", "disable"])
def test_killed_at_any_call_that_changes_a_file(machine, command, pki, traced, what):
    stock(machine)
    before = machine.read()
    machine.enable()
    enabled = machine.read()
    states = {"enable": before, "disable": enabled}

    def start():
        for path in machine.folder.iterdir():
            path.unlink()
        machine.file.write_bytes(before)
        if what == "disable":
            machine.enable()
        return [command, what, "--config", machine.file,
                *(machine.options if what == "enable" else [])]
    output = machine.folder.parent / "strace"
    done, log = killed.run(output, start())
    assert done.returncode == DONE, done.stderr
    where = killed.points(log, str(machine.folder))
    assert {"write", "fsync"} <= {name for name, _ in where} and len(where) >= 6, log
    ends = set()
    for name, number in where:
        done, _ = killed.run(output, start(), *killed.at(name, number))
        assert done.returncode in (-9, 137), (name, number, done)
        assert machine.read() in (before, enabled), (name, number)
        ends.add(machine.read())
        expect.accepted(programs.verify(pki.root, pki.good, conf=machine.file))
        machine.disable()
        assert machine.read() == before, (name, number)
    assert states[what] in ends
    # The last calls come after the file has changed.
    assert len(ends) == 2


@pytest.fixture
def system(public_dir, public_module, public_list, command, rootscope):
    """
    A whole root directory in which the command runs, and a way to change it from outside:
    system(subcommand, *options) prints what was done.
    """
    if os.geteuid() != 0:
        pytest.skip("only root can change the root directory and become another user there")
    if programs.PRELOAD:
        pytest.skip("a sanitized command needs more files than its libraries")
    if b".gcda" in command.read_bytes():
        pytest.skip("a command that counts its lines writes the counts into that directory")
    root = public_dir / "root"
    needed = re.findall(r"(/\S+) \(0x", programs.run("ldd", command, check=True).stdout)
    for path in {*needed, *re.findall(r"(/\S+) \(0x", programs.run("ldd", public_module).stdout)}:
        copy_into(root, path)
    copy_into(root, command, "/usr/local/bin/rootscope")
    copy_into(root, public_module, "/opt/rootscope.so")
    copy_into(root, public_list, "/opt/permitted.rsl")
    for folder in "etc/ssl", "etc/rootscope", "tmp", "etc/systemd/system", "usr/bin", "dev":
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "tmp").chmod(0o1777)
    os.mknod(root / "dev/null", 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    (root / "dev/null").chmod(0o666)
    (root / "etc/passwd").write_text("root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n")
    (root / "etc/ssl/openssl.cnf").write_text(openssl_files.FILES["debian_12"])
    for path in root.rglob("*"):
        if path.is_dir() and path.name != "tmp":
            path.chmod(0o755)
    return System(root, rootscope)


def copy_into(root, path, name=None):
    target = root / str(name or path).lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, target)
    target.chmod(0o755 if os.access(path, os.X_OK) else 0o644)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class System:
    def __init__(self, root, rootscope):
        self.root, self._rootscope = root, rootscope
        self.file = root / "etc/ssl/openssl.cnf"

    def __call__(self, *words, code=DONE):
        subcommand, *options = words
        if subcommand == "enable":
            options += ["--module", "/opt/rootscope.so", "--list", "/opt/permitted.rsl"]
        done = self._rootscope(subcommand, "--root", self.root, *options)
        assert done.returncode == code, done.output
        return done

    def tree(self):
        """Each name with a digest: a difference of whole libraries would be shown for hours."""
        return {str(path.relative_to(self.root)): digest(path) if path.is_file() else None
                for path in self.root.rglob("*") if "dev" not in path.parts}


def test_another_root_directory(system):
    before = system.tree()
    done = system("enable")
    assert "not proved" not in done.stderr and done.stderr == ""
    assert b"rootscope = rootscope_sect" in system.file.read_bytes()
    status = programs.run("chroot", system.root, "/usr/local/bin/rootscope", "status",
                          "--ignore-warnings", "--config", "/etc/ssl/openssl.cnf")
    assert status.returncode == 0, status.output
    system("disable")
    assert system.tree() == before


def test_another_root_directory_is_proved(system):
    before = system.tree()
    (system.root / "opt/permitted.rsl").chmod(0o600)
    assert "nobody cannot read" in system("enable", code=FAILED).stderr
    (system.root / "opt/permitted.rsl").chmod(0o644)
    assert system.tree() == before


def test_another_root_directory_without_the_command(system):
    (system.root / "usr/local/bin/rootscope").unlink()
    before = system.tree()
    assert "it is not proved that this configuration works" in system("enable").stderr
    assert system.tree() != before
    system("disable")
    assert system.tree() == before


def test_another_root_directory_without_a_configuration(system):
    system.file.unlink()
    assert "name the file with --config" in system("enable", code=FAILED).stderr


def test_root_directory_needs_root(rootscope, tmp_path):
    if os.geteuid() == 0:
        pytest.skip("this is root")
    done = rootscope("enable", "--root", tmp_path)
    assert done.returncode == FAILED and "run this as root" in done.stderr


def start_check(system, unit):
    """What systemd runs before the service starts; its exit status."""
    text = (system.root / f"etc/systemd/system/{unit}.d/rootscope.conf").read_text()
    argv = re.search(r"^ExecStartPre=\+(.*)$", text, re.M)[1].split()
    assert "Environment=OPENSSL_CONF=" + argv[-1] + "\n" in text
    return programs.run("chroot", system.root, *argv).returncode


def test_one_service(system):
    before = system.tree()
    done = system("enable", "--service", "nginx", "--service", "web@1.service")
    assert "systemctl daemon-reload && systemctl try-restart nginx.service" in done.stdout
    assert "no such unit" in done.stderr
    made = {name for name in set(system.tree()) - set(before)
            if system.tree()[name] is not None}
    assert made == {"etc/rootscope/nginx.service.cnf", "etc/rootscope/web@1.service.cnf",
                    "etc/systemd/system/nginx.service.d/rootscope.conf",
                    "etc/systemd/system/web@1.service.d/rootscope.conf"}
    assert system.tree()["etc/ssl/openssl.cnf"] == before["etc/ssl/openssl.cnf"]
    assert start_check(system, "nginx.service") == 0
    again = system("enable", "--service", "nginx")
    assert added(again.stdout) == []
    system("disable", "--service", "nginx", "--service", "web@1")
    assert system.tree() == before
    assert "not enabled" in system("disable", "--service", "nginx").stdout


@pytest.mark.parametrize("place, unit, setting, variable, said", [
    ("lib/systemd/system/nginx.service", "nginx", "EnvironmentFile=-/etc/default/nginx",
     "OPENSSL_CONF=/x", 1),
    ("etc/systemd/system/nginx.service.d/a.conf", "nginx", "EnvironmentFile = /etc/default/n*",
     " OPENSSL_CONF = /x", 1),
    ("lib/systemd/system/web@.service", "web@1", "EnvironmentFile=/etc/default/nginx",
     "OPENSSL_CONF=/x", 1),
    ("lib/systemd/system/nginx.service", "nginx", "EnvironmentFile=/etc/default/nginx",
     "# OPENSSL_CONF=/x\nOPENSSL_CONFIG=/y", 0),
    ("lib/systemd/system/nginx.service", "nginx", "# EnvironmentFile=/etc/default/nginx",
     "OPENSSL_CONF=/x", 0),
    ("lib/systemd/system/nginx.service", "nginx", "EnvironmentFile=/etc/default/missing", "", 0),
], ids=["unit", "drop-in", "template", "other", "comment", "missing"])
def test_a_file_that_sets_the_variable_of_a_service(system, place, unit, setting, variable, said):
    path, file = system.root / place, system.root / "etc/default/nginx"
    for folder in path.parent, file.parent:
        folder.mkdir(parents=True, exist_ok=True)
    path.write_text(f"[Service]\n{setting}\nExecStart=/bin/true\n")
    file.write_text(variable + "\n")
    done = system("enable", "--service", unit)
    assert done.stderr.count("EnvironmentFile=/etc/default/nginx sets OPENSSL_CONF") == said


def test_a_service_does_not_start_unguarded(system):
    system("enable", "--service", "nginx")
    (system.root / "opt/rootscope.so").rename(system.root / "opt/gone.so")
    assert start_check(system, "nginx.service") == 2
    (system.root / "opt/gone.so").rename(system.root / "opt/rootscope.so")
    conf = system.root / "etc/rootscope/nginx.service.cnf"
    conf.write_text(conf.read_text().replace("rootscope = ", "# rootscope = "))
    assert start_check(system, "nginx.service") == 2


def test_a_service_stays_guarded_when_the_machine_is_not(system):
    """Its configuration includes the machine's, and has every line itself."""
    system("enable")
    system("enable", "--service", "nginx")
    system("disable")
    assert start_check(system, "nginx.service") == 0


def test_status_names_the_services_with_a_configuration_of_their_own(system):
    system("enable", "--service", "nginx", "--service", "web@1")
    (system.root / "etc/rootscope/web@1.service.cnf").unlink()
    config = "/etc/rootscope/nginx.service.cnf"
    status = ["chroot", system.root, "/usr/local/bin/rootscope", "status"]
    said = programs.run(*status)
    row = "service         nginx.service has a configuration of its own: see `rootscope status " \
          f"--config {config}`\n"
    assert said.returncode == 2 and row in said.stdout and "web@1" not in said.stdout
    answer = json.loads(programs.run(*status, "--json").stdout)
    assert answer["services"] == [{"unit": "nginx.service", "configuration": config}]
    of_the_service = json.loads(programs.run(*status, "--json", "--config", config).stdout)
    assert of_the_service["services"] == []


def test_a_file_that_stays_as_it_is_is_not_printed(system):
    system("enable", "--service", "nginx")
    drop_in = "/etc/systemd/system/nginx.service.d/rootscope.conf"
    (system.root / drop_in[1:]).unlink()
    done = system("enable", "--service", "nginx")
    assert re.findall(r"^\+\+\+ .*?(/etc/.*)$", done.stdout, re.M) == [drop_in]


def test_dry_run_of_a_service(system):
    before = system.tree()
    assert "ExecStartPre=+" in system("enable", "--service", "nginx", "--dry-run").stdout
    assert system.tree() == before


def test_a_service_that_cannot_be_guarded_gets_nothing(system):
    before = system.tree()
    (system.root / "opt/permitted.rsl").chmod(0o600)
    assert "not changed" in system("enable", "--service", "nginx", code=FAILED).stderr
    (system.root / "opt/permitted.rsl").chmod(0o644)
    assert system.tree() == before


def test_a_drop_in_of_somebody_else_stays(system):
    folder = system.root / "etc/systemd/system/nginx.service.d"
    folder.mkdir()
    (folder / "rootscope.conf").write_text("[Service]\n")
    done = system("enable", "--service", "nginx", code=FAILED)
    assert "not written by" in done.stderr
    done = system("disable", "--service", "nginx", code=FAILED)
    assert "not written by" in done.stderr
    assert (folder / "rootscope.conf").read_text() == "[Service]\n"


@pytest.mark.parametrize("unit", ["", ".", "../x", "a/b", "a b", "x\ny", "%n", "a" * 300])
def test_what_is_not_a_service(rootscope, unit):
    for subcommand in "enable", "disable":
        done = rootscope(subcommand, "--service", unit)
        assert done.returncode == FAILED and "not the name of a service" in done.stderr
