# SPDX-License-Identifier: Apache-2.0
"""What takes telemetry on: rsyslog from the module, collectd from rootscope report --statsd."""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess

import pytest

import programs
from daemons import OnFreePort, unprivileged
from pki import corp_source
from probing import PYTHON

HERE = pathlib.Path(__file__).resolve().parent

# rsyslog's defaults for the system's log, but for what a test adds; and all of it to be read here.
RSYSLOG = """\
module(load="imuxsock" {options})
{rules}
action(type="omfile" file="/proc/self/fd/1")
"""
WRITTEN = 'action(type="omfile" file="{log}" template="{template}")'
JOURNALD = pathlib.Path("/usr/lib/systemd/systemd-journald")


def needed(program):
    path = shutil.which(program, path="/usr/bin:/usr/sbin:/bin:/sbin")
    if path is None:
        pytest.skip(f"{program} is not installed")
    return path


@pytest.fixture
def run_alone(run, tmp_path, own_mounts):
    """Runs one of the scripts beside this file, for which /dev is a folder of the test's own."""
    def run_(script, *args, conf):
        (tmp_path / "dev").mkdir()
        done = run(*own_mounts, PYTHON, "-I", HERE / script, tmp_path / "dev", *args, conf=conf)
        if done.returncode == 77:
            pytest.skip(f"not possible here: {done.output.strip()}")
        assert done.returncode == 0, done.output
        return done
    return run_


@pytest.fixture
def syslogged(run_alone, tmp_path):
    """syslogged(words, conf, rules, options=""): runs these words with rsyslog and such rules."""
    def run_(words, conf, rules, options=""):
        needed("rsyslogd")
        config = tmp_path / "rsyslog.conf"
        config.write_text(RSYSLOG.format(rules=rules, options=options))
        run_alone("with_rsyslog.py", config, *words, conf=conf)
    return run_


@pytest.fixture
def violates(pki, compile_list, openssl_conf):
    """violates(label): a configuration in test mode, and words that violate its list once."""
    def violates_(label="Corp Root"):
        quoted = json.dumps(label, ensure_ascii=False)
        source = corp_source(pki, head="mode test\n").replace('"Corp Root"', quoted)
        conf = openssl_conf(compile_list(source), mode="test", telemetry="syslog")
        return conf, [programs.OPENSSL, "verify", "-CAfile", pki.root.pem, "-untrusted",
                      pki.bad.untrusted, pki.bad.pem]
    return violates_


def expect_one_violation(rootscope, log, label="Corp Root"):
    answer = json.loads(rootscope("report", "--json", log, check=True).stdout)
    written = log.read_text()
    assert answer["lines"]["malformed"] == answer["lines"]["unknown"] == 0, written
    root, = answer["roots"]
    assert root["label"] == label
    assert (root["mode"], root["checked"], root["violated"]) == ("test", 1, 1)
    assert {(row["form"], row["would_deny"]) for row in root["suffixes"]} == {("dns", 1), ("cn", 1)}
    # The journal knows the path of the program.
    program, = root["programs"]
    assert pathlib.Path(program["program"]).name == "openssl"


@pytest.mark.parametrize("template", ["RSYSLOG_FileFormat", "RSYSLOG_TraditionalFileFormat",
                                      "RSYSLOG_SyslogProtocol23Format"])
@pytest.mark.parametrize("annotate", ["off", "on"])
@pytest.mark.parametrize("parser", ["on", "off"])
def test_what_rsyslog_writes_is_read(violates, rootscope, syslogged, tmp_path, template, annotate,
                                     parser):
    """`on` is what imuxsock does with the header unless it is told otherwise."""
    label = 'Corp "Root" \\ \u00fc \U0001f600'
    log = tmp_path / "written.log"
    conf, words = violates(label)
    options = f'SysSock.UseSpecialParser="{parser}" SysSock.Annotate="{annotate}"'
    syslogged(words, conf, WRITTEN.format(log=log, template=template), options)
    assert ("_PID=" in log.read_text()) == (annotate == "on")
    expect_one_violation(rootscope, log, label)


def test_rule_of_the_manual(violates, rootscope, syslogged, manual, tmp_path):
    """With rsyslog's defaults, what rootscope.cnf(5) says writes bare lines to a file."""
    log = tmp_path / "bare.log"
    text = (pathlib.Path(manual) / "rootscope.cnf.5").read_text()
    rule = text[text.index("template(name="):text.index(".fi\n", text.index("template(name="))]
    rule = rule.replace("\\(aq", "'").replace("\\e", "\\")
    rule = rule.replace("/var/log/rootscope.log", str(log))
    assert str(log) in rule
    conf, words = violates()
    syslogged(words, conf, rule)
    lines = log.read_text().splitlines()
    assert lines and all(json.loads(line)["rootscope"] == 1 for line in lines)
    assert all(line.startswith("{") and line.endswith("}") for line in lines)
    expect_one_violation(rootscope, log)


@pytest.mark.parametrize("output", ["cat", "json", "short"])
def test_journal_knows_the_program(run_alone, violates, rootscope, tmp_path, output):
    """journald reads the header, so `-t rootscope` finds all lines and nothing else."""
    if not JOURNALD.exists():
        pytest.skip("systemd-journald is not installed")
    log = tmp_path / "journal.log"
    conf, words = violates()
    done = run_alone("with_journald.py", JOURNALD, *words, "--", "-t", "rootscope", "-o", output,
                     conf=conf)
    log.write_text(done.stdout)
    lines = done.stdout.splitlines()
    assert lines and all(re.search(r'"rootscope\\?":1,', line) for line in lines)
    expect_one_violation(rootscope, log)


# ---- collectd ----

COLLECTD = """\
Hostname "test"
BaseDir "{folder}"
PIDFile "{folder}/pid"
TypesDB "/usr/share/collectd/types.db"
Interval 1
LoadPlugin logfile
<Plugin logfile>
    LogLevel info
    File stdout
    Timestamp false
</Plugin>
LoadPlugin csv
<Plugin csv>
    DataDir stdout
    StoreRates false
</Plugin>
LoadPlugin statsd
<Plugin statsd>
    Host "127.0.0.1"
    Port "{port}"
</Plugin>
"""


def answers(port):
    """Whether somebody listens: the second datagram tells what became of the first."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect(("127.0.0.1", port))
        try:
            for _ in range(2):
                s.send(b"probe:0|c")
        except ConnectionRefusedError:
            return False
        return True


def test_collectd_takes_the_counters(command, public_dir):
    program = needed("collectd")
    root = "spki-sha256:" + "ab" * 32
    line = {"rootscope": 1, "event": "checks", "time": "2026-11-22T00:12:34Z", "program": "curl",
            "root": root, "label": "Corp Root 2024", "mode": "test", "checked": 7,
            "permitted": 5, "violated": 2, "unverified": 0}
    broken = {**line, "event": "violation", "verdict": "would-deny", "form": "dns",
              "reason": "not-permitted", "suffix": "secret.example", "signatures": "valid",
              "count": 2}
    (public_dir / "data").mkdir(mode=0o777)
    (public_dir / "data").chmod(0o777)

    def start(port):
        config = public_dir / "collectd.conf"
        config.write_text(COLLECTD.format(folder=public_dir / "data", port=port))
        return programs.Background(*unprivileged(program, "-f", "-C", config),
                                   env=programs.environment(), ready="entering read-loop")

    with OnFreePort(start, socket.SOCK_DGRAM) as collectd:
        assert programs.eventually(lambda: answers(collectd.port))
        report = subprocess.Popen(
            [command, "report", "--follow", "--json", "--statsd", f"127.0.0.1:{collectd.port}",
             "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for event in line, broken, line:
            report.stdin.write(json.dumps(event, separators=(",", ":")).encode() + b"\n")
        report.stdin.close()
        assert report.wait(timeout=30) == 0 and report.stderr.read() == b""
        report.stderr.close()
        name = rf"rootscope[._]Corp_Root_2024-{'ab' * 8}[._]"
        for counter, number in (("checked", 14), ("permitted", 10), ("violated", 4),
                                (r"violations[._]dns[._]not-permitted", 2)):
            collectd.wait_for(rf"derive-{name}{counter} .*:{number}\b")
        assert "secret" not in collectd.output()


def test_statsd_server_that_goes_does_no_harm(command, tmp_path):
    """As when collectd is stopped: the report goes on, and says in the end what was lost."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    port = server.getsockname()[1]
    log = tmp_path / "log"
    log.touch()
    report = subprocess.Popen([command, "report", "--follow", "--statsd", f"127.0.0.1:{port}", log],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    event = ('{"rootscope":1,"event":"problem","time":"2026-11-22T00:12:34Z","program":"x",'
             '"kind":"unguarded","problem":"p"}\n')
    for number in range(3):
        with open(log, "a") as file:
            file.write(event)
        assert "unguarded" in report.stdout.readline()
        if number == 0:
            server.close()
    report.send_signal(signal.SIGTERM)
    out, err = report.communicate(timeout=30)
    assert report.returncode == 0 and "3 events" in out
