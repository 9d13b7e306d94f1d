# SPDX-License-Identifier: Apache-2.0
"""
The house of the tests that run probes: lists, configurations and the runs themselves. conftest.py
makes the fixtures known.
"""

import json
import os
import pathlib
import re
import subprocess

import pytest

from pki import corp_source
import programs
from programs import PYTHON

HERE = pathlib.Path(__file__).resolve().parent

# What the probes' leaves are measured by: good ones are corp.example's, bad ones evil.example's.
SCOPE = """\
    permit corp.example
    permit localhost
    permit ip:10.0.0.0/8
    exclude hr.corp.example
"""
OTHER_SCOPE = """\
    permit evil.example
    permit localhost
"""
NARROW_SCOPE = """\
    permit www.corp.example
    permit evil.example
    permit localhost
"""

# How the module comes into the process, if it does.
STATES = ("provider", "conf-module", "bare")
TWO_STATES = ("provider", "bare")


@pytest.fixture
def lists(pki, compile_list):
    """lists(scope): the list that limits the probes' root to a scope."""
    return lambda scope=SCOPE: compile_list(corp_source(pki, body=scope))


@pytest.fixture
def sections(tmp_path):
    """
    sections({name: settings}, activate=True): an openssl.cnf with these provider sections beside
    the default provider's. Without `activate` they are only described.
    """
    def conf(described, activate=True):
        lines = ["openssl_conf = openssl_init", "config_diagnostics = 1", "[openssl_init]",
                 "providers = provider_sect", "[provider_sect]", "default = default_sect"]
        lines += [f"{name} = {name}_sect" for name in described]
        lines += ["[default_sect]", "activate = 1"]
        for name, settings in described.items():
            lines += [f"[{name}_sect]"] + ["activate = 1"] * activate
            lines += [f"{key} = {value}" for key, value in settings.items()]
        path = tmp_path / f"sections-{len(list(tmp_path.iterdir()))}.cnf"
        path.write_text("\n".join(lines) + "\n")
        return path
    return conf


@pytest.fixture
def bare(sections):
    return sections({})


@pytest.fixture
def conf_of(openssl_conf, bare, lists):
    """conf_of(state, **settings): the openssl.cnf of a state, with the probes' list."""
    def conf(state, **settings):
        if state == "bare":
            return bare
        return openssl_conf(entry=state, **{"list": lists(), **settings})
    return conf


def command_of(probes, pki, name, state, scenario, *args):
    program = probes / f"probe_{name}"
    if not program.exists():
        pytest.skip(f"{program.name} is not built: no libcrypto.a, or a sanitizer")
    word = "bare" if state == "bare" else "guarded"
    return [program, word, scenario, pki.root.pem, pki.root.key, *args]


def expect_good_end(done):
    if done.returncode == 77:
        pytest.skip(done.stdout.strip().splitlines()[-1])
    assert done.returncode == 0, f"exit {done.returncode}\n{done.output}"
    assert re.search(r"^ok ", done.stdout, re.M), f"it showed nothing:\n{done.stdout}"
    # gcov complains where a probe has left the folder of its counts.
    told = [line for line in done.stderr.splitlines() if not line.startswith("profiling:")]
    assert told == []


def expect_all_driven(probes, driven):
    """Each of these probes has the scenarios that are listed for it, and no others."""
    for name, scenarios in driven.items():
        program = probes / f"probe_{name}"
        if program.exists():
            usage = subprocess.run([program], capture_output=True, text=True).stderr
            assert set(usage.split("\n    ")[1:-1]) | {usage.split()[-1]} == set(scenarios)


@pytest.fixture
def probe(probes, pki, run):
    """probe(name, state, scenario, *args, conf=..., timeout=...): runs it to its good end."""
    def probe_(name, state, scenario, *args, conf, timeout=120):
        done = run(*command_of(probes, pki, name, state, scenario, *args), conf=conf,
                   timeout=timeout)
        expect_good_end(done)
        return done
    return probe_


@pytest.fixture
def own_mounts():
    """The start of a command line that gives a program a mount namespace of its own."""
    why = programs.why_no_own_mounts()
    if why:
        pytest.skip(why)
    return programs.OWN_MOUNTS


@pytest.fixture
def logged(probes, pki, run, tmp_path, own_mounts):
    """logged(name, state, scenario, *args, conf=...): what the probe sent to syslog."""
    def logged_(name, state, scenario, *args, conf):
        (tmp_path / "dev").mkdir()
        done = run(*own_mounts, PYTHON, "-I", HERE / "with_syslog.py", tmp_path / "dev",
                   *command_of(probes, pki, name, state, scenario, *args), conf=conf)
        assert done.returncode == 0, done.output
        result = json.loads(done.stdout)
        assert result["returncode"] == 0, result
        assert result["stderr"] == ""
        return result["messages"]
    return logged_
