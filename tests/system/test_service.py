# SPDX-License-Identifier: Apache-2.0
"""
The units that compile the list whenever a source changes, under systemd, with all that they forbid
the command: on a copy of this machine that is booted.
"""

import pathlib
import re
import tempfile

import pytest

import booted
from machine import Machine
from pki import corp_source

SERVICE, PATH = "rootscope-compile.service", "rootscope-compile.path"
LIST = "/var/lib/rootscope/permitted.rsl"
SOURCE = "/etc/rootscope/local.list"
CERTS = "/etc/ssl/certs"
BUNDLE = f"{CERTS}/ca-certificates.crt"

# until_ waits, but not for ever.
HELPERS = r"""
until_() { # COMMAND...
    local i
    for ((i = 0; i < 600; i++)); do
        "$@" && return
        read -r -t 0.05 <> <(:)
    done
    echo "never: $*"
    exit 1
}
compile() {
    systemctl start rootscope-compile.service && echo compiled
    systemctl show -p Result -p ExecMainStatus rootscope-compile.service
}
"""
DONE = "compiled\nResult=success\nExecMainStatus=0\n"


@pytest.fixture(scope="module")
def copy(pki, command, module, fragments):
    """The copy, with the units as they are installed, and the command where they want it."""
    if why := Machine.why_not():
        pytest.skip(why)
    with tempfile.TemporaryDirectory(prefix="rootscope-copy-") as folder:
        with Machine(folder, command, module, pki.directory) as machine:
            if why := booted.why_not(machine):
                pytest.skip(why)
            for unit in SERVICE, PATH:
                machine.write(f"/etc/systemd/system/{unit}",
                              (fragments / "systemd" / unit).read_text())
            machine.command = re.search("^ExecStart=(.*) compile$",
                                        machine.read(f"/etc/systemd/system/{SERVICE}"), re.M)[1]
            yield machine


@pytest.fixture
def machine(copy, command, pki):
    copy.write(copy.command, pathlib.Path(command).read_bytes(), mode=0o755)
    copy.shell("rm -rf /var/lib/rootscope /etc/systemd/system/rootscope-compile.service.d")
    copy.write(SOURCE, corp_source(pki))
    return copy


def boot(machine, script):
    status, said = booted.boot(machine, HELPERS + script)
    assert status == 0, said
    return said


def test_the_units_have_no_mistakes(machine):
    said = boot(machine, f"systemd-analyze verify --man=no {SERVICE} {PATH} && echo fine")
    assert said == "fine\n"


def test_it_compiles(machine):
    said = boot(machine, f"compile; stat -c '%a %U' {LIST} /var/lib/rootscope /run/rootscope\n"
                         f"{machine.command} show | grep -c corp.example")
    assert said == DONE + "644 root\n755 root\n755 root\n1\n"


def test_a_source_that_changes_starts_it(machine):
    said = boot(machine, f"""
        systemctl start {PATH}
        echo 'root cert-sha256:{'1' * 64} "By path"' >/root/new.list
        echo '    permit a.example' >>/root/new.list
        mv /root/new.list /etc/rootscope/new.list
        until_ grep -qs 'By path' {LIST}
        # systemd does not look while the service runs.
        until_ eval '[[ $(systemctl show -p SubState --value {PATH}) == waiting ]]'
        rm /etc/rootscope/new.list
        until_ eval '! grep -q "By path" {LIST}'
        echo followed""")
    assert said == "followed\n"


HOLDER = """
import fcntl, sys
held = open(sys.argv[1], "w")
fcntl.lockf(held, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def test_its_locks_are_those_of_others(machine):
    """It waits for another command's, then gives up. Their folder stays when it has ended."""
    machine.write("/opt/holder.py", HOLDER)
    said = boot(machine, """
        mkdir -p /run/rootscope
        before=$(stat -c %i /run/rootscope)
        lock=/run/rootscope/$(printf '%x-%x' $(stat -c '%d %i' /etc/rootscope)).lock
        coproc python3 /opt/holder.py "$lock"
        read -r word <&"${COPROC[0]}" && echo "$word"
        compile 2>/dev/null
        eval "exec ${COPROC[1]}>&-"
        wait
        compile
        [[ $(stat -c %i /run/rootscope) == "$before" ]] && echo 'the same folder'""")
    assert said == ("held\nResult=exit-code\nExecMainStatus=2\n" + DONE + "the same folder\n")


def test_the_limited_trust_store_follows(machine):
    """`enable --all-libraries` has it write into the trust store, too."""
    machine.shell("mkdir -p /etc/ca-certificates/update.d")
    said = boot(machine, f"""
        compile
        {machine.command} enable --all-libraries >/dev/null 2>&1 || exit
        cksum <{BUNDLE} >/tmp/before
        echo 'default
            permit a.example' >>{SOURCE}
        compile
        cksum <{BUNDLE} | cmp -s - /tmp/before || echo 'other bundle'
        {machine.command} enable --all-libraries 2>/dev/null
        {machine.command} disable --all-libraries""")
    assert said == (DONE + DONE + "other bundle\n"
                    f"limited already: 1 of 1 roots of the trust store in {CERTS}\n"
                    f"{CERTS} is as update-ca-certificates left it\n")


WRITES = """#!/bin/sh
for folder in /etc /etc/rootscope /usr /root /home /var /var/lib /boot /opt; do
    touch $folder/written 2>/dev/null && echo $folder >>/var/lib/rootscope/written
done
touch /etc/ssl/certs/written /run/rootscope/written /tmp/written || exit 1
id -u >>/var/lib/rootscope/written
"""


def test_it_can_write_nothing_else(machine):
    machine.write(machine.command, WRITES, mode=0o755)
    said = boot(machine, "compile; cat /var/lib/rootscope/written; rm /etc/ssl/certs/written;"
                         "[[ ! -e /tmp/written ]] && echo 'a /tmp of its own'")
    assert said == DONE + "0\na /tmp of its own\n"
