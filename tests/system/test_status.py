# SPDX-License-Identifier: Apache-2.0
"""`rootscope status`: what it finds in a configuration, and that it tries what it says."""

import json
import os
import pathlib
import pwd
import re
import shlex
import shutil
import ssl
import subprocess

import pytest

import programs
from pki import corp_source

GUARDED, WARNING, NOT_GUARDED, USAGE = 0, 1, 2, 3

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")

START = "openssl_conf = openssl_init\n"
INIT = "[openssl_init]\nproviders = provider_sect\n"
PROVIDERS = "[provider_sect]\ndefault = default_sect\nrootscope = rootscope_sect\n"
DEFAULT = "[default_sect]\nactivate = 1\n"
SECTION = "[rootscope_sect]\nactivate = 1\nmodule = {module}\nlist = {list}\ntelemetry = off\n"
WHOLE = START + INIT + PROVIDERS + DEFAULT + SECTION
CONF_MODULE = (START + "[openssl_init]\nrootscope = rootscope_sect\n"
               "[rootscope_sect]\npath = {module}\nlist = {list}\ntelemetry = off\n")


@pytest.fixture
def public_list(public_dir, compile_list, pki):
    """A list that every user can read."""
    return compile_list(corp_source(pki), public_dir / "permitted.rsl")


@pytest.fixture
def public_module(public_dir, module):
    """A copy of the module that every user can read, whatever folder it was built in."""
    copy = public_dir / "rootscope.so"
    shutil.copy(module, copy)
    copy.chmod(0o644)
    return copy


@pytest.fixture
def status(rootscope, public_dir, public_module, public_list, pki):
    """
    status(template, *options, **values): `rootscope status --json` of a configuration; the answer
    and the exit status. {module} and {list} in the template are the good ones unless told.
    """
    def ask(template, *options, **values):
        text = template.format(**{"module": public_module, "list": public_list, **values})
        conf = public_dir / "openssl.cnf"
        conf.write_text(text)
        conf.chmod(0o644)
        done = rootscope("status", "--json", "--config", conf, "--CAfile", pki.root.pem, *options)
        answer = json.loads(done.stdout)
        words = {GUARDED: "guarded", WARNING: "warning", NOT_GUARDED: "not guarded"}
        assert answer["status"] == words[done.returncode], done.output
        return answer, done.returncode
    return ask


def ids(answer):
    return {problem["id"] for problem in answer["problems"]}


@pytest.mark.parametrize("template", [WHOLE, CONF_MODULE], ids=["provider", "conf-module"])
def test_guarded(status, public_list, template):
    answer, code = status(template)
    assert (code, ids(answer)) == (GUARDED, set())
    assert answer["list"]["path"] == str(public_list)
    assert answer["list"]["roots"] == 1
    users = answer["programs"]
    assert len(users) == (2 if os.geteuid() == 0 else 1)
    for user in users:
        assert user["verification_guarded"] and user["test_root_enforced"]
        assert user["listed_roots_tried"] == user["listed_roots_refusing"] == 1
        has_description = template is WHOLE  # a configuration module has no parameters
        assert (user["build_info"] is not None) == has_description


# What trying it in a program finds, whatever the configuration's text looks like.
SEEN_IN_PROGRAMS = {"not-in-force", "denies-everything", "checks-nothing", "good-refused",
                    "default-not-activated", "default-properties-unserved"}

# Each has one thing wrong; the problem that must be told of, and the exit status.
FAULTS = {
    "openssl-conf-missing": ("# " + WHOLE, NOT_GUARDED),
    "openssl-conf-misplaced": ("[other]\n" + WHOLE, NOT_GUARDED),
    "init-section-missing": (START + PROVIDERS + DEFAULT + SECTION, NOT_GUARDED),
    # As Debian 12 ships it, with sections appended.
    "providers-missing": (START + "[openssl_init]\n# providers = provider_sect\nx = 1\n"
                          + PROVIDERS + DEFAULT + SECTION, NOT_GUARDED),
    "providers-section-missing": (START + INIT + DEFAULT + SECTION, NOT_GUARDED),
    "entry-missing": (START + INIT + "[provider_sect]\ndefault = default_sect\n" + DEFAULT
                      + SECTION, NOT_GUARDED),
    "not-configured": (START + INIT + "[provider_sect]\ndefault = default_sect\n" + DEFAULT,
                       NOT_GUARDED),
    "default-not-activated": (START + INIT + "[provider_sect]\nrootscope = rootscope_sect\n"
                              + SECTION, NOT_GUARDED),
    "section-missing": (START + INIT + PROVIDERS + DEFAULT, NOT_GUARDED),
    "not-activated": (WHOLE.replace("activate = 1\nmodule", "module"), NOT_GUARDED),
    "module-unnamed": (WHOLE.replace("module = {module}\n", ""), NOT_GUARDED),
    "module-relative": (WHOLE.replace("{module}", "./rootscope.so"), NOT_GUARDED),
    "module-missing": (WHOLE.replace("{module}", "/nonexistent/rootscope.so"), NOT_GUARDED),
    "unknown-key": (WHOLE + "refesh = 10\n", WARNING),
    "bad-setting": (WHOLE + "mode = enfore\n", NOT_GUARDED),
    "mode-test": (WHOLE + "mode = test\n", WARNING),
    "mode-off": (WHOLE + "mode = off\n", NOT_GUARDED),
    "on-list-error-allow": (WHOLE + "on_list_error = allow\n", WARNING),
    "ssl-conf-empty": (WHOLE.replace("providers =", "ssl_conf = ssl\nproviders =")
                       + "[ssl]\n", NOT_GUARDED),
    "init-line-unknown": (WHOLE.replace("providers =", "nonsense = provider_sect\nproviders ="),
                          NOT_GUARDED),
    # An engine whose file has gone, and a key that OpenSSL does not know.
    "init-line-failed": (WHOLE.replace("providers =", "engines = engines\nproviders =")
                         + "[engines]\ngone = gone\n[gone]\nengine_id = gone\n"
                           "dynamic_path = /nonexistent/gone.so\n", NOT_GUARDED),
    "default-properties-unserved": (
        WHOLE.replace("providers =", "alg_section = algorithms\nproviders =")
        + "[algorithms]\ndefault_properties = fips=yes\n", NOT_GUARDED),
    "include-relative": (START + ".include other.cnf\n" + WHOLE.replace(START, ""), WARNING),
    "conf-module-not-last": (CONF_MODULE.replace("[rootscope_sect]",
                                                 "oid_section = oids\n[rootscope_sect]")
                             + "[oids]\nx = 1.2.3.4\n", WARNING),
    "config-syntax": (WHOLE + "[unclosed\n", NOT_GUARDED),
    "list-unusable": (WHOLE.replace("{list}", "/nonexistent/permitted.rsl"), NOT_GUARDED),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_found(status, fault):
    template, expected = FAULTS[fault]
    answer, code = status(template)
    assert fault in ids(answer)
    assert code == expected
    for problem in answer["problems"]:
        assert problem["text"] and problem["fix"]
    if expected == NOT_GUARDED and answer["programs"]:
        assert ids(answer) & SEEN_IN_PROGRAMS


def problem(answer, name):
    return next(p for p in answer["problems"] if p["id"] == name)


@pytest.mark.parametrize("line, section", [
    ("engines = broken",
     "gone = gone\n[gone]\nengine_id = gone\ndynamic_path = /nonexistent/gone.so\n"),
    ("alg_section = broken", "default_propertys = fips=yes\n"),
])
def test_line_that_fails_is_named(status, line, section):
    """OpenSSL stops there without a message, and never comes to the providers."""
    before = WHOLE.replace("providers =", f"{line}\nproviders =", 1) + f"[broken]\n{section}"
    answer, code = status(before)
    assert (code, ids(answer)) == (NOT_GUARDED, {"init-line-failed", "not-in-force"})
    assert f"`{line}` in [openssl_init] fails" in problem(answer, "init-line-failed")["text"]
    after = WHOLE.replace("[provider_sect]", f"{line}\n[provider_sect]", 1) + f"[broken]\n{section}"
    answer, code = status(after)
    assert (code, ids(answer)) == (WARNING, {"init-line-failed"})


def test_query_that_no_provider_serves(status):
    """Nothing is verified then; that is neither a missing provider nor a fault of the module."""
    answer, code = status(WHOLE.replace("providers =", "alg_section = algorithms\nproviders =")
                          + "[algorithms]\ndefault_properties = fips=yes\n")
    assert (code, ids(answer)) == (NOT_GUARDED, {"default-properties-unserved"})
    assert "`default_properties = fips=yes` in [algorithms]" in answer["problems"][0]["text"]


def test_relative_include(rootscope, public_dir, public_module, public_list, pki):
    """Tried from `/`, as daemons start, wherever the administrator stands."""
    whole = WHOLE.format(module=public_module, list=public_list)
    start, rest = whole.split(PROVIDERS)
    (public_dir / "more.cnf").write_text(PROVIDERS + rest)
    conf = public_dir / "openssl.cnf"
    words = ["status", "--json", "--config", conf.name, "--CAfile", pki.root.pem]
    for path, expected in ("more.cnf", NOT_GUARDED), (public_dir / "more.cnf", GUARDED):
        conf.write_text(f"{start}.include {path}\n")
        done = rootscope(*words, cwd=public_dir)
        answer = json.loads(done.stdout)
        assert done.returncode == expected, done.output
        assert ("include-relative" in ids(answer)) == (expected == NOT_GUARDED)
    conf.write_text(f"{start}.include more.cnf\n")
    answer = json.loads(rootscope(*words, cwd=public_dir).stdout)
    assert answer["configuration"]["entry"] == "none"
    assert problem(answer, "include-relative")["severity"] == "error"
    fix = problem(answer, "include-relative")["fix"]
    assert fix == f"write the absolute path: .include {public_dir}/more.cnf"


@pytest.mark.parametrize("mode, line", [("test", "mode test"), ("off", "mode off")])
def test_listed_root_not_enforced(status, public_list, compile_list, pki, mode, line):
    compile_list(corp_source(pki, body=f"    {line}\n    permit corp.example\n"), public_list)
    answer, code = status(WHOLE)
    assert (code, ids(answer)) == (WARNING, {f"roots-mode-{mode}"})
    assert "'Corp Root'" in answer["problems"][0]["text"]


@pytest.mark.parametrize("template, consequence", [
    (WHOLE.replace("{list}", "/nonexistent/permitted.rsl"), "every certificate is refused"),
    (WHOLE + "mode = enfore\n", "every certificate is refused"),
    (WHOLE.replace("{list}", "/nonexistent/permitted.rsl") + "mode = test\n", "nothing is checked"),
    (WHOLE + "refresh = soon\nmode = test\n", "nothing is checked"),
])
def test_consequence_comes_first(status, rootscope, public_dir, pki, template, consequence):
    answer, code = status(template)
    assert code == NOT_GUARDED
    [found] = [p for p in answer["problems"] if p["id"] in ("list-unusable", "bad-setting")]
    assert found["text"].startswith(f"{consequence}: ")
    refuses = consequence == "every certificate is refused"
    assert all(user["refuses_all"] is refuses for user in answer["programs"])
    text = rootscope("status", "--config", public_dir / "openssl.cnf").stdout
    assert text.startswith("not guarded" + (f": {consequence}\n" if refuses else "\n"))


@AS_ROOT
@pytest.mark.parametrize("what", ["list", "module", "config"])
@pytest.mark.parametrize("by", ["owner", "folder"])
def test_file_that_others_can_replace(status, public_dir, public_module, public_list, what, by):
    folder = public_dir / f"theirs-{what}-{by}"
    folder.mkdir(mode=0o755)
    values = {}
    if what == "config":
        target = folder / "openssl.cnf"
        target.write_text("[unused]\n")
    else:
        target = shutil.copy(public_list if what == "list" else public_module, folder)
        values = {what: target}
    nobody = pwd.getpwnam("nobody").pw_uid
    os.chown(target if by == "owner" else folder, nobody, -1)
    options = ("--config", target) if what == "config" else ()
    if what == "config":
        pathlib.Path(target).write_text(WHOLE.format(module=public_module, list=public_list))
    answer, code = status(WHOLE, *options, **values)
    assert (code, ids(answer)) == (WARNING, {f"{what}-replaceable"})
    assert answer["problems"][0]["text"].startswith("the user nobody can replace")


def test_root_whose_key_nothing_can_use(status, public_list, compile_list, pki, tmp_path):
    """A key of a kind that OpenSSL does not know, as GOST is without its engine."""
    der = pki.root.der().replace(bytes.fromhex("06072a8648ce3d0201"),
                               bytes.fromhex("06072a8648ce3d027f"))
    pem = tmp_path / "odd.pem"
    pem.write_text(ssl.DER_cert_to_PEM_cert(der))
    compile_list(f'root pem:{pem} "Odd"\n    permit corp.example\n', public_list)
    answer, code = status(WHOLE, "--CAfile", pem)
    assert (code, ids(answer)) == (GUARDED, set())
    assert answer["listed_roots_skipped"] == 1
    assert "OpenSSL cannot make the kind of key" in answer["listed_roots_not_tried"]


@pytest.fixture(scope="module")
def other_ca(pki):
    """An issuing CA of a root that no list has."""
    return pki.ca("Other Issuing CA", issuer=pki.ca("Other Root"))


@pytest.mark.parametrize("names, faults", [
    (["root", "intermediate"], {"store-intermediate"}),
    (["root", "intermediate", "below"], {"store-intermediate"}),
    (["intermediate"], {"store-intermediate-alone"}),
    (["root", "other-issuing-ca", "other-root"], set()),
])
def test_issuing_ca_in_the_trust_store(status, pki, other_ca, tmp_path, names, faults):
    """Where it is trusted by itself, only the store tells that a listed root stands above."""
    below = pki.directory / "corp-team-ca.pem"
    if not below.exists():
        pki.ca("Corp Team CA", issuer=pki.intermediate)
    files = {"root": pki.root.pem, "intermediate": pki.intermediate.pem, "below": below}
    store = tmp_path / "store.pem"
    store.write_text("".join(files.get(n, pki.directory / f"{n}.pem").read_text() for n in names))
    answer, code = status(WHOLE, "--CAfile", store)
    assert (code, ids(answer)) == (WARNING if faults else GUARDED, faults)
    texts = [p["text"] for p in answer["problems"]]
    assert all("CN=Corp Issuing CA" in text or "CN=Corp Team CA" in text for text in texts)
    assert len(texts) == (2 if "below" in names else len(faults))


def test_fault_after_module_only_warns(status):
    """An empty ssl_conf after `providers` is no matter to the module."""
    template = WHOLE.replace("[provider_sect]", "ssl_conf = ssl\n[provider_sect]", 1) + "[ssl]\n"
    answer, code = status(template)
    assert (code, ids(answer)) == (WARNING, {"ssl-conf-empty"})


def test_unknown_key_of_conf_module_denies(status):
    answer, code = status(CONF_MODULE + "refesh = 10\n")
    assert code == NOT_GUARDED
    assert ids(answer) >= {"unknown-key", "good-refused"}


def test_known_keys_named(status):
    answer, _ = status(WHOLE + "refesh = 10\n")
    assert all(key in answer["problems"][0]["fix"] for key in ("list", "mode", "refresh"))


def test_config_missing(rootscope, tmp_path):
    done = rootscope("status", "--config", tmp_path / "none.cnf")
    assert done.returncode == NOT_GUARDED
    assert "cannot be read" in done.stdout


def test_config_from_environment(rootscope, openssl_conf, corp_list):
    conf = openssl_conf(list=corp_list)
    done = rootscope("status", "--json", conf=conf)
    assert json.loads(done.stdout)["configuration"] == {
        "path": str(conf), "from": "environment", "entry": "provider", "mode": "enforce",
        "module": json.loads(done.stdout)["configuration"]["module"]}


def test_config_of_openssl_itself(command):
    """Without option and environment, the file that every application reads."""
    env = {name: value for name, value in programs.environment().items()
           if name != "OPENSSL_CONF"}
    done = subprocess.run([command, "status", "--json"], env=env, capture_output=True, text=True,
                          timeout=120)
    folder = run_openssl("version", "-d").split('"')[1]
    answer = json.loads(done.stdout)
    assert answer["configuration"]["path"] == f"{folder}/openssl.cnf"
    assert answer["configuration"]["from"] == "default"


def test_config_of_include(status, public_dir):
    """What is included counts as if it stood there, sections too."""
    rest = public_dir / "rest.cnf"
    rest.write_text((INIT + PROVIDERS + DEFAULT).format())
    rest.chmod(0o644)
    answer, code = status(f"{START}.include {rest}\n" + SECTION)
    assert (code, ids(answer)) == (GUARDED, set())


def test_config_path_with_odd_characters(rootscope, public_dir, public_module, public_list, pki):
    conf = public_dir / "it's $HOME; a #1 \"test\".cnf"
    conf.write_text(WHOLE.format(module=public_module, list=public_list))
    conf.chmod(0o644)
    done = rootscope("status", "--config", conf, "--CAfile", pki.root.pem)
    assert done.returncode == GUARDED, done.output


def test_module_of_other_architecture(status, public_module):
    image = bytearray(public_module.read_bytes())
    image[18:20] = (0xB7 if image[18] != 0xB7 else 0x3E).to_bytes(2, "little")
    public_module.write_bytes(image)
    answer, code = status(WHOLE)
    assert code == NOT_GUARDED
    assert ids(answer) >= {"module-architecture", "not-in-force"}


def test_module_not_a_library(status, public_module):
    public_module.write_text("no library\n")
    answer, code = status(WHOLE)
    assert code == NOT_GUARDED
    assert ids(answer) >= {"module-not-loadable", "not-in-force"}


def test_module_truncated(status, public_module):
    """Its header is in order; only loading it shows what it is worth, and that may kill."""
    public_module.write_bytes(public_module.read_bytes()[:4096])
    answer, code = status(WHOLE)
    assert code == NOT_GUARDED
    assert ids(answer) & {"not-in-force", "program-failed"}


@pytest.mark.parametrize("mode, fault, expected", [
    (0o664, "module-writable", WARNING),
    (0o600, "module-unreadable", NOT_GUARDED),
])
def test_module_permissions(status, public_module, mode, fault, expected):
    public_module.chmod(mode)
    answer, code = status(WHOLE)
    assert fault in ids(answer)
    assert code == expected


@pytest.mark.parametrize("mode", [0o664, 0o646])
def test_list_writable_by_others(status, public_list, mode):
    public_list.chmod(mode)
    answer, code = status(WHOLE)
    assert code == NOT_GUARDED
    assert ids(answer) >= {"list-unusable", "denies-everything"}
    assert answer["list"] is None


def test_list_damaged(status, public_list):
    public_list.write_bytes(public_list.read_bytes()[:-1])
    answer, code = status(WHOLE)
    assert code == NOT_GUARDED
    assert ids(answer) >= {"list-unusable", "denies-everything"}


@pytest.mark.parametrize("mode, fault, expected", [
    ("test", "list-mode-test", WARNING),
    ("test until 2020-01-01", None, GUARDED),
    ("off", "list-mode-off", NOT_GUARDED),
])
def test_list_mode(status, public_list, compile_list, pki, mode, fault, expected):
    compile_list(corp_source(pki, head=f"mode {mode}\n"), public_list)
    answer, code = status(WHOLE)
    assert (code, ids(answer)) == (expected, {fault} if fault else set())


def test_list_empty(status, public_list, compile_list):
    compile_list("# nothing\n", public_list)
    answer, code = status(WHOLE)
    assert (code, ids(answer)) == (WARNING, {"list-empty"})
    assert "no root that the list limits" in answer["listed_roots_not_tried"]


def test_list_compared_with_sources(status, public_list, tmp_path, pki, rootscope):
    shipped, local = tmp_path / "shipped", tmp_path / "local"
    shipped.mkdir()
    local.mkdir()
    source = local / "corp.list"
    source.write_text(corp_source(pki))
    folders = ("--shipped", shipped, "--local", local)
    rootscope("compile", "-o", public_list, *folders, check=True)
    answer, code = status(WHOLE, *folders)
    assert (code, answer["list"]["sources_differ"]) == (GUARDED, False)
    before = answer["list"]["lint_warnings"]
    source.write_text(corp_source(pki) + "    permit www.corp.example\n")
    answer, code = status(WHOLE, *folders)
    assert answer["list"]["lint_warnings"] == before + 1
    rootscope("compile", "-o", public_list, *folders, check=True)
    answer, code = status(WHOLE, *folders)
    assert (code, ids(answer)) == (GUARDED, set())
    source.write_text(corp_source(pki) + "    permit more.example\n")
    answer, code = status(WHOLE, *folders)
    assert (code, ids(answer)) == (WARNING, {"list-outdated"})
    assert answer["list"]["sources_differ"] is True
    source.write_text("nonsense\n")
    answer, code = status(WHOLE, *folders)
    assert (code, ids(answer)) == (WARNING, {"sources-bad"})


def test_listed_roots_not_tried(status, public_list, compile_list, pki):
    """With a root of the trust store that the list leaves free, nothing can be shown."""
    compile_list(corp_source(pki, body="    mode off\n    permit corp.example\n"), public_list)
    answer, code = status(WHOLE)
    assert (code, ids(answer)) == (WARNING, {"roots-mode-off"})
    assert answer["programs"][0]["listed_roots_tried"] == 0
    assert "no root that the list limits" in answer["listed_roots_not_tried"]


@AS_ROOT
@pytest.mark.parametrize("what, fault", [
    ("permitted.rsl", "list-unreadable"),
    ("openssl.cnf", "config-unreadable"),
])
def test_unreadable_for_unprivileged(rootscope, public_dir, public_module, public_list, pki, what,
                                     fault):
    conf = public_dir / "openssl.cnf"
    conf.write_text(WHOLE.format(module=public_module, list=public_list))
    conf.chmod(0o644)
    (public_dir / what).chmod(0o600)
    done = rootscope("status", "--json", "--config", conf, "--CAfile", pki.root.pem)
    answer = json.loads(done.stdout)
    assert done.returncode == NOT_GUARDED
    assert fault in ids(answer)
    assert [user["user"] for user in answer["programs"]] == ["root", "nobody"]
    assert answer["programs"][0]["verification_guarded"] is True


@AS_ROOT
def test_run_as_unprivileged(status, command, public_dir, run):
    """The same answer for a user who can't become another one."""
    status(WHOLE)
    nobody = pwd.getpwnam("nobody")
    copy = public_dir / "rootscope"
    shutil.copy(command, copy)
    copy.chmod(0o755)
    done = run("setpriv", f"--reuid={nobody.pw_uid}", "--clear-groups", copy, "status", "--json",
               "--config", public_dir / "openssl.cnf", cwd="/")
    answer = json.loads(done.stdout)
    assert done.returncode == GUARDED, done.output
    assert [user["user"] for user in answer["programs"]] == ["nobody"]


def test_text_tells_problem_and_fix(rootscope, openssl_conf, corp_list):
    done = rootscope("status", "--config", openssl_conf(list=corp_list, mode="off"))
    assert done.returncode == NOT_GUARDED
    assert done.stdout.startswith("not guarded\n")
    assert "mode = off" in done.stdout and "write `mode = enforce`" in done.stdout


def test_quiet_prints_nothing(rootscope, openssl_conf, corp_list):
    done = rootscope("status", "-q", "--config", openssl_conf(list=corp_list, mode="off"))
    assert (done.returncode, done.output) == (NOT_GUARDED, "")


@pytest.mark.parametrize("arguments", [
    ["--nonsense"], ["--config"], ["more"],
], ids=str)
def test_usage(rootscope, arguments):
    done = rootscope("status", *arguments)
    assert done.returncode == USAGE
    assert "rootscope help status" in done.stderr


def test_nothing_left_behind(status, public_dir, rootscope):
    status(WHOLE)
    folder = public_dir / "temporary"
    folder.mkdir()
    done = rootscope("status", "--config", public_dir / "openssl.cnf", env={"TMPDIR": folder})
    assert done.returncode == GUARDED
    assert list(folder.iterdir()) == []


def test_nothing_left_behind_by_broken_pipe(status, public_dir, command):
    status(WHOLE)
    folder = public_dir / "temporary"
    folder.mkdir()
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([command, "status", "--config", public_dir / "openssl.cnf"],
                          env=programs.environment(TMPDIR=folder), stdout=writer,
                          restore_signals=True, timeout=60)
    os.close(writer)
    assert done.returncode != GUARDED
    assert list(folder.iterdir()) == []


@AS_ROOT
def test_private_temporary_folder(status, public_dir, rootscope, tmp_path):
    """The unprivileged user could not read what is put there."""
    status(WHOLE)
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    done = rootscope("status", "--config", public_dir / "openssl.cnf", env={"TMPDIR": private})
    assert done.returncode == GUARDED, done.output


def test_conf_module_missing_with_diagnostics(status):
    """Then OpenSSL, which keeps quiet about providers, stops programs."""
    answer, code = status("config_diagnostics = 1\n" + CONF_MODULE,
                          module="/nonexistent/rootscope.so")
    assert code == NOT_GUARDED
    assert ids(answer) >= {"module-missing", "openssl-does-not-start"}


def test_probe_is_hidden(rootscope):
    assert "status-probe" not in rootscope("--help").stdout
    assert rootscope("status-probe").returncode == 2


def stock_config():
    """OpenSSL's own file as this machine's distribution ships it, or changed it."""
    folder = run_openssl("version", "-d").split('"')[1]
    path = pathlib.Path(folder) / "openssl.cnf"
    if not path.exists():
        pytest.skip(f"no {path} on this machine")
    return path.read_text()


def run_openssl(*arguments):
    return programs.run(programs.OPENSSL, *arguments, check=True).stdout


def test_fragment_appended_to_stock_config(status, tmp_path):
    """As README says to do it."""
    answer, code = status("{stock}" + "[default]\n" + WHOLE, stock=stock_config())
    assert (code, ids(answer)) == (GUARDED, set())


def test_sections_alone_appended_to_stock_config(status):
    """Debian ships the line that would lead to them as a comment."""
    stock = stock_config()
    if "# providers = provider_sect" not in stock:
        pytest.skip("the machine's openssl.cnf has `providers` switched on")
    answer, code = status("{stock}" + PROVIDERS + DEFAULT + SECTION, stock=stock)
    assert (code, ids(answer)) == (NOT_GUARDED, {"providers-missing"})
    assert "run `rootscope enable --config " in answer["problems"][0]["fix"]


def test_command_that_enables_is_quoted(rootscope, tmp_path):
    conf = tmp_path / "what's new.cnf"
    conf.write_text("")
    answer = json.loads(rootscope("status", "--json", "--config", conf).stdout)
    command = re.fullmatch("run `(.*)`", answer["problems"][0]["fix"])[1]
    assert shlex.split(command) == ["rootscope", "enable", "--config", str(conf)]


def test_openssl_conf_appended_to_stock_config(status):
    """Appended without [default], the line falls into the last section of the file."""
    stock = stock_config().replace("openssl_conf = openssl_init", "")
    answer, code = status("{stock}" + WHOLE, stock=stock)
    assert (code, ids(answer)) == (NOT_GUARDED, {"openssl-conf-misplaced"})


def test_init_section_twice(status):
    """Sections of one name are one, and a later line of one key holds."""
    first = "[openssl_init]\noid_section = oids\n[oids]\nx = 1.2.3.4\n"
    answer, code = status(START + first + INIT + PROVIDERS + DEFAULT + SECTION)
    assert (code, ids(answer)) == (GUARDED, set())


def test_providers_named_twice(status):
    """Another software's section, appended later, takes ours out of force."""
    other = ("[openssl_init]\nproviders = other_sect\n"
             "[other_sect]\ndefault = default_sect\n")
    answer, code = status(WHOLE + other)
    assert (code, ids(answer)) == (NOT_GUARDED, {"entry-missing"})
    assert "[other_sect] does not name it" in answer["problems"][0]["text"]


def test_trials_not_reported(status, public_dir):
    """What is tried to look is nobody's violation."""
    log = public_dir / "telemetry.log"
    log.touch()
    log.chmod(0o666)
    answer, code = status(WHOLE.replace("telemetry = off", "telemetry = file:{log}"), log=log)
    assert answer["programs"][0]["listed_roots_tried"] == 1
    assert (code, log.read_text()) == (GUARDED, "")


def test_without_module_nothing_is_enforced(status):
    answer, _ = status(WHOLE, module="/nonexistent/rootscope.so")
    for user in answer["programs"]:
        assert user["verification_guarded"] is False
        assert user["test_root_enforced"] is False
        assert (user["listed_roots_tried"], user["listed_roots_refusing"]) == (1, 0)


def test_other_library_in_place_of_module(status, public_module):
    """A provider that loads, and is not ours."""
    modules = re.search(r'MODULESDIR: "(.*)"', run_openssl("version", "-m")).group(1)
    legacy = pathlib.Path(modules) / "legacy.so"
    if not legacy.exists():
        pytest.skip(f"no {legacy} on this machine")
    shutil.copy(legacy, public_module)
    answer, code = status(WHOLE)
    assert code == NOT_GUARDED
    assert ids(answer) == {"not-in-force"}
    assert answer["programs"][0]["test_root_enforced"] is False
