# SPDX-License-Identifier: Apache-2.0
"""`rootscope status --processes`: what running processes have mapped, and what they need."""

import contextlib
import json
import os
import pwd
import shutil
import subprocess
import time

import pytest

import programs

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@contextlib.contextmanager
def waiting(*argv, conf=None):
    """A program that prints a line and then waits for its standard input to end."""
    process = subprocess.Popen(argv, env=programs.environment(conf), text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout.readline() == "ready\n"
        yield process.pid
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(30)


def python(code, conf=None):
    code += "\nprint('ready', flush=True)\ninput()"
    return waiting(programs.PYTHON, "-I", "-c", f"try:\n  exec({code!r})\nexcept EOFError: pass",
                   conf=conf)


TLS = "import ssl; ssl.create_default_context()"


@pytest.fixture
def processes(rootscope):
    """processes(conf, *options): the answer, and the processes in it by number."""
    def ask(conf, *options, **run_options):
        done = rootscope("status", "--processes", "--json", "--config", conf, *options,
                         **run_options)
        answer = json.loads(done.stdout)
        return answer, {process["pid"]: process for process in answer["processes"]}, done
    return ask


def touch(path, offset):
    """The configuration changed `offset` seconds from now."""
    os.utime(path, (time.time() + offset,) * 2)


def test_loaded(processes, openssl_conf, corp_list, module):
    conf = openssl_conf(list=corp_list)
    with python(TLS, conf) as pid:
        _, found, _ = processes(conf)
        assert found[pid]["state"] == "loaded"
        assert found[pid]["module"] == str(module)
        assert found[pid]["libraries"] == ["libcrypto", "libssl"]


def test_started_before_switched_on(processes, openssl_conf, corp_list):
    conf = openssl_conf(list=corp_list)
    with python(TLS) as pid:
        touch(conf, +60)
        answer, found, done = processes(conf)
        assert found[pid]["state"] == "restart"
        assert "before the configuration" in found[pid]["reason"]
        assert done.returncode == 1
        assert "processes-restart" in {problem["id"] for problem in answer["problems"]}


def test_started_after_with_other_configuration(processes, openssl_conf, corp_list):
    conf = openssl_conf(list=corp_list)
    touch(conf, -60)
    with python(TLS) as pid:
        _, found, done = processes(conf)
        assert found[pid]["state"] == "not loaded"
        assert found[pid]["openssl_conf"] == "/dev/null"
        assert "OPENSSL_CONF" in found[pid]["reason"]
        assert done.returncode == 1


def test_module_replaced(processes, openssl_conf, corp_list, module, tmp_path):
    copy = tmp_path / "rootscope.so"
    shutil.copy(module, copy)
    conf = openssl_conf(list=corp_list, module=copy)
    with python(TLS, conf) as pid:
        assert processes(conf)[1][pid]["state"] == "loaded"
        copy.unlink()
        shutil.copy(module, copy)
        _, found, _ = processes(conf)
        assert found[pid]["state"] == "restart"
        assert found[pid]["module"] == str(copy)


@pytest.mark.parametrize("how", ["removed", "mode-off"])
def test_module_held_after_switching_off(processes, openssl_conf, corp_list, how):
    conf = openssl_conf(list=corp_list)
    with python(TLS, conf) as holds, python(TLS, "/nonexistent/openssl.cnf") as other:
        text = conf.read_text()
        conf.write_text("[unused]\n" if how == "removed" else text + "\nmode = off\n")
        touch(conf, +60)
        answer, found, done = processes(conf)
        assert found[holds]["state"] == "restart to release"
        assert found[other]["state"] == "not loaded"
        [release] = [p for p in answer["problems"] if p["id"] == "processes-release"]
        assert "restart to release" in release["text"] and f"({holds})" in release["fix"]
        assert "processes-not-loaded" not in {p["id"] for p in answer["problems"]}
        assert done.returncode == 2  # it is off


def test_hashes_alone_need_no_restart(processes, openssl_conf, corp_list):
    """libcrypto without a caller that verifies certificates: sshd and systemd are such."""
    conf = openssl_conf(list=corp_list)
    with python("import _hashlib") as hashes, python(TLS) as verifies:
        touch(conf, +60)
        answer, found, _ = processes(conf)
        assert hashes not in found
        assert found[verifies]["state"] == "restart"
        assert answer["without_verification"] >= 1


MAPPED = """
import _hashlib, mmap
with open({path!r}, "rb") as file:
    code = mmap.mmap(file.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_EXEC)
"""


@pytest.mark.parametrize("name,function,is_shown", [
    ("libsystemd-shared-257.so", "PKCS7_verify", False),
    ("libsystemd-shared-257.so", "SSL_CTX_new", True),
    ("libother.so", "PKCS7_verify", True),
])
def test_signers_of_systemd_need_no_restart(processes, openssl_conf, corp_list, tmp_path, name,
                                            function, is_shown):
    """systemd's library calls PKCS7_verify with PKCS7_NOVERIFY, which builds no chain."""
    conf = openssl_conf(list=corp_list)
    code = tmp_path / name
    code.write_bytes(b"\0" + function.encode() + b"\0")
    with python(MAPPED.format(path=str(code))) as pid:
        touch(conf, +60)
        _, found, _ = processes(conf)
        assert (pid in found) == is_shown


NEW_ROOT = """
import ctypes, os, ssl
ssl.create_default_context()
libc = ctypes.CDLL(None, use_errno=True)
if libc.unshare(0x20000) == 0:
    os.chroot({folder!r})
    os.chdir("/")
"""


@AS_ROOT
def test_containers_not_shown(processes, openssl_conf, corp_list, public_dir):
    conf = openssl_conf(list=corp_list)
    change_root = f"import os, ssl; ssl.create_default_context(); os.chroot({str(public_dir)!r})"
    with python(NEW_ROOT.format(folder=str(public_dir))) as container, \
            python(change_root) as daemon:
        if os.readlink(f"/proc/{container}/root") != str(public_dir):
            pytest.skip("no new namespaces here")
        touch(conf, +60)
        answer, found, _ = processes(conf)
        assert container not in found
        assert answer["elsewhere"] >= 1
        assert found[daemon]["state"] == "restart"  # as postfix: its files are from here


def test_gnutls_cannot_be_guarded(processes, openssl_conf, corp_list):
    conf = openssl_conf(list=corp_list)
    try:
        with python("import ctypes; ctypes.CDLL('libgnutls.so.30')") as pid:
            _, found, _ = processes(conf)
    except AssertionError:
        pytest.skip("no libgnutls.so.30 on this machine")
    assert (found[pid]["state"], found[pid]["libraries"]) == ("cannot be guarded", ["GnuTLS"])


def test_without_tls_not_shown(processes, openssl_conf, corp_list):
    conf = openssl_conf(list=corp_list)
    with python("pass") as pid:
        answer, found, _ = processes(conf)
        assert pid not in found
        assert answer["without_tls"] >= 1


def test_server_before_and_after(processes, openssl_conf, corp_list, pki, server):
    """As an administrator meets it: switch on, look, restart, look again."""
    conf = openssl_conf(list=corp_list)
    with server(pki.good) as before, server(pki.good, conf=conf) as after:
        touch(conf, +60)
        _, found, _ = processes(conf)
        assert found[before.pid]["state"] == "restart"
        assert found[after.pid]["state"] == "loaded"


@AS_ROOT
def test_unreadable_counted(openssl_conf, corp_list, command, public_dir, run):
    """Another user's processes are counted and told of, not passed over."""
    conf = public_dir / "openssl.cnf"
    shutil.copy(openssl_conf(list=corp_list), conf)
    copy = public_dir / "rootscope"
    shutil.copy(command, copy)
    copy.chmod(0o755)
    nobody = pwd.getpwnam("nobody")
    with python(TLS) as pid:
        done = run("setpriv", f"--reuid={nobody.pw_uid}", "--regid", nobody.pw_gid,
                   "--clear-groups", copy, "status", "--processes", "--json", "--config", conf,
                   cwd="/")
        answer = json.loads(done.stdout)
        assert pid not in {process["pid"] for process in answer["processes"]}
        assert answer["unreadable"] >= 1


def test_text(rootscope, openssl_conf, corp_list):
    conf = openssl_conf(list=corp_list)
    with python(TLS, conf) as pid:
        done = rootscope("status", "--processes", "--config", conf)
        line = next(line for line in done.stdout.splitlines() if line.split()[:1] == [str(pid)])
        assert "loaded" in line and "libcrypto libssl" in line


def test_not_configured(rootscope, tmp_path):
    conf = tmp_path / "openssl.cnf"
    conf.write_text("")
    done = rootscope("status", "--processes", "--config", conf)
    assert done.returncode == 2


def test_vanishing_processes(processes, openssl_conf, corp_list):
    """Processes that end while the table is read are left out, whatever was read of them."""
    conf = openssl_conf(list=corp_list)
    churn = subprocess.Popen(["sh", "-c", "while :; do /bin/true; done"])
    try:
        for _ in range(5):
            assert processes(conf)[2].returncode in (0, 1)
    finally:
        churn.kill()
        churn.wait(30)
