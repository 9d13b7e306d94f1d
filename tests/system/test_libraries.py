# SPDX-License-Identifier: Apache-2.0
"""
`rootscope enable --all-libraries` and `disable --all-libraries` on a copy of this machine: the
trust store of update-ca-certificates, limited for programs without OpenSSL, and given back.
"""

import json
import re
import shutil
import tempfile

import pytest

import killed
import programs
from machine import GUARDED, Machine
from pki import corp_source

FOLDER = "/usr/local/share/ca-certificates"
CERTS = "/etc/ssl/certs"
BUNDLE = f"{CERTS}/ca-certificates.crt"
HOOK = "/etc/ca-certificates/update.d/rootscope-libraries"
KEPT = "/var/lib/rootscope/trust-store"
LIST = "/var/lib/rootscope/permitted.rsl"
SOURCE = "/etc/rootscope/local.list"
UPDATE = "OPENSSL_CONF=/dev/null update-ca-certificates"
OFF = {"OPENSSL_CONF": "/dev/null"}


@pytest.fixture(scope="module")
def copy(pki, command, module):
    why = Machine.why_not()
    if why:
        pytest.skip(why)
    with tempfile.TemporaryDirectory(prefix="rootscope-copy-") as folder:
        with Machine(folder, command, module, pki.directory) as machine:
            machine.write(machine.conf, "# nothing\n")
            yield machine


@pytest.fixture
def machine(copy, pki):
    """The copy with the root trusted and listed, and the store as the distribution left it."""
    reset(copy, pki)
    return copy


def reset(machine, pki):
    machine.shell(f"rm -rf {CERTS}/* {CERTS}/.rootscope* /var/lib/rootscope /etc/rootscope/* {HOOK}"
                  f" {FOLDER}; mkdir -p {FOLDER} /etc/ca-certificates/update.d /var/lib/rootscope;"
                  f"cp {pki.root.pem} {FOLDER}/corp.crt; chmod 644 {FOLDER}/corp.crt;"
                  f"{UPDATE} --fresh; {UPDATE}", check=True)
    machine.write(machine.conf, "# nothing\n")
    machine.write(SOURCE, corp_source(pki))
    machine.rootscope("compile", check=True)


def enable(machine, *options, code=0):
    done = machine.rootscope("enable", "--all-libraries", *options)
    assert done.returncode == code, done.output
    return done


def disable(machine, *options, code=0):
    done = machine.rootscope("disable", "--all-libraries", *options)
    assert done.returncode == code, done.output
    return done


def state(machine):
    """All that is in the store, where each link leads, and what the hook and we have beside it."""
    return machine.shell(f"cd {CERTS} && find . -printf '%p %y %m %u %l\\n' | sort; cksum {BUNDLE};"
                         f"ls -A {KEPT} {HOOK} /etc/ca-certificates/update.d").output


# ---- What programs make of it ----

def by_openssl(*words):
    def verify(machine, leaf):
        done = machine.run("openssl", "verify", *words, "-untrusted", leaf.untrusted, leaf.pem,
                           env=OFF)
        return done.returncode == 0
    return verify


def by_gnutls(machine, leaf):
    return machine.run("certtool", "--verify", "--load-ca-certificate", BUNDLE, "--infile",
                       leaf.chain).returncode == 0


VERIFIERS = {
    "bundle": ("openssl", by_openssl("-no-CApath", "-CAfile", BUNDLE)),
    "folder": ("openssl", by_openssl("-no-CAfile", "-CApath", CERTS)),
    "file of one root": ("openssl", by_openssl("-no-CApath", "-CAfile", f"{CERTS}/corp.pem")),
    "strict": ("openssl", by_openssl("-x509_strict")),
    "defaults": ("openssl", by_openssl()),
    "partial chain": ("openssl", by_openssl("-partial_chain")),
    "certtool": ("certtool", by_gnutls),
}

CLIENTS = {
    "wget": ["wget", "-q", "-O", "/dev/null", "--no-proxy", "{url}"],
    "git": ["git", "-c", "http.proxy=", "ls-remote", "{url}"],
    "gnutls-cli": ["gnutls-cli", "--port={port}", "localhost"],
    "restic": ["restic", "-r", "rest:{url}", "--no-cache", "snapshots"],
    "curl": ["curl", "-q", "-sS", "-o", "/dev/null", "--noproxy", "*", "{url}"],
}
# What they say of a certificate that they refuse; wget -q says nothing.
REFUSED = re.compile("violates|NOT trusted|permitted subtree|certificate verification|x509:|"
                     "^status 5$", re.M)


def outcome(machine, leaf):
    return {name: verify(machine, leaf) for name, (tool, verify) in VERIFIERS.items()
            if shutil.which(tool)}


def expect_limited(machine, pki):
    assert set(outcome(machine, pki.good).values()) == {True}
    assert set(outcome(machine, pki.bad).values()) == {False}


def expect_open(machine, pki):
    for leaf in pki.good, pki.bad:
        assert set(outcome(machine, leaf).values()) == {True}


def test_there_and_back(machine, pki):
    before = state(machine)
    expect_open(machine, pki)
    done = enable(machine)
    assert f"limiting 1 of 2 roots of the trust store in {CERTS}" in done.stdout
    expect_limited(machine, pki)
    written = state(machine)
    assert "limited already: 1 of 2" in enable(machine).stdout and state(machine) == written
    disable(machine)
    assert state(machine) == before
    expect_open(machine, pki)
    assert "is not limited" in disable(machine).stdout


@pytest.mark.parametrize("name", sorted(CLIENTS))
def test_clients(name, machine, pki, server):
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    env = {**OFF, "RESTIC_PASSWORD": "x", "HOME": "/root"}

    def refusal(leaf):
        with server(leaf) as s:
            url = f"https://localhost:{s.port}/"
            words = [word.format(url=url, port=s.port) for word in CLIENTS[name]]
            done = machine.run("timeout", "20", *words, env=env)
        # None of them gets what it wants from this server.
        return REFUSED.search(f"{done.output}\nstatus {done.returncode}\n")
    for leaf in pki.good, pki.bad:
        assert not refusal(leaf)
    enable(machine)
    assert not refusal(pki.good)
    assert refusal(pki.bad)


def test_programs_that_the_module_guards_still_verify(machine, pki):
    enable(machine)
    machine.write(machine.conf, GUARDED)
    for words in [], ["-no-CApath", "-CAfile", BUNDLE], ["-no-CAfile", "-CApath", CERTS]:
        for leaf, good in (pki.good, True), (pki.bad, False):
            done = machine.run("openssl", "verify", *words, "-untrusted", leaf.untrusted, leaf.pem)
            assert (done.returncode == 0) == good, done.output


def test_default_stanza(machine, pki):
    """Unlisted roots are limited as well, and the module takes no twin for another root."""
    machine.write(SOURCE, corp_source(pki) + "default\n    permit other.example\n")
    machine.rootscope("compile", check=True)
    assert "limiting 2 of 2 roots" in enable(machine).stdout
    machine.write(machine.conf, GUARDED)
    for leaf, good in (pki.good, True), (pki.bad, False):
        done = machine.run("openssl", "verify", "-untrusted", leaf.untrusted, leaf.pem)
        assert (done.returncode == 0) == good, done.output
    expect_limited(machine, pki)


def test_dry_run(machine, pki):
    before = state(machine)
    assert "would limit 1 of 2 roots" in enable(machine, "--dry-run").stdout
    assert state(machine) == before
    enable(machine)
    limited = state(machine)
    assert "would give" in disable(machine, "--dry-run").stdout
    assert state(machine) == limited


def test_another_root_directory(machine, pki):
    before = state(machine)
    enable(machine, "--root", "/")
    expect_limited(machine, pki)
    # The command of that root directory, which is not this one.
    assert "/bin/rootscope enable" in machine.read(HOOK) and "/opt/" not in machine.read(HOOK)
    disable(machine, "--root", "/")
    assert state(machine) == before


@pytest.mark.parametrize("options", [["--service", "web"], ["--config", "/x"], ["--list", "/x"],
                                     ["--module", "/x"]])
def test_options_about_openssl(rootscope, options):
    done = rootscope("enable", "--all-libraries", *options)
    assert done.returncode == 2 and "it takes --root and --dry-run only" in done.stderr


# ---- Updates ----

def test_an_update_is_limited_again(machine, pki):
    other = pki.ca("Second Root")
    enable(machine)
    machine.write(f"{FOLDER}/second.crt", other.pem.read_text())
    machine.shell(UPDATE, check=True)
    expect_limited(machine, pki)
    assert machine.run("openssl", "verify", "-no-CApath", f"{FOLDER}/second.crt",
                       env=OFF).returncode == 0
    machine.shell(f"{UPDATE} --fresh", check=True)
    expect_limited(machine, pki)
    disable(machine)
    after = state(machine)
    machine.shell(f"rm -rf {CERTS}/*; {UPDATE} --fresh; {UPDATE}", check=True)
    assert state(machine) == after


def test_removing_the_hook_undoes_it_with_the_next_update(machine, pki):
    before = state(machine)
    enable(machine)
    machine.shell(f"rm {HOOK}; {UPDATE}", check=True)
    expect_open(machine, pki)
    disable(machine)
    assert state(machine) == before


def test_a_root_that_is_removed_is_not_trusted(machine, pki):
    for by_hook in True, False:
        reset(machine, pki)
        enable(machine)
        machine.shell(f"rm {FOLDER}/corp.crt", check=True)
        if not by_hook:
            machine.rootscope("compile", check=True)
        machine.shell(UPDATE + " --fresh", check=True)
        for leaf in pki.good, pki.bad:
            for name in "bundle", "folder":
                assert not VERIFIERS[name][1](machine, leaf)
        assert machine.read(f"{CERTS}/corp.pem") is None
        disable(machine)


def test_the_list_renews_it(machine, pki):
    enable(machine)
    machine.write(SOURCE, corp_source(pki).replace("    permit", "    mode test\n    permit", 1))
    machine.rootscope("compile", check=True)
    expect_open(machine, pki)
    machine.write(SOURCE, corp_source(pki))
    machine.rootscope("compile", check=True)
    expect_limited(machine, pki)


def test_an_editor_s_signals_are_not_held_back_from_the_hook(machine):
    enable(machine)
    machine.write(HOOK, "#!/bin/bash\ngrep SigBlk /proc/self/status >/opt/blocked\n", mode=0o755)
    machine.write("/opt/editor", '#!/bin/sh\necho "# more" >>"$1"\n', mode=0o755)
    machine.rootscope("edit", env={"VISUAL": "/opt/editor"}, check=True)
    assert machine.read("/opt/blocked") == f"SigBlk:\t{'0' * 16}\n"


@pytest.mark.parametrize("name, broken", [("Third", f"rm {LIST}"), ("Fourth", f"echo x >{LIST}")])
def test_without_a_list_the_last_limits_hold(machine, pki, name, broken):
    enable(machine)
    other = pki.ca(f"{name} Root")
    machine.write(f"{FOLDER}/third.crt", other.pem.read_text())
    done = machine.shell(f"{broken}; {UPDATE}")
    assert "has the limits of the last list" in done.output
    assert f"{HOOK} exited with code" in done.output
    expect_limited(machine, pki)
    assert machine.run("openssl", "verify", f"{FOLDER}/third.crt", env=OFF).returncode == 0
    machine.rootscope("compile", check=True)
    expect_limited(machine, pki)


# Each has its update as {update}. A small file system is there for the update alone.
UNLIMITED_UPDATES = {
    "no room beside the list": """
        cp -a /var/lib/rootscope /opt/kept; mount -t tmpfs -o size=1m none /var/lib/rootscope
        cp -a /opt/kept/. /var/lib/rootscope; cat /dev/zero >/var/lib/rootscope/fill
        {update}; umount /var/lib/rootscope; rm -r /opt/kept""",
    "no room beside the store": """
        mkdir /opt/kept; cp -a /etc/ssl/certs/. /opt/kept
        mount -t tmpfs -o size=3m none /etc/ssl/certs; cp -a /opt/kept/. /etc/ssl/certs
        printf '#!/bin/sh\\ncat /dev/zero >/etc/ssl/certs/fill\\n' >{hooks}/a; chmod +x {hooks}/a
        {update}; rm -r {hooks}/a /etc/ssl/certs/fill /opt/kept""",
    "no room for a copy": """
        mkdir /opt/full; mount -t tmpfs -o size=4k none /opt/full
        sed -i '2i export TMPDIR=/opt/full' {hooks}/rootscope-libraries
        {update}; umount /opt/full""",
    "killed": """
        printf '#!/bin/sh\\nkill -9 $PPID\\n' >/usr/local/bin/certtool
        chmod +x /usr/local/bin/certtool; {update}; rm /usr/local/bin/certtool""",
}


@pytest.mark.parametrize("how", UNLIMITED_UPDATES)
def test_an_update_without_new_limits_has_the_last(machine, pki, how):
    """
    update-ca-certificates has replaced the limited store when the hook fails: the roots and limits
    of before are put in its place, and whoever runs apt reads it. The next run has the new roots.
    """
    enable(machine)
    other = pki.ca(f"Root of an update, {how}")
    machine.write(f"{FOLDER}/third.crt", other.pem.read_text())
    update = UNLIMITED_UPDATES[how].format(update=UPDATE, hooks=HOOK.rpartition("/")[0])
    done = machine.shell(update)
    try:
        assert f"{HOOK} exited with code" in done.output
        expect_limited(machine, pki)
        third = ("openssl", "verify", "-no-CApath", "-no-CAstore", "-CAfile", BUNDLE,
                 f"{FOLDER}/third.crt")
        assert machine.run(*third, env=OFF).returncode != 0
        if how != "killed":
            assert "has the roots and limits of before its last update" in done.output
        enable(machine)
        expect_limited(machine, pki)
        assert machine.run(*third, env=OFF).returncode == 0
        disable(machine)
        expect_open(machine, pki)
        assert machine.run(*third, env=OFF).returncode == 0
    finally:
        machine.shell(f"umount {CERTS}; true")


def test_rehash_by_hand_is_mended(machine, pki):
    for mend in UPDATE, "/opt/rootscope enable --all-libraries":
        enable(machine)
        machine.shell(f"openssl rehash {CERTS}", env=OFF)
        assert not VERIFIERS["folder"][1](machine, pki.good)
        machine.shell(mend, check=True)
        expect_limited(machine, pki)


def test_trust(machine, pki):
    """A root that is trusted with names is limited for all libraries at once."""
    machine.write(machine.conf, GUARDED)
    machine.shell(f"rm {FOLDER}/corp.crt; {UPDATE} --fresh", check=True)
    machine.write(SOURCE, f"root cert-sha256:{'0' * 64}\n    permit a.example\n")
    machine.rootscope("compile", check=True)
    assert "enforces nothing for any root" in enable(machine).stderr
    done = machine.rootscope("trust", "--no-wait", pki.root.pem, "corp.example", "localhost",
                             "ip:127.0.0.0/8")
    assert done.returncode == 0, done.output
    for name in "bundle", "folder":
        assert VERIFIERS[name][1](machine, pki.good)
        assert not VERIFIERS[name][1](machine, pki.bad)
    machine.rootscope("untrust", "Corp Root", check=True)
    assert not VERIFIERS["bundle"][1](machine, pki.good)


# ---- What status says ----

def cover(machine):
    answer = json.loads(machine.rootscope("status", "--json").stdout)
    return ({entry["name"]: entry["covered_by"] for entry in answer["libraries"]},
            {problem["id"] for problem in answer["problems"]},
            answer["roots_limited_in_trust_store"])


def test_status_by_library(machine, pki):
    covered, _, limited = cover(machine)
    assert covered["OpenSSL"] is covered["Go programs"] is limited is None
    enable(machine)
    covered, problems, limited = cover(machine)
    assert covered["OpenSSL"] == covered["Go programs"] == "trust-store" and limited == 1
    for name, tool in ("GnuTLS", "certtool"), ("Java", "java"), ("NSS", "certutil"):
        if shutil.which(tool):
            assert covered[name] == ("trust-store" if name == "GnuTLS" else None)
    machine.write(machine.conf, GUARDED)
    covered, problems, _ = cover(machine)
    assert covered["OpenSSL"] == "module" and covered["Go programs"] == "trust-store"
    # Twins are no issuing CAs that somebody put there, and the listed roots are tried.
    assert problems == set()
    text = machine.rootscope("status").stdout
    assert f"1 root limited in {CERTS}" in text and "1 of 1 in the trust store refuse" in text
    assert "Go programs     covered by the limited trust store, unless SSL_CERT_FILE" in text
    disable(machine)
    covered, problems, limited = cover(machine)
    assert covered["OpenSSL"] == "module" and covered["Go programs"] is limited is None
    assert problems == set()


def test_status_of_a_store_that_does_not_stay_limited(machine, pki):
    machine.write(machine.conf, GUARDED)
    enable(machine)
    machine.shell(f"mv {HOOK} /root/hook", check=True)
    assert cover(machine)[1] == {"trust-store-without-hook"}
    machine.write(SOURCE, corp_source(pki) + "    permit more.example\n")
    machine.rootscope("compile", check=True)
    machine.shell(f"mv /root/hook {HOOK}", check=True)
    assert cover(machine)[1] == {"trust-store-of-another-list"}
    machine.shell(f"cp {KEPT}/ca-certificates.crt {BUNDLE}", check=True)
    assert cover(machine)[1] == {"trust-store-not-limited"}


# ---- Roots that stay ----

def test_a_root_named_by_its_certificate_stays(machine, pki):
    """The module would not know its twin."""
    machine.write(SOURCE, f'root cert-sha256:{pki.root.cert_sha256()} "Corp Root"\n'
                          "    permit corp.example\n")
    machine.rootscope("compile", check=True)
    done = enable(machine)
    assert "the list names its certificate; name its key" in done.stderr
    expect_open(machine, pki)


def test_a_root_with_constraints_of_its_own_stays(machine, pki):
    own = pki.ca("Own Constraints", extensions="nameConstraints = critical,permitted;DNS:a.x\n")
    machine.write(f"{FOLDER}/own.crt", own.pem.read_text())
    machine.write(SOURCE, corp_source(pki) + f"root spki-sha256:{own.spki_sha256()}\n"
                                             "    permit a.x\n")
    machine.shell(UPDATE, check=True)
    machine.rootscope("compile", check=True)
    done = enable(machine)
    said, = (line for line in done.stderr.splitlines() if "Own Constraints" in line)
    assert "CN=Own Constraints,O=Corp stays in the trust store as it is: it has name" in said
    assert "remove it from the trust store" in said and "left out" not in done.stderr
    assert machine.run("openssl", "verify", f"{FOLDER}/own.crt", env=OFF).returncode == 0
    expect_limited(machine, pki)


def test_a_root_that_is_there_twice(machine, pki):
    """Issued again with the same name and key, as some authorities do before a root expires."""
    again = machine.shell(f"openssl x509 -in {FOLDER}/corp.crt -signkey {pki.root.key} -days 9 "
                          "-set_serial 77", env=OFF, check=True).stdout
    machine.write(f"{FOLDER}/again.crt", again[again.index("-----BEGIN"):])
    machine.shell(UPDATE, check=True)
    before = state(machine)
    assert "limiting 2 of 3 roots" in enable(machine).stdout
    expect_limited(machine, pki)
    ends = [machine.run("openssl", "x509", "-noout", "-enddate", "-in", path).stdout
            for path in (f"{FOLDER}/again.crt", f"{CERTS}/again.pem", f"{CERTS}/corp.pem")]
    assert ends[0] == ends[1] != ends[2]
    disable(machine)
    assert state(machine) == before


def test_a_stray_root_in_the_folder_is_named(machine, pki):
    stray = pki.ca("Stray Root")
    machine.write(SOURCE, corp_source(pki) + f"root spki-sha256:{stray.spki_sha256()}\n"
                                             "    permit a.x\n")
    machine.rootscope("compile", check=True)
    machine.write("/opt/stray.pem", stray.pem.read_text())
    machine.shell(f"ln -s /opt/stray.pem {CERTS}/stray.pem", check=True)
    said = "has a root of the list, which git"
    assert f"/opt/stray.pem {said}" in enable(machine).stderr
    machine.shell(f"rm {CERTS}/stray.pem; cp {FOLDER}/corp.crt {CERTS}/copy.pem", check=True)
    done = enable(machine)
    assert f"{CERTS}/copy.pem {said}" in done.stderr and done.stderr.count(said) == 1


# ---- Failures ----

def put_stand_in(machine, name, script):
    machine.write(f"/opt/{name}", f"#!/bin/sh\n{script}\n", mode=0o755)


@pytest.mark.parametrize("name, status, said", [
    ("certtool", 0, "accepts a certificate outside the scope"),
    ("certtool", 1, "refuses a certificate within the scope"),
    ("openssl", 0, "accepts a certificate outside the scope"),
])
def test_what_does_not_refuse_changes_nothing(machine, pki, name, status, said):
    before = state(machine)
    put_stand_in(machine, name, f"exit {status}")
    try:
        done = enable(machine, code=2)
    finally:
        machine.shell(f"rm /opt/{name}")
    assert f"{name}, which knows nothing of the list, {said}" in done.stderr
    assert "the trust store is not changed" in done.stderr
    assert state(machine) == before


def test_rolled_back_if_the_hook_cannot_be_written(machine):
    before = state(machine)
    machine.shell("rmdir /etc/ca-certificates/update.d; echo >/etc/ca-certificates/update.d")
    done = enable(machine, code=2)
    machine.shell("rm /etc/ca-certificates/update.d; mkdir /etc/ca-certificates/update.d")
    assert "the trust store is as it was before" in done.stderr
    assert state(machine) == before


def test_rolled_back_if_sources_name_files_of_the_store(machine, pki):
    before = state(machine)
    machine.write(SOURCE, f"root pem:{CERTS}/corp.pem\n    permit corp.example\n")
    machine.rootscope("compile", check=True)
    done = enable(machine, code=2)
    assert f"{SOURCE}:1" in done.stderr and "/usr/share/ca-certificates" in done.stderr
    assert state(machine) == before


def test_rolled_back_if_the_folder_leads_to_the_root_itself(machine, pki):
    """A file of its own beside, with a hash of the same root."""
    machine.shell(f"cp {FOLDER}/corp.crt {CERTS}/beside.pem; cd {CERTS};"
                  "ln -s beside.pem $(openssl x509 -noout -hash -in beside.pem).1", check=True)
    before = state(machine)
    done = enable(machine, code=2)
    assert f"{CERTS} does not lead from CN=Corp Root,O=Corp to its limited twin" in done.stderr
    assert state(machine) == before


def test_without_a_list_nothing_is_changed(machine):
    before = state(machine)
    machine.shell(f"rm {LIST}")
    assert LIST in enable(machine, code=2).stderr
    assert state(machine) == before


def test_without_a_bundle(machine):
    machine.shell(f"rm {BUNDLE}")
    assert "rootscope export bundle" in enable(machine, code=2).stderr


def test_what_was_there_before_is_lost(machine, pki):
    before = state(machine)
    enable(machine)
    machine.shell(f"rm -r {KEPT}", check=True)
    done = disable(machine, code=2)
    assert "run update-ca-certificates" in done.stderr
    assert "run update-ca-certificates" in enable(machine, code=2).stderr
    machine.shell(f"rm -f {HOOK}; {UPDATE}", check=True)
    disable(machine)
    assert state(machine) == before


# ---- In the service that compiles whenever a source changes ----

@pytest.fixture(scope="module")
def service(fragments):
    path = fragments / "systemd/rootscope-compile.service"
    found = re.findall(r"^(\w+)=(.*)$", path.read_text(), re.M)
    return {name: {value for key, value in found if key == name} for name, _ in found}


def test_compile_writes_only_where_its_service_may(machine, pki, service):
    """The whole file system but these folders is read-only to it, and it may not make others."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    assert service["ProtectSystem"] == {"strict"} and service["PrivateTmp"] == {"yes"}
    writable = {path.removeprefix("-") for path in service["ReadWritePaths"]}
    writable |= {f"/var/lib/{name}" for name in service["StateDirectory"]}
    writable |= {f"/run/{name}" for name in service["RuntimeDirectory"]}
    enable(machine)
    machine.write(SOURCE, corp_source(pki) + "    permit more.example\n")
    machine.shell("mkdir -p /run/rootscope", check=True)
    done = machine.run("strace", "-f", "-y", "-o", "/root/strace", "-e", "trace=file,desc",
                       "/opt/rootscope", "compile", env=OFF)
    log = machine.read("/root/strace") or ""
    if "execve" not in log:
        pytest.skip("no process can be traced here")
    assert done.returncode == 0, done.output
    expect_limited(machine, pki)
    changed = set()
    for line in re.sub(r"AT_FDCWD<[^>]*>", "", log).splitlines():
        if re.search(r"O_WRONLY|O_RDWR|O_CREAT|^\d+ +(mk|rename|symlink|link|unlink|rm|f?ch)",
                     line) and not re.search(r"= -1 (ENOENT|EEXIST)", line):
            changed |= set(re.findall(r'[<"](/[^">]*)[">]', line))
    assert {path for path in writable if any(c.startswith(path) for c in changed)} == writable
    # A build that counts its lines writes the counts.
    assert not {c for c in changed if not c.startswith(("/tmp/", "/dev/", *writable))
                and not c.endswith(".gcda")}


# ---- Killed ----

def traced_change(machine, what, *options):
    """The log of a change, which may be killed."""
    machine.shell("rm -f /root/strace")
    done = machine.run("bash", "-c", '"$@"; echo "status $?"', "strace",
                       *killed.strace("/root/strace", *options),
                       "/opt/rootscope", what, "--all-libraries", env=OFF)
    return done.stdout, machine.read("/root/strace") or ""


@pytest.mark.parametrize("what", ["enable", "disable"])
def test_killed_at_any_call_that_changes_a_file(what, machine, pki, traced):
    before = state(machine)
    if what == "disable":
        enable(machine)
    said, log = traced_change(machine, what)
    assert "status 0" in said
    where = killed.points(log, f"{CERTS}|{KEPT}|update.d")
    assert {"write", "fsync", "unlink"} & {name for name, _ in where} and len(where) >= 8, log
    for name, number in where:
        (disable if what == "enable" else enable)(machine)
        said, _ = traced_change(machine, what, *killed.at(name, number))
        assert "status 137" in said, (name, number, said)
        # Never without a bundle, and each way to it leads somewhere.
        for way in "bundle", "folder", "file of one root":
            assert VERIFIERS[way][1](machine, pki.good), (name, number, way)
        if number % 2 == 0:
            enable(machine)
            expect_limited(machine, pki)
        disable(machine)
        assert state(machine) == before, (name, number)
