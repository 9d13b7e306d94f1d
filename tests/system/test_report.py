# SPDX-License-Identifier: Apache-2.0
"""rootscope report: telemetry of many machines, hostile lines included, summed and told."""

import fcntl
import json
import os
import pty
import resource
import struct
import subprocess
import termios

import pytest

import programs
from expect import accepted

CORP = "spki-sha256:" + "ab" * 32
PARTNER = "cert-sha256:" + "cd" * 32
START = b'{"rootscope":'


def event(word, **keys):
    """An event of this kind as a line's bytes, without the newline."""
    common = {"rootscope": 1, "event": word, "time": "2026-11-22T00:12:34Z", "program": "curl",
              "pid": 123}
    return json.dumps({**common, **keys}, separators=(",", ":")).encode()


def violation(**keys):
    return event("violation", **{
        "root": CORP, "label": "Corp Root 2024", "mode": "test", "verdict": "would-deny",
        "depth": 0, "form": "dns", "reason": "not-permitted", "error": 47,
        "suffix": "evil.example", "signatures": "valid", "peer": "server", "count": 1, **keys})


def checks(permitted, violated=0, unverified=0, **keys):
    return event("checks", **{
        "root": CORP, "label": "Corp Root 2024", "mode": "test", "checked": permitted + violated,
        "permitted": permitted, "violated": violated, "unverified": unverified, **keys})


def problem(**keys):
    return event("problem", **{"kind": "list-refused", "problem": "is no compiled list",
                               "list": "/l.rsl", "consequence": "older-list-stays", **keys})


@pytest.fixture
def write(tmp_path):
    """write(*lines, name="log"): a file of these lines; its path."""
    def write_(*lines, name="log"):
        path = tmp_path / name
        path.write_bytes(b"".join(line + b"\n" for line in lines))
        return path
    return write_


@pytest.fixture
def report(rootscope):
    """report(*arguments): the report as JSON."""
    return lambda *arguments: json.loads(rootscope("report", "--json", *arguments,
                                                   check=True).stdout)


# ---- What is told ----

def test_a_root_with_violations_is_not_ready(rootscope, write):
    done = rootscope("report", write(checks(995, 5), violation(count=3),
                                     violation(suffix="other.example", count=2)), check=True)
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0] == "3 events, 2026-11-22T00:12:34Z to 2026-11-22T00:12:34Z"
    assert "Corp Root 2024  spki-sha256:abababababababab..." in lines
    assert "  mode test; 1,000 checks; 5 violations; rate 0.50 %" in lines
    assert "  programs: curl" in lines
    assert "  not ready: 5 chains would be refused" in lines
    rows = [line for line in lines if ".example " in line]
    assert [row.split()[0] for row in rows] == ["3", "2"]
    assert rows[0] == "            3  dns       evil.example   not-permitted; 3 would be denied"
    assert "If the roots in test mode were enforced now, they would refuse:" in lines
    assert done.stdout.isascii()


@pytest.mark.parametrize("options, lines, said", [
    ([], [checks(100)], "  ready for mode enforce"),
    ([], [checks(99)], "  not ready: only 99 checks of the 100 that are required"),
    (["--min-checks", "5"], [checks(5)], "  ready for mode enforce"),
    (["--min-checks", "0"], [checks(0)], "  ready for mode enforce"),
    ([], [checks(100, mode="enforce")], "  already enforced"),
    ([], [checks(100), violation(signatures="invalid")], "  ready for mode enforce"),
    ([], [checks(1000, 1)], "  not ready: 1 chain would be refused"),
    ([], [checks(1000), violation()], "  not ready: 1 chain would be refused"),
    ([], [violation(mode="enforce", verdict="denied")],
     "  mode enforce; checks not reported; at least 1 violation; rate -"),
    ([], [violation(form="cn", count=2), violation(count=3)],
     "  not ready: 3 chains would be refused"),
    ([], [checks(100000, 1)], "  mode test; 100,001 checks; 1 violation; rate under 0.01 %"),
])
def test_what_is_said_of_a_root(rootscope, write, options, lines, said):
    done = rootscope("report", *options, write(*lines), check=True)
    assert said in done.stdout.splitlines()


def test_forged_chains_are_told_apart(rootscope, report, write):
    path = write(checks(1000, unverified=7), violation(signatures="invalid", count=4),
                 violation(signatures="unknown", count=3, verdict="denied"))
    text = rootscope("report", path, check=True).stdout
    assert "signatures do not hold" in text and "not in scope, in chains;" not in text
    assert "were enforced now" not in text
    root, = report(path)["roots"]
    assert root["violated"] == 0 and root["unverified"] == 7 and root["rate"] == 0
    row, = root["suffixes"]
    assert (row["verified"], row["unverified"], row["denied"]) == (0, 7, 0)


def test_files_of_many_machines_are_summed(report, write):
    one = write(checks(10), violation(count=2, time="2026-11-20T00:00:00Z"), name="one")
    two = write(checks(20, 3, program="nginx"), violation(time="2026-11-23T00:00:00Z"),
                checks(7, root=PARTNER, label=""), name="two")
    answer = report(one, two)
    corp, partner = answer["roots"]
    assert (corp["root"], corp["label"]) == (CORP, "Corp Root 2024")
    assert (corp["checked"], corp["permitted"], corp["violated"]) == (33, 30, 3)
    assert corp["rate"] == pytest.approx(3 / 33)
    assert (corp["first"], corp["last"]) == ("2026-11-20T00:00:00Z", "2026-11-23T00:00:00Z")
    assert corp["violations"] == {"verified": 3, "denied": 0, "overridden": 0, "would_deny": 3,
                                  "unverified": 0}
    assert [p["program"] for p in corp["programs"]] == ["nginx", "curl"]
    assert (partner["root"], partner["checked"], partner["rate"]) == (PARTNER, 7, 0)
    assert answer["lines"] == {"events": 5, "outside": 0, "foreign": 0, "malformed": 0,
                               "unknown": 0}


def test_json_has_what_the_manual_says(report, write):
    answer = report(write(checks(7, mode="enforce"), problem(), violation(name="a.evil.example"),
                          checks(1, dropped=4)))
    assert set(answer) == {"lines", "dropped", "min_checks", "first", "last", "roots",
                           "other_roots", "other_root_lines", "problems", "other_problems"}
    root, = answer["roots"]
    assert set(root) == {
        "root", "label", "mode", "readiness", "checked", "permitted", "violated", "unverified",
        "rate", "first", "last", "violations", "suffixes", "other_suffixes", "proposals",
        "unproposed", "programs", "other_program_lines"}
    row, = root["suffixes"]
    assert set(row) == {"form", "suffix", "reason", "name", "permitted_now", "verified", "denied",
                        "overridden", "would_deny", "unverified", "first", "last"}
    assert row["name"] == "a.evil.example"
    assert root["programs"] == [{"program": "curl", "checked": 8, "violated": 0, "told": 1}]
    assert answer["problems"] == [{
        "kind": "list-refused", "problem": "is no compiled list", "path": "/l.rsl",
        "consequence": "older-list-stays", "program": "curl", "count": 1,
        "first": "2026-11-22T00:12:34Z", "last": "2026-11-22T00:12:34Z"}]
    assert answer["dropped"] == 4 and answer["min_checks"] == 100


def test_problems_and_losses_are_told(rootscope, write):
    text = rootscope("report", write(problem(), problem(), checks(1, dropped=9)),
                     check=True).stdout
    assert "2  list-refused: /l.rsl is no compiled list; older-list-stays; program curl" in text
    assert "Lost before it was written, and in no sum: 9 lines." in text


def test_default_and_none_have_titles(rootscope, write):
    text = rootscope("report", write(checks(1, root="default", label=""),
                                     violation(root="none", label="", suffix="",
                                               reason="chain-length")), check=True).stdout
    assert "Roots that are not listed (default)" in text
    assert "Chains that cannot be judged (none)" in text and "(no suffix)" in text


def test_long_tables_are_cut_unless_all_is_asked_for(rootscope, write):
    path = write(*(violation(suffix=f"s{i}.example", program=f"p{i}") for i in range(30)))
    text = rootscope("report", path, check=True).stdout
    assert text.count(".example ") == 20
    assert "and 10 rows more; --all shows them" in text and "and 25 more" in text
    text = rootscope("report", "--all", path, check=True).stdout
    assert text.count(".example ") == 30 and "more" not in text


# ---- What is asked for ----

@pytest.mark.parametrize("options, events", [
    (["--since", "2026-11-21"], [2, 3]),
    (["--since", "2026-11-21T00:00:01Z"], [3]),
    (["--until", "2026-11-21"], [1]),
    (["--until", "2026-11-21T00:00:01Z"], [1, 2]),
    (["-s", "1795219200", "-u", "1795219201"], [2]),
    (["--since", "2030-01-01"], []),
])
def test_period(report, write, options, events):
    path = write(*(checks(number, time=f"2026-11-{19 + number}T00:00:00Z")
                   for number in (1, 2, 3)))
    answer = report(*options, path)
    assert sum(root["checked"] for root in answer["roots"]) == sum(events)
    assert answer["lines"]["events"] == len(events)
    assert answer["lines"]["outside"] == 3 - len(events)


@pytest.mark.parametrize("wanted, found", [
    ("Corp Root 2024", [CORP]), ("ABABABAB", [CORP]), ("cd:cd:cd:cd:cd", [PARTNER]),
    (PARTNER, [PARTNER]), ("default", ["default"]),
])
def test_root(report, write, wanted, found):
    path = write(violation(), checks(1), checks(1, root=PARTNER, label="P"),
                 checks(1, root="default", label=""))
    assert [root["root"] for root in report("--root", wanted, path)["roots"]] == found


@pytest.mark.parametrize("wanted", ["corp root 2024", "Corp", "abababa", "sha256", "", "x" * 1000])
def test_root_without_telemetry_is_an_error(rootscope, write, wanted):
    done = rootscope("report", "--root", wanted, write(violation(), checks(1)))
    assert (done.returncode, done.stdout) == (2, "")
    assert (f"the telemetry has no root {wanted}; give its label, or 8 or more digits of its "
            "hash\n") in done.stderr


# ---- Whether a root is ready, for scripts ----

@pytest.mark.parametrize("lines, status", [
    ([checks(100)], 0),
    ([checks(99)], 1),
    ([checks(100), violation()], 1),
    ([checks(100), checks(1, root=PARTNER, label="P", mode="enforce")], 0),
    ([checks(100), checks(1, root=PARTNER, label="P")], 1),
    ([], 1),
])
def test_exit_status_says_whether_all_are_ready(rootscope, write, lines, status):
    assert rootscope("report", "--ready", write(*lines)).returncode == status
    assert rootscope("report", write(*lines)).returncode == 0
    for form in "--json", "--all":
        assert rootscope("report", "--ready", form, write(*lines)).returncode == status


def test_exit_status_is_of_the_roots_that_are_shown(rootscope, write, tmp_path):
    path = write(checks(100), violation(root=PARTNER, label="P"))
    assert rootscope("report", "--ready", path).returncode == 1
    assert rootscope("report", "--ready", "--root", "Corp Root 2024", path).returncode == 0
    assert rootscope("report", "--ready", "--root", "P", path).returncode == 1
    assert rootscope("report", "--ready", path, tmp_path / "missing").returncode == 2
    assert rootscope("report", "--ready", "--follow", path).returncode == 2


# ---- Rows are compared with the list in force ----

@pytest.fixture
def in_force(rootscope, tmp_path):
    """in_force(body): options with a list whose stanza of the root has this body."""
    def make(body, root=CORP):
        source = tmp_path / "now.list"
        source.write_text(f"root {root}\n{body}")
        rootscope("compile", "-o", tmp_path / "now.rsl", source, check=True)
        return ["--list", tmp_path / "now.rsl"]
    return make


@pytest.mark.parametrize("row, body, permitted", [
    ({}, "    permit evil.example\n", True),
    ({}, "    permit example\n", True),
    ({}, "    permit .evil.example\n", False),
    ({}, "    permit corp.example\n", False),
    ({}, "    permit evil.example\n    exclude x.evil.example\n", False),
    ({}, "    permit email:evil.example\n", False),
    ({"form": "cn"}, "    permit evil.example\n", True),
    ({"form": "email"}, "    permit evil.example\n", True),
    ({"form": "email"}, "    permit email:evil.example\n", False),
    ({"form": "ip", "suffix": "192.0.2.7"}, "    permit ip:192.0.2.0/24\n", True),
    ({"form": "ip", "suffix": "192.0.2.7"}, "    permit evil.example\n", False),
    ({"form": "ip", "suffix": "192.0.2.0/24"}, "    permit ip:192.0.2.0/24\n", False),
    ({"form": "srv"}, "    permit evil.example\n", False),
    ({"suffix": ""}, "    permit *\n", False),
])
def test_rows_are_compared_with_the_list_in_force(report, rootscope, write, in_force, row, body,
                                                  permitted):
    path, options = write(checks(100), violation(**row)), in_force(body)
    root, = report(*options, path)["roots"]
    assert root["suffixes"][0]["permitted_now"] == permitted
    assert root["readiness"] == ("ready" if permitted else "violations")
    assert not permitted or root["proposals"] == root["unproposed"] == []
    text = rootscope("report", *options, path, check=True).stdout
    assert ("; the list permits it now\n" in text) == permitted
    root, = report(path)["roots"]
    assert (root["suffixes"][0]["permitted_now"], root["readiness"]) == (False, "violations")


def test_one_row_that_is_not_permitted_keeps_a_root_from_being_ready(report, write, in_force):
    path = write(checks(100), violation(), violation(suffix="other.example"))
    root, = report(*in_force("    permit evil.example\n"), path)["roots"]
    assert root["readiness"] == "violations"
    assert [line["permit"] for line in root["proposals"]] == ["dns:other.example"]


def test_a_root_that_is_not_listed_any_more_has_the_default(report, write, in_force):
    path = write(checks(100), violation())
    root, = report(*in_force("    permit a.example\n", PARTNER), path)["roots"]
    assert root["readiness"] == "ready"
    body = "    permit a.example\ndefault\n    permit b.example\n"
    root, = report(*in_force(body, PARTNER), path)["roots"]
    assert root["readiness"] == "violations"


def test_list_that_cannot_be_read_is_an_error(rootscope, write, tmp_path):
    done = rootscope("report", "--list", tmp_path / "missing.rsl", write(checks(1)))
    assert (done.returncode, done.stdout) == (2, "")


def test_what_overridden_means_is_told(rootscope, write):
    told = "overridden: by the application's callback; it may still have refused the chain"
    done = rootscope("report", write(violation(verdict="overridden", count=3)), check=True)
    assert "3 overridden" in done.stdout and told in done.stdout
    assert told not in rootscope("report", write(violation()), check=True).stdout


def test_standard_input(command):
    for words in ([], ["-"]):
        done = subprocess.run([command, "report", "--json", *words], input=checks(3),
                              capture_output=True, check=True)
        assert json.loads(done.stdout)["roots"][0]["checked"] == 3


def test_no_telemetry(rootscope, write):
    assert rootscope("report", write(), check=True).stdout == "No telemetry.\n"
    done = rootscope("report", "--since", "2030-01-01", write(checks(1)), check=True)
    assert done.stdout == "No telemetry (1 outside the chosen time).\n"


def test_file_that_cannot_be_read_is_an_error(rootscope, write, tmp_path):
    good = write(checks(5))
    for bad in tmp_path / "missing", tmp_path:
        done = rootscope("report", bad, good)
        assert done.returncode == 2
        assert f"{bad}: " in done.stderr
        assert "5 checks" in done.stdout


# ---- What is in the files ----

def test_lines_of_others_are_passed_over_in_silence(rootscope, report, write):
    syslog = b"<84>1 2026-11-22T00:12:34.000000Z - rootscope 9 checks - "
    path = write(b"", b"sshd[1]: session opened", syslog + checks(3) + b"\r", b"{}",
                 b"Nov 22 00:12:34 host rootscope[9]: " + checks(4))
    assert rootscope("report", path, check=True).stderr == ""
    answer = report(path)
    assert answer["roots"][0]["checked"] == 7
    assert answer["lines"]["foreign"] == 3 and answer["lines"]["malformed"] == 0


def test_torn_lines_cost_nothing_but_themselves(report, write):
    whole = violation()
    path = write(*(whole[:n] + checks(1) for n in range(1, len(whole))))
    answer = report(path)
    assert answer["roots"][0]["checked"] == len(whole) - 1
    assert answer["lines"]["malformed"] == 0


def test_malformed_lines_are_told_once(rootscope, write):
    path = write(checks(1), *[checks(1)[:-1]] * 3, START + b"2}", event("party"), checks(2))
    done = rootscope("report", path, check=True)
    assert done.stderr == ("rootscope: warning: 5 lines were ignored: 3 malformed, 2 of an "
                           "unknown version or kind\n")
    assert "3 checks" in done.stdout


def test_last_line_needs_no_newline(report, tmp_path):
    path = tmp_path / "log"
    path.write_bytes(checks(1) + b"\n" + checks(2))
    assert report(path)["roots"][0]["checked"] == 3


@pytest.mark.parametrize("size", [64 * 1024, 64 * 1024 + 1, 256 * 1024, 300 * 1024, 1 << 20])
def test_long_lines(report, write, size):
    """They end with an event that is read only if the line is short enough, and harm no other."""
    long = b"x" * (size - len(checks(1))) + checks(1)
    answer = report(write(checks(2), long, long, checks(4)))
    fits = size <= 64 * 1024
    assert answer["roots"][0]["checked"] == (8 if fits else 6)
    assert answer["lines"]["malformed"] == (0 if fits else 2)


def test_lines_across_the_reads(report, command, tmp_path):
    """Lines of every length, so that each place of a line is the border between two reads."""
    lines = [checks(1, note="n" * (i % 700)) for i in range(5000)]
    path = tmp_path / "log"
    path.write_bytes(b"\n".join(lines) + b"\n")
    assert report(path)["roots"][0]["checked"] == 5000
    with open(path, "rb") as file:
        done = subprocess.run(f"cat | {command} report --json", shell=True, stdin=file,
                              stdout=subprocess.PIPE, check=True)
    assert json.loads(done.stdout)["roots"][0]["checked"] == 5000


HOSTILE = ["\x1b[2J\x1b]0;owned\x07", "<script>alert(1)</script>", "\u202egnp.exe",
           "\u2066a\u2069", "\x00", "\x7f\x9b31m", "\ufeff", "%s%n%s", "\n* root: fine",
           "\U000e0041", "\u200b", "'\"\\"]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_reaches_the_terminal(rootscope, report, write, text):
    keys = {"root": "default" + text, "label": text, "program": text}
    path = write(violation(suffix=text, name=text, form=text, reason=text, **keys),
                 checks(1, **keys), problem(kind="k" + text, problem=text, list=text,
                                            consequence=text, program=text))
    forbidden = {c for c in text if not c.isprintable() or ord(c) > 0x7e}
    for done in rootscope("report", path, check=True), rootscope("report", "--all", path,
                                                                 check=True):
        assert not forbidden & set(done.stdout.replace("\n", ""))
        assert "\n* root: fine" not in done.stdout
    answer = json.dumps(report(path), ensure_ascii=False)
    assert not forbidden & set(answer)


@pytest.mark.parametrize("line", [
    violation(suffix="x" * 600),
    violation(count=1 << 60),
    violation(count=-1),
    violation(count=1.5),
    violation(suffix=None),
    violation(root=[["x"]]),
    violation(suffix="a").replace(b'"a"', b'"\xff\xfe"'),
    violation(suffix="a").replace(b'"a"', b'"\x1b[2J"'),
    violation(suffix="a").replace(b'"a"', b'"\\ud800"'),
    violation(suffix="a").replace(b'"count"', b'"count":1,"count"'),
    violation(count=1).replace(b'"count":1', b'"count":1e400'),
    violation()[:-1] + b',"x":' + b"[" * 2000 + b"}",
], ids=range(12))
def test_bad_lines_are_malformed(report, write, line):
    answer = report(write(checks(1), line, checks(1)))
    assert answer["lines"]["malformed"] == 1
    assert answer["roots"][0]["checked"] == 2 and answer["roots"][0]["suffixes"] == []


def test_what_a_logger_appends_does_no_harm(report, write):
    annotation = b' @[_PID=9 _UID=0 _COMM="curl" _EXE="/usr/bin/curl" _CMDLINE="a } b"]'
    answer = report(write(checks(1) + annotation, violation() + annotation, checks(2) + b"\x00"))
    assert answer["lines"]["malformed"] == 0
    assert answer["roots"][0]["checked"] == 3 and len(answer["roots"][0]["suffixes"]) == 1


def test_keys_that_are_not_known_do_no_harm(report, write):
    deep = []
    for _ in range(20):
        deep = [deep, {"root": "x", "count": 5}]
    answer = report(write(violation(later=deep, count=2)))
    assert answer["roots"][0]["suffixes"][0]["verified"] == 2


def test_sums_stay_within_their_limits(report, write):
    path = write(*[checks(2**53 - 1)] * 2000)
    assert report(path)["roots"][0]["checked"] == 2**63 - 1


def limit_memory():
    resource.setrlimit(resource.RLIMIT_DATA, (256 << 20, 256 << 20))


@pytest.mark.skipif(bool(os.environ.get("ROOTSCOPE_PRELOAD")),
                    reason="AddressSanitizer reserves more memory than the limit")
def test_memory_is_bounded(command, tmp_path):
    """Every line another root, suffix and program, all of them long."""
    path = tmp_path / "log"
    with open(path, "wb") as file:
        for i in range(150000):
            text = f"{i:09}" + "x" * 290
            file.write(violation(suffix=text, name=text, program=text, label=text,
                                 root=f"spki-sha256:{i % 5000:064x}") + b"\n")
    done = subprocess.run([command, "report", path], capture_output=True, text=True,
                          preexec_fn=limit_memory)
    assert done.returncode == 0, done.stderr
    assert "others: more suffixes than the report keeps" in done.stdout
    assert "events of roots beyond the limit" in done.stdout


# ---- What the module writes ----

def test_what_the_module_writes_is_read(pki, corp_list, openssl_conf, report, rootscope,
                                        tmp_path):
    log = tmp_path / "telemetry.log"
    conf = openssl_conf(corp_list, mode="test", telemetry=f"file:{log}")
    for leaf in pki.good, pki.bad:
        accepted(programs.verify(pki.root, leaf, conf=conf))
    answer = report(log)
    assert answer["lines"]["malformed"] == answer["lines"]["unknown"] == 0
    root, = answer["roots"]
    assert (root["mode"], root["checked"], root["violated"]) == ("test", 2, 1)
    assert {(row["form"], row["would_deny"]) for row in root["suffixes"]} == {("dns", 1), ("cn", 1)}
    assert root["readiness"] == "violations"
    text = rootscope("report", log, check=True).stdout
    assert "2 checks; 1 violation; rate 50.00 %" in text
    assert [p["program"] for p in root["programs"]] == ["openssl"]


# ---- On a terminal ----

def on_terminal(words, columns=60, **env):
    """What the command shows on a terminal of so many columns, and its exit status."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    child = subprocess.Popen(words, stdin=theirs, stdout=theirs, stderr=theirs,
                             env={**kept, "TERM": "xterm", **env})
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError: # how a terminal's end shows on Linux
            break
        shown += part
    os.close(ours)
    return shown.decode(), child.wait()


def command_output(words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def test_terminal_gets_colours_and_no_wide_line(command, write):
    path = write(checks(995, 5), violation(count=3, suffix="a" * 100, name="b" * 100),
                 checks(1000, root=PARTNER, label="P"),
                 violation(count=3, suffix="a" * 50 + ".example", name="b.example"))
    shown, status = on_terminal([command, "report", path])
    assert status == 0
    assert "\x1b[1mCorp Root 2024" in shown and "\x1b[32m  ready for mode enforce\x1b[0m" in shown
    assert "\x1b[31m  not ready" in shown and "█" in shown
    for code in "\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[0m":
        shown = shown.replace(code, "")
    assert "\x1b" not in shown
    lines = shown.split("\r\n")
    commands = [line for line in lines if "rootscope " in line]
    assert max(len(line) for line in lines if line not in commands) == 60
    assert any(line.endswith("…") for line in lines)
    # A command is whole: people copy it.
    assert max(map(len, commands)) > 60
    assert set(commands) < set(command_output([command, "report", path]).split("\n"))


@pytest.mark.parametrize("env, coloured", [
    ({}, True), ({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False),
    ({"TERM": ""}, False),
])
def test_colours_can_be_unwanted(command, write, env, coloured):
    shown, _ = on_terminal([command, "report", write(checks(1))], **env)
    assert "Corp Root 2024" in shown and ("\x1b[" in shown) == coloured


def test_terminal_as_input_is_refused(command):
    shown, status = on_terminal([command, "report"])
    assert status == 2 and "missing argument: FILE, or telemetry on standard input" in shown


def test_completed_report_leaves_no_progress(command, write):
    shown, _ = on_terminal([command, "report", write(checks(1))])
    assert "[####" not in shown
