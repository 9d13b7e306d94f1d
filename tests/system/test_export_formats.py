# SPDX-License-Identifier: Apache-2.0
"""rootscope export: JSON, Chrome's policy, p11-kit's attached extension and Go."""

import base64
import json
import os
import pathlib
import re
import shutil
import ssl
import subprocess
import urllib.parse

import pytest

import programs
from pki import openssl, plain_root


@pytest.fixture(scope="session")
def ca(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ca")
    return plain_root(folder / "ca.pem", "Corp")


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


P11_MODULE = pathlib.Path("/usr/share/p11-kit/modules/p11-kit-trust.module")


def test_p11_kit_reads_it(exported, ca, tmp_path, own_mounts):
    """Its own reader, of a folder of the test's in place of the machine's trust store."""
    if not shutil.which("trust") or not P11_MODULE.exists():
        pytest.skip("p11-kit is not installed")
    said = exported("p11-kit", ["permit corp.example"], "--certificate", ca).stdout
    folder, settings = tmp_path / "anchors", tmp_path / "module"
    folder.mkdir()
    lines = [line for line in P11_MODULE.read_text().splitlines() if "x-init-reserved" not in line]
    settings.write_text("\n".join([*lines, f"x-init-reserved: paths={folder}\n"]))
    script = 'mount --make-rprivate / && mount --bind "$0" "$1" && trust dump --filter=all'

    def dumped(text):
        (folder / "corp.p11-kit").write_text(text)
        done = programs.run(*own_mounts, "sh", "-c", script, settings, P11_MODULE)
        assert done.returncode == 0, done.output
        return done
    read = dumped(said)
    assert "class: x-certificate-extension\n" in read.stdout and read.stderr == ""
    assert re.search(r'^value: ".*corp\.example', read.stdout, re.M)
    assert "invalid value" in dumped(said.replace("object-id: 2.5", "object-id: two")).stderr


def test_gnutls_applies_what_p11_kit_attaches(rootscope, corp_list, pki, server, tmp_path,
                                              own_mounts):
    """Where GnuTLS takes its roots from p11-kit, here instead of the file that Debian's reads."""
    store = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")
    if not shutil.which("gnutls-cli") or not P11_MODULE.exists() or not store.exists():
        pytest.skip("gnutls-cli, p11-kit or ca-certificates is not installed")
    said = rootscope("export", "p11-kit", "--certificate", pki.root.pem, "Corp Root", corp_list)
    root = f"[p11-kit-object-v1]\nclass: certificate\ntrusted: true\n{pki.root.pem.read_text()}\n"
    script = 'mount --make-rprivate / && mount --bind "$0" "$1" && shift && exec "$@"'
    for attached, leaf, accepted in (("", pki.good, True), ("", pki.bad, True),
                                     (said.stdout, pki.good, True), (said.stdout, pki.bad, False)):
        (tmp_path / "trusted").write_text(root + attached)
        with server(leaf) as s:
            done = programs.run(*own_mounts, "sh", "-c", script, tmp_path / "trusted", store,
                                "timeout", "20", "gnutls-cli", "--x509cafile=pkcs11:",
                                f"--port={s.port}", "localhost", input="")
        assert ("The certificate is trusted" in done.output) == accepted, done.output
        assert ("violates the signer's constraints" in done.output) != accepted, done.output


def test_p11_kit_needs_something_to_say(exported, ca):
    done = exported("p11-kit", ["permit *", "permit ip:*"], "--certificate", ca)
    assert done.returncode == 2 and "constrains nothing" in done.stderr


def test_wrong_usage(exported, ca, rootscope, tmp_path):
    done = exported("chrome-policy", ["permit a.example"])
    assert done.returncode == 2 and "--certificate FILE is required" in done.stderr
    other = plain_root(tmp_path / "other.pem", "Other")
    done = exported("p11-kit", ["permit a.example"], "--certificate", other)
    assert done.returncode == 2 and "is not the certificate of Corp" in done.stderr


# ---- Go ----

# Adds the root to a pool, then prints what the pool's constraint, or Go itself, says of a leaf.
GO_MAIN = """package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"

	"example/roots"
)

func main() {
	pool := x509.NewCertPool()
	if err := roots.ADD(pool); err != nil {
		panic(err)
	}
	fmt.Println("again:", roots.ADD(pool))
	for _, path := range os.Args[1:] {
		text, _ := os.ReadFile(path)
		block, _ := pem.Decode(text)
		leaf, err := x509.ParseCertificate(block.Bytes)
		if err == nil {
			err = VERIFY
		}
		fmt.Println(err)
	}
}
"""
# Stands for the method where Go is older: only keeps the constraint.
GO_KEEP = """package roots

import "crypto/x509"

var Kept func([]*x509.Certificate) error

func keep(pool *x509.CertPool, c *x509.Certificate, constraint func([]*x509.Certificate) error) {
	pool.AddCert(c)
	Kept = constraint
}
"""


def numbers_of(text):
    return [int(number) for number in re.findall(r"\d+", str(text))]


class Go:
    """The generated code in a module of its own, and the newest Go: `go` may be an older one."""

    def __init__(self, folder, cache):
        self.cache = cache
        newest = sorted(pathlib.Path("/usr/lib").glob("go-1.*/bin"), key=numbers_of)[-1:]
        self.path = os.pathsep.join([*map(str, newest), os.environ["PATH"]])
        if shutil.which("go", path=self.path) is None:
            pytest.skip("go is not installed")
        self.folder = folder / "go"
        (self.folder / "roots").mkdir(parents=True)
        version = self.run("go", "env", "GOVERSION").stdout
        self.is_new = numbers_of(version)[:2] >= [1, 22]
        minor = "1.22" if self.is_new else "1.19"
        (self.folder / "go.mod").write_text(f"module example\n\ngo {minor}\n")

    def run(self, *words):
        return subprocess.run(words, cwd=self.folder, stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.STDOUT, timeout=300, check=False,
                              env={**os.environ, "PATH": self.path,
                                   "GOTOOLCHAIN": "local", "GOPROXY": "off",
                                   "GOCACHE": str(self.cache), "GOFLAGS": "-mod=mod",
                                   "HOME": str(self.folder), "CGO_ENABLED": "0",
                                   "OPENSSL_CONF": "/dev/null"})

    def build(self, code):
        file = self.folder / "roots" / "root.go"
        file.write_text(code)
        assert self.run("gofmt", "-l", ".").stdout == ""
        verify = "func() error { _, err := leaf.Verify(x509.VerifyOptions{Roots: pool}); " \
            "return err }()"
        if not self.is_new:
            (self.folder / "roots" / "keep.go").write_text(GO_KEEP)
            file.write_text(code.replace("pool.AddCertWithConstraint(", "keep(pool, "))
            verify = "roots.Kept([]*x509.Certificate{leaf})"
        add = re.search(r"func (AddRoot\w+)\(", code)[1]
        (self.folder / "main.go").write_text(
            GO_MAIN.replace("ADD", add).replace("VERIFY", verify))
        vet = self.run("go", "vet", "./...")
        assert vet.returncode == 0, vet.stdout

    def judge(self, *leaves):
        done = self.run("go", "run", ".", *map(str, leaves))
        assert done.returncode == 0, done.stdout
        again, *verdicts = done.stdout.splitlines()
        assert "has the root already" in again
        return verdicts


def leaves_of(ca, folder, names):
    for number, name in enumerate(names):
        (folder / "leaf.cnf").write_text(f"subjectAltName = {name}\nextendedKeyUsage=serverAuth\n")
        key = ca.with_suffix(".key")
        openssl("req", "-new", "-key", key, "-subj", "/CN=leaf", "-out", folder / "leaf.csr")
        openssl("x509", "-req", "-in", folder / "leaf.csr", "-CA", ca, "-CAkey", key, "-extfile",
                folder / "leaf.cnf", "-days", "9", "-set_serial", f"{number + 9}", "-out",
                folder / f"{number}.pem")
        yield folder / f"{number}.pem"


@pytest.mark.parametrize("rules, left_out, good, bad", [
    (["permit corp.example", "exclude hr.corp.example", "permit ip:10.0.0.0/8",
      "exclude ip:10.9.0.0/16", "permit cn:admin"], 1,
     ["DNS:corp.example", "DNS:a.CORP.example", "DNS:*.a.corp.example", "IP:10.1.2.3"],
     ["DNS:x.example", "DNS:xcorp.example", "DNS:hr.corp.example", "DNS:a.hr.corp.example",
      "DNS:*.corp.example", "IP:11.1.2.3", "IP:10.9.0.1", "IP:2001:db8::1",
      "DNS:corp.example,email:a@corp.example", "DNS:corp.example,DNS:x.example"]),
    (["permit .corp.example", "permit ip:2001:db8::/32"], 0,
     ["DNS:a.corp.example", "IP:2001:db8::1"], ["DNS:corp.example", "IP:10.1.2.3"]),
    (["exclude bad.example", "exclude ip:10.0.0.0/8"], 0,
     ["DNS:x.example", "IP:11.0.0.1", "DNS:a.example,email:a@b.example", "IP:2001:db8::1"],
     ["DNS:bad.example", "DNS:a.bad.example", "IP:10.0.0.1"]),
    (["permit *"], 0, ["DNS:x.example", "email:a@b.example"], ["IP:10.0.0.1"]),
])
def test_go_judges_names(exported, ca, tmp_path, rules, left_out, good, bad):
    go = Go(tmp_path, ca.parent / "go-cache")
    done = exported("go", rules, "--certificate", ca)
    assert done.returncode == left_out and done.stderr.count("the code does not say: ") == left_out
    go.build(done.stdout)
    verdicts = go.judge(*leaves_of(ca, tmp_path, good + bad))
    assert [verdict == "<nil>" for verdict in verdicts] == [True] * len(good) + [False] * len(bad)
    assert all("of its root" in v or "of the root" in v for v in verdicts[len(good):])
