# SPDX-License-Identifier: Apache-2.0
"""
The house of the system tests: certificates, lists and configurations for real programs.

ctest sets ROOTSCOPE_MODULE, ROOTSCOPE_COMMAND, ROOTSCOPE_PROBES, ROOTSCOPE_FRAGMENTS and
ROOTSCOPE_MANUAL; by hand, the build in build/ is taken. LD_LIBRARY_PATH and ROOTSCOPE_OPENSSL
choose another OpenSSL. ROOTSCOPE_TEST_DATA is the folder with data that is not part of the source.
"""

import itertools
import os
import pathlib
import shutil
import signal
import tempfile

import pytest

pytest.register_assert_rewrite("programs", "probing")

import killed  # noqa: E402
import programs  # noqa: E402 (its assertions must be rewritten first)
from own_machine import machine  # noqa: E402,F401 (a fixture)
from pki import Pki, corp_source  # noqa: E402
from probing import (bare, conf_of, lists, logged, own_mounts, probe,  # noqa: E402,F401 (fixtures)
                     sections)

SOURCE = pathlib.Path(__file__).resolve().parents[2]
ENTRIES = ("provider", "conf-module")
TEST_DATA = pathlib.Path(os.environ.get("ROOTSCOPE_TEST_DATA", SOURCE.parent / "shared/data"))


# A shell that starts the tests in the background has them ignored, and so would all their children.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)


def built(variable, default):
    path = pathlib.Path(os.environ.get(variable, SOURCE / "build" / default))
    if not path.exists():
        pytest.exit(f"{path} does not exist: build first, or set {variable}", returncode=1)
    return path


def data_file(name):
    """The path of a file that is not part of the source; without it, the test is skipped."""
    path = TEST_DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not part of the source and not in {TEST_DATA};"
                    " set ROOTSCOPE_TEST_DATA to the folder that has it")
    return path


def pytest_sessionfinish(session, exitstatus):
    """All skipped: tell ctest, which takes 77 for that."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if exitstatus == 0 and reporter and set(reporter.stats) & {"skipped"}:
        if not reporter.stats.get("passed"):
            session.exitstatus = 77


@pytest.fixture(scope="session")
def module():
    """The module's absolute path."""
    return built("ROOTSCOPE_MODULE", "provider/rootscope.so")


@pytest.fixture(scope="session")
def probes():
    """The folder with the built probes."""
    return built("ROOTSCOPE_PROBES", "tests/system/probes")


@pytest.fixture(scope="session")
def fragments():
    """The folder with the fragments of openssl.cnf, for where this build would be installed."""
    return built("ROOTSCOPE_FRAGMENTS", "conf")


@pytest.fixture(scope="session")
def manual():
    """The folder with the pages of the manual as they are installed."""
    return built("ROOTSCOPE_MANUAL", "docs")


@pytest.fixture(scope="session")
def run():
    """programs.run: a program in a clean environment, to its end."""
    return programs.run


@pytest.fixture(scope="session")
def command():
    """The rootscope command's path."""
    return built("ROOTSCOPE_COMMAND", "command/rootscope")


@pytest.fixture(scope="session")
def analysis(command):
    """The path of the second executable, which has some of the subcommands."""
    return command.with_name("rootscope-analysis")


@pytest.fixture(scope="session")
def rootscope(command):
    """Runs the rootscope command; options as programs.run."""
    return lambda *args, **options: programs.run(command, *args, **options)


@pytest.fixture(scope="session")
def pki(tmp_path_factory):
    """The certificates (pki.Pki), made once per session; tests issue more under other names."""
    return Pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def traced():
    """Skips the test where no process can be traced."""
    if why := killed.why_not():
        pytest.skip(why)


@pytest.fixture
def public_dir():
    """A folder that other users can read, as those of pytest cannot be."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="rootscope-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def compile_list(tmp_path, rootscope):
    """compile_list(text, path=None): compiles a list source; the path of the list."""
    numbers = itertools.count()

    def compile_(text, path=None):
        number = next(numbers)
        source = tmp_path / f"source-{number}.list"
        path = path or tmp_path / f"list-{number}.rsl"
        source.write_text(text)
        rootscope("compile", "-o", path, source, check=True)
        return path
    return compile_


@pytest.fixture
def corp_list(pki, compile_list):
    """The list that limits the corporate root to its scope."""
    return compile_list(corp_source(pki))


def conf_text(module, entry, settings):
    """A whole openssl.cnf that switches the module on by one of its two entries."""
    lines = "".join(f"{key} = {value}\n" for key, value in settings.items())
    if entry == "provider":
        return ("openssl_conf = openssl_init\nconfig_diagnostics = 1\n"
                "[openssl_init]\nproviders = provider_sect\n"
                "[provider_sect]\ndefault = default_sect\nrootscope = rootscope_sect\n"
                "[default_sect]\nactivate = 1\n"
                f"[rootscope_sect]\nactivate = 1\nmodule = {module}\n{lines}")
    if entry == "conf-module":
        return ("openssl_conf = openssl_init\nconfig_diagnostics = 1\n"
                "[openssl_init]\nrootscope = rootscope_sect\n"
                f"[rootscope_sect]\npath = {module}\n{lines}")
    raise ValueError(entry)


@pytest.fixture
def openssl_conf(tmp_path, module):
    """
    openssl_conf(list=None, entry="provider", path=None, module=None, **settings): the path of an
    openssl.cnf with these settings of the module. Telemetry is off unless a test sets it: a
    test's violations do not belong into the machine's log.
    """
    numbers = itertools.count()
    default_module = module

    def conf(list=None, entry="provider", path=None, module=None, **settings):
        if list is not None:
            settings["list"] = list
        settings.setdefault("telemetry", "off")
        path = path or tmp_path / f"openssl-{next(numbers)}.cnf"
        path.write_text(conf_text(module or default_module, entry, settings))
        return path
    return conf


@pytest.fixture(params=ENTRIES)
def entry(request):
    """Each way into a process in turn."""
    return request.param


@pytest.fixture(scope="session")
def server():
    """programs.Server: `with server(certificate, conf=...) as s:` and s.port."""
    return programs.Server
