# SPDX-License-Identifier: Apache-2.0
"""
How processes live: threads with contexts of their own, several settings, the rights of another
user, cages (chroot, seccomp, AppArmor), several OpenSSLs; and the probes under valgrind.
"""

import os
import pathlib
import re
import shutil

import pytest

import programs
from probing import (NARROW_SCOPE, OTHER_SCOPE, STATES, TWO_STATES, command_of,
                     expect_all_driven, expect_good_end)

NOBODY = 65534
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
NO_LEAK_CHECK = {"ASAN_OPTIONS": "detect_leaks=0"}  # it cannot trace a set-user-ID program

LIVES = ["threads_with_defaults", "in_force"]
SANDBOX = ["setuid_program", "chroot_strange_list", "chroot_and_drop_privileges",
           "drops_privileges", "seccomp_strict", "seccomp_strict_accepts", "seccomp_strict_looks",
           "seccomp_strict_reports", "seccomp_filter_kills", "seccomp_filter_refuses"]
CHROOTS = ["chroot_strange_list", "chroot_and_drop_privileges"]

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser may")


def test_every_scenario_is_driven(probes):
    expect_all_driven(probes, {"lives": LIVES, "sandbox": SANDBOX})


def is_sanitized(program):
    contents = program.read_bytes()
    return b"__asan_init" in contents or b"__tsan_init" in contents


# Threads and contexts


@pytest.mark.parametrize("state", STATES)
def test_threads_with_defaults_of_their_own(probe, conf_of, state):
    probe("lives", state, "threads_with_defaults", conf=conf_of(state))


# Several settings at once


@pytest.mark.parametrize("first, second, state", [
    ({}, {}, "provider"),
    ({}, {"refresh": 7}, "provider"),
    ({}, {"mode": "test"}, "provider"),
    ({"mode": "test"}, {}, "provider"),
    ({}, {"mode": "off"}, "provider"),
    ({"mode": "off"}, {}, "provider"),
    ({"mode": "test"}, {"mode": "off"}, "bare"),
], ids=["same", "differ", "second-tests", "first-tests", "second-off", "first-off",
        "none-enforces"])
def test_two_settings(probe, sections, lists, module, first, second, state):
    """With one list: whatever the other settings are, those that enforce do."""
    common = {"module": module, "list": lists(), "telemetry": "off"}
    conf = sections({"one": {**common, **first}, "two": {**common, **second}})
    probe("lives", state, "in_force", conf=conf)


def test_two_settings_of_which_one_is_wrong(probe, sections, lists, module):
    """What is wrong denies, whatever the other permits; in test mode it does not."""
    common = {"module": module, "list": lists(), "telemetry": "off"}
    wrong = {**common, "refresh": "often"}
    probe("lives", "provider", "in_force",
          conf=sections({"one": common, "two": {**wrong, "mode": "test"}}))
    probe("loading", "provider", "too_many_settings",
          conf=sections({"one": common, "two": wrong}))


@pytest.mark.parametrize("narrow_first", [True, False])
def test_both_entries_at_once(probe, openssl_conf, lists, narrow_first):
    """The module as a provider and as a configuration module, a list each: both must permit."""
    wide, narrow = lists(), lists(NARROW_SCOPE)
    first, second = (narrow, wide) if narrow_first else (wide, narrow)
    conf = openssl_conf(list=first)
    both = openssl_conf(list=second, entry="conf-module", path=conf.with_suffix(".second"))
    section = both.read_text().partition("[rootscope_sect]\n")[2]
    text = conf.read_text().replace("[openssl_init]\nproviders = provider_sect\n",
                                    "[openssl_init]\nproviders = provider_sect\n"
                                    "rootscope = conf_module_sect\n")
    conf.write_text(f"{text}[conf_module_sect]\n{section}")
    probe("loading", "provider", "two_lists", conf=conf)


# Other rights, and cages


@pytest.fixture
def in_place_of_system_conf(own_mounts):
    """in_place_of_system_conf(conf): the start of a command line that has it there, for itself."""
    done = programs.run(programs.OPENSSL, "version", "-d", check=True)
    system = pathlib.Path(re.search(r'"(.*)"', done.stdout).group(1), "openssl.cnf").resolve()
    if os.geteuid() != 0 or not system.exists():
        pytest.skip(f"needs root, and {system}")
    script = 'mount --make-rprivate / && mount --bind "$0" "$1" && shift && exec "$@"'
    return lambda conf: [*own_mounts, "sh", "-c", script, conf, system]


@pytest.mark.parametrize("state", TWO_STATES)
def test_setuid_program(probes, pki, run, public_dir, conf_of, in_place_of_system_conf, state):
    """
    A user cannot take a set-user-ID program out of the configuration: OpenSSL looks for none of
    the environment's files there. Nor can one put it in, which shows that the test means it.
    """
    program = shutil.copy(probes / "probe_sandbox", public_dir)
    os.chmod(program, 0o4755)
    for path in pki.root.pem, pki.root.key:
        (public_dir / path.name).write_bytes(path.read_bytes())
        (public_dir / path.name).chmod(0o644)
    other_state = "bare" if state == "provider" else "provider"
    done = run(*in_place_of_system_conf(conf_of(state)), *AS_NOBODY, program,
               "bare" if state == "bare" else "guarded", "setuid_program",
               public_dir / pki.root.pem.name, public_dir / pki.root.key.name,
               conf=conf_of(other_state), env={"OPENSSL_MODULES": "/nonexistent", **NO_LEAK_CHECK})
    expect_good_end(done)


@pytest.fixture
def cage(public_dir, openssl_conf, bare, lists):
    """
    cage(state): the configuration and the arguments of a probe that changes its root: in the new
    one, at the path of the list in force, there is a list of another user.
    """
    def cage_(state):
        in_force, root = public_dir / "lists" / "list.rsl", public_dir / "root"
        strange = root / in_force.relative_to("/")
        other = lists(OTHER_SCOPE).read_bytes()
        for path, contents in ((in_force, lists().read_bytes()), (strange, other),
                               (root / "other.rsl", other)):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(contents)
            path.chmod(0o644)
        os.chown(strange, NOBODY, NOBODY)
        conf = bare if state == "bare" else openssl_conf(list=in_force, refresh=1)
        return conf, (in_force, root, "/other.rsl")
    return cage_


@needs_root
@pytest.mark.parametrize("state", TWO_STATES)
@pytest.mark.parametrize("scenario", CHROOTS)
def test_strange_list_in_a_new_root(probe, cage, scenario, state):
    conf, arguments = cage(state)
    probe("sandbox", state, scenario, *arguments, conf=conf)


@needs_root
@pytest.mark.parametrize("state", TWO_STATES)
def test_list_out_of_reach_after_privileges_are_dropped(probe, cage, state):
    conf, arguments = cage(state)
    arguments[0].chmod(0o600)
    probe("sandbox", state, "drops_privileges", *arguments, conf=conf)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("scenario", ["seccomp_strict", "seccomp_filter_kills"])
def test_no_system_call_but_for_looks_and_reports(probe, conf_of, scenario, state):
    """Denials included: the kernel would end the process at once."""
    probe("sandbox", state, scenario, conf=conf_of(state, refresh=0))


def test_no_system_call_where_nothing_is_to_be_said(probe, conf_of):
    probe("sandbox", "provider", "seccomp_strict_accepts",
          conf=conf_of("provider", refresh=0, telemetry="syslog"))


@pytest.mark.parametrize("state", TWO_STATES)
def test_look_is_a_system_call(probe, conf_of, state):
    probe("sandbox", state, "seccomp_strict_looks", conf=conf_of(state, refresh=1))


@pytest.mark.parametrize("state", TWO_STATES)
@pytest.mark.parametrize("telemetry", ["syslog", "file"])
def test_report_is_a_system_call(probe, conf_of, tmp_path, telemetry, state):
    where = f"file:{tmp_path / 'violations.log'}" if telemetry == "file" else telemetry
    probe("sandbox", state, "seccomp_strict_reports",
          conf=conf_of(state, refresh=0, telemetry=where))


@pytest.mark.parametrize("telemetry", ["syslog", "file", None])
def test_refused_system_calls_do_no_harm(probe, conf_of, tmp_path, telemetry):
    """None: without the module."""
    state = "provider" if telemetry else "bare"
    where = f"file:{tmp_path / 'violations.log'}" if telemetry == "file" else telemetry
    probe("sandbox", state, "seccomp_filter_refuses",
          conf=conf_of(state, refresh=1, telemetry=where))


PROFILE = """\
abi <abi/3.0>,
include <tunables/global>
profile confined /usr/bin/confined {{
  include <abstractions/base>
  include <abstractions/openssl>
{snippet}
}}
"""


def parse_profile(run, path, snippet):
    path.write_text(PROFILE.format(snippet=snippet))
    return run("apparmor_parser", "--skip-kernel-load", "--skip-cache", "--quiet", path)


@pytest.mark.skipif(not shutil.which("apparmor_parser"), reason="apparmor is not installed")
def test_apparmor_snippet(run, tmp_path):
    """It parses within a profile; with a line spoilt it does not, so that it was looked at."""
    fragments = os.environ.get("ROOTSCOPE_FRAGMENTS")
    if not fragments:
        pytest.skip("ROOTSCOPE_FRAGMENTS does not say where the fragments are")
    snippet = pathlib.Path(fragments, "apparmor", "rootscope").read_text()
    parsed = parse_profile(run, tmp_path / "whole", snippet)
    assert parsed.returncode == 0, parsed.output
    assert parse_profile(run, tmp_path / "spoilt", snippet.replace(" r,", " r")).returncode != 0


# Descriptors that were closed and used again, while there is something to report


@pytest.fixture
def reload_arguments(lists, public_dir):
    """The arguments of the probe `reload`, the list in force first."""
    first, other = lists(), lists(OTHER_SCOPE)
    in_force, garbage, empty = (public_dir / n for n in ("list.rsl", "garbage", "empty"))
    shutil.copy(first, in_force)
    in_force.chmod(0o644)
    garbage.write_bytes(b"no list\n" * 100)
    empty.mkdir()
    return in_force, other, first, garbage, empty


def test_descriptors_reused_with_syslog(logged, openssl_conf, reload_arguments):
    conf = openssl_conf(list=reload_arguments[0], refresh=1, telemetry="syslog")
    messages = logged("reload", "provider", "descriptors_reused", *reload_arguments, conf=conf)
    assert len([message for message in messages if "www.evil.example" in message]) >= 3


def test_descriptors_reused_with_file(probe, openssl_conf, reload_arguments, tmp_path):
    """Its descriptor is among those that were closed: what is there now is not ours."""
    log = tmp_path / "violations.log"
    conf = openssl_conf(list=reload_arguments[0], refresh=1, telemetry=f"file:{log}")
    probe("reload", "provider", "descriptors_reused", *reload_arguments, conf=conf)
    assert len([line for line in log.read_text().splitlines() if "evil.example" in line]) >= 3


# Several OpenSSLs


@pytest.fixture(params=["system", "given"])
def other_libcrypto(request, probes, run, tmp_path):
    """The path of a libcrypto to load beside the probe's: its twin, or one that was given."""
    if request.param == "given":
        given = os.environ.get("ROOTSCOPE_OTHER_LIBCRYPTO")
        if not given:
            pytest.skip("ROOTSCOPE_OTHER_LIBCRYPTO names no other libcrypto")
        return given
    linked = run("ldd", probes / "probe_copies", check=True).stdout
    system = re.search(r"libcrypto\.so\S* => (\S+)", linked).group(1)
    return shutil.copy(system, tmp_path / "libcrypto-twin.so")


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("scenario", ["library_first", "library_second"])
def test_two_exported_openssls(probe, probes, conf_of, other_libcrypto, scenario, state):
    if is_sanitized(probes / "probe_copies"):
        pytest.skip("a sanitizer refuses to load a library that finds its own functions first")
    probe("copies", state, scenario, other_libcrypto, "other", conf=conf_of(state))


# valgrind's memcheck: some in each run, the others in the stage stress

UNDER_VALGRIND = {
    "ends": ["after_cleanup"],
    "reload": ["changes", "bad_list"],
    "verify_functions": ["more_than_fit"],
}
if programs.FULL:
    UNDER_VALGRIND = {
        **UNDER_VALGRIND,
        "lives": ["in_force"],
        "callbacks": ["clients"],
        "contexts": ["two_private"],
        "loading": ["unload_reload", "two_contexts"],
        "ends": ["destructor_after_cleanup", "after_cleanup", "no_atexit", "forks"],
        "odd_chains": ["dane_bare_anchor", "no_chain"],
    }


def our_leaks(report):
    """Of valgrind's report, the blocks that the module lost for sure."""
    blocks = re.split(r"^==\d+== ?$\n", report, flags=re.M)
    return [block for block in blocks if "definitely lost" in block and " rs_" in block]


def memcheck(probes, pki, tmp_path, name, scenario, arguments, conf):
    program, *rest = command_of(probes, pki, name, "provider", scenario, *arguments)
    if not shutil.which("valgrind"):
        pytest.skip("valgrind is not installed")
    if is_sanitized(program):
        pytest.skip("valgrind does not run a sanitizer's program")
    report = tmp_path / "valgrind"
    done = programs.run("valgrind", "--quiet", "--leak-check=full", "--show-leak-kinds=definite",
                        "--errors-for-leak-kinds=none", "--error-exitcode=99",
                        "--fair-sched=try", f"--log-file={report}.%p", program, *rest, conf=conf,
                        timeout=300)
    reports = "".join(path.read_text() for path in sorted(tmp_path.glob("valgrind.*")))
    assert done.returncode == 0, f"{done.output}\n{reports}"
    assert our_leaks(reports) == []
    return done


@pytest.mark.parametrize("name, scenario", [(name, scenario) for name, many in
                                            UNDER_VALGRIND.items() for scenario in many])
def test_memcheck(probes, pki, tmp_path, openssl_conf, sections, lists, module, reload_arguments,
                  name, scenario):
    settings = {"list": reload_arguments[0], "refresh": 1, "telemetry": "off"}
    conf, arguments = openssl_conf(**settings), reload_arguments
    if name == "contexts":
        arguments = [conf]
    if name == "loading":
        arguments = ["one", "two"]
        conf = sections({word: {"module": module, **settings} for word in arguments},
                        activate=False)
    memcheck(probes, pki, tmp_path, name, scenario, arguments, conf)
