# SPDX-License-Identifier: Apache-2.0
"""
How much stack a verification takes with the module, beside what X509_verify_cert takes by itself.
Programs that do TLS in coroutines give it 16 KB.
"""

import os
import re

import pytest

from pki import corp_source
from probing import OTHER_SCOPE, SCOPE, expect_all_driven

pytestmark = pytest.mark.skipif("ROOTSCOPE_UNOPTIMISED" in os.environ,
                                reason="a module that is not optimised takes more stack")

MORE_AT_MOST = 4096  # bytes, than without the module

# Rules for what the scope of the probes does not name, so that every form is judged by every rule.
EVERY_RULE = SCOPE + """\
    exclude dirname:O=Evil
    exclude othername:1.2.3.4
"""


SCENARIOS = ["each_form", "many_names_and_a_host", "root_above_the_top"]


def test_every_scenario_is_driven(probes):
    expect_all_driven(probes, {"stack": [*SCENARIOS, "due_reload"]})


def figures(output):
    """The most that each case took."""
    most = {}
    for case, took in re.findall(r"^stack (\S+ \S+) (\d+)$", output, re.M):
        most[case] = max(most.get(case, 0), int(took))
    return most


def compare(record, bare, guarded):
    """Writes a row for each case, and expects none to take more than it may."""
    assert bare.keys() == guarded.keys() and bare
    rows = {case: (bare[case], guarded[case] - bare[case]) for case in bare}
    for case, (alone, more) in rows.items():
        print(f"{case:24} {alone:6} bytes without the module, {more:6} more with it")
    record("most", max(more for _, more in rows.values()))
    assert [case for case, (_, more) in rows.items() if more > MORE_AT_MOST] == []


SETTINGS = {
    "file": {},
    "full names": {"telemetry_names": "full"},
    "syslog": {"telemetry": "syslog"},
    "off": {"telemetry": "off"},
    "test mode": {"mode": "test"},
}


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("name", SETTINGS)
def test_stack(probe, conf_of, lists, bare, tmp_path, record_property, scenario, name):
    settings = {"list": lists(EVERY_RULE), "telemetry": f"file:{tmp_path}/log", **SETTINGS[name]}
    tests = ["nothing is denied"] if name == "test mode" else []
    alone = probe("stack", "bare", scenario, conf=bare)
    done = probe("stack", "provider", scenario, *tests, conf=conf_of("provider", **settings))
    compare(record_property, figures(alone.stdout), figures(done.stdout))
    if settings["telemetry"].startswith("file:"):
        assert '"event":"violation"' in (tmp_path / "log").read_text()


def test_stack_of_a_due_reload(probe, conf_of, pki, compile_list, bare, tmp_path, record_property):
    newer, path = tmp_path / "newer.rsl", tmp_path / "list.rsl"
    figures_of = {}
    for state in "bare", "provider":
        compile_list(corp_source(pki, body=OTHER_SCOPE), newer)
        compile_list(corp_source(pki, body=SCOPE), path)
        conf = bare if state == "bare" else conf_of(
            state, list=path, refresh=1, telemetry=f"file:{tmp_path}/log")
        done = probe("stack", state, "due_reload", newer, path, conf=conf)
        figures_of[state] = figures(done.stdout)
    compare(record_property, figures_of["bare"], figures_of["provider"])
