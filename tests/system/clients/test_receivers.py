# SPDX-License-Identifier: Apache-2.0
"""What takes telemetry on: rsyslog from the module, collectd from rootscope report --statsd."""

import json
import os
import pathlib
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

RSYSLOG = """\
module(load="imuxsock" SysSock.UseSpecialParser="{parser}" SysSock.Annotate="{annotate}")
action(type="omfile" file="{log}" template="{template}")
action(type="omfile" file="/proc/self/fd/1")
"""


def needed(program):
    path = shutil.which(program, path="/usr/bin:/usr/sbin:/bin:/sbin")
    if path is None:
        pytest.skip(f"{program} is not installed")
    return path


@pytest.fixture
def syslogged(run, tmp_path, own_mounts):
    """syslogged(settings, words, conf): runs these words with rsyslog; the log that it wrote."""
    def run_(words, conf, **settings):
        needed("rsyslogd")
        log, config = tmp_path / "written.log", tmp_path / "rsyslog.conf"
        config.write_text(RSYSLOG.format(log=log, **settings))
        (tmp_path / "dev").mkdir()
        done = run(*own_mounts, PYTHON, "-I", HERE / "with_rsyslog.py", tmp_path / "dev", config,
                   *words, conf=conf)
        assert done.returncode == 0, done.output
        return log
    return run_


@pytest.mark.parametrize("template", ["RSYSLOG_FileFormat", "RSYSLOG_TraditionalFileFormat",
                                      "RSYSLOG_SyslogProtocol23Format"])
@pytest.mark.parametrize("annotate", ["off", "on"])
@pytest.mark.parametrize("parser", ["on", "off"])
def test_what_rsyslog_writes_is_read(pki, compile_list, openssl_conf, rootscope, syslogged,
                                     template, annotate, parser):
    """`on` is what imuxsock does unless it is told otherwise: it takes the header for its own."""
    label = 'Corp "Root" \\ \u00fc \U0001f600'
    quoted = json.dumps(label, ensure_ascii=False)
    source = corp_source(pki, head="mode test\n").replace('"Corp Root"', quoted)
    conf = openssl_conf(compile_list(source), mode="test", telemetry="syslog")
    words = [programs.OPENSSL, "verify", "-CAfile", pki.root.pem, "-untrusted",
             pki.bad.untrusted, pki.bad.pem]
    log = syslogged(words, conf, template=template, annotate=annotate, parser=parser)
    written = log.read_text()
    assert ("_PID=" in written) == (annotate == "on"), written
    answer = json.loads(rootscope("report", "--json", log, check=True).stdout)
    assert answer["lines"]["malformed"] == answer["lines"]["unknown"] == 0, written
    root, = answer["roots"]
    assert root["label"] == label
    assert (root["mode"], root["checked"], root["violated"]) == ("test", 1, 1)
    assert {(row["form"], row["would_deny"]) for row in root["suffixes"]} == {("dns", 1), ("cn", 1)}
    assert [program["program"] for program in root["programs"]] == ["openssl"]


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
