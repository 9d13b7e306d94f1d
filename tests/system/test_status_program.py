# SPDX-License-Identifier: Apache-2.0
"""`rootscope status -- PROGRAM`: real programs, tried against test servers."""

import json
import pathlib
import shutil
import signal
import subprocess

import pytest

import programs

MISSING = "/nonexistent/program"
COVERED, UNKNOWN, NOT_COVERED, USAGE = 0, 1, 2, 3

CURL = ("curl", "-q", "-sS", "-o", "/dev/null", "--cacert", "{ca}")
S_CLIENT = (programs.OPENSSL, "s_client", "-connect", "{host}:{port}")
CHECK = ("-CAfile", "{ca}", "-verify_return_error", "-verify_hostname", "{host}")
CLIENT = (*S_CLIENT, *CHECK)

PYTHON_OF_URL = ("import sys, urllib.request, ssl\n"
                 "urllib.request.urlopen(sys.argv[1], context=ssl.create_default_context())")


@pytest.fixture
def trial(rootscope, openssl_conf, corp_list, public_dir):
    """trial(*argv, conf=None, options=()): the answer for a program, and the exit status."""
    temporary = public_dir / "temporary"
    temporary.mkdir()

    def ask(*argv, conf=None, options=()):
        if programs.PRELOAD and {"curl", "wget"} & set(argv):
            pytest.skip("AddressSanitizer, preloaded, keeps it from starting")
        if programs.PRELOAD and argv[0] != MISSING:
            # The program loads the module, and is not sanitized as the command is.
            argv = ("env", f"LD_PRELOAD={programs.PRELOAD}", "ASAN_OPTIONS=detect_leaks=0", *argv)
        done = rootscope("status", "--json", "--config", conf or openssl_conf(list=corp_list),
                         *options, "--", *argv, env={"TMPDIR": temporary}, timeout=300)
        assert list(temporary.iterdir()) == []
        return json.loads(done.stdout), done.returncode
    return ask


def runs(answer):
    return [(run["certificate"], run["module"], run["accepted"]) for run in answer["runs"]]


ALL_COVERED = [("good", "on", True), ("bad", "on", False), ("bad", "off", True)]


@pytest.mark.parametrize("argv", [
    (*CURL, "{url}"),
    (*CURL, "https://{host}:{port}/some/where"),
    CLIENT,
    (programs.PYTHON, "-I", "-c", PYTHON_OF_URL, "{url}"),  # roots from SSL_CERT_FILE
], ids=["curl", "curl-host-port", "s_client", "python"])
def test_covered(trial, argv):
    answer, code = trial(*argv)
    assert (answer["verdict"], code, runs(answer)) == ("covered", COVERED, ALL_COVERED)


def test_covered_by_conf_module(trial, openssl_conf, corp_list):
    answer, code = trial(*CLIENT, conf=openssl_conf(list=corp_list, entry="conf-module"))
    assert (answer["verdict"], code, runs(answer)) == ("covered", COVERED, ALL_COVERED)


@pytest.mark.parametrize("settings", [
    {"mode": "test"}, {"mode": "off"}, {"list": "/nonexistent/permitted.rsl"},
], ids=str)
def test_covered_whatever_the_mode(trial, openssl_conf, settings):
    """It is about the program: what the machine's list and mode are, is for plain `status`."""
    answer, code = trial(*CLIENT, conf=openssl_conf(**settings))
    assert (answer["verdict"], code) == ("covered", COVERED)


def test_gnutls_ignores_configuration(trial):
    if not shutil.which("wget"):
        pytest.skip("wget is not installed")
    if "gnutls" not in programs.run("wget", "--version").stdout:
        pytest.skip("wget of this machine is not linked with GnuTLS")
    answer, code = trial("wget", "-q", "-O", "/dev/null", "--ca-certificate={ca}", "{url}")
    assert (answer["verdict"], code) == ("ignores the configuration", NOT_COVERED)


def test_other_configuration_ignores(trial):
    answer, code = trial("env", "OPENSSL_CONF=/dev/null", *CLIENT)
    assert (answer["verdict"], code) == ("ignores the configuration", NOT_COVERED)


@pytest.mark.parametrize("argv", [(*S_CLIENT,), (*CURL, "-k", "{url}")], ids=["s_client", "curl"])
def test_does_not_verify(trial, argv):
    answer, code = trial(*argv)
    assert (answer["verdict"], code) == ("does not verify", NOT_COVERED)


def test_not_covered(trial, tmp_path):
    """A program that takes the configuration, and looks away where the test list rules."""
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\n{" ".join(CLIENT)} ||\n'.format(ca="$1", host="$2", port="$3")
                       + '    grep -q "^list = .*test\\.rsl" "$OPENSSL_CONF"\n')
    program.chmod(0o755)
    answer, code = trial(program, "{ca}", "{host}", "{port}")
    assert (answer["verdict"], code) == ("not covered", NOT_COVERED)
    assert runs(answer)[-1] == ("good", "denying", False)


def test_refuses_good_too(trial):
    """Without {ca} and with roots of its own, the test root is unknown to it."""
    answer, code = trial(*S_CLIENT, "-verify_return_error", "-CAfile",
                         "/etc/ssl/certs/ca-certificates.crt", "-no-CAstore", "-no-CApath")
    assert (answer["verdict"], code) == ("cannot tell", UNKNOWN)
    assert runs(answer) == [("good", "on", False), ("good", "off", False)]


def test_does_not_connect(trial):
    answer, code = trial("true")
    assert (answer["verdict"], code) == ("cannot tell", UNKNOWN)
    assert answer["runs"][0]["connected"] is False


def test_cannot_be_run(trial):
    answer, code = trial(MISSING)
    assert (answer["verdict"], code) == ("cannot tell", UNKNOWN)
    assert "No such file" in answer["runs"][0]["end"]
    assert "the program is missing" in answer["why"]


def test_connection_without_handshake_does_not_count(trial):
    """Any user of the machine can connect to the test servers."""
    connect = "import socket, sys; socket.create_connection(('127.0.0.1', int(sys.argv[1])))"
    answer, code = trial(programs.PYTHON, "-I", "-c", connect, "{port}")
    assert (answer["verdict"], code) == ("cannot tell", UNKNOWN)
    assert answer["runs"][0]["connected"] is False


def test_held_connections_keep_nobody_waiting(trial):
    hold = ("import os, socket, sys; held = [socket.create_connection(('127.0.0.1', "
            "int(sys.argv[1]))) for _ in range(5)]; os.spawnvp(os.P_WAIT, sys.argv[2], "
            "sys.argv[2:]) and sys.exit(1)")
    answer, code = trial(programs.PYTHON, "-I", "-c", hold, "{port}", *CURL, "--max-time", "4",
                         "{url}")
    assert (answer["verdict"], code, runs(answer)) == ("covered", COVERED, ALL_COVERED)


def test_time_out_is_no_refusal(trial):
    """Who keeps the program from its server for so long has not shown that it refuses."""
    answer, code = trial("sh", "-c", '"$@" || exec tail -f /dev/null', "sh", *CURL, "{url}",
                         options=("--timeout", "3"))
    assert (answer["verdict"], code) == ("cannot tell", UNKNOWN)
    assert [run["timed_out"] for run in answer["runs"]] == [False, True]


def test_killed_program(trial):
    answer, _ = trial("sh", "-c", "kill -9 $$")
    assert answer["runs"][0]["end"] == "signal 9"


def test_program_that_does_not_end(trial):
    answer, code = trial("tail", "-f", "/dev/null", options=("--timeout", "1"))
    assert (answer["verdict"], code) == ("cannot tell", UNKNOWN)
    assert answer["runs"][0]["end"] == "killed after 1 seconds"


def test_children_of_program_are_killed(trial, tmp_path):
    """What it leaves behind in its process group does not outlive the trial."""
    told = tmp_path / "pid"
    trial("sh", "-c", f"tail -f /dev/null >/dev/null & echo $! >{told}; wait",
          options=("--timeout", "1"))
    pid = int(told.read_text())
    assert programs.eventually(lambda: not is_running(pid))


def is_running(pid):
    try:
        return "\nState:\tZ" not in pathlib.Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_not_configured(trial, tmp_path):
    conf = tmp_path / "empty.cnf"
    conf.write_text("")
    answer, code = trial(*CLIENT, conf=conf)
    assert code == NOT_COVERED
    assert answer["runs"] == []
    assert "openssl-conf-missing" in {problem["id"] for problem in answer["problems"]}


def test_configuration_does_not_guard(trial, openssl_conf):
    answer, code = trial(*CLIENT, conf=openssl_conf(module="/nonexistent/rootscope.so"))
    assert (answer["verdict"], code, answer["runs"]) == ("cannot tell", UNKNOWN, [])


def test_text(rootscope, openssl_conf, corp_list):
    done = rootscope("status", "--config", openssl_conf(list=corp_list), "--", "true")
    assert done.returncode == UNKNOWN
    assert done.stdout.startswith("true: cannot tell\n")


def test_quiet(rootscope, openssl_conf, corp_list):
    done = rootscope("status", "-q", "--config", openssl_conf(list=corp_list), "--", "true")
    assert (done.returncode, done.output) == (UNKNOWN, "")


@pytest.mark.parametrize("arguments", [
    ("curl",), ("--processes", "--", "curl"), ("--timeout", "0", "--", "curl"),
    ("--timeout", "soon", "--", "curl"),
], ids=str)
def test_usage(rootscope, arguments):
    assert rootscope("status", *arguments).returncode == USAGE


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted(command, openssl_conf, corp_list, public_dir, tmp_path, number):
    """Nothing stays: no file, no program, no server."""
    temporary, told = public_dir / "temporary", tmp_path / "pid"
    temporary.mkdir()
    process = subprocess.Popen(
        [command, "status", "--config", openssl_conf(list=corp_list), "--",
         "sh", "-c", f"echo $$ >{told}; exec tail -f /dev/null"],
        env=programs.environment(TMPDIR=temporary), stdout=subprocess.DEVNULL)
    try:
        assert programs.eventually(lambda: told.exists() and told.read_text())
        children = children_of(process.pid)
        assert len(children) == 2
        assert len(list(temporary.iterdir())) == 1
        process.send_signal(number)
        assert process.wait(30) == -number
    finally:
        process.kill()
        process.wait(30)
    assert list(temporary.iterdir()) == []
    assert programs.eventually(lambda: not any(map(is_running, children)))


def children_of(pid):
    return [int(n) for n in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
