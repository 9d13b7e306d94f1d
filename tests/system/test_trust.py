# SPDX-License-Identifier: Apache-2.0
"""
`rootscope trust` and `untrust` on a copy of this machine: a root is never trusted without a limit,
whatever fails and whenever they end.
"""

import re
import ssl
import tempfile

import pytest

import programs
from machine import GUARDED, Machine

OPENSSL_CONF = GUARDED + "refresh = 1\n"

NAMES = ("corp.example", "localhost", "ip:127.0.0.0/8")
FOLDER = "/usr/local/share/ca-certificates"
LIST = "/var/lib/rootscope/permitted.rsl"
TOOL = "/usr/sbin/update-ca-certificates"
TRUSTED = "trusted: "


@pytest.fixture(scope="module")
def copy(pki, command, module):
    """A copy of the machine, of which each test gets a clean state as `machine`."""
    why = Machine.why_not()
    if why:
        pytest.skip(why)
    with tempfile.TemporaryDirectory(prefix="rootscope-copy-") as folder:
        with Machine(folder, command, module, pki.directory) as machine:
            machine.shell(f"cp -a {TOOL} {TOOL}.real", check=True)
            yield machine


@pytest.fixture
def machine(copy):
    """The copy with the module switched on, and nothing listed or trusted."""
    copy.shell(f"rm -rf /etc/rootscope/* /var/lib/rootscope {FOLDER}/*; cp -a {TOOL}.real {TOOL};"
               f"chmod 755 /var/lib; OPENSSL_CONF=/dev/null {TOOL} --fresh", check=True)
    copy.write(copy.conf, OPENSSL_CONF)
    return copy


@pytest.fixture
def disabled(machine):
    machine.write(machine.conf, "# nothing\n")
    return machine


def trust(machine, pki, *words, **options):
    return machine.rootscope("trust", "--no-wait", pki.root.pem, *(words or NAMES), **options)


def accepts(machine, leaf, env=None):
    """Whether a program of the copy accepts a certificate, and the error that it reports."""
    done = machine.run("openssl", "verify", "-untrusted", leaf.untrusted, leaf.pem, env=env)
    outcome = programs.Outcome.of(done.returncode == 0, done.output)
    return outcome.accepted or outcome.error


def state(machine):
    """What is written, trusted and compiled."""
    return machine.shell(f"head -c-0 {FOLDER}/* /etc/rootscope/* {LIST} 2>&1; "
                         "cksum /etc/ssl/certs/*").output


UNTRUSTED = 20  # unable to get local issuer certificate
DENIED = programs.PERMITTED_VIOLATION


def expect_limited(machine, pki):
    assert accepts(machine, pki.good) is True
    assert accepts(machine, pki.bad) == DENIED
    # It is the module that refuses it.
    assert accepts(machine, pki.bad, env={"OPENSSL_CONF": "/dev/null"}) is True


def test_trusted_for_its_names_only(machine, pki, server):
    assert accepts(machine, pki.good) == UNTRUSTED
    done = trust(machine, pki)
    assert (done.returncode, [line.split()[0] for line in done.stdout.splitlines()]) == \
        (0, ["limited:", "trusted:"]), done.output
    expect_limited(machine, pki)
    for leaf, status in (pki.good, 0), (pki.bad, 60):
        with server(leaf) as s:
            curl = ["curl", "-q", "-sS", "-o", "/dev/null", "--noproxy", "*",
                    f"https://localhost:{s.port}/"]
            done = machine.run(*curl)
            assert done.returncode == status, done.output
            assert ("permitted subtree violation" in done.stderr) == (status == 60)
            assert machine.run(*curl, env={"OPENSSL_CONF": "/dev/null"}).returncode == 0


def test_command_that_add_proposes(machine, pki):
    machine.write("/root/my root.pem", pki.root.pem.read_text())
    added = machine.rootscope("add", "/root/my root.pem", *NAMES, check=True)
    command, = re.findall("does not have the root, so most .*: run `rootscope (.*)`", added.stdout)
    assert machine.shell(f"/opt/rootscope {command} --no-wait").returncode == 0
    expect_limited(machine, pki)
    again = machine.rootscope("add", "--file", "b.list", pki.root.pem, "x.example")
    assert "trust store does not have" not in again.stdout


@pytest.mark.parametrize("words, said", [([], 1), (["--quiet"], 0)])
def test_advice_on_names(machine, pki, words, said):
    done = trust(machine, pki, "--dry-run", *words, "co.uk")
    assert done.returncode == 0 and done.stderr.count("co.uk is a public suffix") == said


def test_again(machine, pki):
    assert trust(machine, pki).returncode == 0
    before = state(machine)
    for names in (NAMES, NAMES[::-1]):
        done = trust(machine, pki, *names)
        assert done.returncode == 0 and state(machine) == before
    assert machine.rootscope("trust", "--no-wait", pki.root.pem).returncode == 0
    assert state(machine) == before
    for other in (["other.example"], [*NAMES, "more.example"], ["--mode", "test", *NAMES]):
        done = trust(machine, pki, *other)
        assert done.returncode == 2 and state(machine) == before
        assert "/etc/rootscope/local.list:1 lists this root with other names" in done.stderr
    # The command that is proposed does it.
    done = trust(machine, pki, "other.example")
    machine.shell(done.stderr.partition("to permit it more: ")[2], check=True)
    assert "    permit other.example\n" in machine.read("/etc/rootscope/local.list")


@pytest.mark.parametrize("word", ["Corp Root", "file", "hash"])
def test_untrust(machine, pki, word):
    before = accepts(machine, pki.good)
    trust(machine, pki, check=True)
    argument = {"file": pki.root.pem, "hash": pki.root.spki_sha256()[:12]}.get(word, word)
    done = machine.rootscope("untrust", argument)
    assert done.returncode == 0, done.output
    removed, out, lifted = done.stdout.splitlines()
    assert removed.startswith(f"removed: {FOLDER}/corp-root-")
    assert out.startswith("not trusted: Corp Root (") and lifted.startswith("Corp Root (")
    assert accepts(machine, pki.good) == before == UNTRUSTED
    assert machine.shell(f"ls {FOLDER}").stdout == ""
    assert machine.read("/etc/rootscope/local.list") == ""
    done = machine.rootscope("untrust", pki.root.pem)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("word", ["Corp Root", "file"])
def test_untrust_names_what_the_root_issued(machine, pki, word):
    """An issuing CA that stays in the trust store is trusted by itself, by curl for example."""
    trust(machine, pki, check=True)
    machine.shell(f"cp {pki.intermediate.pem} '{FOLDER}/by hand.crt' && {TOOL}", check=True)
    done = machine.rootscope("untrust", pki.root.pem if word == "file" else word)
    assert done.returncode == 0, done.output
    assert done.stderr.count("warning") == 1
    command, = re.findall("the trust store keeps .*, which this root issued: .* remove it: (.*)",
                          done.stderr)
    assert f"'{FOLDER}/by hand.crt'" in command
    machine.shell(command, check=True)
    assert machine.rootscope("untrust", pki.root.pem).stderr == ""
    # No link leads to what is gone.
    assert machine.shell("find /etc/ssl/certs -xtype l").stdout == ""


def test_root_that_is_trusted_already(machine, pki):
    """By hand, and without a limit: it gets one, and no second file."""
    machine.shell(f"cp {pki.root.pem} {FOLDER}/by-hand.crt && {TOOL}", check=True)
    assert trust(machine, pki).returncode == 0
    expect_limited(machine, pki)
    assert machine.shell(f"ls {FOLDER}").stdout == "by-hand.crt\n"
    assert machine.rootscope("untrust", "Corp Root").returncode == 0
    assert machine.shell(f"ls {FOLDER}").stdout == ""
    assert accepts(machine, pki.good) == UNTRUSTED


def test_twin_of_the_same_key(machine, pki):
    """It is another certificate, which a key's limit holds for, too."""
    machine.shell(f"openssl x509 -in {pki.root.pem} -signkey {pki.root.key} -days 2000 "
                  f"-set_serial 77 -out {FOLDER}/twin.crt && {TOOL}", check=True)
    assert trust(machine, pki).returncode == 0
    expect_limited(machine, pki)
    assert len(machine.shell(f"ls {FOLDER}").stdout.split()) == 2
    assert machine.rootscope("untrust", pki.root.pem).returncode == 0
    expect_untrusted(machine, pki)


def test_file_that_nobody_writes_to(machine, pki):
    machine.shell(f"mkfifo {FOLDER}/fifo.crt", check=True)
    machine.write(TOOL, f"#!/bin/sh\nrm -f {FOLDER}/fifo.crt; exec {TOOL}.real\n", mode=0o755)
    assert trust(machine, pki).returncode == 0


# ---- What is refused, and changes nothing ----

WRONG = {
    "leaf": ("{good.pem}", "is not a CA certificate; give that of the root"),
    "intermediate": ("{intermediate.pem}", "is not self-signed; give the root above it"),
    "key": ("{root.key}", "it is a private key"),
    "missing": ("/nonexistent", "No such file or directory"),
    "server": ("localhost:443", "anybody can pose as a server and send a root"),
    "folder": ("/etc", "it is a folder"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_root(machine, pki, what):
    argument, message = WRONG[what]
    before = state(machine)
    done = machine.rootscope("trust", argument.format(**vars(pki)), "corp.example")
    assert done.returncode == 2 and message in done.stderr
    assert state(machine) == before


def test_root_that_has_expired(machine, pki):
    path = pki.directory / "expired.pem"
    # The second date of the certificate is its end; nobody comes as far as the signature.
    start, end = re.findall(rb"\x17\x0d(\d{12}Z)", pki.root.der())
    path.write_text(ssl.DER_cert_to_PEM_cert(pki.root.der().replace(end, start[:6] + b"000000Z")))
    done = machine.rootscope("trust", path, "corp.example")
    assert done.returncode == 2 and "CN=Corp Root,O=Corp has expired" in done.stderr


def refuses(machine, pki, message, *words, **options):
    before = state(machine)
    done = trust(machine, pki, *words, **options)
    assert done.returncode == 2 and message in done.stderr, done.output
    assert state(machine) == before


def test_not_enabled(disabled, pki):
    refuses(disabled, pki, "run `rootscope enable` first, or give --enable")


def test_enable(disabled, pki, fragments, module):
    """After the list: without one, nothing would be accepted meanwhile."""
    place, = re.findall(r"^module = (.*)", (fragments / "openssl-system.cnf").read_text(), re.M)
    disabled.write(place, module.read_bytes())
    done = trust(disabled, pki, "--enable", "--dry-run", *NAMES)
    assert done.returncode == 0 and "would enable rootscope in " in done.stdout
    assert disabled.read(disabled.conf) == "# nothing\n"
    done = trust(disabled, pki, "--enable", *NAMES)
    assert done.returncode == 0, done.output
    expect_limited(disabled, pki)
    assert trust(disabled, pki, "--enable", *NAMES).returncode == 0
    assert disabled.rootscope("untrust", "Corp Root").returncode == 0
    assert disabled.rootscope("disable").returncode == 0
    assert disabled.read(disabled.conf) == "# nothing\n"


@pytest.mark.parametrize("line, message", [
    ("mode = test", "says `mode = test`, so nothing would limit the root"),
    ("mode = off", "says `mode = off`, so nothing would limit the root"),
    ("list = /var/lib/rootscope/other.rsl", "give --output /var/lib/rootscope/other.rsl"),
])
def test_settings_that_do_not_limit(machine, pki, line, message):
    machine.write(machine.conf, OPENSSL_CONF + line + "\n")
    refuses(machine, pki, message)


def test_configuration_of_one_shell(disabled, pki):
    """Other programs do not have the variable."""
    disabled.write("/opt/openssl.cnf", OPENSSL_CONF)
    refuses(disabled, pki, "OPENSSL_CONF is set", env={"OPENSSL_CONF": "/opt/openssl.cnf"})


def test_dry_run(machine, pki):
    before = state(machine)
    done = trust(machine, pki, "--dry-run", *NAMES)
    assert done.returncode == 0 and state(machine) == before
    assert "+++ /etc/rootscope/local.list\n" in done.stdout
    assert "\n+    permit corp.example\n" in done.stdout
    assert re.search(rf"would write {FOLDER}/corp-root-[0-9a-f]{{8}}\.crt\n", done.stdout)
    assert f"would run {TOOL}\n" in done.stdout
    trust(machine, pki, check=True)
    before = state(machine)
    done = machine.rootscope("untrust", "--dry-run", "Corp Root")
    assert done.returncode == 0 and state(machine) == before
    assert f"would run {TOOL} --fresh\n" in done.stdout
    assert "would then remove the stanza of Corp Root" in done.stdout


# ---- What fails on the way: the root is not trusted ----

def expect_untrusted(machine, pki):
    assert accepts(machine, pki.good) == UNTRUSTED
    assert machine.shell(f"ls {FOLDER}").stdout == ""


@pytest.mark.parametrize("names, message", [
    (["*"], "the root could vouch for outside.rootscope.invalid"),
    (["corp.exa mple"], '" " in the host name "corp.exa mple"'),
    (["corp.example", "--exclude", "10.0.0.0/8"], "10.0.0.0/8: "),
])
def test_names_that_limit_nothing(machine, pki, names, message):
    done = trust(machine, pki, *names)
    assert done.returncode == 2 and message in done.stderr
    expect_untrusted(machine, pki)


def test_list_that_others_cannot_read(machine, pki):
    machine.shell("mkdir -p /var/lib/rootscope; chmod 700 /var/lib/rootscope", check=True)
    done = trust(machine, pki)
    assert done.returncode == 2 and "as nobody" in done.stderr
    assert "the root is not put into the trust store" in done.stderr
    expect_untrusted(machine, pki)


def test_list_that_is_off(machine, pki):
    machine.write("/etc/rootscope/a.list", "mode off\n")
    done = trust(machine, pki)
    assert done.returncode == 2 and "the whole list is in mode off" in done.stderr
    expect_untrusted(machine, pki)


@pytest.mark.parametrize("tool, message", [
    (f"[ -z \"$(ls {FOLDER})\" ] || {{ echo out of paper; exit 3; }}; {TOOL}.real",
     f"{TOOL} fails with status 3: out of paper"),
    (f"{TOOL}.real; [ -z \"$(ls {FOLDER})\" ] || exit 3", f"{TOOL} fails with status 3"),
    (":", "has not put"),
    ("kill $$", "signal 15 killed it"),
])
def test_tool_that_fails(machine, pki, tool, message):
    machine.write(TOOL, f"#!/bin/sh\n{tool}\n", mode=0o755)
    done = trust(machine, pki)
    assert done.returncode == 2 and message in done.stderr, done.output
    assert TRUSTED not in done.stdout
    machine.shell(f"{TOOL}.real", check=True)
    expect_untrusted(machine, pki)


# What somebody else may do while the tool runs, or while the command waits.
MEANWHILE = ["/opt/rootscope remove -q 'Corp Root'", "/opt/rootscope permit -q 'Corp Root' '*'",
             "/opt/rootscope set-mode -q off 'Corp Root'", "/opt/rootscope set-mode -q off --all"]


@pytest.mark.parametrize("change", [*MEANWHILE, "sed -i s/activate/active/ {conf}"])
def test_limit_that_goes_while_the_tool_runs(machine, pki, change):
    change = change.format(conf=machine.conf)
    machine.write(TOOL, f'#!/bin/sh\n[ -n "$1" ] || {change}\nexec {TOOL}.real "$@"\n', mode=0o755)
    done = trust(machine, pki)
    assert done.returncode == 2 and TRUSTED not in done.stdout
    assert "the root is not trusted" in done.stderr
    expect_untrusted(machine, pki)


def test_trusted_before_and_no_longer_limited(machine, pki):
    """What the command did not trust, it does not take away, but says so."""
    machine.shell(f"cp {pki.root.pem} {FOLDER}/by-hand.crt && {TOOL}", check=True)
    machine.write(TOOL, f"#!/bin/sh\n{MEANWHILE[0]}\nexec {TOOL}.real\n", mode=0o755)
    done = trust(machine, pki)
    assert done.returncode == 2 and TRUSTED not in done.stdout
    assert "was in the trust store before, and stays there" in done.stderr


def test_no_tool(machine, pki):
    machine.shell(f"rm {TOOL}", check=True)
    refuses(machine, pki, "neither update-ca-certificates nor update-ca-trust")


def test_root_that_stays_trusted(machine, pki):
    """The distribution's own copy does not go away; neither does the limit."""
    trust(machine, pki, check=True)
    machine.shell(f"cp {pki.root.pem} /usr/share/ca-certificates/own.crt;"
                  f"echo own.crt >>/etc/ca-certificates.conf; {TOOL}", check=True)
    done = machine.rootscope("untrust", "Corp Root")
    machine.shell("sed -i /own.crt/d /etc/ca-certificates.conf", check=True)
    assert done.returncode == 2 and "is still trusted" in done.stderr
    assert accepts(machine, pki.bad) == DENIED


def test_file_with_other_certificates(machine, pki):
    other = pki.directory / "two.pem"
    other.write_text(pki.root.pem.read_text() + pki.intermediate.pem.read_text())
    machine.shell(f"cp {other} {FOLDER}/two.crt", check=True)
    for done in trust(machine, pki), machine.rootscope("untrust", pki.root.pem):
        assert done.returncode == 2
        assert f"{FOLDER}/two.crt has other certificates too" in done.stderr


# ---- Ended at any point ----

CHANGES = ("renameat", "unlink", "mkdirat", "fchmod", "clone", "clone3", "vfork", "rename",
           "mkdir", "unlinkat", "renameat2", "fsync")


def killed_at(machine, change, number, *words):
    """Runs the command, which is killed at a change; False if it ended before."""
    argv = ["strace", "-o", "/dev/null", "-e", f"trace={change}",
            "-e", f"inject={change}:signal=KILL:when={number}", "/opt/rootscope", *words]
    # strace ends by the signal that ended the command.
    done = machine.run("bash", "-c", '"$@"; echo "ended: $?"', "-", *argv)
    assert "ended: 0" in done.stdout or "ended: 137" in done.stdout, done.output
    return "ended: 137" in done.stdout


def is_limited(machine, pki):
    """Nothing is trusted, now and after the next run of the tool, or it is limited."""
    return accepts(machine, pki.bad) in (UNTRUSTED, DENIED) and \
        machine.shell(TOOL).returncode == 0 and accepts(machine, pki.bad) in (UNTRUSTED, DENIED)


@pytest.mark.parametrize("what", ["trust", "untrust"])
def test_killed_at_each_change(machine, pki, what):
    if machine.shell("strace -o /dev/null true").returncode != 0:
        pytest.skip("no strace here, or it must not trace")
    words = {"trust": ["trust", "--no-wait", "-q", pki.root.pem, *NAMES],
             "untrust": ["untrust", "-q", pki.root.pem]}
    opposite = words["untrust" if what == "trust" else "trust"]
    kills = 0
    # trust has dozens, which the stage stress takes all.
    step = 1 if programs.FULL or what == "untrust" else 4
    for place, change in enumerate(CHANGES):
        first = number = 1 + place % step
        machine.rootscope(*opposite, check=True)
        while killed_at(machine, change, number, *words[what]):
            assert is_limited(machine, pki), (change, number)
            machine.rootscope(*words[what], check=True)
            assert accepts(machine, pki.good) == (True if what == "trust" else UNTRUSTED)
            machine.rootscope(*opposite, check=True)
            number += step
        kills += (number - first) // step
    assert kills > 4


# ---- Running processes ----

HOLDER = ("import signal, ssl; ssl.create_default_context(); print('ready', flush=True);"
          " signal.pause()")


def test_running_processes(machine, pki):
    """They get time to read the new list, and a root keeps its limit while they may trust it."""
    machine.rootscope("compile", "-q", "-o", LIST, "/dev/null")
    argv = machine.argv("env", "-u", "OPENSSL_CONF", programs.PYTHON, "-c", HOLDER)
    with programs.Background(*argv, env=programs.environment(), ready="ready"):
        done = machine.rootscope("trust", pki.root.pem, *NAMES)
        assert done.returncode == 0
        assert "until processes that run already have read the list: 1 (" in done.stderr
        done = machine.rootscope("untrust", "Corp Root")
        assert done.returncode == 0 and ": removed;" not in done.stdout
        assert "still limits the root, for processes that may still trust it: 1;" in done.stderr
        assert machine.read("/etc/rootscope/local.list") != ""
    done = machine.rootscope("untrust", "Corp Root")
    assert done.returncode == 0 and ": removed;" in done.stdout
    assert machine.read("/etc/rootscope/local.list") == ""


def test_limit_that_goes_while_it_waits(machine, pki):
    """Then the tool is not even run."""
    machine.rootscope("compile", "-q", "-o", LIST, "/dev/null")
    machine.write(TOOL, "#!/bin/sh\ntouch /opt/ran\n", mode=0o755)
    argv = machine.argv("env", "-u", "OPENSSL_CONF", programs.PYTHON, "-c", HOLDER)
    with programs.Background(*argv, env=programs.environment(), ready="ready"):
        done = machine.shell(
            f"rm -f /opt/ran; /opt/rootscope trust {pki.root.pem} corp.example 2>&1 |"
            f"while read -r l; do echo \"$l\"; case $l in waiting*) {MEANWHILE[0]};; esac; done")
    assert "the root is not put into the trust store" in done.output
    assert machine.shell("ls /opt/ran").returncode != 0
    expect_untrusted(machine, pki)


# ---- Options ----

def test_exclude_and_label(machine, pki):
    done = trust(machine, pki, "--exclude", "hr.corp.example", "--label", "Our Root", *NAMES)
    assert done.returncode == 0, done.output
    leaf = pki.leaf("of the excluded name", ["DNS:www.hr.corp.example"])
    assert accepts(machine, leaf) == programs.EXCLUDED_VIOLATION
    assert '"Our Root"' in machine.read("/etc/rootscope/local.list")
    assert machine.shell(f"ls {FOLDER}").stdout.startswith("our-root-")


def test_test_mode(machine, pki):
    done = trust(machine, pki, "--mode", "test until 2099-01-01", *NAMES)
    assert done.returncode == 0 and "listed, in test mode" in done.stdout, done.output
    assert "warning: in test mode" in done.stderr
    assert accepts(machine, pki.bad) is True
    assert "    mode test until 2099-01-01\n" in machine.read("/etc/rootscope/local.list")
    machine.rootscope("set-mode", "enforce", "Corp Root", check=True)
    assert accepts(machine, pki.bad) == DENIED


def test_test_mode_that_is_over(machine, pki):
    assert trust(machine, pki, "--mode", "test until 2020-01-01", *NAMES).returncode == 0
    assert accepts(machine, pki.bad) == DENIED


@pytest.mark.parametrize("words, message", [
    (["--mode", "off", "x"], '--mode must be enforce, test or "test until YYYY-MM-DD": off'),
    (["--mode", "test"], "--mode has no meaning without NAME"),
    (["--exclude", "x"], "--exclude has no meaning without NAME"),
    (["a\nb"], "a\\x0ab: a name has no control characters"),
    (["corp.example", "exclude"], "exclude is not a name; did you mean --exclude"),
    (["--shipped", "/x", "a"], "--shipped and --local require --output"),
])
def test_contradictions(rootscope, pki, words, message):
    done = rootscope("trust", pki.root.pem, *words)
    assert done.returncode == 2 and message in done.stderr


def test_mkcert(machine, pki):
    machine.shell(f"mkdir -p /opt/ca; cp {pki.root.pem} /opt/ca/rootCA.pem", check=True)
    done = machine.rootscope("trust", "--no-wait", "--from-mkcert", env={"CAROOT": "/opt/ca"})
    assert done.returncode == 0, done.output
    for line in "permit test", "permit localhost", "permit ip:127.0.0.0/8", "permit ip:::1/128":
        assert f"    {line}\n" in machine.read("/etc/rootscope/local.list")
    done = machine.rootscope("trust", "--from-mkcert", "--dry-run", env={"CAROOT": "/nonexistent"})
    assert "/nonexistent/rootCA.pem: No such file or directory; give the file" in done.stderr


# ---- Other distributions: their folders, and a tool that does what theirs does ----

OTHERS = {
    "fedora": ("/etc/pki/ca-trust/source/anchors", "/usr/bin/update-ca-trust", "extract"),
    "arch": ("/etc/ca-certificates/trust-source/anchors", "/usr/bin/update-ca-trust", "extract"),
    "suse": ("/etc/pki/trust/anchors", TOOL, ""),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_distribution(machine, pki, name):
    folder, tool, argument = OTHERS[name]
    machine.shell(f"mkdir -p {folder}; rm {TOOL}", check=True)
    machine.write(tool, f'#!/bin/sh\n[ "$*" = "{argument}" ] || exit 9\n'
                        f"cp {folder}/* {FOLDER} 2>/dev/null || rm -f {FOLDER}/*\n"
                        f"exec {TOOL}.real\n", mode=0o755)
    try:
        done = trust(machine, pki)
        assert done.returncode == 0 and f"{TRUSTED}{folder}/corp-root-" in done.stdout, done.output
        expect_limited(machine, pki)
        assert machine.rootscope("untrust", "Corp Root").returncode == 0
        assert accepts(machine, pki.good) == UNTRUSTED
    finally:
        machine.shell(f"rm -rf /etc/pki/ca-trust /etc/pki/trust /usr/bin/update-ca-trust "
                      "/etc/ca-certificates/trust-source")
