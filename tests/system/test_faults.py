# SPDX-License-Identifier: Apache-2.0
"""
Faults: no memory, files that cannot be read, lists that change under everybody's feet, upgrades of
the module. Denied or as documented, never a crash, never a leak, never "no constraint".
"""

import os
import shutil

import pytest

from probing import SCOPE, TWO_STATES, expect_all_driven

FAULTS = ["memory_fails_once", "memory_is_out", "file_fails_once", "file_fails_for_long",
          "slow_reads", "shrunk_reads"]
# Both permit what the probes' good leaf is called, and neither what the bad one is.
MORE = SCOPE + "    permit more.example\n"
FULL = os.environ.get("ROOTSCOPE_TEST_FULL") == "1"
CHANGES = 10_000
VERIFICATIONS = 1_000_000 if FULL else 50_000


def test_every_scenario_is_driven(probes):
    expect_all_driven(probes, {"faults": FAULTS, "long_run": ["flat"],
                               "churn": ["changes_under_readers", "same_tick"]})


@pytest.fixture
def list_in_force(tmp_path, lists):
    """The path of a list that a probe replaces, and two that it puts there in turn."""
    path = tmp_path / "in-force.rsl"
    two = lists(), lists(MORE)
    shutil.copy(two[0], path)
    path.chmod(0o644)
    return path, *two


@pytest.mark.parametrize("on_list_error", ["deny", "allow"])
@pytest.mark.parametrize("state", ["provider", "conf-module", "bare"])
@pytest.mark.parametrize("scenario", FAULTS)
def test_fault(probe, openssl_conf, bare, module, list_in_force, scenario, state, on_list_error):
    path, *two = list_in_force
    conf = bare
    if state != "bare":
        conf = openssl_conf(list=path, entry=state, refresh=1, on_list_error=on_list_error)
    probe("faults", state, scenario, module, path, *two, on_list_error, conf=conf, timeout=300)


@pytest.fixture
def same_size(lists, tmp_path):
    """The path of a list that a probe changes, and two of the same size to put there."""
    path, two = tmp_path / "in-force.rsl", (lists(MORE), lists(MORE.replace("more", "most")))
    assert two[0].stat().st_size == two[1].stat().st_size
    shutil.copy(two[0], path)
    path.chmod(0o644)
    return path, *two


@pytest.mark.parametrize("state", TWO_STATES)
def test_list_changes_under_threads(probe, bare, same_size, state):
    """The probe brings the module's parts along: no configuration loads it."""
    probe("churn", state, "changes_under_readers", *same_size, CHANGES, conf=bare,
          timeout=500)


def test_list_written_twice_in_a_tick(probe, bare, same_size):
    probe("churn", "provider", "same_tick", *same_size, 300, conf=bare)


@pytest.mark.parametrize("state", TWO_STATES)
def test_long_run_is_flat(probe, openssl_conf, bare, module, same_size, state):
    conf = bare if state == "bare" else openssl_conf(list=same_size[0], refresh=1)
    probe("long_run", state, "flat", module, *same_size, VERIFICATIONS, 200, conf=conf,
          timeout=3000)
