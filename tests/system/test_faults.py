# SPDX-License-Identifier: Apache-2.0
"""
Faults: no memory, files that cannot be read, lists that change under everybody's feet, upgrades of
the module. Denied or as documented, never a crash, never a leak, never "no constraint".
"""

import shutil

import pytest

from probing import SCOPE, TWO_STATES, expect_all_driven

FAULTS = ["memory_fails_once", "memory_is_out", "file_fails_once", "file_fails_for_long",
          "slow_reads", "shrunk_reads"]
# Both permit what the probes' good leaf is called, and neither what the bad one is.
MORE = SCOPE + "    permit more.example\n"


def test_every_scenario_is_driven(probes):
    expect_all_driven(probes, {"faults": FAULTS})


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
