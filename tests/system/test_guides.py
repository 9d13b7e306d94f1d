# SPDX-License-Identifier: Apache-2.0
"""
README.md and docs/guides: every command is typed as it is printed, on a machine of its own.
pages.py says how blocks are marked.
"""

import base64
import contextlib
import gzip
import json
import lzma
import os
import pathlib
import re
import shutil
import ssl
import subprocess
import warnings

import pytest

from conftest import data_file
from pages import blocks, is_printed, lines_of
from pki import Pki, corp_source

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PAGES = [SOURCE / "README.md", *sorted((SOURCE / "docs/guides").glob("*.md"))]
MOST_UNTESTED = 3  # in a page

# These try what programs of another user do, or start a server that becomes one.
NEEDS_ROOT = re.compile("rootscope (trust|enable)|^systemctl", re.M)

PARTNER = """server {
    listen 127.0.0.1:8443 ssl;
    ssl_certificate /etc/nginx/server.chain;
    ssl_certificate_key /etc/nginx/server.key;
    ssl_client_certificate /etc/nginx/partner-root.pem;
    ssl_verify_client on;
    return 200 "welcome\\n";
}
"""
# The distribution's hooks take their time, and Debian's folder is not in /usr/local here.
START = """rm -rf /etc/ca-certificates/update.d/*
mkdir -p /usr/local/share/ca-certificates
"""
TRUSTED = "rootscope trust --quiet --enable corp-root.pem corp.example\n"


def self_issued(pool):
    """The certificates of a pool in PEM that are their own issuers."""
    x509 = pytest.importorskip("cryptography.x509", reason="python3-cryptography is not installed")
    found = []
    for pem in re.findall(b"-----BEGIN.*?-----END CERTIFICATE-----\n", pool, re.S):
        with contextlib.suppress(ValueError), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            certificate = x509.load_pem_x509_certificate(pem)
            found += [pem] if certificate.issuer == certificate.subject else []
    return b"".join(found)


def survey_files(work):
    """What a reader of docs/guides/survey.md brings, and a chain of it in a file of its own."""
    (work / "certs").mkdir()
    chains = data_file("ndpi_pcap_chains.jsonl.gz")
    shutil.copy(chains, work / "certs/chains.jsonl.gz")
    shutil.copy(data_file("tesseract_example_tile"), work / "certs/tile")
    shutil.copy(data_file("ccadb_ca_certificates.pem.xz"), work / "cas.pem.xz")
    proton = json.loads(gzip.decompress(chains.read_bytes()).splitlines()[83])["chain"]
    (work / "roots.pem").write_bytes(
        self_issued(lzma.decompress((work / "cas.pem.xz").read_bytes())))
    (work / "proton.pem").write_text("".join(
        ssl.DER_cert_to_PEM_cert(base64.b64decode(der)) for der in proton))


# What was done before on the machine of a page: a script, and the tools that it takes.
BEFORE = {
    "partner-client-certificates": ("""
rm -f /etc/nginx/sites-enabled/*
mkdir -p /var/log/nginx /var/lib/nginx
cp partner.nginx /etc/nginx/sites-enabled/partner
cp partner-root.pem ../server.chain ../server.key /etc/nginx/
""", ["nginx"]),
    "public-list-in-test-mode": ("""
cp corp-root.pem /usr/local/share/ca-certificates/corp-root.crt
update-ca-certificates
""", ["jq"]),
    "survey-at-scale": ("""
printf '%s\\n' ../*.chain >inputs.txt
cat corp-root.pem ../*.chain >cas.pem
cp /usr/local/share/doc/rootscope/examples/survey-dask .
""", ["parallel", "dask-scheduler"]),
    "other-libraries": (TRUSTED, ["wget", "git", "restic", "certutil"]),
    "troubleshooting": (TRUSTED, []),
    "upgrade-and-uninstall": ("cp /etc/ssl/openssl.cnf openssl.cnf.new\n" + TRUSTED, []),
}

# Files of a page alone.
BROUGHT = {"survey": survey_files}


@pytest.fixture
def files(tmp_path):
    """
    The files that the pages name, in the current directory. The company's root issued for two
    servers, that of mkcert for two others, and the partner's for two clients.
    """
    work = tmp_path / "work"
    (work / ".local/share/mkcert").mkdir(parents=True)
    (tmp_path / "pki").mkdir()
    pki = Pki(tmp_path / "pki")
    mkcert, mine, partner = pki.ca("mkcert"), pki.ca("my root"), pki.ca("Partner Root")
    for root, path in ((pki.root, "corp-root.pem"), (mine, "my-root.pem"),
                       (mkcert, ".local/share/mkcert/rootCA.pem"),
                       (partner, "partner-root.pem")):
        shutil.copy(root.pem, work / path)
    for folder, name, host, issuer in (
            (tmp_path, "www.corp.example", "www.corp.example", pki.intermediate),
            (tmp_path, "www.bank.example", "www.bank.example", pki.intermediate),
            (tmp_path, "shop.test", "shop.test", mkcert),
            (tmp_path, "pay.example", "pay.example", mkcert),
            (work, "alice", "alice.partner.example", partner),
            (work, "mallory", "mallory.corp.example", partner)):
        leaf = pki.leaf(name, [f"DNS:{host}"], issuer=issuer, subject=f"/CN={host}")
        shutil.copy(leaf.chain, folder / f"{name}.chain")
        shutil.copy(leaf.key, folder / f"{name}.key")
    shutil.copy(tmp_path / "www.corp.example.chain", tmp_path / "server.chain")
    shutil.copy(tmp_path / "www.corp.example.key", tmp_path / "server.key")
    (tmp_path / "hosts").write_text(
        "127.0.0.1 localhost www.corp.example www.bank.example shop.test pay.example\n")
    (work / "public.list").write_text(corp_source(pki))
    (work / "partner.nginx").write_text(PARTNER)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_of_a_page(page, files, machine, tmp_path):
    before, tools = BEFORE.get(page.stem, ("", []))
    if os.geteuid() != 0 and NEEDS_ROOT.search(before + page.read_text()):
        pytest.skip("needs root, to try what another user's programs do")
    lines = [line for kind, untested, text, _ in blocks(page) if not untested
             for line in lines_of(kind, text)]
    if not lines:
        pytest.skip(f"{page.name} has no block for this test")
    BROUGHT.get(page.stem, lambda work: None)(tmp_path / "work")
    results = machine([line.typed for line in lines], START + before,
                      ["curl", "update-ca-certificates", *tools])
    for line, done in zip(lines, results, strict=True):
        if line.printed:
            assert is_printed(line.printed, done["output"]), f"{line.typed}\n{done['output']}"
        else:
            assert done["status"] == 0, f"{line.typed}\n{done['output']}"


UNTESTED = [(page, number, why) for page in PAGES for _, why, _, number in blocks(page) if why]


@pytest.mark.parametrize("page,number,why", UNTESTED)
def test_commands_that_are_not_tested(page, number, why):
    pytest.skip(f"{page.relative_to(SOURCE)}:{number}: {why}")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_few_commands_are_not_tested(page):
    assert sum(1 for other, _, _ in UNTESTED if other == page) <= MOST_UNTESTED
    kinds = re.findall("^```(.+)$", page.read_text(), re.M)
    assert all(re.fullmatch("sh|console|sh untested: .+|dockerfile|ini", kind) for kind in kinds)


def test_the_packages_to_build_are_installed(tmp_path):
    apt = tmp_path / "apt"
    apt.write_text("#!/bin/sh\necho \"$@\"\n")
    apt.chmod(0o755)
    line = re.search("^.*build_packages\\[@\\].*$", (SOURCE / "README.md").read_text(), re.M)[0]
    done = subprocess.run(["sh", "-c", line], cwd=SOURCE, check=True, capture_output=True,
                          text=True, env={"PATH": f"{tmp_path}:{os.environ['PATH']}"})
    words = done.stdout.split()
    assert words[0] == "install" and {"cmake", "g++", "libssl-dev", "curl"} < set(words[1:])
