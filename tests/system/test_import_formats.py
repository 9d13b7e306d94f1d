# SPDX-License-Identifier: Apache-2.0
"""rootscope import: constraints in the formats of CCADB and Chrome, and folders of certificates."""

import base64
import json
import ssl

import pytest

from pki import openssl, plain_root

HASH = "46edc3689046d53a453fb3104ab80dcaec658b2660ea1629dd7e867990648716"
OTHERS = [f"{form}:*" for form in ("email", "uri", "srv", "xmpp", "upn", "krb5", "nai", "ip")]
COLUMNS = '"CA Owner","Common Name or Certificate Name","SHA-256 Fingerprint",' \
          '"Mozilla Applied Constraints","PEM Info"\n'


@pytest.fixture(scope="session")
def ca(tmp_path_factory):
    """A CA with name constraints, and its PEM."""
    folder = tmp_path_factory.mktemp("ca")
    return plain_root(folder / "ca.pem", "Corp CA", "nameConstraints=permitted;DNS:corp.example")


@pytest.fixture
def imported(tmp_path, rootscope, compile_list):
    """imported(option, text): the stanzas that a file gives, as (root line, permit lines)."""
    def run(option, text, status=0, stderr=""):
        path = tmp_path / "file"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        done = rootscope("import", option, path)
        assert done.returncode == status, done.output
        assert stderr in done.stderr and (stderr or done.stderr == ""), done.stderr
        if done.stdout:
            compile_list(done.stdout)
        stanzas = []
        for line in done.stdout.splitlines():
            if line.startswith("root "):
                stanzas.append((line, []))
            else:
                stanzas[-1][1].append(line.strip().removeprefix("permit "))
        return stanzas
    return run


# ---- CCADB ----

def test_ccadb_names_the_certificate_by_its_hash(imported):
    rows = f'"X","Kamu ""SM""","{HASH.upper()}","*.tr",""\n"Y","Free, Inc","00","",""\n'
    (root, rules), = imported("--from-ccadb", COLUMNS + rows)
    assert root == f'root cert-sha256:{HASH} "Kamu \\"SM\\""'
    assert rules == ["dns:.tr", *OTHERS]


def test_ccadb_names_the_key_if_it_has_the_certificate(imported, ca):
    rows = f'"X","Corp","","a.example; *.b.example",\'{ca.read_text()}\'\r\n'.replace("'", "\"'", 1)
    rows = rows.replace("'\r\n", "'\"\r\n")
    (root, rules), = imported("--from-ccadb", "\ufeff" + COLUMNS + rows)
    assert root.startswith("root spki-sha256:") and root.endswith(' "Corp"')
    assert rules == ["dns:a.example", "dns:.b.example", *OTHERS]


@pytest.mark.parametrize("row, said", [
    ('"X","N","12","*.tr",""', "12: not a SHA-256 hash of 64 digits"),
    (f'"X","N","{HASH}","a b",""', "in the host name"),
    (f'"X","N","{HASH}","*",""', None),
    ('"X","N","","*.tr","no certificate"', "certificate:"),
    ('"X","N"', None),
    ('"X","N","","*.tr","', "SHA-256"),
])
def test_ccadb_refuses_what_it_does_not_understand(imported, row, said):
    if said is None:
        imported("--from-ccadb", COLUMNS + row + "\n")
    else:
        assert imported("--from-ccadb", COLUMNS + row + "\n", 2, said) == []


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "\0\0", '"'])
def test_other_files_are_no_ccadb_reports(imported, text):
    assert imported("--from-ccadb", text, 2, "it has no column `Mozilla Applied Constraints`") == []


# ---- Chrome's policy ----

def entry(ca, **constraints):
    der = ssl.PEM_cert_to_DER_cert(ca.read_text())
    return {"certificate": base64.b64encode(der).decode(), "constraints": constraints}


@pytest.mark.parametrize("wrap", [lambda e: e, lambda e: {"CACertificatesWithConstraints": e}])
def test_chrome_policy(imported, ca, wrap):
    policy = wrap([entry(ca, permitted_dns_names=["corp.example", ".x.example"],
                         permitted_cidrs=["10.0.0.0/8", "2001:db8::/32"])])
    (root, rules), = imported("--from-chrome-policy", json.dumps(policy))
    assert root.startswith("root spki-sha256:") and root.endswith(' "Corp CA"')
    assert rules == ["dns:corp.example", "dns:.x.example", "ip:10.0.0.0/8", "ip:2001:db8::/32",
                     *OTHERS[:-1]]


def test_chrome_policy_without_a_kind_of_constraint_leaves_it_open(imported, ca):
    (_, rules), = imported("--from-chrome-policy",
                           json.dumps([entry(ca, permitted_cidrs=["10.0.0.0/8"])]))
    assert "dns:*" in rules and "ip:*" not in rules
    assert imported("--from-chrome-policy", json.dumps([entry(ca)])) == []


@pytest.mark.parametrize("change, said", [
    (lambda e: e["constraints"].update(weird=[]), "entry 1: weird is an unknown kind"),
    (lambda e: e["constraints"].update(permitted_cidrs="x"), "permitted_cidrs is not an array"),
    (lambda e: e["constraints"].update(permitted_cidrs=[1]), "something other than text"),
    (lambda e: e["constraints"].update(permitted_cidrs=["10.0.0.1/8"]), "10.0.0.1/8"),
    (lambda e: e["constraints"].update(permitted_dns_names=["a\0b"]), "NUL"),
    (lambda e: e["constraints"].update(permitted_dns_names=["a\n    permit *"]), "control"),
    (lambda e: e.update(certificate="AAAA"), "certificate"),
    (lambda e: e.update(certificate="A"), "certificate is not text in base64"),
    (lambda e: e.update(certificate=5), "certificate is not text in base64"),
])
def test_chrome_policy_refuses_what_it_does_not_understand(imported, ca, change, said):
    made = entry(ca, permitted_dns_names=["a.example"])
    change(made)
    assert imported("--from-chrome-policy", json.dumps([made]), 2, said) == []


@pytest.mark.parametrize("text, said", [
    ("", "not JSON"), ("[", "not JSON"), ("{}", "it has no array"), ("5", "not JSON"),
    ('{"a":1,"a":1}', "not JSON"), ("[" * 100000, "not JSON"), ('[5]', "certificate"),
])
def test_other_files_are_no_chrome_policies(imported, text, said):
    assert imported("--from-chrome-policy", text, 2, said) == []


# ---- Chrome's root store ----

def anchor(body):
    return f'# Roots\nversion_major: 3\ntrust_anchors {{\n  sha256_hex: "{HASH}"\n{body}\n}}\n'


@pytest.mark.parametrize("body, names, said", [
    ('constraints { permitted_dns_names: "tr" }', ["tr"], ""),
    ('constraints: {\n permitted_dns_names: ["a.example", \'.b.example\']; }',
     ["a.example", ".b.example"], ""),
    ('constraints { permitted_dns_names: "a" }, constraints < permitted_dns_names: "b" >',
     ["a", "b"], ""),
    ('constraints { permitted_dns_names: "a" min_version: "120" }', ["a"], "versions and dates"),
    ('constraints { permitted_dns_names: "a" }\nconstraints { sct_not_after_sec: 5 }', None,
     "it gets no stanza"),
    ('ev_policy_oids: "1.2.3" # permitted_dns_names: "x"', None, ""),
    ('other { constraints { permitted_dns_names: "x" } }', None, ""),
])
def test_chrome_root_store(imported, body, names, said):
    stanzas = imported("--from-chrome-root-store", anchor(body), 0, said)
    if names is None:
        assert stanzas == []
    else:
        assert stanzas == [(f"root cert-sha256:{HASH}",
                            [f"dns:{name}" for name in names] + OTHERS)]


@pytest.mark.parametrize("text", [
    anchor('constraints { permitted_dns_names: "tr" '), "}", "a", "a: {", 'a: "x', 'a: "\\x41"',
    "a:", "a: [", "\0", "x {" * 1000,
])
def test_other_files_are_no_chrome_root_stores(imported, text):
    assert imported("--from-chrome-root-store", text, 2, "not a message in protobuf's") == []


# ---- Folders of certificates ----

def test_folder_of_certificates(tmp_path, rootscope, ca, compile_list):
    (tmp_path / "a.pem").write_text(ca.read_text() + ca.read_text())
    (tmp_path / "b.txt").write_text("no certificate\n")
    (tmp_path / ".hidden").write_text("x")
    done = rootscope("import", "--from-certificate", tmp_path)
    assert done.returncode == 0 and done.stdout.count("root spki-sha256:") == 1
    assert "b.txt" in done.stderr and "hidden" not in done.stderr
    compile_list(done.stdout)


# ---- A root that the input has twice ----

TWICE = "this root is in the input before, with other constraints"


def test_a_root_is_printed_once(imported, ca):
    row = f'"X","First","{HASH}","a.example",""\n'
    assert imported("--from-ccadb", COLUMNS + row + row.replace("First", "Again")) == \
        [(f'root cert-sha256:{HASH} "First"', ["dns:a.example", *OTHERS])]
    entry = {"certificate": base64.b64encode(ssl.PEM_cert_to_DER_cert(ca.read_text())).decode(),
             "constraints": {"permitted_dns_names": ["a.example"]}}
    assert len(imported("--from-chrome-policy", json.dumps([entry, entry]))) == 1


def test_a_root_with_other_constraints_the_second_time_is_refused(imported):
    """Which of the two holds cannot be told: the first stands, and it is an error."""
    row = f'"X","One","{HASH}","a.example",""\n'
    stanzas = imported("--from-ccadb", COLUMNS + row + row.replace("a.example", "b.example"), 2,
                       f"file:3: One: {TWICE}")
    assert [rules[0] for _, rules in stanzas] == ["dns:a.example"]


def test_a_key_with_other_constraints_in_another_certificate_is_refused(tmp_path, rootscope, ca):
    (tmp_path / "a.pem").write_text(ca.read_text())
    openssl("req", "-x509", "-key", ca.with_suffix(".key"), "-out", tmp_path / "b.pem", "-subj",
            "/CN=Corp CA", "-days", "30", "-addext", "nameConstraints=permitted;DNS:b.example")
    done = rootscope("import", "--from-certificate", tmp_path)
    assert done.returncode == 2 and f"b.pem: {TWICE}" in done.stderr
    assert done.stdout.count("root ") == 1 and "dns:corp.example" in done.stdout


@pytest.mark.parametrize("words, said", [
    ([], "give one of the options --from-"),
    (["--from-ccadb", "a", "--from-chrome-policy", "b"], "give one of the options --from-"),
    (["--from-ccadb", "a", "--label", "x"], "--label is for --from-certificate"),
    (["--from-ccadb", "missing"], "missing: No such file or directory"),
    (["--from-chrome-policy", "."], ".:"),
])
def test_wrong_usage(rootscope, tmp_path, words, said):
    done = rootscope("import", *words, cwd=tmp_path)
    assert done.returncode == 2 and said in done.stderr
