# SPDX-License-Identifier: Apache-2.0
"""Unmodified programs refuse what is outside a root's scope, and nothing else."""

import pathlib
import time

import pytest

import expect
import programs
from pki import CORP_SCOPE, corp_source
from programs import mtls_server, present

HOST = {"good": "www.corp.example", "bad": "www.evil.example"}


@pytest.fixture(params=sorted(programs.TLS_CLIENTS))
def client(request):
    if programs.PRELOAD and request.param == "curl":
        pytest.skip("curl deadlocks in setlocale when AddressSanitizer is preloaded")
    return programs.TLS_CLIENTS[request.param]


def connect(client, server, pki, leaf, conf, host=None):
    """The client's outcome at a server that is not under test itself."""
    with server(getattr(pki, leaf)) as s:
        return client(s.port, host or HOST[leaf], pki.root, conf)


def test_verify_outside_refused(pki, corp_list, openssl_conf, entry):
    expect.enforced(pki, openssl_conf(list=corp_list, entry=entry))


@pytest.mark.parametrize("extra, alt_name, error", [
    ("    exclude hr.corp.example\n", "DNS:pay.hr.corp.example", programs.EXCLUDED_VIOLATION),
    ("    exclude hr.corp.example\n", "DNS:*.corp.example", programs.EXCLUDED_VIOLATION),
    ("", "DNS:a..corp.example", programs.UNSUPPORTED_NAME_SYNTAX),
    ("", "DNS:corp.example.evil.example", programs.PERMITTED_VIOLATION),
    ("", "DNS:notcorp.example", programs.PERMITTED_VIOLATION),
    ("", "IP:192.0.2.1", programs.PERMITTED_VIOLATION),
    ("", "email:someone@evil.example", programs.PERMITTED_VIOLATION),
])
def test_verify_error_number(pki, compile_list, openssl_conf, extra, alt_name, error):
    leaf = pki.leaf(f"error-number-{alt_name.replace('*', 'any')}", [alt_name], subject="/O=Nobody")
    conf = openssl_conf(list=compile_list(corp_source(pki, body=CORP_SCOPE + extra)))
    expect.refused(programs.verify(pki.root, leaf, conf=conf), programs.verify(pki.root, leaf),
                   {error})


def test_verify_unlisted_root_free(pki, compile_list, openssl_conf, entry):
    other = f"root spki-sha256:{'00' * 32}\n    permit elsewhere.example\n"
    expect.all_allowed(pki, openssl_conf(list=compile_list(other), entry=entry))


def test_client_outside_refused(pki, server, corp_list, openssl_conf, client, entry):
    conf = openssl_conf(list=corp_list, entry=entry)
    expect.refused(connect(client, server, pki, "bad", conf),
                   connect(client, server, pki, "bad", None), {programs.PERMITTED_VIOLATION})


def test_client_outside_refused_by_another_name(pki, server, corp_list, openssl_conf, client):
    """The name that the client asked for is within the scope, another one in the SAN is not."""
    conf = openssl_conf(list=corp_list)
    expect.refused(connect(client, server, pki, "bad", conf, "localhost"),
                   connect(client, server, pki, "bad", None, "localhost"),
                   {programs.PERMITTED_VIOLATION})


def test_client_inside_accepted(pki, server, corp_list, openssl_conf, client, entry):
    conf = openssl_conf(list=corp_list, entry=entry)
    expect.accepted(connect(client, server, pki, "good", conf))


def test_client_test_mode_refuses_nothing(pki, server, corp_list, openssl_conf, client, entry):
    conf = openssl_conf(list=corp_list, entry=entry, mode="test")
    expect.accepted(connect(client, server, pki, "good", conf))
    expect.accepted(connect(client, server, pki, "bad", conf))


def test_client_untrusted_chain_still_refused(pki, server, corp_list, openssl_conf, client):
    """An untrusted chain stays what it is: the module only ever takes away."""
    conf = openssl_conf(list=corp_list, mode="test")
    other = pki.ca(f"Other {client.__name__}")
    with server(pki.good) as s:
        outcome = client(s.port, HOST["good"], other, conf)
    assert not outcome.accepted
    assert outcome.error not in expect.NAME_ERRORS


def test_mtls_outside_refused(pki, corp_list, openssl_conf, entry):
    with mtls_server(pki, openssl_conf(list=corp_list, entry=entry)) as on:
        with mtls_server(pki, None) as off:
            expect.refused(present(on, pki, pki.bad), present(off, pki, pki.bad),
                           {programs.PERMITTED_VIOLATION})
        expect.accepted(present(on, pki, pki.good))


def test_mtls_list_mode_reaches_running_server(pki, compile_list, openssl_conf, entry):
    """`mode test` in the list is the kill switch: no restart, and back again."""
    path = compile_list(corp_source(pki))
    with mtls_server(pki, openssl_conf(list=path, entry=entry, refresh=1)) as s:
        assert present(s, pki, pki.bad).error == programs.PERMITTED_VIOLATION
        compile_list(corp_source(pki, head="mode test\n"), path)
        assert programs.eventually(lambda: present(s, pki, pki.bad).accepted)
        compile_list(corp_source(pki), path)
        assert programs.eventually(lambda: not present(s, pki, pki.bad).accepted)
        expect.accepted(present(s, pki, pki.good))


def test_mtls_no_refresh_keeps_first_list(pki, compile_list, openssl_conf):
    path = compile_list(corp_source(pki))
    with mtls_server(pki, openssl_conf(list=path, refresh=0)) as s:
        assert present(s, pki, pki.bad).error == programs.PERMITTED_VIOLATION
        compile_list(corp_source(pki, head="mode test\n"), path)
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline:
            assert not present(s, pki, pki.bad).accepted


def test_buildinfo_list_in_force(pki, corp_list, openssl_conf, run):
    done = run(programs.OPENSSL, "list", "-providers", "-verbose",
               conf=openssl_conf(list=corp_list), check=True)
    assert "rootscope" in done.stdout and "OpenSSL Default Provider" in done.stdout
    generation = corp_list.read_bytes()[32:40].hex()
    for part in f"list {corp_list}", f"generation {generation}", "mode enforce", "roots 1":
        assert part in done.stdout


def test_buildinfo_no_list_says_denies(tmp_path, openssl_conf, run):
    done = run(programs.OPENSSL, "list", "-providers", "-verbose",
               conf=openssl_conf(list=tmp_path / "none.rsl"), check=True)
    assert "denies" in done.stdout, done.stdout


@pytest.fixture
def fragment(tmp_path, module, fragments):
    """fragment(name, list, base): a shipped fragment for the module under test, after `base`."""
    def make(name, list, base=""):
        text = (fragments / name).read_text()
        installed = next(line.split("=", 1)[1].strip() for line in text.splitlines()
                         if line.startswith(("module =", "path =")))
        lines = [line.lstrip("# ") if line.startswith("# list =") else line
                 for line in text.replace(installed, str(module)).splitlines()]
        lines = [f"list = {list}" if line.startswith("list =") else line for line in lines]
        assert f"list = {list}" in lines
        path = tmp_path / name
        path.write_text(base + "\n".join(lines + ["telemetry = off", ""]))
        return path
    return make


# As Debian 12 ships them (commented out), and as Debian 13 does.
STOCK = {
    "none": "",
    "commented": "openssl_conf = openssl_init\n[openssl_init]\n# providers = provider_sect\n"
                 "ssl_conf = ssl_sect\n[ssl_sect]\nsystem_default = system_default_sect\n"
                 "[system_default_sect]\nMinProtocol = TLSv1.2\n",
    "active": "openssl_conf = openssl_init\n[openssl_init]\nproviders = provider_sect\n"
              "[provider_sect]\ndefault = default_sect\n[default_sect]\n# activate = 1\n",
}


@pytest.mark.parametrize("name", ["openssl-system.cnf", "openssl-conf-module.cnf"])
@pytest.mark.parametrize("stock", sorted(STOCK))
def test_fragment_appended_guards(pki, corp_list, fragment, run, name, stock):
    conf = fragment(name, corp_list, STOCK[stock])
    expect.enforced(pki, conf)
    run(programs.OPENSSL, "dgst", "-sha256", "/dev/null", conf=conf, check=True)


def test_fragment_appended_to_machine_configuration_guards(pki, corp_list, fragment):
    for name in "openssl-system.cnf", "openssl-conf-module.cnf":
        expect.enforced(pki, fragment(name, corp_list,
                                      pathlib.Path("/etc/ssl/openssl.cnf").read_text()))


def test_fragment_for_service_guards(pki, corp_list, fragment):
    expect.enforced(pki, fragment("openssl-service.cnf", corp_list))
