# SPDX-License-Identifier: Apache-2.0
"""
Faults: no memory, files that cannot be read, lists that change under everybody's feet, upgrades of
the module. Denied or as documented, never a crash, never a leak, never "no constraint".
"""

import contextlib
import re
import shutil
import threading

import pytest

import programs
from pki import corp_source
from programs import PERMITTED_VIOLATION, mtls_server, present
from probing import SCOPE, TWO_STATES, expect_all_driven

FAULTS = ["memory_fails_once", "memory_is_out", "file_fails_once", "file_fails_for_long",
          "slow_reads", "shrunk_reads"]
# Both permit what the probes' good leaf is called, and neither what the bad one is.
MORE = SCOPE + "    permit more.example\n"
CHANGES = 10_000
VERIFICATIONS = 1_000_000 if programs.FULL else 50_000


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


@pytest.mark.parametrize("scenario", [name for name in FAULTS if "reads" not in name])
def test_fault_with_telemetry(probe, openssl_conf, module, list_in_force, tmp_path, scenario):
    """What is told needs memory and a file of its own."""
    path, *two = list_in_force
    conf = openssl_conf(list=path, refresh=1, telemetry=f"file:{tmp_path / 'telemetry'}")
    probe("faults", "provider", scenario, module, path, *two, "deny", conf=conf, timeout=300)


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
    probe("churn", state, "changes_under_readers", *same_size,
          CHANGES if state != "bare" else CHANGES // 20, conf=bare, timeout=500)


def test_list_written_twice_in_a_tick(probe, bare, same_size):
    probe("churn", "provider", "same_tick", *same_size, 300, conf=bare)


@pytest.mark.parametrize("state", TWO_STATES)
def test_long_run_is_flat(probe, openssl_conf, bare, module, same_size, state):
    conf = bare if state == "bare" else openssl_conf(list=same_size[0], refresh=1)
    probe("long_run", state, "flat", module, *same_size,
          VERIFICATIONS if state != "bare" else 10_000, 200, conf=conf,
          timeout=1500 if programs.FULL else 500)


class Prober(threading.Thread):
    """Starts one process after another that verifies, until it is told to stop."""

    def __init__(self, pki, conf):
        super().__init__(daemon=True)
        self.pki, self.conf = pki, conf
        self.wrong = []
        self.asked = threading.Semaphore(0)
        self.stop = threading.Event()

    def run(self):
        while not self.stop.is_set():
            good = programs.verify(self.pki.root, self.pki.good, conf=self.conf)
            bad = programs.verify(self.pki.root, self.pki.bad, conf=self.conf)
            if not good.accepted or bad.accepted or bad.error != PERMITTED_VIOLATION:
                self.wrong.append((good, bad))
            self.asked.release()


@contextlib.contextmanager
def probed(pki, conf):
    """wait_for(n): until n more processes each have verified; none of them may be wrong."""
    probers = [Prober(pki, conf) for _ in range(2)]

    def wait_for(count):
        for prober in probers:
            for _ in range(count):
                assert prober.asked.acquire(timeout=60), "a prober stopped"
    for prober in probers:
        prober.start()
    try:
        yield wait_for
    finally:
        for prober in probers:
            prober.stop.set()
        for prober in probers:
            prober.join(60)
    assert not any(prober.wrong for prober in probers), probers[0].wrong or probers[1].wrong


def replace_module(path, contents):
    """As dpkg and `cmake --install` do."""
    new = path.with_suffix(".new")
    new.write_bytes(contents)
    new.rename(path)


def test_upgrade_of_module_and_list(pki, compile_list, openssl_conf, module, tmp_path):
    """A running process keeps the module that it has; one that starts has a whole one."""
    installed = tmp_path / "rootscope.so"
    releases = [module.read_bytes() + word for word in (b"", b"the next release")]
    replace_module(installed, releases[0])
    path = compile_list(corp_source(pki))
    conf = openssl_conf(list=path, module=installed, refresh=1)
    with mtls_server(pki, conf) as running, probed(pki, conf) as wait_for:
        for turn in range(10):
            replace_module(installed, releases[(turn + 1) % 2])
            wait_for(1)
            # The list of this release and of the last one are the same so far: see image-format.md.
            compile_list(corp_source(pki) + f"    permit release{turn}.example\n", path)
            assert present(running, pki, pki.bad).error == PERMITTED_VIOLATION
            assert present(running, pki, pki.good).accepted
            wait_for(1)


@pytest.fixture
def install(module, fragments, tmp_path, run):
    """install(*wrapper): installs this build's module below `root`; the path it has there."""
    script = fragments.parent / "provider/cmake_install.cmake"
    root = tmp_path / "root"

    def install_(*wrapper):
        run(*wrapper, "cmake", "-P", script, env={"DESTDIR": root}, check=True)
        return next(root.rglob(module.name))
    return install_


def test_cmake_install_under_probes(pki, corp_list, openssl_conf, install):
    installed = install()
    conf = openssl_conf(list=corp_list, module=installed)
    with mtls_server(pki, conf) as running, probed(pki, conf) as wait_for:
        for _ in range(10):
            assert install() == installed
            assert present(running, pki, pki.bad).error == PERMITTED_VIOLATION
            assert present(running, pki, pki.good).accepted
            wait_for(1)


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_cmake_install_renames(install, tmp_path):
    """At no moment is the module missing, or written where processes have it mapped."""
    installed, trace = install(), tmp_path / "trace"
    install("strace", "-f", "-e", "trace=%file", "-o", trace)
    touched = [line for line in trace.read_text().splitlines() if f'"{installed}"' in line]
    changed = [line for line in touched if not re.search(r"stat|access|readlink|O_RDONLY", line)]
    assert len(changed) == 1 and re.search(r"rename\w*\(", changed[0]), "\n".join(touched)
    assert [entry.name for entry in installed.parent.iterdir()] == [installed.name]
