# SPDX-License-Identifier: Apache-2.0
"""
The hook in processes that broke naive ones. The C programs in probes/ do what applications do;
each scenario runs with the module in force ("guarded") and without it ("bare"), so that every
refusal is shown to be ours. A crash fails, and so does a word on standard error.
"""

import json
import os
import pathlib
import re
import shutil

import pytest

import programs
from probing import (NARROW_SCOPE, OTHER_SCOPE, SCOPE, STATES, TWO_STATES, command_of,
                     expect_all_driven)

# Those that need no arguments, with any configuration.
PLAIN = {
    "callbacks": ["clients", "servers"],
    "order": ["order_when_overridden", "order_when_obeyed", "order_when_intermediate_violates",
              "order_when_reset", "order_when_expired_too", "error_numbers"],
    "verify_functions": ["more_than_fit", "reinstall_when_full", "race_for_room"],
    "guest": ["error_queue", "error_queue_of_application", "read_after_verification",
              "server_overrides", "system_calls", "small_stack"],
    "ends": ["configuration_never_loaded", "context_before_configuration", "late_exit_handler",
             "early_exit_handler", "no_atexit", "no_atexit_then_cleanup", "after_cleanup",
             "destructor_after_cleanup", "destructor_no_atexit", "threads_end",
             "ends_with_threads", "forks", "forks_with_threads", "forks_in_thread",
             "forks_in_callback", "child_exits"],
    "odd_chains": ["dane_records", "dane_bare_anchor", "raw_public_keys", "no_chain",
                   "crl_issuer", "cms_signers", "own_certificate", "forged_chain"],
}
CONTEXTS = ["private_and_global", "loaded_as_default", "tls_index_collides",
            "application_index_collides", "addresses_reused", "two_private", "foreign_default"]
ONE_NAME = ["unload_reload", "load_twice", "reinstall_often", "two_contexts", "race_loads"]
TWO_NAMES = ["two_names", "two_names_reinstall_often", "two_contexts", "race_loads"]
TWO_COPIES = ["two_names", "two_copies_reinstall_often", "two_contexts", "race_loads"]
RELOAD = ["changes", "bad_list", "vanished_list", "in_child", "after_chroot",
          "changes_under_threads", "descriptors_reused"]
COPIES = ["library_first", "library_second"]
DRIVEN_BY_TEST_LIVES = ["lives", "sandbox"]
DRIVEN_BY_TEST_FAULTS = ["faults", "churn", "long_run"]
DRIVEN_BY_TEST_STACK = ["stack"]


def each(scenarios):
    return [(name, scenario) for name, many in scenarios.items() for scenario in many]


def test_every_scenario_is_driven(probes):
    """A probe lists its scenarios; one that nothing here runs shows nothing."""
    driven = {**PLAIN, "contexts": CONTEXTS, "reload": RELOAD, "copies": COPIES,
              "loading": {*ONE_NAME, *TWO_NAMES, *TWO_COPIES, "two_lists", "too_many_settings"},
              "stress": ["everything"], "static": ["verifies"]}
    expect_all_driven(probes, driven)
    known = {*driven, *DRIVEN_BY_TEST_LIVES, *DRIVEN_BY_TEST_FAULTS, *DRIVEN_BY_TEST_STACK}
    assert {path.name for path in probes.glob("probe_*")} <= {f"probe_{name}" for name in known}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name, scenario", each(PLAIN))
def test_process(probe, conf_of, name, scenario, state):
    probe(name, state, scenario, conf=conf_of(state))


@pytest.mark.parametrize("scenario", ["no_chain", "raw_public_keys"])
def test_no_chain_without_list(probe, conf_of, scenario):
    """Everything that has a chain is denied for want of a list; this has none."""
    probe("odd_chains", "provider", scenario, conf=conf_of("provider", list="/nonexistent.rsl"))


# In mode off, one scenario of each probe; all of them in the stage stress.
FEW = {name: scenarios[:None if programs.FULL else 1] for name, scenarios in PLAIN.items()}


@pytest.mark.parametrize("name, scenario, mode", [(*one, "test") for one in each(PLAIN)]
                         + [(*one, "off") for one in each(FEW)])
def test_process_of_lenient_mode(probe, conf_of, name, scenario, mode):
    """All is as if the module were not there."""
    probe(name, "bare", scenario, conf=conf_of("provider", mode=mode))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("scenario", CONTEXTS)
def test_contexts_all_configured(probe, conf_of, scenario, state):
    conf = conf_of(state)
    probe("contexts", state, scenario, conf, conf=conf)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("scenario", CONTEXTS)
def test_contexts_private_one_configured(probe, conf_of, bare, scenario, state):
    """The module comes by a private context alone, and guards the global one too."""
    if scenario == "application_index_collides":
        conf = conf_of(state)
        probe("contexts", state, scenario, conf, conf=bare)
        return
    probe("contexts", state, scenario, conf_of(state), conf=bare)


@pytest.fixture
def loadable(sections, lists, module):
    """loadable(*modules): an openssl.cnf that describes them under the names one, two, …"""
    def conf(*modules, **more):
        settings = {"list": lists(), "telemetry": "off", **more}
        return sections({name: {"module": path, **settings}
                         for name, path in zip(("one", "two"), modules)}, activate=False)
    return conf


def names_of(state):
    return ("null", "null") if state == "bare" else ("one", "two")


@pytest.mark.parametrize("state", TWO_STATES)
@pytest.mark.parametrize("scenario", ONE_NAME)
def test_loading(probe, loadable, module, scenario, state):
    """The second name is a second section with the same file."""
    probe("loading", state, scenario, *names_of(state), conf=loadable(module, module))


@pytest.mark.parametrize("state", TWO_STATES)
@pytest.mark.parametrize("scenario", TWO_NAMES)
def test_loading_under_two_names(probe, loadable, module, tmp_path, scenario, state):
    link = tmp_path / "link.so"
    link.symlink_to(module)
    probe("loading", state, scenario, *names_of(state), conf=loadable(module, link))


@pytest.mark.parametrize("state", TWO_STATES)
@pytest.mark.parametrize("scenario", TWO_COPIES)
def test_loading_two_copies(probe, loadable, module, tmp_path, scenario, state):
    """Two objects, each with its own state, in one process: they wrap each other."""
    copy = pathlib.Path(shutil.copy(module, tmp_path / "copy.so"))
    probe("loading", state, scenario, *names_of(state), conf=loadable(module, copy))


@pytest.mark.parametrize("state", TWO_STATES)
def test_two_lists_must_both_permit(probe, sections, lists, module, bare, state):
    conf = sections({"one": {"module": module, "list": lists(), "telemetry": "off"},
                     "two": {"module": module, "list": lists(NARROW_SCOPE), "telemetry": "off"}})
    probe("loading", state, "two_lists", conf=bare if state == "bare" else conf)


@pytest.mark.parametrize("state", TWO_STATES)
def test_more_settings_than_are_kept(probe, sections, lists, module, bare, state):
    """Each section differs in `refresh`: one more than there is room for, and nothing passes."""
    path = lists()
    conf = sections({f"number{i}": {"module": module, "list": path, "telemetry": "off",
                                    "refresh": 1000 + i} for i in range(40)})
    probe("loading", state, "too_many_settings", conf=bare if state == "bare" else conf)


@pytest.mark.parametrize("state", TWO_STATES)
@pytest.mark.parametrize("scenario", RELOAD)
def test_reload(probe, openssl_conf, bare, lists, public_dir, scenario, state):
    first, other = lists(), lists(OTHER_SCOPE)
    in_force, garbage, empty = (public_dir / n for n in ("list.rsl", "garbage", "empty"))
    shutil.copy(first, in_force)
    in_force.chmod(0o644)
    garbage.write_bytes(b"no list\n" * 100)
    empty.mkdir()
    conf = bare if state == "bare" else openssl_conf(list=in_force, refresh=1)
    probe("reload", state, scenario, in_force, other, first, garbage, empty, conf=conf,
          timeout=200)


@pytest.mark.parametrize("state", TWO_STATES)
def test_everything_at_once(probe, openssl_conf, bare, lists, public_dir, state):
    lists_in_turn = lists(), lists(SCOPE + "    permit more.example\n")
    in_force = public_dir / "list.rsl"
    shutil.copy(lists_in_turn[0], in_force)
    in_force.chmod(0o644)
    conf = bare if state == "bare" else openssl_conf(list=in_force, refresh=1)
    seconds = os.environ.get("ROOTSCOPE_STRESS_SECONDS", "6")
    name = "null" if state == "bare" else "rootscope"
    probe("stress", state, "everything", seconds, name, in_force, *lists_in_turn, conf=conf,
          timeout=60 + 10 * int(seconds))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind", ["hidden", "mixed", "visible"])
@pytest.mark.parametrize("scenario", COPIES)
def test_library_with_its_own_openssl(probe, probes, conf_of, kind, scenario, state):
    library = probes / f"libprobe-{kind}.so"
    if not library.exists():
        pytest.skip(f"{library.name} is not built: no libcrypto.a, or a sanitizer")
    probe("copies", state, scenario, library, kind, conf=conf_of(state))


@pytest.mark.parametrize("state", STATES)
def test_static_program(probe, conf_of, state):
    probe("static", state, "verifies", conf=conf_of(state))


def marked_calls(probes, pki, run, tmp_path, state, conf):
    """The system calls between the probe's two marks."""
    trace = tmp_path / f"{state}.trace"
    done = run("strace", "-f", "-o", trace,
               *command_of(probes, pki, "guest", state, "system_calls"), conf=conf)
    if "ptrace" in done.stderr:
        pytest.skip(f"strace may not trace here: {done.stderr.strip()}")
    assert done.returncode == 0, done.output
    between = re.split(r"^.*getpgid\(0\).*\n", trace.read_text(), flags=re.M)
    assert len(between) == 3, f"{len(between) - 1} marks, not 2"
    return between[1]


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
@pytest.mark.parametrize("entry", ["provider", "conf-module"])
def test_verification_makes_no_system_call(probes, pki, run, tmp_path, conf_of, entry):
    if marked_calls(probes, pki, run, tmp_path, "bare", conf_of("bare")) != "":
        pytest.skip("verification makes system calls without the module: a sanitizer")
    assert marked_calls(probes, pki, run, tmp_path, entry, conf_of(entry)) == ""


# authpriv.warning, .notice and .error, as in syslog(3)
WARNING, NOTICE, ERROR = 84, 85, 83
MESSAGE = re.compile(r"<(\d+)>rootscope\[(\d+)\]: ({.*})")


def events_of(messages, event=None):
    """The events of this word, or all, each with the priority with which it came."""
    events = []
    for message in messages:
        priority, pid, text = MESSAGE.fullmatch(message).groups()
        told = json.loads(text)
        assert (told["rootscope"], told["pid"]) == (1, int(pid))
        events.append({**told, "priority": int(priority)})
    return [told for told in events if event in (None, told["event"])]


def violation_of_dns(messages):
    """Of the violations, which are one for each form, the one of the dNSName."""
    told, = (told for told in events_of(messages, "violation") if told["form"] == "dns")
    return told


@pytest.mark.parametrize("entry", ["provider", "conf-module"])
def test_denial_is_logged(logged, conf_of, entry):
    messages = logged("order", entry, "order_when_obeyed",
                      conf=conf_of(entry, telemetry="syslog"))
    told = violation_of_dns(messages)
    assert told["priority"] == WARNING
    assert (told["program"], told["label"], told["name"], told["suffix"], told["verdict"],
            told["signatures"]) == ("probe_order", "Corp Root", "www.evil.example",
                                    "evil.example", "denied", "valid")
    assert {told["event"] for told in events_of(messages)} == {"violation"}


def test_denial_of_forged_chain_is_logged_as_such(logged, conf_of):
    messages = logged("odd_chains", "provider", "forged_chain",
                      conf=conf_of("provider", telemetry="syslog"))
    told = violation_of_dns(messages)
    assert (told["verdict"], told["signatures"]) == ("denied", "invalid")
    assert {told["event"] for told in events_of(messages)} == {"violation"}


def test_violation_in_test_mode_is_logged(logged, conf_of):
    """Nothing is refused, as if the module were not there."""
    messages = logged("order", "bare", "order_when_obeyed",
                      conf=conf_of("provider", telemetry="syslog", mode="test"))
    told = violation_of_dns(messages)
    assert (told["verdict"], told["name"]) == ("would-deny", "www.evil.example")
    assert {told["priority"] for told in events_of(messages, "checks")} == {NOTICE}


def test_forged_chain_in_test_mode_is_not_logged(logged, conf_of):
    """It was not accepted anyway: it says nothing about the root that it names."""
    assert logged("odd_chains", "bare", "forged_chain",
                  conf=conf_of("provider", telemetry="syslog", mode="test")) == []


def test_nothing_to_say_is_not_logged(logged, conf_of):
    assert logged("odd_chains", "bare", "no_chain", conf=conf_of("bare")) == []


def test_telemetry_off_is_not_logged(logged, conf_of):
    assert logged("order", "provider", "order_when_obeyed", conf=conf_of("provider")) == []


def test_many_denials_are_limited(logged, conf_of):
    """600 denials within a second or two."""
    messages = logged("verify_functions", "provider", "race_for_room",
                      conf=conf_of("provider", telemetry="syslog"))
    assert 1 <= len(events_of(messages, "violation")) <= 30


@pytest.mark.parametrize("kind", ["hidden", "mixed"])
def test_hidden_openssl_is_logged(logged, probes, conf_of, kind):
    library = probes / f"libprobe-{kind}.so"
    if not library.exists():
        pytest.skip(f"{library.name} is not built: no libcrypto.a, or a sanitizer")
    messages = logged("copies", "provider", "library_second", library, kind,
                      conf=conf_of("provider", telemetry="syslog"))
    unguarded, = (told for told in events_of(messages, "problem") if told["kind"] == "unguarded")
    assert unguarded["priority"] == ERROR
    assert library.name in unguarded["object"]


def test_static_program_is_logged_if_the_module_is_loaded(logged, conf_of):
    messages = logged("static", "provider", "verifies",
                      conf=conf_of("provider", telemetry="syslog"))
    assert events_of(messages, "violation") == []
    assert len(messages) <= 1
