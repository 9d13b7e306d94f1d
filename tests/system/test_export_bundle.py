# SPDX-License-Identifier: Apache-2.0
"""rootscope export bundle: the scope of a list in the trust store of programs without OpenSSL."""

import hashlib
import lzma
import os
import pathlib
import re
import shutil
import ssl
import subprocess
import time

import pytest

import killed
import programs
import verifiers
from conftest import data_file
from pki import Pki, certificates_in, corp_source, openssl, plain_root

SYSTEM_STORE = "/etc/ssl/certs/ca-certificates.crt"
BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", re.S)

# A leaf of corporate names, each with one more: its name, that name, and whether it is in scope.
LEAVES = {
    "host": ("DNS:mail.corp.example", True),
    "other-host": ("DNS:www.evil.example", False),
    "wildcard": ("DNS:*.evil.example", False),
    "address": ("IP:127.0.0.1", True),
    "other-address": ("IP:8.8.8.8", False),
    "address-6": ("IP:2001:db8::1", False),
    "mailbox": ("email:joe@corp.example", True),
    "mailbox-below": ("email:joe@a.corp.example", True),
    "other-mailbox": ("email:joe@evil.example", False),
    "uri": ("URI:https://corp.example/", True),
    "uri-below": ("URI:https://www.corp.example/", True),
    "other-uri": ("URI:https://www.evil.example/", False),
}
UNSAID = "warning: Corp Root: name constraints cannot say: "


def text_of(certificate):
    return openssl("x509", "-noout", "-text", input=certificate.encode()).decode()


# ---- Verifiers, each in a way of its own ----

# What each says of a name that it refuses.
REFUSALS = {"OpenSSL": "subtree violation", "GnuTLS": "violates the signer's constraints",
            "Go": "is not permitted by any constraint|is excluded by constraint",
            # NSS 3.110 means a name, too, when it says that an extension was not found.
            "NSS": "not permitted to issue|-8080|-8157"}

def finds_another_path(verifier):
    """Measured: NSS 3.87 ends at the twin, NSS 3.110 does not."""
    return verifier.name in ("GnuTLS", "Go") or \
        verifier.name == "NSS" and verifier.version() != "3.87"


class Judge:
    """A verifier, of which each refusal must be for a name."""

    def __init__(self, verifier):
        self.name, self.verifier = verifier.name, verifier

    def accepts(self, bundle, leaf):
        outcome = self.verifier.verify(bundle, leaf.chain)
        assert outcome.accepted or re.search(REFUSALS[self.name], outcome.output), outcome.output
        return outcome.accepted


@pytest.fixture(scope="module", params=verifiers.VERIFIERS, ids=lambda v: v.name)
def judge(request, tmp_path_factory):
    if request.param.missing():
        pytest.skip(request.param.missing())
    return Judge(request.param(tmp_path_factory.mktemp("verifier")))


@pytest.fixture(scope="module")
def leaves(tmp_path_factory):
    pki = Pki(tmp_path_factory.mktemp("bundle-pki"))
    made = {name: pki.leaf(name, ["DNS:www.corp.example", alt_name], subject="/CN=www.corp.example")
            for name, (alt_name, _) in LEAVES.items()}
    return pki, made


@pytest.fixture
def bundled(rootscope, compile_list, leaves, tmp_path):
    """bundled(body): the result for the corporate root under this stanza; and the bundle."""
    pki = leaves[0]

    def make(body=None, head="", store=None, status=1):
        source = corp_source(pki, head=head) if body is None else corp_source(pki, head, body)
        path = tmp_path / "bundle.pem"
        done = rootscope("export", "bundle", "--store", store or pki.root.pem, "-o", path,
                         compile_list(source))
        assert done.returncode == status, done.output
        return done, path
    return make


def test_names_within_the_scope_are_accepted_and_others_refused(judge, bundled, leaves):
    _, bundle = bundled()
    for name, (alt_name, good) in LEAVES.items():
        if judge.name != "GnuTLS" or name != "other-uri":  # GnuTLS does not compare URIs
            assert judge.accepts(bundle, leaves[1][name]) == good, alt_name
    # With the root itself in its place, all are accepted.
    _, as_it_is = bundled(head="mode off\n")
    for leaf in leaves[1].values():
        assert judge.accepts(as_it_is, leaf)


@pytest.mark.parametrize("body, accepted", [
    ("    permit dns:corp.example\n", {"host"}),
    ("    permit dns:corp.example\n    permit ip:*\n", {"host", "address", "other-address",
                                                        "address-6"}),
    ("    permit dns:corp.example\n    permit ip:2001:db8::/32\n", {"host", "address-6"}),
    ("    permit dns:corp.example\n    exclude dns:mail.corp.example\n", set()),
    ("    permit dns:*\n    permit email:corp.example\n    exclude email:*\n",
     {"host", "other-host", "wildcard"}),
    ("    permit ip:127.0.0.0/8\n", set()),
    ("    exclude evil.example\n", {"host", "address", "other-address", "address-6", "mailbox",
                                    "mailbox-below", "uri", "uri-below"}),
])
def test_forms_that_a_stanza_does_not_mention(judge, body, accepted, bundled, leaves):
    _, bundle = bundled(body, status=1)
    names = [n for n in LEAVES if judge.name != "GnuTLS" or "uri" not in n]
    found = {n for n in names if judge.accepts(bundle, leaves[1][n])}
    assert found == accepted & set(names)


# A bare suffix is five constraints: that of hosts, and these, each with a name that needs it and
# the verifiers that refuse the name without it.
FORMS = {"email:corp.example": ("mailbox", {"OpenSSL", "GnuTLS", "Go", "NSS"}),
         "email:.corp.example": ("mailbox-below", {"OpenSSL", "GnuTLS", "NSS"}),
         "uri:corp.example": ("uri", {"OpenSSL", "Go", "NSS"}),
         "uri:.corp.example": ("uri-below", {"OpenSSL", "NSS"})}


def test_no_constraint_of_a_suffix_can_be_spared(judge, bundled, leaves):
    for spared, (name, refusing) in FORMS.items():
        others = "".join(f"    permit {form}\n" for form in FORMS if form != spared)
        _, bundle = bundled("    permit dns:corp.example\n" + others)
        accepted = judge.accepts(bundle, leaves[1][name])
        assert accepted == (judge.name not in refusing), spared


# ---- What servers send ----

def reissued(pki, name, issuer=None):
    """The root's name and key in another certificate, self-signed or of another issuer."""
    path = pki.directory / f"{name}.pem"
    extensions = pki.directory / f"{name}.cnf"
    extensions.write_text("[x]\nbasicConstraints = critical, CA:TRUE\nkeyUsage = critical, "
                          "keyCertSign\nsubjectKeyIdentifier = hash\n")
    request = openssl("x509", "-x509toreq", "-in", pki.root.pem, "-signkey", pki.root.key)
    signer = issuer or pki.root
    openssl("x509", "-req", "-CA", signer.pem, "-CAkey", signer.key, "-extfile", extensions,
            "-extensions", "x", "-days", "99", "-set_serial", "4711", "-out", path, input=request)
    return path.read_text()


@pytest.fixture(scope="module")
def sent(leaves):
    """For each variant of what a server sends, the chains of a good and of a bad leaf."""
    pki = leaves[0]
    policy = pki.ca("Policy CA", issuer=pki.root)
    issuing = pki.ca("Deep CA", issuer=policy)
    other = pki.ca("Cross Root")
    stranger = pki.ca("Stranger").pem.read_text()
    root = pki.root.pem.read_text()
    again, crossed = reissued(pki, "again"), reissued(pki, "crossed", issuer=other)
    variants = {}
    for word, host in ("good", "www.corp.example"), ("bad", "www.evil.example"):
        leaf = pki.leaf(f"deep {word}", [f"DNS:{host}"], issuer=issuing)
        own, above, top = (c.pem.read_text() for c in (leaf, issuing, policy))
        for name, parts in {
                "usual": [above, top], "with the root": [above, top, root],
                "odd order": [top, above], "root first": [root, top, above],
                "twice": [above, top, above, top, root], "with a stranger": [stranger, above, top],
                "re-issued root": [above, top, again], "both": [above, top, again, root],
                "cross-signed root": [above, top, crossed],
                "all": [crossed, root, again, top, above]}.items():
            path = pki.directory / f"{name} {word}.pem".replace(" ", "-")
            path.write_text(own + "".join(parts))
            variants.setdefault(name, {})[word] = path
    return other, variants


def test_what_servers_send_beside_the_leaf(judge, sent, bundled, leaves):
    """The bundle changes nothing but what is outside of the scope."""
    _, bundle = bundled("    permit corp.example\n")
    root = leaves[0].root.pem
    for name, chains in sent[1].items():
        for word, chain in chains.items():
            assert judge.verifier.verify(root, chain).accepted, (name, word)
            accepted = judge.verifier.verify(bundle, chain).accepted
            assert accepted == (word == "good"), (name, word)


def test_a_cross_signed_root_of_which_both_are_listed(judge, sent, rootscope, compile_list, leaves,
                                                      tmp_path):
    pki, other = leaves[0], sent[0]
    body = "    permit corp.example\n"
    source = corp_source(pki, body=body) + f"root spki-sha256:{other.spki_sha256()}\n{body}"
    store, bundle = tmp_path / "store.pem", tmp_path / "both.pem"
    store.write_text(other.pem.read_text() + pki.root.pem.read_text())
    rootscope("export", "bundle", "--store", store, "-o", bundle, compile_list(source))
    for name in "cross-signed root", "usual", "odd order":
        for word, chain in sent[1][name].items():
            accepted = judge.verifier.verify(bundle, chain).accepted
            assert accepted == (word == "good"), (name, word)


def test_an_unlisted_root_that_signed_a_listed_one_is_a_way_around(judge, sent, bundled, leaves,
                                                                   tmp_path):
    """Of the verifiers, those that try another path find it; the module does not let it pass."""
    pki, other = leaves[0], sent[0]
    store = tmp_path / "store.pem"
    store.write_text(other.pem.read_text() + pki.root.pem.read_text())
    _, bundle = bundled("    permit corp.example\n", store=store)
    chains = sent[1]["cross-signed root"]
    assert judge.verifier.verify(bundle, chains["good"]).accepted
    accepted = judge.verifier.verify(bundle, chains["bad"]).accepted
    assert accepted == finds_another_path(judge.verifier)


def test_who_names_the_issuer_by_serial_number(judge, bundled, leaves, tmp_path):
    pki = leaves[0]
    leaf = pki.directory / "by-serial.leaf"
    if not leaf.exists():
        issuing = pki.ca("By Serial", issuer=pki.root,
                         extensions="authorityKeyIdentifier = keyid, issuer:always\n")
        leaf.write_text(pki.leaf("by serial leaf", ["DNS:a.corp.example"], issuer=issuing)
                        .chain.read_text())
    _, bundle = bundled("    permit corp.example\n")
    assert judge.verifier.verify(pki.root.pem, leaf).accepted
    assert judge.verifier.verify(bundle, leaf).accepted == (judge.name != "OpenSSL")


def test_a_root_that_names_itself_by_serial_number_is_told(rootscope, compile_list, tmp_path):
    root = plain_root(tmp_path / "root.pem", "Serial", "authorityKeyIdentifier = issuer:always")
    done = rootscope("export", "bundle", "--store", root,
                     compile_list(f'root pem:{root} "Serial"\n    exclude a.example\n'))
    assert done.returncode == 1
    assert "Serial: name constraints cannot say: certificates that name their issuer by its " \
        "serial number" in done.stderr


# ---- What it is made of ----

def test_the_twin_has_name_and_key_of_the_root(bundled, leaves):
    _, bundle = bundled()
    root = leaves[0].root.pem.read_text()
    super_root, twin = certificates_in(bundle)
    for what in "-subject", "-pubkey", "-enddate", "-startdate", "-ocspid":
        shown = [openssl("x509", "-noout", what, input=c.encode()).decode() for c in (root, twin)]
        if what == "-ocspid":  # of the key as it is spelt
            shown = [re.search("Public key OCSP hash: .*", s)[0] for s in shown]
        assert shown[0] == shown[1]
    fields = text_of(twin)
    assert re.search("Name Constraints: critical", fields)
    for extension in ("Subject Key Identifier", "Basic Constraints", "Key Usage"):
        pattern = f"X509v3 {extension}:.*\n.*"
        assert re.search(pattern, text_of(root))[0] == re.search(pattern, fields)[0]


def test_the_super_root_says_what_it_is_and_is_another_each_time(bundled):
    days = {time.strftime("%Y-%m-%d", time.gmtime(time.time() + late)) for late in (0, 600)}
    _, bundle = bundled()
    first = text_of(certificates_in(bundle)[0])
    assert "Its key was wiped: it issues nothing more" in first
    assert re.search(r"CN ?= ?rootscope ([\d-]+) [0-9a-f]{16}", first)[1] in days
    assert re.search(r"Basic Constraints: critical\n\s*CA:TRUE\n", first)
    assert re.search(r"Key Usage: critical\n\s*Certificate Sign\n", first)
    again = text_of(certificates_in(bundled()[1])[0])
    assert re.search("Subject: .*", first)[0] != re.search("Subject: .*", again)[0]


def test_the_path_of_the_super_root_is_as_long_as_needed(rootscope, compile_list, tmp_path):
    root = plain_root(tmp_path / "root.pem", "Short", "basicConstraints=critical,CA:TRUE,pathlen:2")
    source = f'root pem:{root}\n    permit a.example\n'
    done = rootscope("export", "bundle", "--store", root, compile_list(source))
    super_root, twin = BLOCK.findall(done.stdout)
    assert "CA:TRUE, pathlen:3" in text_of(super_root) and "CA:TRUE, pathlen:2" in text_of(twin)


def test_no_key_is_written(bundled, tmp_path):
    done, bundle = bundled()
    assert "PRIVATE" not in bundle.read_text() + done.output
    assert [p.name for p in tmp_path.iterdir() if "key" in p.name or p.name[0] == "."] == []


# ---- Which roots ----

def test_roots_without_a_stanza_stay(bundled, leaves, tmp_path):
    pki = leaves[0]
    other = pki.ca("Other Root").pem.read_text()
    store = tmp_path / "store.pem"
    store.write_text(other + pki.root.pem.read_text() + other)
    _, bundle = bundled(store=store)
    assert len(certificates_in(bundle)) == 3 and other in certificates_in(bundle)
    assert pki.root.pem.read_text() not in certificates_in(bundle)
    body = "    permit corp.example\ndefault\n    permit other.example\n"
    _, bundle = bundled(body, store=store)
    assert len(certificates_in(bundle)) == 3 and other not in certificates_in(bundle)
    assert "DNS:other.example" in text_of(certificates_in(bundle)[1])


@pytest.mark.parametrize("mode", ["test", "off"])
@pytest.mark.parametrize("everywhere", [True, False])
def test_roots_that_are_not_enforced_stay_and_are_named(mode, everywhere, bundled, leaves):
    head = f"mode {mode}\n" if everywhere else ""
    body = "    permit corp.example\n" + ("" if everywhere else f"    mode {mode}\n")
    done, bundle = bundled(body, head)
    assert f"Corp Root stays as it is: its mode is {mode}" in done.stderr
    assert bundle.read_text() == leaves[0].root.pem.read_text()


def test_a_default_that_is_not_enforced_is_told_once(bundled, leaves, tmp_path):
    pki = leaves[0]
    store = tmp_path / "store.pem"
    store.write_text("".join(pki.ca(f"Unlisted {i}").pem.read_text() for i in range(2)))
    done, bundle = bundled("    permit a.example\ndefault\n    mode test\n    permit b.example\n",
                           store=store)
    assert "2 unlisted roots stay as they are: the default stanza is not enforced" in done.stderr
    assert bundle.read_text() == store.read_text()


def test_an_issuing_ca_in_the_store_is_limited_as_its_root(bundled, leaves, tmp_path):
    pki, made = leaves
    store = tmp_path / "store.pem"
    store.write_text(pki.root.pem.read_text() + pki.intermediate.pem.read_text())
    _, bundle = bundled(store=store)
    _, *twins = certificates_in(bundle)
    assert len(twins) == 2 and all("DNS:corp.example" in text_of(t) for t in twins)
    if not verifiers.GnuTls.missing():
        gnutls = Judge(verifiers.GnuTls(tmp_path / "gnutls"))
        assert gnutls.accepts(bundle, made["host"])
        assert not gnutls.accepts(bundle, made["other-host"])


def test_what_cannot_be_limited_is_left_out(rootscope, compile_list, leaves, tmp_path):
    pki = leaves[0]
    own = pki.ca("Constrained Root", extensions="nameConstraints = critical,permitted;DNS:a.x\n")
    body = "    permit corp.example\n"
    twice = (f"root spki-sha256:{pki.root.spki_sha256()}\n{body}"
             f"root cert-sha256:{pki.root.cert_sha256()}\n    permit b.example\n")
    store = tmp_path / "store.pem"
    store.write_text(own.pem.read_text() + pki.root.pem.read_text())
    path = compile_list(twice + f"root spki-sha256:{own.spki_sha256()}\n{body}")
    done = rootscope("export", "bundle", "--store", store, path)
    assert done.returncode == 1 and done.stdout == ""
    assert "is left out: it has name constraints of its own" in done.stderr
    assert "is left out: the list names it twice" in done.stderr
    assert done.stderr.count("add its certificate to the bundle") == 2


@pytest.mark.parametrize("rules, told", [
    (["permit dns:a.example"], ["URIs for programs with GnuTLS", "common names that spell a host",
                                 "other names that bear a host"]),
    (["permit dns:*", "permit ip:*", "permit email:*", "permit uri:*", "permit srv:*",
      "permit xmpp:*", "permit upn:*", "permit krb5:*", "permit nai:*", "exclude dns:a.example"],
     ["common names that spell a host", "a wildcard that covers an excluded host"]),
    (["permit *", "permit ip:*", "permit cn:admin", "permit cn:root"], ["cn: lines"]),
    (["permit *", "permit ip:*", 'organization "A"', "permit othername:1.2.3",
      "permit dirname:O=A"], ["directory names for programs without OpenSSL: GnuTLS",
                              "organization lines", "othername: lines"]),
])
def test_what_the_constraints_cannot_say_is_told_once(rules, told, bundled):
    done, _ = bundled("".join(f"    {rule}\n" for rule in rules))
    lines = [line.split(UNSAID)[1] for line in done.stderr.splitlines()]
    assert len(lines) == len(told)
    assert all(line.startswith(start) for line, start in zip(lines, sorted(told), strict=True))


def test_a_stanza_that_limits_nothing_leaves_the_root(bundled, leaves):
    done, bundle = bundled("    permit *\n    permit ip:*\n", status=0)
    assert done.stderr == "" and bundle.read_text() == leaves[0].root.pem.read_text()


# ---- The store and the file ----

def test_a_folder_is_a_store(bundled, leaves, tmp_path):
    pki = leaves[0]
    folder = tmp_path / "store"
    folder.mkdir()
    (folder / "b.pem").write_text(pki.root.pem.read_text())
    (folder / "a.pem").write_text(pki.ca("First Root").pem.read_text())
    (folder / "c.0").symlink_to("b.pem")
    (folder / "README").write_text("none\n")
    done, bundle = bundled(store=folder)
    assert "README is left out: " in done.stderr and len(certificates_in(bundle)) == 3
    assert certificates_in(bundle)[1] == (folder / "a.pem").read_text()


def test_a_folder_is_written_and_replaced_whole(rootscope, corp_list, pki, tmp_path):
    folder = tmp_path / "bundle"
    words = ["export", "bundle", "--store", pki.root.pem, "--format", "dir", "-o", folder]
    for _ in range(2):
        done = rootscope(*words, corp_list)
        assert done.returncode == 1 and "left out" not in done.stderr
        subject = openssl("x509", "-in", pki.root.pem, "-noout", "-hash").decode().strip()
        assert len(list(folder.iterdir())) == 2 and (folder / f"{subject}.0").exists()
        assert folder.stat().st_mode & 0o777 == 0o755
        for leaf, status in (pki.good, 0), (pki.bad, 2):
            done = subprocess.run(["openssl", "verify", "-CApath", folder, "-no-CAfile",
                                   "-untrusted", leaf.untrusted, leaf.pem], timeout=60,
                                  env={"OPENSSL_CONF": "/dev/null", "PATH": "/usr/bin"})
            assert done.returncode == status
    assert [p.name for p in tmp_path.iterdir() if "bundle" in p.name] == ["bundle"]


def test_a_folder_with_other_files_stays(rootscope, corp_list, pki, tmp_path):
    folder = tmp_path / "bundle"
    folder.mkdir()
    (folder / "01234567.0").write_text("a")
    (folder / "mine.pem").write_text("b")
    done = rootscope("export", "bundle", "--store", pki.root.pem, "--format", "dir", "-o", folder,
                     corp_list)
    assert done.returncode == 2 and "has files that no bundle has" in done.stderr
    assert sorted(p.name for p in folder.iterdir()) == ["01234567.0", "mine.pem"]
    (folder / "mine.pem").unlink()
    (folder / "01234567.0").unlink()
    (folder / "01234567.0").mkdir()
    done = rootscope("export", "bundle", "--store", pki.root.pem, "--format", "dir", "-o", folder,
                     corp_list)
    assert done.returncode == 2 and (folder / "01234567.0").is_dir()
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".rootscope")]


def test_what_the_store_rejects_is_left_out(rootscope, corp_list, pki, tmp_path):
    store = tmp_path / "trusted.pem"
    openssl("x509", "-in", pki.root.pem, "-addreject", "serverAuth", "-trustout", "-out", store)
    done = rootscope("export", "bundle", "--store", store, corp_list)
    assert done.returncode == 2 and done.stdout == ""
    assert "is left out: the trust store rejects some of its uses" in done.stderr


def test_a_failed_run_leaves_the_old_bundle(rootscope, corp_list, pki, tmp_path):
    path = tmp_path / "bundle.pem"
    path.write_text("old")
    for words in (["--store", tmp_path / "missing"], ["--store", corp_list]):
        done = rootscope("export", "bundle", *words, "-o", path, corp_list)
        assert done.returncode == 2 and path.read_text() == "old"
    done = rootscope("export", "bundle", "--store", pki.root.pem, "-o", path, pki.root.pem)
    assert done.returncode == 2 and path.read_text() == "old"


class Output:
    """What is there before each run, a file or a folder, and what may be there after it."""

    def __init__(self, shape, folder, pki, words):
        self.is_folder, self.path, self.pki = shape == "dir", folder / "out" / "bundle", pki
        self.log, self.argv = folder / "strace", [*words, "--format", shape, "-o", self.path]
        if self.is_folder:
            self.old = {f"0123456{n}.0": pki.intermediate.pem.read_text() for n in range(3)}
        else:
            self.old = "old\n"

    def read(self):
        if not self.is_folder:
            return self.path.read_text()
        return {path.name: path.read_text() for path in self.path.iterdir()}

    def run(self, *options):
        """A run over the old one: its end, and the log of strace."""
        shutil.rmtree(self.path.parent, ignore_errors=True)
        self.path.parent.mkdir()
        if self.is_folder:
            self.path.mkdir()
            for name, text in self.old.items():
                (self.path / name).write_text(text)
        else:
            self.path.write_text(self.old)
        return killed.run(self.log, self.argv, *options)

    def beside(self):
        return [path.name for path in self.path.parent.iterdir() if path != self.path]

    def is_new(self):
        """Whether it is the new one, whole: certificates of which each verifies what it should."""
        parts = list(self.read().values()) if self.is_folder else certificates_in(self.path)
        assert len(parts) == 2 and all(BLOCK.fullmatch(part) for part in parts)
        store = ["-no-CAfile", "-CApath"] if self.is_folder else ["-no-CApath", "-CAfile"]
        return [programs.run(programs.OPENSSL, "verify", *store, self.path, "-untrusted",
                             leaf.untrusted, leaf.pem).returncode == 0
                for leaf in (self.pki.good, self.pki.bad)] == [True, False]


@pytest.fixture(params=["pem", "dir"])
def output(request, command, corp_list, pki, tmp_path):
    words = [command, "export", "bundle", "--store", pki.root.pem, corp_list]
    return Output(request.param, tmp_path, pki, words)


def changes(output):
    """The calls of a whole run that change the output, or what is beside it."""
    done, log = output.run()
    assert done.returncode == 1 and output.is_new() and output.beside() == [], done.stderr
    where = killed.points(log, str(output.path.parent))
    assert {"write", "fchmod", "fsync"} <= {name for name, _ in where} and len(where) >= 6, log
    return where


def test_killed_at_any_call_that_writes(output, traced):
    """The old bundle is there or the new one, whole; and the next run is a whole one."""
    ends = []
    for name, number in changes(output):
        done, _ = output.run(*killed.at(name, number))
        assert done.returncode in (-9, 137), (name, number, done)
        ends.append(output.read() != output.old)
        assert not ends[-1] or output.is_new(), (name, number)
        again = programs.run(*output.argv)
        assert again.returncode == 1 and output.is_new(), (name, number, again.output)
    # The last calls come after it has changed, and no call before them changes anything.
    assert ends == sorted(ends) and set(ends) == {False, True}


def test_a_call_that_fails_leaves_the_old_bundle(output, traced):
    """As on a full disk."""
    ends = set()
    for name, number in changes(output):
        done, _ = output.run(*killed.at(name, number, "error=ENOSPC"))
        changed = output.read() != output.old
        assert changed == (done.returncode == 1)
        if not changed:
            assert done.returncode == 2 and "No space left on device" in done.stderr
        assert not changed or output.is_new(), (name, number)
        # What was to go and could not be removed is all that may be left.
        assert name.startswith(("unlink", "rmdir")) or output.beside() == [], (name, number)
        ends.add(changed)
    assert ends == {False, True}


def test_wrong_usage(rootscope, corp_list, pki):
    done = rootscope("export", "bundle", corp_list, "more")
    assert done.returncode == 2 and "unknown argument: more" in done.stderr
    done = rootscope("export", "bundle", "--certificate", pki.root.pem, corp_list)
    assert done.returncode == 2 and "a bundle takes no --certificate" in done.stderr
    done = rootscope("export", "bundle", "--format", "dir", corp_list)
    assert done.returncode == 2 and "--format dir needs -o DIR" in done.stderr
    done = rootscope("export", "bundle", "--format", "der", corp_list)
    assert done.returncode == 2 and "--format must be pem or dir: der" in done.stderr
    done = rootscope("export", "extension", "--store", pki.root.pem, "Corp Root", corp_list)
    assert done.returncode == 2 and "--store is for a bundle" in done.stderr


# ---- The roots of this system ----

@pytest.fixture(scope="module")
def system_roots():
    try:
        with open(SYSTEM_STORE, encoding="ascii") as file:
            return BLOCK.findall(file.read())
    except FileNotFoundError:
        pytest.skip(f"there is no {SYSTEM_STORE}: ca-certificates is not installed")


@pytest.fixture
def system_bundle(rootscope, compile_list, system_roots, tmp_path):
    """
    The bundle of all roots, each in a stanza of its own, which leaves their issuing CAs alone:
    some have a common name with a dot.
    """
    lines = []
    for number, root in enumerate(system_roots):
        sha256 = hashlib.sha256(ssl.PEM_cert_to_DER_cert(root)).hexdigest()
        lines.append(f"root cert-sha256:{sha256}\n    exclude host{number}.example\n")
    bundle = tmp_path / "bundle.pem"
    done = rootscope("export", "bundle", "--store", SYSTEM_STORE, "-o", bundle,
                     compile_list("".join(lines)))
    assert done.returncode == 1 and "left out" not in done.stderr
    return bundle


def test_each_twin_of_the_systems_roots_verifies(system_bundle, system_roots, tmp_path):
    super_root, *twins = certificates_in(system_bundle)
    (tmp_path / "super.pem").write_text(super_root)
    paths = [tmp_path / f"twin-{number}.pem" for number in range(len(twins))]
    for path, twin in zip(paths, twins):
        path.write_text(twin)
    assert len(twins) == len(system_roots)
    outcomes = verifiers.OpenSsl(tmp_path).verify_all(tmp_path / "super.pem", paths,
                                                      "-no_check_time")
    assert [o.output for o in outcomes if not o.accepted] == []


@pytest.fixture(scope="module")
def issued(system_roots, tmp_path_factory):
    """The files of the CCADB's certificates that roots of this system issued and that are valid."""
    packed = data_file("ccadb_ca_certificates.pem.xz")
    with lzma.open(packed, "rt", encoding="ascii") as file:
        found = sorted(set(BLOCK.findall(file.read())) - set(system_roots))
    folder = tmp_path_factory.mktemp("ccadb")
    paths = []
    for number, certificate in enumerate(found):
        paths.append(folder / f"{number}.pem")
        paths[-1].write_text(certificate)
    good = verifiers.OpenSsl(folder).verify_all(SYSTEM_STORE, paths)
    return [path for path, outcome in zip(paths, good, strict=True) if outcome.accepted]


SLOW = {"GnuTLS", "NSS"}  # one process for each certificate


def test_twins_verify_what_their_roots_verify(judge, system_bundle, issued):
    """
    All, or for those that take long one in forty unless the environment asks for all. Go refuses
    some of them whatever is trusted.
    """
    slow = judge.name in SLOW and not os.environ.get("ROOTSCOPE_TEST_FULL")
    asked = issued[::40] if slow else issued
    more = {"usage": 3} if judge.name == "NSS" else {}
    before, after = (judge.verifier.verify_all(pathlib.Path(store), asked, **more)
                     for store in (SYSTEM_STORE, system_bundle))
    good = [path for path, outcome in zip(asked, before, strict=True) if outcome.accepted]
    lost = {path for path, one, two in zip(asked, before, after, strict=True)
            if one.accepted and not two.accepted}
    assert len(good) > 0.8 * len(asked) and len(lost) < 9
    # For OpenSSL it names its issuer by that one's issuer and serial number: the twin has others.
    # GnuTLS refuses a CA that has a URI below one whose URIs are limited.
    why = {"OpenSSL": r"Authority Key Identifier:.*\n(.*\n)?\s+DirName:",
           "GnuTLS": r"Subject Alternative Name:.*\n.*URI:"}
    for path in lost:
        fields = text_of(path.read_text())
        assert judge.name in why and re.search(why[judge.name], fields), fields
