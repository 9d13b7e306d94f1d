# SPDX-License-Identifier: Apache-2.0
"""`rootscope check` explains a name of each form, in one line and in JSON."""

import itertools
import json

import pytest

from conftest import corp_source
from pki import openssl

SMTP_UTF8, SRV = "1.3.6.1.5.5.7.8.9", "1.3.6.1.5.5.7.8.7"
XMPP, UPN = "1.3.6.1.5.5.7.8.5", "1.3.6.1.4.1.311.20.2.3"
BODY = """\
    permit corp.example
    permit bücher.example
    permit email:boss@other.example
    permit ip:10.0.0.0/8
    permit cn:"Jane Doe"
    permit dirname:O=Corp
    permit dirname:CN=www.corp.example
    permit dirname:CN=www.evil.example
    permit othername:1.2.3
    exclude hr.corp.example
    exclude cn:root
    organization Corp
"""
numbers = itertools.count()


@pytest.fixture
def explained(rootscope, pki, compile_list):
    """explained(alt_names, subject, body): lines of `check` about the leaf, and names in JSON."""
    def explain(alt_names, subject="/O=Corp", body=BODY):
        # A section, as commas may stand in it: that of the format, without which it is Latin-1.
        lines = "".join(f"{name.replace(':', f'.{i} = ', 1)}\n" for i, name in enumerate(alt_names))
        lines = lines.replace(";UTF8:", ";FORMAT:UTF8,UTF8:")
        leaf = pki.leaf(f"forms {next(numbers)}", [], subject=subject, issuer=pki.root,
                        extensions=f"subjectAltName = @names\n[names]\n{lines}" if lines else "")
        words = ["check", "--list", compile_list(corp_source(pki, body=body)),
                 "--CAfile", pki.root.pem, leaf.pem]
        text = rootscope(*words)
        answer = json.loads(rootscope("check", "--json", *words[1:]).stdout)
        lines = [line[5:] for line in text.stdout.splitlines() if line.startswith("  0  ")][1:]
        [stanza] = answer["stanzas"]
        names = [n for n in stanza["names"] if n["depth"] == 0]
        assert len(lines) == len(names)
        denied = any(n["verdict"] != "permitted" for n in names)
        assert text.returncode == (1 if denied else 0)
        assert all(("DENIED" in line) == (n["verdict"] != "permitted")
                   for line, n in zip(lines, names))
        return lines, names
    return explain


OUTSIDE, EXCLUDED = "outside the permitted names", "within the excluded names"


@pytest.mark.parametrize("alt_name, line, reason, hint", [
    ("DNS:www.corp.example", "dns:www.corp.example: permitted, (rule: corp.example)",
     "permitted", None),
    ("DNS:hr.corp.example", "dns:hr.corp.example: DENIED, (rule: hr.corp.example)", "excluded",
     None),
    ("DNS:a.evil.example", "dns:a.evil.example: DENIED,", "not-permitted",
     "permit dns:a.evil.example"),
    ("email:joe@corp.example", "email:joe@corp.example: permitted, (rule: corp.example)",
     "permitted", None),
    ("email:boss@other.example", "email:boss@other.example: permitted,", "permitted", None),
    ("email:joe@other.example", "email:joe@other.example: DENIED,", "not-permitted",
     "permit email:joe@other.example"),
    ("email:joe@hr.corp.example", "email:joe@hr.corp.example: DENIED, (rule: hr.corp.example)",
     "excluded", None),
    (f"otherName:{SMTP_UTF8};UTF8:jürgen@corp.example",
     "email:jürgen@corp.example: permitted, (rule: corp.example)", "permitted", None),
    (f"otherName:{SMTP_UTF8};UTF8:jürgen@www.bücher.example",
     "email:jürgen@www.bücher.example: permitted, (rule: bücher.example)", "permitted", None),
    (f"otherName:{SMTP_UTF8};UTF8:jürgen@xn--bcher-kva.example",
     "email:jürgen@xn--bcher-kva.example: permitted, (rule: xn--bcher-kva.example)", "permitted",
     None),
    (f"otherName:{SMTP_UTF8};UTF8:jürgen@dürr.test", "email:jürgen@dürr.test: DENIED,",
     "not-permitted", "permit email:jürgen@dürr.test"),
    (f"otherName:{SMTP_UTF8};UTF8:jürgen@BÜCHER.test", "email:jürgen@BÜCHER.test: DENIED,",
     "not-permitted", None),
    (f"otherName:{SMTP_UTF8};UTF8:jürgen@ÜBER.corp.example",
     "email:jürgen@ÜBER.corp.example: DENIED,", "excluded", None),
    (f"otherName:{SMTP_UTF8};UTF8:jürgen@bücher.xn--p1ai",
     "email:jürgen@bücher.xn--p1ai: DENIED,", "bad-character", None),
    ("URI:https://www.corp.example:8443/x",
     "uri:https://www.corp.example:8443/x: permitted, (rule: corp.example)", "permitted", None),
    ("URI:https://a.evil.example/", "uri:https://a.evil.example/: DENIED,", "not-permitted",
     "permit uri:a.evil.example"),
    ("URI:urn:x:y", "uri:urn:x:y: permitted,", "ignored", None),
    (f"otherName:{SRV};IA5STRING:_ldap.corp.example",
     "srv:_ldap.corp.example: permitted, (rule: corp.example)", "permitted", None),
    (f"otherName:{SRV};IA5STRING:_ldap.evil.example", "srv:_ldap.evil.example: DENIED,",
     "not-permitted", "permit srv:evil.example"),
    (f"otherName:{XMPP};UTF8:joe@corp.example/home",
     "xmpp:joe@corp.example/home: permitted, (rule: corp.example)", "permitted", None),
    (f"otherName:{XMPP};UTF8:joe@evil.example", "xmpp:joe@evil.example: DENIED,",
     "not-permitted", "permit xmpp:evil.example"),
    (f"otherName:{UPN};UTF8:joe@corp.example",
     "upn:joe@corp.example: permitted, (rule: corp.example)", "permitted", None),
    (f"otherName:{UPN};UTF8:joe@evil.example", "upn:joe@evil.example: DENIED,", "not-permitted",
     "permit upn:evil.example"),
    ("IP:10.1.2.3", "ip:10.1.2.3: permitted,", "permitted", None),
    ("IP:192.0.2.1", "ip:192.0.2.1: DENIED,", "not-permitted", "permit ip:192.0.2.1"),
    ("otherName:1.2.3;UTF8:x", "othername:1.2.3: permitted,", "permitted", None),
    ("otherName:1.2.4;UTF8:x", "othername:1.2.4: DENIED,", "not-permitted",
     "permit othername:1.2.4"),
])
def test_check_explains_a_subject_alternative_name(explained, alt_name, line, reason, hint):
    lines, names = explained([alt_name])
    start, _, rule = line.partition("(rule:")
    assert lines[0].startswith(start.strip())
    assert lines[0].endswith(f"(rule:{rule}") if rule else "(rule:" not in lines[0]
    assert (names[0]["reason"], names[0]["hint"]) == (reason, hint)
    if hint:
        permitted = explained([alt_name], body=BODY + f"    {hint}\n")[1]
        assert permitted[0]["verdict"] == "permitted"


@pytest.mark.parametrize("subject, form, name, reason", [
    ("/O=Corp/CN=Jane Doe", "cn", "Jane Doe", "permitted"),
    ("/O=Corp/CN=www.corp.example", "cn", "www.corp.example", "permitted"),
    ("/O=Corp/CN=www.evil.example", "cn", "www.evil.example", "not-permitted"),
    ("/O=Corp/CN=10.1.2.3", "cn", "10.1.2.3", "permitted"),
    ("/O=Corp/CN=root", "cn", "root", "excluded"),
    ("/O=Corp/CN=John Doe", "cn", "John Doe", "ignored"),
    ("/O=Corp/CN=John Doe", "dirname", "CN=John Doe,O=Corp", "permitted"),
    ("/O=Corp/CN=John Doe", "organization", "Corp", "permitted"),
    ("/O=Evil/CN=John Doe", "dirname", "CN=John Doe,O=Evil", "not-permitted"),
    ("/O=Evil/CN=John Doe", "organization", "Evil", "not-permitted"),
    ("/O=Corp/emailAddress=joe@corp.example", "email", "joe@corp.example", "permitted"),
    ("/O=Corp/emailAddress=joe@evil.example", "email", "joe@evil.example", "not-permitted"),
])
def test_check_explains_a_name_in_the_subject(explained, subject, form, name, reason):
    lines, names = explained([], subject=subject)
    [found] = [n for n in names if (n["form"], n["name"]) == (form, name)]
    assert found["reason"] == reason
    assert any(line.startswith(f"{form}:{name}: ") for line in lines)


def test_check_looks_above_the_chain(rootscope, pki, corp_list, tmp_path):
    """A root of the store that OpenSSL does not take for the issuer, for its key identifier."""
    store, config = tmp_path / "store.pem", tmp_path / "again.cnf"
    config.write_text("[req]\ndistinguished_name = none\n[none]\n[extensions]\n"
                      "basicConstraints = critical, CA:TRUE\nsubjectKeyIdentifier = 010203\n")
    openssl("req", "-x509", "-config", config, "-extensions", "extensions", "-key", pki.root.key,
            "-subj", "/O=Corp/CN=Corp Root", "-days", "30", "-out", store)
    done = rootscope("check", "--list", corp_list, "--CAfile", store, pki.bad.chain)
    assert done.returncode == 1
    assert "The chain could not be completed" in done.stdout
    assert "Listed in the trust store, above the chain: root spki-sha256:" in done.stdout


@pytest.fixture(scope="module")
def crowded(pki):
    """A leaf with so many names inside and outside the scope that `check` cannot show them all."""
    names = [f"DNS:{i}.corp.example" for i in range(2500)]
    names += [f"DNS:{i}.evil.example" for i in range(2100)]
    lines = "".join(f"DNS.{i} = {name[4:]}\n" for i, name in enumerate(names))
    return pki.leaf("crowded", [], issuer=pki.root,
                    extensions=f"subjectAltName = @names\n[names]\n{lines}")


def test_check_keeps_so_many_names(rootscope, pki, corp_list, crowded):
    """What a hostile server sends costs no memory without bound; no verdict is lost by it."""
    words = ["--list", corp_list, "--CAfile", pki.root.pem, crowded.pem]
    done = rootscope("check", "--json", *words)
    [stanza] = json.loads(done.stdout)["stanzas"]
    shown = [n["verdict"] for n in stanza["names"]]
    assert done.returncode == 1
    assert (shown.count("permitted"), shown.count("denied")) == (2000, 2000)
    assert stanza["more_permitted"] >= 500
    assert shown.count("permitted") + stanza["more_permitted"] >= 2500
    assert stanza["more_denied"] >= 100
    text = rootscope("check", *words).stdout
    assert f"and {stanza['more_denied']} more that are DENIED" in text
    assert f"and {stanza['more_permitted']} more that are permitted" in text


@pytest.mark.parametrize("subject, hint", [
    ("/O=Corp/CN=admin", "permit cn:admin"),
    ("/O=Corp/CN=www.evil.example", "permit dns:www.evil.example"),
    ("/O=Corp/CN=192.0.2.1", "permit ip:192.0.2.1"),
    ("/O=Corp/CN=joe@evil.example", "permit email:joe@evil.example"),
    ("/O=Corp/emailAddress=joe@evil.example", "permit email:joe@evil.example"),
    ("/O=Evil Inc", "organization \"Evil Inc\""),
])
def test_line_for_a_subject_makes_its_certificate_pass(explained, subject, hint):
    """The narrowest line: pasted into the stanza, it permits what was refused."""
    body = "    permit corp.example\n    organization Corp\n"
    refused = [n for n in explained([], subject=subject, body=body)[1]
               if n["verdict"] != "permitted"]
    assert {n["hint"] for n in refused} == {hint}
    names = explained([], subject=subject, body=body + f"    {hint}\n")[1]
    assert all(n["verdict"] == "permitted" for n in names)


@pytest.mark.parametrize("body, hint", [
    ("    exclude evil.example\n", None),  # the first `permit` line would refuse all other names
    ("    permit corp.example\n", "permit cn:127.1"),
])
def test_no_line_for_a_malformed_name_where_nothing_needs_one(explained, body, hint):
    [name] = [n for n in explained([], subject="/CN=127.1", body=body)[1]
              if n["verdict"] != "permitted"]
    assert (name["form"], name.get("hint")) == ("cn", hint)


def test_check_hints_at_directory_names_that_a_list_can_read(explained):
    subject = "/O=Corp/GN=Jane/CN=a\\\\, b"
    body = "    permit dirname:O=Other\n"
    [hint] = [n["hint"] for n in explained([], subject=subject, body=body)[1]
              if n["form"] == "dirname"]
    names = explained([], subject=subject, body=body + f"    {hint}\n")[1]
    assert [n["verdict"] for n in names if n["form"] == "dirname"] == ["permitted"]


def test_show_does_not_list_what_the_compiler_derived(rootscope, pki, compile_list):
    """The U-labels that mail is looked up by come from the A-labels of the list."""
    path = compile_list(corp_source(pki, body="    permit bücher.example\n"
                                    "    exclude email:jürgen@bücher.example\n"))
    shown = rootscope("show", path, check=True).stdout.splitlines()[-2:]
    assert shown == ["    permit xn--bcher-kva.example",
                     "    exclude email:jürgen@xn--bcher-kva.example"]
    for name in "bücher", "jürgen@bücher.example":
        assert name.encode() in path.read_bytes()
