# SPDX-License-Identifier: Apache-2.0
"""rootscope report --follow: files that grow, are rotated and come late; pipes; statsd."""

import contextlib
import fcntl
import json
import os
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import termios
import time

import pytest

from test_report import CORP, PARTNER, checks, problem, violation, write  # noqa: F401 (a fixture)

LIMIT = 20 # seconds; nothing here waits for so long unless it fails


def append(path, data):
    with open(path, "ab", buffering=0) as file:
        file.write(data)


class Follower:
    """A running report, whose output is read as it comes."""

    def __init__(self, command, *args, **options):
        words = [command, "report", "--follow", *map(str, args)]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        **options)
        self.text = b""

    def until(self, found):
        """Reads until found(text) is true; what it returns."""
        end = time.monotonic() + LIMIT
        while not (answer := found(self.text.decode())):
            ready, _, _ = select.select([self.process.stdout], [], [], end - time.monotonic())
            part = os.read(self.process.stdout.fileno(), 65536) if ready else b""
            assert part, f"nothing more came after: {self.text.decode()}"
            self.text += part
        return answer

    def state(self, found):
        """The first state of --json for which found(state) is true."""
        def look(text):
            states = [json.loads(line) for line in text.split("\n")[:-1]]
            return next((state for state in states if found(state)), None)
        return self.until(look)

    def end(self, number=signal.SIGTERM):
        """Ends it with a signal; (status, the rest of its output, its messages)."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=LIMIT)
        return self.process.returncode, out.decode(), err.decode()


@pytest.fixture
def follow(command):
    """follow(*arguments): a running Follower, which ends with the test."""
    with contextlib.ExitStack() as stack:
        def start(*args, **options):
            follower = Follower(command, *args, **options)
            stack.callback(follower.process.wait)
            stack.callback(follower.process.kill)
            return follower
        yield start


def checked(number):
    return lambda state: sum(root["checked"] for root in state["roots"]) == number


# ---- Files ----

def test_lines_that_come_are_told(follow, write):
    path = write(checks(3))
    report = follow("--json", path)
    report.state(checked(3))
    append(path, checks(4) + b"\n")
    report.state(checked(7))
    status, rest, messages = report.end()
    assert (status, rest, messages) == (0, "", "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_each_event_is_a_line_and_a_report_comes_last(follow, write, number):
    path = write(checks(3), violation(count=2))
    report = follow(path)
    report.until(lambda text: text.count("\n") == 2)
    append(path, violation(signatures="invalid", suffix="", name="a.example") + b"\n"
           + problem() + b"\n")
    lines = report.until(lambda text: text.count("\n") == 4 and text.splitlines())
    start = "2026-11-22T00:12:34Z curl: "
    assert lines == [
        start + "Corp Root 2024: 3 checked, 0 violated, 0 unverified",
        start + "Corp Root 2024: 2 chains would be denied: dns evil.example not-permitted",
        start + "Corp Root 2024: 1 chain would be denied: dns (no suffix) not-permitted; "
                "e.g. a.example; signatures do not hold",
        start + "list-refused: /l.rsl is no compiled list; older-list-stays"]
    status, rest, _ = report.end(number)
    assert status == 0 and rest.startswith("4 events, ")


def test_half_a_line_waits_for_its_end(follow, write):
    path = write(checks(1))
    report = follow("--json", path)
    report.state(checked(1))
    whole = checks(2) + b"\n"
    append(path, whole[:40])
    append(path, b"") # a look at it does no harm
    append(path, whole[40:])
    state = report.state(checked(3))
    assert state["lines"]["malformed"] == 0


def test_renamed_log_and_its_successor_are_read(follow, write):
    path = write(checks(1))
    report = follow("--json", path)
    report.state(checked(1))
    old = path.with_name("log.1")
    path.rename(old)
    append(old, checks(2) + b"\n") # its writer does not know yet
    report.state(checked(3))
    append(path, checks(4) + b"\n")
    report.state(checked(7))
    append(old, checks(8) + b"\n")
    report.state(checked(15))


def test_truncated_log_is_begun_again(follow, write):
    path = write(checks(1), checks(1))
    report = follow("--json", path)
    report.state(checked(2))
    path.write_bytes(b"")
    append(path, checks(5) + b"\n")
    report.state(checked(7))


def test_log_that_comes_late(follow, tmp_path):
    path = tmp_path / "late"
    report = follow("--json", path)
    report.state(lambda state: state["lines"]["events"] == 0)
    append(path, checks(6) + b"\n")
    report.state(checked(6))


def test_several_files(follow, write):
    one, two = write(checks(1), name="one"), write(checks(2), name="two")
    report = follow("--json", one, two)
    report.state(checked(3))
    append(two, checks(4, root=PARTNER) + b"\n")
    report.state(checked(7))


def test_long_line_is_passed_over(follow, write):
    path = write(checks(1))
    report = follow("--json", path)
    report.state(checked(1))
    append(path, b"x" * 300_000)
    append(path, checks(9) + b"\n" + checks(2) + b"\n")
    state = report.state(checked(3))
    assert state["lines"]["malformed"] == 1


def test_missing_permission_is_an_error(rootscope, tmp_path):
    done = rootscope("report", "--follow", tmp_path)
    assert done.returncode == 2 and f"{tmp_path}: Is a directory" in done.stderr


@pytest.mark.parametrize("options", [["--follow", "--diff"], ["--statsd", "localhost"],
                                     ["--follow", "--statsd-tags"]])
def test_options_that_do_not_go_together(rootscope, write, options):
    done = rootscope("report", *options, write(checks(1)))
    assert done.returncode == 2 and done.stdout == ""


# ---- Pipes ----

def test_pipe_ends_with_its_writer(follow):
    report = follow("--json", "-", stdin=subprocess.PIPE)
    report.state(checked(0))
    report.process.stdin.write(checks(3) + b"\n" + checks(4))
    report.process.stdin.close()
    report.state(checked(7)) # the last line needs no newline then
    assert report.process.wait(timeout=LIMIT) == 0


def test_named_pipe_outlives_its_writers(follow, tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    report = follow("--json", path)
    report.state(checked(0))
    for total in 1, 2:
        append(path, checks(1) + b"\n")
        report.state(checked(total))
    assert report.end()[0] == 0


# ---- Cost ----

def seconds_of_processor(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_waiting_costs_nothing(follow, write, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    report = follow("--json", write(checks(1)), tmp_path / "missing", tmp_path / "pipe")
    report.state(checked(1))
    before = seconds_of_processor(report.process.pid)
    started = time.monotonic()
    with pytest.raises(subprocess.TimeoutExpired):
        report.process.wait(timeout=2)
    assert seconds_of_processor(report.process.pid) - before < (time.monotonic() - started) / 10


def test_states_come_at_most_once_a_second(follow, write):
    path = write()
    report = follow("--json", path)
    report.state(checked(0))
    started = time.monotonic()
    total = 0
    while time.monotonic() - started < 2.5:
        append(path, checks(1) + b"\n")
        total += 1
    report.state(checked(total))
    assert report.text.count(b"\n") <= 2 + int(time.monotonic() - started)


# ---- A terminal ----

def test_terminal_is_drawn_anew(command, write):
    path = write(*[checks(1, root=f"spki-sha256:{i:064x}", label=f"Root {i:02}")
                   for i in range(20)])
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 10, 60, 0, 0))
    process = subprocess.Popen([command, "report", "--follow", path], stdin=theirs, stdout=theirs,
                               stderr=theirs, env=dict(os.environ, TERM="xterm", NO_COLOR=""))
    os.close(theirs)
    shown = b""

    def until(part):
        nonlocal shown
        while part not in shown:
            ready, _, _ = select.select([ours], [], [], LIMIT)
            assert ready, shown
            shown += os.read(ours, 65536)

    until(b"\n\x1b[1mRoot 01")
    first = shown
    assert first.count(b"\r\n") <= 9 and b"Root 05" not in first
    append(path, checks(1) + b"\n")
    until(b"21 events")
    assert re.search(rb"\x1b\[\d+A\r\x1b\[J21 events", shown)
    process.send_signal(signal.SIGINT)
    until(b"Root 19") # the whole in the end
    assert process.wait(timeout=LIMIT) == 0
    os.close(ours)


def test_a_command_wraps_and_is_erased_whole(command, write):
    """What is drawn anew begins where the first text began, though a line of it took several."""
    path = write(checks(10000, root="spki-sha256:" + 64 * "a", label="Root"))
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 50, 0, 0))
    process = subprocess.Popen([command, "report", "--follow", path], stdin=theirs, stdout=theirs,
                               stderr=theirs, env=dict(os.environ, TERM="xterm", NO_COLOR=""))
    os.close(theirs)
    shown = b""
    appended = False
    while not (erased := re.search(rb"\x1b\[(\d+)A\r\x1b\[J", shown)):
        ready, _, _ = select.select([ours], [], [], LIMIT)
        assert ready, shown
        shown += os.read(ours, 65536)
        if not appended and b"to enforce it" in shown:
            append(path, checks(1) + b"\n")
            appended = True
    first = re.sub(r"\x1b\[[0-9]*m", "", shown[:erased.start()].decode()).split("\r\n")[:-1]
    rows = sum(max(1, -(-len(line) // 50)) for line in first)
    assert any("to enforce it" in line and len(line) > 50 for line in first)
    assert int(erased[1]) == rows > len(first)
    process.send_signal(signal.SIGINT)
    while True:
        try:
            if not os.read(ours, 65536):
                break
        except OSError:
            break
    assert process.wait(timeout=LIMIT) == 0
    os.close(ours)


# ---- statsd ----

@pytest.fixture
def server():
    """A UDP socket on loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        s.settimeout(LIMIT)
        yield s


def address_of(server):
    return "{}:{}".format(*server.getsockname())


def counters(server, count):
    """The next so many lines of all packets."""
    lines = []
    while len(lines) < count:
        packet = server.recv(65536)
        assert len(packet) <= 1432
        lines += packet.decode().split("\n")
    return lines


ID = "ab" * 8


def test_counters_of_each_event(follow, write, server):
    path = write(checks(100))
    report = follow("--json", "--statsd", address_of(server), path)
    report.state(checked(100)) # what was there is not sent
    append(path, checks(3, 2, 1) + b"\n" + violation(count=5, dropped=7) + b"\n"
           + violation(signatures="unknown", form="cn") + b"\n" + problem() + b"\n"
           + checks(1, root="default", label="") + b"\n")
    start = f"rootscope.Corp_Root_2024-{ID}."
    assert counters(server, 10) == [
        start + "checked:5|c", start + "permitted:3|c", start + "violated:2|c",
        start + "unverified:1|c", start + "violations.dns.not-permitted:5|c",
        "rootscope.dropped:7|c", start + "unverified_violations.cn.not-permitted:1|c",
        "rootscope.problems.list-refused:1|c", "rootscope.default.checked:1|c",
        "rootscope.default.permitted:1|c"]
    assert report.end()[0] == 0


def test_counters_with_tags(follow, write, server):
    path = write()
    report = follow("--json", "--statsd", address_of(server), "--statsd-tags", path)
    report.state(checked(0))
    append(path, checks(0, 2) + b"\n" + violation(count=5) + b"\n" + problem() + b"\n")
    tags = f"|c|#root:spki-sha256-{ID},label:Corp_Root_2024,mode:test"
    assert counters(server, 4) == [
        "rootscope.checked:2" + tags, "rootscope.violated:2" + tags,
        "rootscope.violations:5" + tags + ",form:dns,reason:not-permitted,verdict:would-deny",
        "rootscope.problems:1|c|#kind:list-refused"]


def test_counters_have_no_hostile_names_and_no_hosts(follow, write, server):
    path = write()
    hostile = "a:1|c\nb|#x,\u202e..é" * 5
    for options in [], ["--statsd-tags"]:
        report = follow("--json", "--statsd", address_of(server), *options, path)
        report.state(lambda state: True)
        append(path, violation(label=hostile, form=hostile[:20], reason=hostile[:20],
                               suffix="secret.example", name="very.secret.example") + b"\n"
               + violation(root=hostile, label=hostile) + b"\n")
        for line in counters(server, 2):
            assert re.fullmatch(r"[a-zA-Z0-9_.-]+:1\|c(\|#([a-z]+:[a-zA-Z0-9_-]+,?)+)?", line), line
            assert "secret" not in line
        report.end()


def test_many_counters_fill_packets(follow, write, server):
    path = write()
    report = follow("--json", "--statsd", address_of(server), path)
    report.state(checked(0))
    append(path, b"".join(checks(1, root=f"spki-sha256:{i:064x}", label="x" * 60) + b"\n"
                          for i in range(200)))
    lines = counters(server, 400)
    assert sum(int(re.search(r":(\d+)\|c", line)[1]) for line in lines) == 400


def test_server_by_unix_socket_that_is_started_again(follow, write, tmp_path):
    path, place = write(), tmp_path / "s"
    report = follow("--json", "--statsd", f"unix:{place}", path)
    report.state(checked(0))
    append(path, checks(1) + b"\n") # nobody is there yet
    report.state(checked(1))
    for total in 2, 3:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
            server.bind(str(place))
            server.settimeout(LIMIT)
            append(path, checks(1) + b"\n")
            assert counters(server, 2)[0].endswith("checked:1|c")
        place.unlink()
    status, _, messages = report.end()
    assert status == 0
    assert messages == (
        f"rootscope: warning: unix:{place}: the statsd server did not take 1 packet; its numbers"
        " are too low\n")


def test_refused_packets_are_told(follow, write):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as closed:
        closed.bind(("127.0.0.1", 0))
        address = address_of(closed)
    path = write()
    report = follow("--json", "--statsd", address, path)
    report.state(checked(0))
    for total in range(1, 4):
        append(path, checks(1) + b"\n")
        report.state(checked(total))
    status, _, messages = report.end()
    assert status == 0 and "did not take 2 packets" in messages


def test_server_by_ipv6(follow, write):
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as server:
        try:
            server.bind(("::1", 0))
        except OSError as error:
            pytest.skip(f"no IPv6 on loopback: {error}")
        server.settimeout(LIMIT)
        path = write()
        report = follow("--json", "--statsd", f"[::1]:{server.getsockname()[1]}", path)
        report.state(checked(0))
        append(path, checks(1) + b"\n")
        assert len(counters(server, 2)) == 2


@pytest.mark.parametrize("address", ["", ":1", "host:", "[::1", "[::1]x", "127.0.0.1:x",
                                     "127.0.0.1:123456", "unix:", "unix:" + "x" * 200,
                                     "no.such.host.invalid:1"])
def test_bad_addresses(rootscope, write, address):
    done = rootscope("report", "--follow", "--statsd", address, write(checks(1)))
    assert done.returncode == 2 and "--statsd: " in done.stderr
