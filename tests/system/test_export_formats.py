# SPDX-License-Identifier: Apache-2.0
"""rootscope export: JSON, Chrome's policy and p11-kit's attached extension."""

import base64
import json
import re
import ssl
import subprocess
import urllib.parse

import pytest

from pki import openssl


@pytest.fixture(scope="session")
def ca(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ca")
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", folder / "key", "-out", folder / "ca.pem", "-subj", "/CN=Corp", "-days",
            "30")
    return folder / "ca.pem"


@pytest.fixture
def exported(rootscope, compile_list, ca):
    """exported(format, rules): the command's result."""
    def run(format_, rules, *words):
        source = f'root pem:{ca} "Corp"\n' + "".join(f"    {rule}\n" for rule in rules)
        return rootscope("export", format_, *words, "Corp", compile_list(source))
    return run


def test_json_has_the_rules(exported):
    done = exported("json", ["permit corp.example", "exclude hr.corp.example", "mode test",
                             'organization "Acme"'])
    answer = json.loads(done.stdout)
    assert done.returncode == 0 and answer["root"]["label"] == "Corp"
    assert (answer["mode"], answer["permit"]) == ("test", ["corp.example"])
    assert (answer["exclude"], answer["organization"]) == (["hr.corp.example"], ["acme"])


@pytest.mark.parametrize("rules, names, networks, left_out", [
    (["permit corp.example", "permit ip:10.0.0.0/8"], ["corp.example"], ["10.0.0.0/8"], 0),
    (["permit dns:.x.example"], [".x.example"], ["0.0.0.0/32"], 0),
    (["permit ip:10.0.0.0/8"], ["none.invalid"], ["10.0.0.0/8"], 0),
    (["permit corp.example", "permit ip:*"], ["corp.example"], None, 0),
    (["permit *", "permit ip:10.0.0.0/8"], None, ["10.0.0.0/8"], 0),
    (["permit corp.example", "exclude hr.corp.example"], ["corp.example"], ["0.0.0.0/32"], 1),
    (["permit corp.example", "permit cn:admin", "permit email:x.example"], ["corp.example"],
     ["0.0.0.0/32"], 0),
    (["permit corp.example", 'organization "A"', "permit dirname:O=A", "permit single-label"],
     ["corp.example"], ["0.0.0.0/32"], 3),
])
def test_chrome_policy(exported, ca, rules, names, networks, left_out):
    done = exported("chrome-policy", rules, "--certificate", ca)
    assert done.returncode == bool(left_out), done.output
    assert done.stderr.count("the policy cannot say: ") == left_out
    entry, = json.loads(done.stdout)["CACertificatesWithConstraints"]
    assert base64.b64decode(entry["certificate"]) == ssl.PEM_cert_to_DER_cert(ca.read_text())
    assert entry["constraints"].get("permitted_dns_names") == names
    assert entry["constraints"].get("permitted_cidrs") == networks


@pytest.mark.parametrize("rules", [["permit *", "permit ip:*"], ["exclude a.example"]])
def test_chrome_policy_needs_a_limit(exported, ca, rules):
    done = exported("chrome-policy", rules, "--certificate", ca)
    assert done.returncode == 2 and done.stdout == "" and "needs a limit" in done.stderr


def test_chrome_policy_is_read_again(exported, rootscope, tmp_path, ca):
    done = exported("chrome-policy", ["permit corp.example", "permit ip:10.0.0.0/8"],
                    "--certificate", ca)
    (tmp_path / "policy.json").write_text(done.stdout)
    again = rootscope("import", "--from-chrome-policy", tmp_path / "policy.json", check=True)
    assert "permit dns:corp.example\n    permit ip:10.0.0.0/8\n" in again.stdout


def test_p11_kit_has_the_extension_and_the_key(exported, ca, tmp_path):
    done = exported("p11-kit", ["permit corp.example"], "--certificate", ca)
    assert done.returncode == 1 and "an extension cannot express" in done.stderr
    assert done.stdout.startswith("[p11-kit-object-v1]\nclass: x-certificate-extension\n")
    assert "\nobject-id: 2.5.29.30\n" in done.stdout
    der = urllib.parse.unquote_to_bytes(re.search('value: "(.*)"', done.stdout)[1])
    (tmp_path / "der").write_bytes(der)
    shown = subprocess.run(["openssl", "asn1parse", "-inform", "DER", "-in", tmp_path / "der"],
                           check=True, stdout=subprocess.PIPE, text=True).stdout
    assert "X509v3 Name Constraints" in shown and b"corp.example" in der
    key = openssl("x509", "-in", ca, "-noout", "-pubkey")
    assert done.stdout.endswith(key.decode())


def test_p11_kit_needs_something_to_say(exported, ca):
    done = exported("p11-kit", ["permit *", "permit ip:*"], "--certificate", ca)
    assert done.returncode == 2 and "constrains nothing" in done.stderr


def test_wrong_usage(exported, ca, rootscope, tmp_path):
    done = exported("chrome-policy", ["permit a.example"])
    assert done.returncode == 2 and "--certificate FILE is required" in done.stderr
    other = tmp_path / "other.pem"
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", tmp_path / "key", "-out", other, "-subj", "/CN=Other")
    done = exported("p11-kit", ["permit a.example"], "--certificate", other)
    assert done.returncode == 2 and "is not the certificate of Corp" in done.stderr
