# SPDX-License-Identifier: Apache-2.0
"""Test mode, and what the module tells of chains: violations and counters, to a file and syslog."""

import collections
import json
import os
import re

import pytest

import programs
from pki import corp_source
from programs import OPENSSL, PYTHON
from probing import HERE

MANY = 1000

# What the violations of the bad leaf are: its dNSName and its common name.
BAD_FORMS = {"dns", "cn"}


class Told:
    """What is in a file with telemetry, of which each line must be whole."""

    def __init__(self, text):
        self.lines = text.splitlines()
        assert text == "" or text.endswith("\n")
        for line in self.lines:
            assert line.startswith('{"rootscope":1,"event":"') and len(line) <= 1400
        self.events = [json.loads(line) for line in self.lines]

    def of(self, event, **wanted):
        return [told for told in self.events if told["event"] == event
                and all(told[key] == value for key, value in wanted.items())]

    def sums(self, event="checks", **wanted):
        sums = collections.Counter()
        for told in self.of(event, **wanted):
            sums.update({key: value for key, value in told.items()
                         if key in ("checked", "permitted", "violated", "unverified", "count")})
        return sums


@pytest.fixture
def telemetry(tmp_path):
    """The path of the file; telemetry.told() is what it says."""
    class Telemetry:
        path = tmp_path / "telemetry.log"
        setting = f"file:{path}"

        def told(self):
            return Told(self.path.read_text() if self.path.exists() else "")
    return Telemetry()


@pytest.fixture
def conf(openssl_conf, corp_list, telemetry):
    """conf(**settings): with the list for the corporate root, and a file with telemetry."""
    return lambda **settings: openssl_conf(
        **{"list": corp_list, "telemetry": telemetry.setting, **settings})


def verify_many(pki, leaf, count, conf, before=()):
    """The same leaf so many times in one process of `openssl verify`."""
    return programs.run(*before, OPENSSL, "verify", "-CAfile", pki.root.pem, "-untrusted",
                        leaf.untrusted, *[leaf.pem] * count, conf=conf)


def expect_nothing_counted(told):
    assert told.of("checks") == [] and told.of("violation") == []


def test_test_mode_changes_no_verdict(pki, conf, telemetry):
    for leaf in pki.good, pki.bad:
        assert programs.verify(pki.root, leaf, conf=conf(mode="test")).accepted
    told = telemetry.told()
    assert {event["form"] for event in told.of("violation", verdict="would-deny", mode="test",
                                               signatures="valid")} == BAD_FORMS
    assert told.of("violation", verdict="denied") == []
    assert told.sums(mode="test") == dict(checked=2, permitted=1, violated=1, unverified=0)


def test_enforce_mode_counts_the_same(pki, conf, telemetry):
    assert programs.verify(pki.root, pki.good, conf=conf()).accepted
    assert not programs.verify(pki.root, pki.bad, conf=conf()).accepted
    told = telemetry.told()
    assert {event["form"] for event in told.of("violation", verdict="denied", mode="enforce",
                                               signatures="valid")} == BAD_FORMS
    assert told.sums(mode="enforce") == dict(checked=2, permitted=1, violated=1, unverified=0)
    root = f"spki-sha256:{pki.root.spki_sha256()}"
    assert {(event["root"], event["label"]) for event in told.events} == {(root, "Corp Root")}


@pytest.mark.parametrize("leaf", ["good", "bad"])
def test_what_openssl_refuses_is_not_counted_in_test_mode(pki, conf, telemetry, leaf):
    """Out of date by the time of the check."""
    leaf, later = getattr(pki, leaf), ("-attime", "4102444800")
    for mode in "off", "test":
        outcome = programs.verify(pki.root, leaf, *later, conf=conf(mode=mode))
        assert not outcome.accepted and "expired" in outcome.output
    expect_nothing_counted(telemetry.told())


@pytest.mark.parametrize("mode", ["enforce", "test"])
def test_forged_chain_changes_no_rate(probe, conf_of, telemetry, mode):
    """The right names, but not the root's signature."""
    probe("odd_chains", "provider" if mode == "enforce" else "bare", "forged_chain",
          conf=conf_of("provider", telemetry=telemetry.setting, mode=mode))
    told = telemetry.told()
    if mode == "test":
        expect_nothing_counted(told)
        return
    assert {event["signatures"] for event in told.of("violation")} == {"invalid"}
    assert told.sums() == dict(checked=0, permitted=0, violated=0, unverified=1)


@pytest.mark.parametrize("mode", ["enforce", "test"])
def test_thread_with_little_stack(probe, conf_of, telemetry, mode):
    """Checking and telling fit into 64 KiB, with what OpenSSL needs."""
    probe("guest", "provider" if mode == "enforce" else "bare", "small_stack",
          conf=conf_of("provider", telemetry=telemetry.setting, telemetry_names="full", mode=mode))
    told = telemetry.told()
    verdict = "denied" if mode == "enforce" else "would-deny"
    assert {event["name"] for event in told.of("violation", verdict=verdict, signatures="valid")}
    assert told.of("checks", mode=mode)


def test_application_that_overrides(pki, conf, telemetry, server):
    """s_client's callback accepts what it is told of, unless it is to return errors."""
    with server(pki.bad) as s:
        done = programs.run(OPENSSL, "s_client", "-connect", f"127.0.0.1:{s.port}", "-CAfile",
                            pki.root.pem, conf=conf(), input="")
        assert "permitted subtree violation" in done.output
    told = telemetry.told()
    assert {event["verdict"] for event in told.of("violation")} == {"overridden"}
    assert {event["signatures"] for event in told.of("violation")} == {"valid"}
    assert told.sums() == dict(checked=1, permitted=0, violated=1, unverified=0)


@pytest.mark.skipif(bool(programs.PRELOAD),
                    reason="curl deadlocks in setlocale when AddressSanitizer is preloaded")
def test_curl_insecure(pki, conf, telemetry, server):
    """It loads no roots then: no chain comes to be, of which anything could be said."""
    with server(pki.bad) as s:
        assert programs.curl(s.port, "localhost", pki.root, conf=conf(), options=["-k"]).accepted
    expect_nothing_counted(telemetry.told())


@pytest.mark.parametrize("line", ["mode test until {}\n", None])
@pytest.mark.parametrize("day, mode", [("2020-01-01", "enforce"), ("2999-01-01", "test")])
def test_test_mode_ends(pki, conf, telemetry, compile_list, line, day, mode):
    head = line.format(day) if line else ""
    body = "    permit corp.example\n" + ("" if line else f"    mode test until {day}\n")
    settings = conf(list=compile_list(corp_source(pki, head=head, body=body)))
    assert programs.verify(pki.root, pki.bad, conf=settings).accepted == (mode == "test")
    assert {event["mode"] for event in telemetry.told().events} == {mode}


@pytest.mark.parametrize("names", ["suffix", "full", None])
def test_names(pki, conf, telemetry, names):
    settings = {"telemetry_names": names} if names else {}
    programs.verify(pki.root, pki.bad, conf=conf(**settings))
    told = telemetry.told()
    assert {event["suffix"] for event in told.of("violation")} == {"evil.example"}
    has_name = "www.evil.example" in telemetry.path.read_text()
    assert has_name == (names == "full")
    assert all(("name" in event) == has_name for event in told.of("violation"))


def test_counters_sum_up(pki, conf, telemetry):
    """What is not told is less than what was: lines come at powers of two."""
    verify_many(pki, pki.good, MANY, conf())
    told = telemetry.told()
    assert [event["checked"] for event in told.of("checks")] == [1, 1, 2, 4, 8, 16, 32, 64, 128,
                                                                256]
    assert told.sums() == dict(checked=512, permitted=512, violated=0, unverified=0)


def test_violations_sum_up(pki, conf, telemetry):
    verify_many(pki, pki.bad, 128, conf())
    told = telemetry.told()
    assert told.sums() == dict(checked=128, permitted=0, violated=128, unverified=0)
    assert told.sums("violation", form="dns") == dict(count=128)
    assert len(told.of("violation", form="dns")) == 8


HANDSHAKES = """
import os, ssl, sys
root, chain, key = sys.argv[1:4]
client = ssl.create_default_context(cafile=root)
server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
server.load_cert_chain(chain, key)

def shake():
    a, b = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [client.wrap_bio(a, b, server_hostname="localhost"),
            server.wrap_bio(b, a, server_side=True)]
    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLError as e:
                return str(e)
    return "done"
"""


def python(script, pki, leaf, conf, *args):
    return programs.run(PYTHON, "-I", "-c", HANDSHAKES + script, pki.root.pem, leaf.chain, leaf.key,
                        *args, conf=conf, check=True).stdout.split()


def test_counters_over_a_fork(pki, conf, telemetry):
    """The child starts with nothing; the parent has what it had."""
    parent, child = map(int, python("""
for _ in range(3):
    shake()
child = os.fork()
for _ in range(4 if child == 0 else 1):
    shake()
if child != 0:
    os.waitpid(child, 0)
    print(os.getpid(), child)
""", pki, pki.good, conf()))
    told = telemetry.told()
    assert [event["checked"] for event in told.of("checks", pid=parent)] == [1, 1, 2]
    assert [event["checked"] for event in told.of("checks", pid=child)] == [1, 1, 2]
    assert {event["peer"] for event in told.of("violation")} == set()


def test_counters_over_a_reload(pki, conf, telemetry, compile_list, tmp_path):
    """What is pending is told before the new list comes, and counts go on after it."""
    lists = [compile_list(corp_source(pki)), compile_list(corp_source(pki, head="mode test\n"))]
    path = tmp_path / "list.rsl"
    path.write_bytes(lists[0].read_bytes())
    (tmp_path / "next.rsl").write_bytes(lists[1].read_bytes())
    first, second = map(int, python("""
import json, time
log, path, following = sys.argv[4:]

def told(mode):
    with open(log) as lines:
        events = [json.loads(line) for line in lines]
    return sum(e["checked"] for e in events if e["event"] == "checks" and e["mode"] == mode)

counts = {"enforce": 0, "test": 0}
for _ in range(3):
    shake()
    counts["enforce"] += 1
os.replace(following, path)
deadline = time.monotonic() + 30
while told("test") == 0 and time.monotonic() < deadline:
    shake()
    counts["enforce"] += 1
counts["enforce"] -= 1
print(counts["enforce"], told("enforce"))
""", pki, pki.good, conf(list=path, refresh=1), telemetry.path, path, tmp_path / "next.rsl"))
    assert first == second >= 3
    assert telemetry.told().of("checks", mode="test")


def test_kill_switch(pki, conf, telemetry, compile_list):
    settings = conf(list=compile_list(corp_source(pki, head="mode off\n")))
    assert programs.verify(pki.root, pki.bad, conf=settings).accepted
    expect_nothing_counted(telemetry.told())


def test_telemetry_off(pki, conf, telemetry):
    assert not programs.verify(pki.root, pki.bad, conf=conf(telemetry="off")).accepted
    assert not telemetry.path.exists()


def test_peer(pki, conf, telemetry, server):
    """A client that expects a host knows that it speaks with a server."""
    with server(pki.bad) as s:
        programs.s_client(s.port, "localhost", pki.root, conf=conf())
    assert {event["peer"] for event in telemetry.told().of("violation")} == {"server"}


def system_calls(pki, leaf, count, conf, tmp_path):
    trace = tmp_path / "trace"
    verify_many(pki, leaf, count, conf, before=["strace", "-f", "-o", trace])
    calls = re.findall(r"^\d+ +(\w+)\(", trace.read_text(), re.M)
    return collections.Counter(call for call in calls if call not in ("brk", "mmap", "munmap"))


@pytest.mark.parametrize("setting", ["file", "syslog"])
def test_no_system_call_without_a_line(pki, conf, telemetry, tmp_path, setting):
    """A thousand verifications beside one, with telemetry and without."""
    if os.environ.get("ROOTSCOPE_PRELOAD"):
        pytest.skip("a sanitizer makes system calls of its own")
    def more(target):
        settings = conf(telemetry=target)
        return (system_calls(pki, pki.good, MANY, settings, tmp_path)
                - system_calls(pki, pki.good, 1, settings, tmp_path))
    without = more("off")
    with_telemetry = more(telemetry.setting if setting == "file" else "syslog")
    extra = with_telemetry - without
    lines = 9 if setting == "file" else 0  # at 2, 4, ... 512; syslog hears of no enforced root
    assert extra["pwritev"] == lines
    assert sum(extra.values()) <= 6 * lines, extra


@pytest.fixture
def unshared(run, own_mounts, tmp_path):
    """unshared(kind, *words, conf): runs these words by with_bad_log.py."""
    def unshared_(kind, *words, conf):
        folder = tmp_path / "private"
        folder.mkdir()
        return run(*own_mounts, PYTHON, "-I", "-c",
                   f"import sys; sys.path.insert(0, {str(HERE)!r}); import with_bad_log; "
                   "sys.exit(with_bad_log.main(sys.argv[1], sys.argv[2], sys.argv[3:]))",
                   kind, folder, *words, conf=conf, timeout=30)
    return unshared_


@pytest.mark.parametrize("kind", ["gone", "dead", "slow"])
def test_log_that_is_of_no_use(pki, unshared, conf, kind):
    """More lines than a queue holds: nobody waits, and the verdicts are the same."""
    done = unshared(kind, OPENSSL, "verify", "-CAfile", pki.root.pem, "-untrusted",
                    pki.bad.untrusted, *[pki.good.pem, pki.bad.pem] * 600,
                    conf=conf(telemetry="syslog"))
    assert done.stdout.count(": OK\n") == 600
    assert done.stderr.count("permitted subtree violation") == 600


def test_full_disk(pki, unshared, conf, tmp_path):
    """Lines are whole as far as there is room, and the verdicts are the same."""
    path = tmp_path / "private" / "telemetry.log"
    done = unshared("full", "/bin/sh", "-c",
                    'head -c 8000 /dev/zero > "$0/fill"; exec "$@"', tmp_path / "private",
                    OPENSSL, "verify", "-CAfile", pki.root.pem, "-untrusted", pki.bad.untrusted,
                    *[pki.good.pem, pki.bad.pem] * 600, conf=conf(telemetry=f"file:{path}"))
    verdicts, _, lines = done.stdout.partition("TELEMETRY\n")
    assert verdicts.count(": OK\n") == 600
    assert done.stderr.count("permitted subtree violation") == 600
    whole = [line for line in lines.splitlines() if line.endswith("}")]
    assert len(lines.splitlines()) - len(whole) <= 1
    assert Told("".join(f"{line}\n" for line in whole)).of("violation")
