# SPDX-License-Identifier: Apache-2.0
"""Name constraints of certificates as stanzas, and stanzas as name constraints."""

import ipaddress
import itertools
import random
import re
import ssl

import pytest

import programs
from pki import openssl

FORMS = ("dns", "email", "uri", "srv", "xmpp", "upn", "krb5", "nai", "ip")
SRV, XMPP, UPN = "1.3.6.1.5.5.7.8.7", "1.3.6.1.5.5.7.8.5", "1.3.6.1.4.1.311.20.2.3"
SMTP_UTF8 = "1.3.6.1.5.5.7.8.9"
ROOT = "Test CA"
numbers = itertools.count()


# ---- Certificates ----

@pytest.fixture(scope="session")
def make_ca(tmp_path_factory):
    """make_ca(lines, subject=None): a self-signed CA with these lines of openssl.cnf; its PEM."""
    folder = tmp_path_factory.mktemp("constraints")
    key = folder / "key.pem"
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key)

    def make(lines, subject=f"/CN={ROOT}"):
        base = folder / f"ca-{next(numbers)}"
        request, config = base.with_suffix(".csr"), base.with_suffix(".cnf")
        config.write_text(lines)
        openssl("req", "-new", "-key", key, "-subj", subject, "-utf8", "-out", request)
        openssl("x509", "-req", "-in", request, "-signkey", key, "-extfile", config,
                "-days", "30", "-out", base)
        return base
    return make


def section(*constraints, more=""):
    """Lines of openssl.cnf for constraints as in its nameConstraints sections."""
    lines = "".join(f"{c}\n" for c in constraints)
    return f"nameConstraints = critical,@names\n[names]\n{lines}{more}"


def der(tag, *content):
    body = b"".join(content)
    size = len(body).to_bytes(2, "big")
    length = bytes([len(body)]) if len(body) < 128 else b"\x82" + size
    return bytes([tag]) + length + body


def extension(permitted=(), excluded=()):
    """Lines for an extension of these GeneralSubtrees in DER, whatever they are."""
    value = b"".join(der(tag, *trees) for tag, trees in ((0xa0, permitted), (0xa1, excluded))
                     if trees)
    return f"nameConstraints = critical,DER:{der(0x30, value).hex()}\n"


def subtree(tag, value, distance=b""):
    return der(0x30, der(tag, value), distance)


def other_name(oid, value):
    """An otherName of a type-id's content in hexadecimal, and a value in DER."""
    return subtree(0xa0, der(0x06, bytes.fromhex(oid)) + der(0xa0, value))


SRV_OID = "2b06010505070807"


@pytest.fixture
def imported(rootscope, make_ca):
    """imported(lines): the rules of a CA of these lines, as its stanza has them, in order."""
    def rules_of(lines):
        done = rootscope("import", "--from-certificate", make_ca(lines), check=True)
        assert done.stderr == ""
        head, *rules = done.stdout.splitlines()
        assert re.fullmatch(rf'root spki-sha256:[0-9a-f]{{64}} "{ROOT}"', head)
        return [r.strip() for r in rules]
    return rules_of


def opened(*listed):
    """The lines for the forms that an extension permits none of."""
    return [f"permit {f}:*" for f in FORMS if f not in listed]


# ---- import ----

@pytest.mark.parametrize("constraint, form, rule", [
    ("permitted;DNS = corp.example", "dns", "dns:corp.example"),
    ("permitted;DNS = Corp.Example", "dns", "dns:Corp.Example"),
    ("permitted;DNS = .corp.example", "dns", "dns:.corp.example"),
    ("permitted;DNS = _x.xn--bcher-kva.example", "dns", "dns:_x.xn--bcher-kva.example"),
    ("permitted;email = corp.example", "email", "email:corp.example"),
    ("permitted;email = .corp.example", "email", "email:.corp.example"),
    ("permitted;email = joe@corp.example", "email", "email:joe@corp.example"),
    ("permitted;email = o\\'h\\#x+y=z@corp.example", "email", "email:o'h#x+y=z@corp.example"),
    ("permitted;email = \\#x@corp.example", "email", 'email:"#x@corp.example"'),
    ("permitted;URI = www.corp.example", "uri", "uri:www.corp.example"),
    ("permitted;URI = .corp.example", "uri", "uri:.corp.example"),
    ("permitted;IP = 10.0.0.0/255.0.0.0", "ip", "ip:10.0.0.0/8"),
    ("permitted;IP = 10.1.2.3/255.254.0.0", "ip", "ip:10.0.0.0/15"),
    ("permitted;IP = 10.1.2.3/255.255.255.255", "ip", "ip:10.1.2.3/32"),
    ("permitted;IP = 0.0.0.0/0.0.0.0", "ip", "ip:0.0.0.0/0"),
    ("permitted;IP = 2001:db8::/ffff:ffff::", "ip", "ip:2001:db8::/32"),
    ("permitted;IP = ::/::", "ip", "ip:::/0"),
    (f"permitted;otherName = {SRV};IA5STRING:corp.example", "srv", "srv:corp.example"),
])
def test_import_of_a_permitted_name_leaves_other_forms_open(imported, constraint, form, rule):
    assert imported(section(constraint)) == [f"permit {rule}", *opened(form)]


def test_import_of_excluded_names_opens_nothing(imported):
    assert imported(section("excluded;DNS.1 = hr.corp.example", "excluded;DNS.2 = ",
                            "excluded;email = joe@corp.example", "excluded;URI = .x.example",
                            "excluded;IP.1 = ::/::", "excluded;dirName = dn",
                            more="[dn]\nC = TR\nO = Acme\n")) == [
        "exclude dns:hr.corp.example", "exclude dns:*", "exclude email:joe@corp.example",
        "exclude uri:.x.example", "exclude ip:::/0", "exclude dirname:O=Acme,C=TR"]


def test_import_keeps_the_order_and_both_polarities(imported):
    assert imported(section("excluded;DNS = hr.corp.example", "permitted;DNS = corp.example",
                            "permitted;IP = 10.0.0.0/255.0.0.0")) == [
        "permit dns:corp.example", "permit ip:10.0.0.0/8", *opened("dns", "ip"),
        "exclude dns:hr.corp.example"]


@pytest.mark.parametrize("lines, rule", [
    ("C = TR\nO = Acme\nCN = Jane Doe\n", 'dirname:"CN=Jane Doe,O=Acme,C=TR"'),
    ("O = Acme\\, \\\"Inc\\\" \\#1 \\\\ +=<>\\;\n",
     r'dirname:"O=Acme\\2C \\22Inc\\22 \\231 \\5C \\2B\\3D\\3C\\3E\\3B"'),
    ("O = a\n1.+OU = b\n", "dirname:OU=b+O=a"),
    ("1.2.5.4.42 = Jane\n", "dirname:2.5.4.42=Jane"),
    ("DC = example\n1.DC = corp\n", "dirname:DC=corp,DC=example"),
])
def test_import_of_directory_names(imported, lines, rule):
    rules = imported(section("permitted;dirName = dn", more=f"[dn]\n{lines}"))
    assert rules == [f"permit {rule}", *opened()]


# A value in DER of an attribute O, and how a list spells it; both give the same canonical form.
@pytest.mark.parametrize("value, spelt", [
    (der(0x0c, "Türk A.Ş.".encode()), "Türk A.Ş."),
    (der(0x1e, "Türk".encode("utf-16-be")), "Türk"),
    (der(0x14, "Türk".encode("latin-1")), "Türk"),
    (der(0x0c, "a\u202eb".encode()), r"a\\E2\\80\\AEb"),
    (der(0x0c, b"a\nb\x7f\xc2\x85"), r"a\\0Ab\\7F\\C2\\85"),
    (der(0x0c, b""), "#0C00"),
    (der(0x0c, b" \t "), "#0C03200920"),
    (der(0x0c, b"a\0b"), "#0C03610062"),
    (der(0x12, b"1  2"), "#120431202032"),
    (der(0x02, b"\x07"), "#020107"),
])
def test_import_of_odd_values_gives_the_same_directory_name(
        rootscope, make_ca, compile_list, value, spelt):
    name = der(0x30, der(0x31, der(0x30, der(0x06, bytes.fromhex("55040a")), value)))
    first = make_ca(extension(permitted=[subtree(0xa4, name)]))
    text = rootscope("import", "--from-certificate", first, check=True).stdout
    said = next(line for line in text.splitlines() if "dirname" in line)
    assert said.strip().replace('"', "") == f"permit dirname:O={spelt}"
    # What show makes of the canonical form compiles to that form again.
    shown = rules_of(rootscope, compile_list(text))
    assert rules_of(rootscope, compile_list(shown)) == shown


def test_import_of_a_country_that_is_not_ascii(imported):
    """No string that a source has for this type: the value in hexadecimal."""
    country = der(0x30, der(0x06, bytes.fromhex("550406")), der(0x0c, "Tü".encode()))
    tree = subtree(0xa4, der(0x30, der(0x31, country)))
    assert imported(extension(excluded=[tree])) == ["exclude dirname:C=#0C0354C3BC"]


def test_import_of_an_empty_directory_name_constrains_none(imported):
    empty, acme = der(0x30), der(0x30, der(0x31, der(0x30, bytes.fromhex("060355040a0c0141"))))
    assert imported(extension(permitted=[subtree(0xa4, empty)])) == opened()
    assert imported(extension(permitted=[subtree(0xa4, acme), subtree(0xa4, empty),
                                         subtree(0x82, b"a.example")])) == \
        ["permit dns:a.example", *opened("dns")]


def test_import_of_an_empty_dns_name_makes_others_redundant(imported):
    assert imported(section("permitted;DNS.1 = corp.example", "permitted;DNS.2 = ",
                            "permitted;email = a.example", "excluded;DNS = b.example")) == [
        "permit email:a.example", *opened("email"), "exclude dns:b.example"]


def test_import_takes_a_minimum_of_zero(imported):
    assert imported(extension(permitted=[subtree(0x82, b"a.example", b"\x80\x01\0")])) == \
        ["permit dns:a.example", *opened("dns")]


LONG = der(0x30, *[der(0x31, der(0x30, bytes.fromhex("060355040a"), der(0x0c, b"x" * 1000)))] * 5)


@pytest.mark.parametrize("tree, said", [
    (subtree(0x82, b"a.example", b"\x80\x01\x01"), 'dNSName "a.example": it has a minimum'),
    (subtree(0x82, b"a.example", b"\x81\x01\x00"),
     'dNSName "a.example": it has a minimum or a max'),
    (subtree(0x82, b"*.a.example"), 'dNSName "*.a.example": "*.a.example" is not a suffix'),
    (subtree(0x82, b"*"), 'dNSName "*": it is not a name'),
    (subtree(0x82, b"."), 'dNSName "."'),
    (subtree(0x82, b"a.example."), "dot at the end"),
    (subtree(0x82, b"192.0.2.1"), "is not a host name"),
    (subtree(0x82, b"a\n    permit *"), "characters that no host name has"),
    (subtree(0x82, b"a b"), "characters that no host name has"),
    (subtree(0x82, "bücher.example".encode()), "characters that no host name has"),
    (subtree(0x82, b"xn--a.example"), "is not an A-label"),
    (subtree(0x82, b"x" * 64), "label over 63 bytes"),
    (subtree(0x81, b""), "rfc822Name \"\": it is empty"),
    (subtree(0x81, b"*"), "it is not a name"),
    (subtree(0x81, b"@a.example"), "0 bytes before the @"),
    (subtree(0x81, b"a@b@c"), "rfc822Name"),
    (subtree(0x81, b'"a"@b.example'), "is not the name of a mailbox"),
    (subtree(0x86, b""), "uniformResourceIdentifier \"\": it is empty"),
    (subtree(0x86, b"https://a.example/"), "uniformResourceIdentifier"),
    (subtree(0x86, b"a.example:443"), "uniformResourceIdentifier"),
    (subtree(0x87, b"\x0a\0\0\0"), "iPAddress 4 octets: it is not an address with a mask"),
    (subtree(0x87, b""), "iPAddress 0 octets"),
    (subtree(0x87, bytes(24)), "iPAddress 24 octets"),
    (subtree(0x87, b"\x0a\0\0\0\xff\0\xff\0"), "its mask is not a prefix"),
    (subtree(0x87, b"\x0a\0\0\0\0\xff\xff\xff"), "its mask is not a prefix"),
    (subtree(0x87, bytes(10) + b"\xff\xff\x0a\0\0\0" + b"\xff" * 13 + bytes(3)), "IPv4-mapped"),
    (subtree(0x87, bytes(10) + b"\xff\xff" + bytes(4) + b"\xff" * 12 + bytes(4)), "IPv4-mapped"),
    (subtree(0xa4, der(0x30, b"\x31\x00\x05\x00")), "directoryName"),
    (subtree(0xa4, LONG), "line"),
    (subtree(0xa3, b"\x30\0"), "x400Address"),
    (subtree(0xa5, b"\xa1\0"), "ediPartyName"),
    (subtree(0x88, b"\x2a\x03"), 'registeredID "1.2.3": a list has no rules'),
    (other_name("2a03", der(0x0c, b"x")), 'otherName "1.2.3": no standard'),
    (other_name("2b060104018237140203", der(0x0c, b"x.example")), f'otherName "{UPN}"'),
    (other_name("2b06010505070805", der(0x0c, b"x.example")), f'otherName "{XMPP}"'),
    (other_name("2b06010505070809", der(0x0c, b"x.example")), f'otherName "{SMTP_UTF8}"'),
    (other_name(SRV_OID, der(0x0c, b"x.example")), "not an IA5String"),
    (other_name(SRV_OID, der(0x16, b"_ldap.x.example")), "names a service"),
    (other_name(SRV_OID, der(0x16, b".x.example")), "starts with a dot"),
    (other_name(SRV_OID, der(0x16, b"")), "it is empty"),
])
@pytest.mark.parametrize("polarity", ("permitted", "excluded"))
def test_import_refuses_what_a_list_cannot_say(rootscope, make_ca, tree, said, polarity):
    good = subtree(0x82, b"good.example")
    ca = make_ca(extension(**{polarity: [good, tree]}))
    done = rootscope("import", "--from-certificate", ca)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"rootscope: {ca}: {polarity} ") and said in done.stderr
    assert "good.example" not in done.stderr


def test_import_refuses_an_excluded_empty_directory_name(rootscope, make_ca):
    ca = make_ca(extension(excluded=[subtree(0xa4, der(0x30))]))
    done = rootscope("import", "--from-certificate", ca)
    assert (done.returncode, done.stdout) == (2, "") and "every name" in done.stderr


def test_import_reports_all_that_it_refuses(rootscope, make_ca):
    done = rootscope("import", "--from-certificate", make_ca(extension(
        permitted=[subtree(0x88, b"\x2a\x03")], excluded=[subtree(0x82, b"*")])))
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 2


@pytest.mark.parametrize("value", [
    "3000", "05003000", "300705a003820161", "3002a000", "3006a0048002a1a1",
    "3007a0053003820161" + "00", "3009a0053003820161a100",
])
def test_import_refuses_an_extension_that_does_not_decode(rootscope, make_ca, value):
    done = rootscope("import", "--from-certificate", make_ca(f"nameConstraints = DER:{value}\n"))
    assert (done.returncode, done.stdout) == (2, "") and "cannot be decoded" in done.stderr


def elements(content):
    """The DER elements that follow one another in these bytes, whole."""
    found = []
    while content:
        octets = content[1] & 0x7f if content[1] & 0x80 else 0
        size = int.from_bytes(content[2:2 + octets], "big") if octets else content[1]
        size += 2 + octets
        found.append(content[:size])
        content = content[size:]
    return found


def inside(element):
    return element[2 + (element[1] & 0x7f if element[1] & 0x80 else 0):]


def test_import_refuses_two_extensions(rootscope, make_ca, tmp_path):
    """Made by hand, for openssl makes no such certificate; the signature is not looked at."""
    ca = make_ca(section("permitted;DNS = a.example"))
    body, *signature = elements(inside(openssl("x509", "-in", ca, "-outform", "DER")))
    *fields, extensions = elements(inside(body))
    both = der(0x30, *elements(inside(inside(extensions))) * 2)
    twice = tmp_path / "twice.pem"
    twice.write_text(ssl.DER_cert_to_PEM_cert(
        der(0x30, der(0x30, *fields, der(0xa3, both)), *signature)))
    done = rootscope("import", "--from-certificate", twice)
    assert (done.returncode, done.stdout) == (2, "") and "two nameConstraints" in done.stderr


def test_import_refuses_other_files(rootscope, make_ca, tmp_path):
    none = make_ca("basicConstraints = CA:TRUE\n")
    for path, said in ((none, "has no nameConstraints"), (tmp_path / "missing", "missing")):
        done = rootscope("import", "--from-certificate", path)
        assert (done.returncode, done.stdout) == (2, "") and said in done.stderr


def test_import_takes_the_label_that_it_is_told(rootscope, make_ca, compile_list):
    ca = make_ca(section("permitted;DNS = a.example"), subject="/O=Acme \"1\"/CN=Some \\\\ CA")
    text = rootscope("import", "--from-certificate", ca, check=True).stdout
    assert text.splitlines()[0].endswith(r' "Some \\ CA"')
    compile_list(text)
    text = rootscope("import", "--from-certificate", ca, "--label", 'My "CA"', check=True).stdout
    assert text.splitlines()[0].endswith(r' "My \"CA\""')
    assert 'My \\"CA\\"' in rootscope("show", compile_list(text), check=True).stdout
    piped = rootscope("import", "--from-certificate", "-", input=ca.read_text(), check=True).stdout
    assert piped.splitlines()[1:] == text.splitlines()[1:]


# ---- export ----

def rules_of(rootscope, path):
    """The stanzas of a compiled list as a source, without the comments."""
    shown = rootscope("show", path, check=True).stdout
    return "".join(f"{line}\n" for line in shown.splitlines() if line and line[0] != "#")


@pytest.fixture
def exported(rootscope, compile_list):
    """exported(rules): what `export extension` makes of a stanza; its lines without comments."""
    def export(rules):
        body = "".join(f"    {r}\n" for r in rules)
        path = compile_list(f'root spki-sha256:{"ab" * 32} "{ROOT}"\n{body}')
        done = rootscope("export", "extension", ROOT, path)
        lines = done.stdout.splitlines()
        missing = [line.removeprefix("# not expressible: ") for line in lines
                   if line.startswith("# not expressible: ")]
        assert done.returncode == (1 if missing else 0)
        if missing:
            assert f"cannot express {len(missing)} line" in done.stderr
        else:
            assert done.stderr == ""
        return [line for line in lines if line and line[0] not in "#["], missing
    return export


OPEN = [f"permit {f}:*" for f in FORMS]


def opened_but(*forms):
    return [r for r in OPEN if r.split()[1].split(":")[0] not in forms]


@pytest.mark.parametrize("form, rules, constraints", [
    ("dns", ["permit dns:a.example"], ["permitted;DNS.1 = a.example"]),
    ("dns", ["permit dns:.a.example", "exclude dns:b.a.example"],
     ["permitted;DNS.1 = .a.example", "excluded;DNS.1 = b.a.example"]),
    ("dns", ["permit dns:bücher.example"], ["permitted;DNS.1 = xn--bcher-kva.example"]),
    ("dns", [], ["excluded;DNS.1 = "]),
    ("dns", ["exclude dns:*", "permit dns:*"], ["excluded;DNS.1 = "]),
    ("email", ["permit email:a.example"], ["permitted;email.1 = a.example"]),
    ("email", ["permit email:.a.example"], ["permitted;email.1 = .a.example"]),
    ("email", ["permit email:bücher.example"], ["permitted;email.1 = xn--bcher-kva.example"]),
    ("email", ["permit email:Joe@bücher.example"],
     ["permitted;email.1 = Joe@xn--bcher-kva.example"]),
    ("email", ["permit email:a.example", "permit email:.a.example", "exclude email:x@a.example"],
     ["permitted;email.1 = a.example", "permitted;email.2 = .a.example",
      "excluded;email.1 = x@a.example"]),
    ("uri", ["permit uri:a.example", "exclude uri:.b.example"],
     ["permitted;URI.1 = a.example", "excluded;URI.1 = .b.example"]),
    ("ip", ["permit ip:10.0.0.0/8", "exclude ip:10.1.0.0/16"],
     ["permitted;IP.1 = 10.0.0.0/255.0.0.0", "excluded;IP.1 = 10.1.0.0/255.255.0.0"]),
    ("ip", ["permit ip:10.0.0.0/8", "permit ip:11.0.0.0/8", "permit ip:12.0.0.1"],
     ["permitted;IP.1 = 10.0.0.0/254.0.0.0", "permitted;IP.2 = 12.0.0.1/255.255.255.255"]),
    ("ip", ["permit ip:2001:db8::/33"], ["permitted;IP.1 = 2001:db8::/ffff:ffff:8000::"]),
    ("ip", ["permit ip:::/0"], ["permitted;IP.1 = ::/::"]),
    ("ip", [], ["excluded;IP.1 = 0.0.0.0/0.0.0.0", "excluded;IP.2 = ::/::"]),
    ("ip", ["permit ip:*", "exclude ip:*"],
     ["excluded;IP.1 = 0.0.0.0/0.0.0.0", "excluded;IP.2 = ::/::"]),
])
def test_export_of_each_form(exported, form, rules, constraints):
    said, missing = exported(opened_but(form) + rules)
    assert said == ["nameConstraints = critical,@rootscope_names", *constraints]
    assert missing == []


def test_export_of_a_suffix_for_all_forms(exported):
    said, missing = exported(["permit a.example", "permit ip:*", "exclude .b.example"])
    assert said[1:] == [
        "permitted;DNS.1 = a.example", "excluded;DNS.1 = .b.example",
        "permitted;email.1 = a.example", "permitted;email.2 = .a.example",
        "excluded;email.1 = .b.example", "permitted;URI.1 = a.example",
        "permitted;URI.2 = .a.example", "excluded;URI.1 = .b.example"]
    assert missing == [f"{rule}" for form in ("srv", "xmpp", "upn", "krb5", "nai")
                       for rule in (f"permit {form}:a.example", f"exclude {form}:.b.example")]


@pytest.mark.parametrize("rules, missing", [
    (opened_but("email"), ["exclude email:*"]),
    (opened_but("uri", "srv", "xmpp", "upn"), [f"exclude {f}:*" for f in
                                               ("uri", "srv", "xmpp", "upn")]),
    ([*OPEN, "exclude email:*"], ["exclude email:*"]),
    ([*OPEN, "exclude upn:a.example"], ["exclude upn:a.example"]),
    ([*OPEN, "permit cn:*", 'exclude cn:"John Doe"', "permit cn:jane"],
     ["permit cn:*", "permit cn:jane", 'exclude cn:"john doe"']),
    ([*OPEN, "exclude cn:*"], ["exclude cn:*"]),
    ([*OPEN, "permit othername:1.2.3", "exclude othername:1.2.4"],
     ["permit othername:1.2.3", "exclude othername:1.2.4"]),
    ([*OPEN, 'organization "Acme Inc"'], ['organization "acme inc"']),
    ([*OPEN, "mode test"], ["mode test"]),
    ([*OPEN, "permit email:jürgen@a.example", "exclude email:jürgen@a.example"],
     ["exclude email:jürgen@a.example"]),
    ([*OPEN, "exclude dirname:O=Türk"], ["exclude dirname:O=türk"]),
    ([*OPEN, "exclude dirname:O=" + "x" * 65], ["exclude dirname:O=" + "x" * 65]),
    ([*OPEN, "exclude dirname:O=#020107"], ["exclude dirname:O=#020107"]),
    ([*OPEN, "exclude dirname:O=#0c00"], ["exclude dirname:O=#0C00"]),
    ([*OPEN, 'exclude dirname:"O=a\\\\01b"'], ['exclude dirname:"O=a\\\\01b"']),
    # OpenSSL makes this one a NumericString, which is compared otherwise.
    ([*OPEN, "exclude dirname:1.2.643.3.131.1.1=123"], ["exclude dirname:1.2.643.3.131.1.1=123"]),
])
def test_export_lists_what_no_extension_can_say(exported, rules, missing):
    said, listed = exported(rules)
    assert listed == missing
    assert said == []


def test_export_of_nothing_that_constrains_says_so(rootscope, compile_list):
    path = compile_list(f'root spki-sha256:{"ab" * 32}\n    permit *\n    permit ip:*\n')
    done = rootscope("export", "extension", "abababab", path, check=True)
    assert done.stderr == ""
    assert all(line.startswith("#") for line in done.stdout.splitlines())
    assert "there is no extension" in done.stdout


def test_export_finds_roots_as_show_does(rootscope, compile_list):
    a, b, c = "ab" * 32, "ab" * 31 + "cc", "cd" * 32
    path = compile_list(f'root spki-sha256:{a} "A"\nroot spki-sha256:{c} "C"\n'
                        "    permit a.example\n"
                        f'root spki-sha256:{b} "B"\n    permit b.example\n')
    for wanted, name in (("A", "a"), ("C", "a"), ("B", "b"), (a, "a"), (b.upper(), "b"),
                         ("CD:CD:CD:CD", "a")):
        done = rootscope("export", "extension", wanted, path)
        assert done.returncode == 1 and f"permitted;DNS.1 = {name}.example\n" in done.stdout
    for wanted, said in (("D", "has no root D"), ("abab", "has no root abab"),
                         ("abababab", "different stanzas"), ("", "has no root")):
        done = rootscope("export", "extension", wanted, path)
        assert (done.returncode, done.stdout) == (2, "") and said in done.stderr
    done = rootscope("export", "extension", "A", path.with_name("missing"))
    assert (done.returncode, done.stdout) == (2, "") and "missing" in done.stderr


def test_export_shows_labels_as_text(rootscope, compile_list):
    path = compile_list(f'root spki-sha256:{"ab" * 32} "A \u202e B"\n'
                        "    permit ip:*\n    permit *\n")
    done = rootscope("export", "extension", "abababab", path, check=True)
    assert "\u202e" not in done.stdout and r"\\xe2\\x80\\xae" in done.stdout


# ---- There and back ----

LABELS = ("a", "corp", "example", "hr", "x-1", "_srv", "xn--bcher-kva", "test")
ATOMS = "abcXYZ019!#$%&'*+-/=?^_`{|}~"
TYPES = ("C", "O", "OU", "CN", "L", "ST", "DC", "emailAddress", "serialNumber", "2.5.4.42",
         "1.2.3.4")
PRINTABLE = "".join(map(chr, range(0x20, 0x7f)))


def conf_escape(text):
    return "".join(c if c.isalnum() or c == " " else "\\" + c for c in text)


class Generator:
    """Constraints of every form that a list and openssl.cnf can both say."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.sections = ""

    def pick(self, *choices):
        return self.random.choice(choices)

    def host(self):
        return ".".join(self.pick(*LABELS) for _ in range(self.random.randint(1, 4)))

    def dns(self):
        return self.pick("", ".", "", "") + self.host() if self.random.random() < 0.95 else ""

    def mailbox(self):
        atom = "".join(self.pick(*ATOMS) for _ in range(self.random.randint(1, 6)))
        return conf_escape(f"{atom}.{atom}") + "@" + self.host()

    def email(self):
        return self.pick(self.host, lambda: "." + self.host(), self.mailbox)()

    def uri(self):
        return self.pick("", ".") + self.host()

    def ip(self):
        width = self.pick(32, 32, 128)
        prefix = self.pick(0, 1, 7, 8, 20, 24, 31, 32) * (width // 32)
        address = self.random.getrandbits(width) if width == 32 else \
            0x20010db8 << 96 | self.random.getrandbits(40) << 40
        kind = ipaddress.IPv4Address if width == 32 else ipaddress.IPv6Address
        mask = ((1 << prefix) - 1) << (width - prefix)
        return f"{kind(address)}/{kind(mask)}"

    def name(self):
        section, lines = f"dn{len(self.sections)}", ""
        for i in range(self.random.randint(1, 4)):
            kind = self.pick(*TYPES)
            text = "".join(self.pick(*PRINTABLE) for _ in range(self.random.randint(1, 9)))
            text = "tr" if kind == "C" else "a1" if kind in ("DC", "serialNumber") else text
            text = "a@b" if kind == "emailAddress" else text
            plus = "+" if i > 0 and self.random.random() < 0.3 else ""
            lines += f"{i}.{plus}{kind} = {conf_escape('x' + text if len(text) > 2 else text)}\n"
        self.sections += f"[{section}]\n{lines}"
        return section

    def extension(self):
        lines = []
        makers = {"DNS": self.dns, "email": self.email, "URI": self.uri, "IP": self.ip,
                  "dirName": self.name}
        for i in range(self.random.randint(1, 8)):
            word = self.pick(*makers)
            lines.append(f"{self.pick('permitted', 'excluded')};{word}.{i} = {makers[word]()}")
        return section(*lines, more=self.sections)


@pytest.mark.parametrize("seed", range(60 if programs.FULL else 20))
def test_import_and_export_are_a_fixed_point(rootscope, make_ca, compile_list, seed):
    """Import, compile, export, certify, import: the same stanza, and so the same extension."""
    lines = Generator(seed).extension()
    done = rootscope("import", "--from-certificate", make_ca(lines), check=True)
    first = compile_list(done.stdout)
    text = rootscope("export", "extension", ROOT, first, check=True).stdout
    if "there is no extension" in text:
        assert not re.search(r"^excluded", lines, re.MULTILINE)
        return
    done = rootscope("import", "--from-certificate", make_ca(text), check=True)
    second = compile_list(done.stdout)
    assert rules_of(rootscope, second) == rules_of(rootscope, first), lines
    assert rootscope("export", "extension", ROOT, second, check=True).stdout == text


# Names of a leaf, and whether CONSTRAINED permits them.
CONSTRAINED = ["permit dns:corp.example", "exclude dns:hr.corp.example",
               "permit email:corp.example", "permit email:boss@x.example",
               "permit uri:.corp.example", "permit ip:10.0.0.0/8",
               "permit dirname:O=Corp", "permit srv:*", "permit xmpp:*", "permit upn:*",
               "permit krb5:*", "permit nai:*"]


@pytest.mark.parametrize("alt_name, subject, good", [
    ("DNS:corp.example", "/O=Corp", True),
    ("DNS:a.corp.example", "/O=CORP/CN=a.corp.example", True),
    ("DNS:hr.corp.example", "/O=Corp", False), ("DNS:a.hr.corp.example", "/O=Corp", False),
    ("DNS:xcorp.example", "/O=Corp", False), ("DNS:corp.example", "/O=Evil", False),
    ("DNS:corp.example", "/CN=x/O=Corp", False), ("DNS:corp.example", "/", True),
    ("email:a@corp.example", "/O=Corp", True), ("email:a@a.corp.example", "/O=Corp", False),
    ("email:boss@x.example", "/O=Corp", True), ("email:a@x.example", "/O=Corp", False),
    ("URI:https://a.corp.example/", "/O=Corp", True),
    ("URI:https://corp.example/", "/O=Corp", False),
    ("IP:10.1.2.3", "/O=Corp", True), ("IP:11.1.2.3", "/O=Corp", False),
    ("IP:2001:db8::1", "/O=Corp", False),
    ("email:a@corp.example", "/O=Corp/CN=www.corp.example", True),
    ("email:a@corp.example", "/O=Corp/CN=www.evil.example", False),
])
def test_an_exported_extension_says_what_the_stanza_says(
        rootscope, pki, make_ca, compile_list, tmp_path, alt_name, subject, good):
    """`openssl verify` under a CA with the extension, `check` under a root with the stanza."""
    number = next(numbers)
    leaf = pki.leaf(f"constrained {number}", [alt_name], subject=subject, issuer=pki.root)
    body = "".join(f"    {r}\n" for r in CONSTRAINED)
    path = compile_list(f'root spki-sha256:{pki.root.spki_sha256()} "{ROOT}"\n{body}')
    text = rootscope("export", "extension", ROOT, path, check=True).stdout
    constrained = tmp_path / "constrained.pem"
    (tmp_path / "names.cnf").write_text("basicConstraints = critical,CA:TRUE\n" + text)
    openssl("x509", "-new", "-subj", f"/O=Corp/CN={pki.root.name}", "-key", pki.root.key,
            "-days", "30", "-extfile", tmp_path / "names.cnf", "-out", constrained)
    by_openssl = rootscope_free_verify(constrained, leaf.pem)
    by_list = rootscope("check", "--list", path, "--CAfile", pki.root.pem, leaf.pem)
    assert by_openssl == good
    assert by_list.returncode == (0 if good else 1), by_list.stdout


def rootscope_free_verify(ca, leaf):
    """Whether OpenSSL alone accepts a leaf under a CA."""
    try:
        openssl("verify", "-CAfile", ca, leaf)
    except RuntimeError as refused:
        assert "subtree violation" in str(refused), refused
        return False
    return True
