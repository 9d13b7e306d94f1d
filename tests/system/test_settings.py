# SPDX-License-Identifier: Apache-2.0
"""Every setting of the module's section: what it does, and that nonsense denies."""

import itertools

import pytest

import expect
import programs
from pki import CORP_SCOPE, corp_source


def build_info(run, conf):
    return run(programs.OPENSSL, "list", "-providers", "-verbose", conf=conf, check=True).stdout


@pytest.mark.parametrize("settings", [
    {},
    {"mode": "enforce"},
    {"on_list_error": "deny"},
    {"on_list_error": "allow"},
    {"refresh": 0},
    {"refresh": 300},
    {"telemetry_names": "suffix"},
    {"telemetry_names": "full"},
], ids=str)
def test_valid_setting_enforces(pki, corp_list, openssl_conf, entry, settings):
    expect.enforced(pki, openssl_conf(list=corp_list, entry=entry, **settings))


@pytest.mark.parametrize("mode", ["test", "off"])
def test_mode_refuses_nothing(pki, corp_list, openssl_conf, entry, mode):
    expect.all_allowed(pki, openssl_conf(list=corp_list, entry=entry, mode=mode))


@pytest.mark.parametrize("setting, value", [
    ("mode", "yes"),
    ("mode", "Enforce"),
    ("mode", "enforce,test"),
    ("mode", "testing"),
    ("mode", "tes"),
    ("mode", "off off"),
    ("mode", ""),
    ("on_list_error", "ignore"),
    ("on_list_error", "Allow"),
    ("on_list_error", "allow-all"),
    ("on_list_error", ""),
    ("refresh", "-1"),
    ("refresh", "1.5"),
    ("refresh", "300s"),
    ("refresh", "0x10"),
    ("refresh", "often"),
    ("refresh", "99999999999999999999"),
    ("refresh", ""),
    ("telemetry", "stderr"),
    ("telemetry", "file:"),
    ("telemetry", "file:relative.log"),
    ("telemetry", "file: /var/log/rootscope.log"),
    ("telemetry", "/var/log/rootscope.log"),
    ("telemetry", "syslog,file:/var/log/rootscope.log"),
    ("telemetry", "file:/" + 4096 * "x"),
    ("telemetry", ""),
    ("telemetry_names", "none"),
    ("telemetry_names", "Full"),
    ("telemetry_names", "suffix full"),
    ("telemetry_names", ""),
    ("list", "permitted.rsl"),
    ("list", "./permitted.rsl"),
    ("list", ""),
])
def test_invalid_setting_denies(pki, corp_list, openssl_conf, run, entry, setting, value):
    """The program itself goes on: OpenSSL would drop a provider that failed its start."""
    conf = openssl_conf(**{"list": corp_list, "entry": entry, setting: value})
    expect.all_denied(pki, conf)
    run(programs.OPENSSL, "dgst", "-sha256", "/dev/null", conf=conf, check=True)


def test_telemetry_syslog_accepted(pki, corp_list, openssl_conf, entry):
    """Nothing is refused here, so nothing goes into the machine's log."""
    conf = openssl_conf(list=corp_list, entry=entry, telemetry="syslog")
    expect.accepted(programs.verify(pki.root, pki.good, conf=conf))


@pytest.mark.parametrize("names", ["suffix", "full"])
def test_telemetry_file_accepted(pki, corp_list, openssl_conf, entry, tmp_path, names):
    conf = openssl_conf(list=corp_list, entry=entry, telemetry=f"file:{tmp_path}/log",
                        telemetry_names=names)
    expect.enforced(pki, conf)


def test_telemetry_file_that_cannot_be_opened_changes_no_verdict(pki, corp_list, openssl_conf,
                                                                 entry, tmp_path):
    conf = openssl_conf(list=corp_list, entry=entry, telemetry=f"file:{tmp_path}/none/log")
    expect.enforced(pki, conf)


def test_unknown_key(pki, corp_list, openssl_conf):
    """A configuration module sees its whole section; a provider gets what it asks for by name."""
    expect.all_denied(pki, openssl_conf(list=corp_list, entry="conf-module", modus="test"))
    expect.enforced(pki, openssl_conf(list=corp_list, entry="provider", modus="test"))


def test_relative_list_denies_even_where_it_exists(pki, corp_list, openssl_conf, entry):
    conf = openssl_conf(list=corp_list.name, entry=entry)
    expect.all_denied(pki, conf, cwd=corp_list.parent)


@pytest.mark.parametrize("setting, value", [("mode", "yes"), ("refresh", "-1"),
                                            ("list", "permitted.rsl"),
                                            ("telemetry", "file:log"),
                                            ("telemetry_names", "all")])
def test_invalid_setting_shown(pki, corp_list, openssl_conf, run, setting, value):
    info = build_info(run, openssl_conf(**{"list": corp_list, setting: value}))
    assert "denies" in info and setting in info, info


def test_default_list_shown(openssl_conf, run):
    assert "/var/lib/rootscope/permitted.rsl" in build_info(run, openssl_conf())


@pytest.mark.parametrize("mode", ["enforce", "test", "off"])
def test_mode_shown(corp_list, openssl_conf, run, mode):
    assert mode in build_info(run, openssl_conf(list=corp_list, mode=mode))


@pytest.mark.parametrize("mode, on_list_error, allowed", [
    ("enforce", "deny", False),
    ("enforce", "allow", True),
    ("test", "deny", True),
    ("test", "allow", True),
    ("off", "deny", True),
    ("off", "allow", True),
])
def test_missing_list(pki, tmp_path, openssl_conf, entry, mode, on_list_error, allowed):
    conf = openssl_conf(list=tmp_path / "none.rsl", entry=entry, mode=mode,
                        on_list_error=on_list_error)
    (expect.all_allowed if allowed else expect.all_denied)(pki, conf)


MODES = ("enforce", "test", "off")


@pytest.mark.parametrize("in_list, in_stanza", list(itertools.product(MODES, MODES)))
def test_weakest_mode_holds(pki, compile_list, openssl_conf, in_list, in_stanza):
    path = compile_list(corp_source(pki, head=f"mode {in_list}\n",
                                    body=CORP_SCOPE + f"    mode {in_stanza}\n"))
    for in_conf in MODES:
        conf = openssl_conf(list=path, mode=in_conf)
        if {in_conf, in_list, in_stanza} == {"enforce"}:
            expect.enforced(pki, conf)
        else:
            expect.all_allowed(pki, conf)


@pytest.mark.parametrize("head, body", [
    ("mode test until {}\n", CORP_SCOPE),
    ("", CORP_SCOPE + "    mode test until {}\n"),
])
def test_test_mode_ends_on_its_date(pki, compile_list, openssl_conf, head, body):
    def conf(date):
        return openssl_conf(list=compile_list(corp_source(pki, head.format(date),
                                                          body.format(date))))
    expect.enforced(pki, conf("2020-02-29"))
    expect.all_allowed(pki, conf("2999-12-31"))


def test_environment_changes_nothing(pki, corp_list, openssl_conf):
    """Whoever may set a program's environment must not thereby change its policy."""
    conf = openssl_conf(list=corp_list)
    outcome = programs.verify(pki.root, pki.bad, conf=conf, env={
        "ROOTSCOPE_MODE": "off", "ROOTSCOPE_LIST": "/nonexistent", "ROOTSCOPE_DISABLE": "1"})
    assert outcome.error == programs.PERMITTED_VIOLATION


def test_two_sections_both_bind(pki, compile_list, openssl_conf, tmp_path, module):
    """A chain must be within the scope of every list that some section loads."""
    corp = compile_list(corp_source(pki))
    narrow = compile_list(corp_source(pki, body="    permit localhost\n"))
    conf = openssl_conf(list=corp)
    text = conf.read_text().replace("rootscope = rootscope_sect\n",
                                    "rootscope = rootscope_sect\nsecond = second_sect\n")
    conf.write_text(f"{text}[second_sect]\nactivate = 1\nmodule = {module}\nlist = {narrow}\n"
                    "telemetry = off\n")
    expect.all_denied(pki, conf)
    expect.enforced(pki, openssl_conf(list=corp))


def test_default_provider_needed_beside(pki, corp_list, openssl_conf, run):
    """Why every fragment activates `default`: this is what happens without."""
    conf = openssl_conf(list=corp_list)
    conf.write_text(conf.read_text().replace("default = default_sect\n", ""))
    assert run(programs.OPENSSL, "dgst", "-sha256", "/dev/null", conf=conf).returncode != 0
