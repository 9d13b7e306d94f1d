# SPDX-License-Identifier: Apache-2.0
"""
Wrong inputs on the command line: each message says what is wrong, and what to do.

A row is a command line, what it is told that it has, and what it is told to do. Files are those of
the fixture `here`; nothing changes whatever is typed.
"""

import base64
import os

import pytest

from pki import openssl

CORP = "ab" * 32
ADD = ["add", "ROOT.pem"]
LIST = ["--list", "list.rsl"]
TRY = "Try 'rootscope "

# What `help`, an unknown word and missing arguments do is in test_command.py.
ROWS = [
    # Commands and options
    (["statsu"], "unknown command: statsu", "did you mean rootscope status?"),
    (["ad"], "unknown command: ad", "did you mean rootscope add?"),
    (["permitt", "Corp Root", "a.example"], "unknown command: permitt", "rootscope permit?"),
    (["frobnicate"], "unknown command: frobnicate", "Try 'rootscope --help'"),
    (["--verson"], "unknown option: --verson", "Try 'rootscope --help'"),
    (["permit", "Corp Root", "a.example", "--exclude", "b.a.example"], "unknown option: --exclude",
     "Try 'rootscope help permit'"),
    (["permit", "Corp Root"], "missing argument: NAME", "Try 'rootscope help permit'"),
    (["remove"], "missing argument: ROOT", "Try 'rootscope help remove'"),
    # Options that are for another use of the command
    (["survey", "merge", "--store", "s.db", "--since", "2026-01-01", "t.db"],
     "--since has no meaning with merge", "Try 'rootscope help survey'"),
    (["survey", "merge", "--store", "s.db", "-j", "t.db"], "--json has no meaning with merge", TRY),
    (["survey", "summary", "--verify", "s.db"], "--verify has no meaning with summary", TRY),
    (["survey", "summary", "--tsv", "s.db"], "--tsv has no meaning with summary", TRY),
    (["survey", "--html", "s.html", "empty"], "--html is for summary", TRY),
    (["propose", "--rule", "issued", "--threshold", "5", "s.db"],
     "--rule issued and --threshold 5 cannot be combined", TRY),
    (["status", "--timeout", "5"], "--timeout has no meaning without PROGRAM", TRY),
    (["status", "-p", "--CAfile", "ROOT.pem"], "--CAfile has no meaning with --processes", TRY),
    (["status", "--local", "local", "--", "true"], "--local has no meaning with PROGRAM", TRY),
    (["status", "-q", "-j"], "--json and --quiet cannot be combined", TRY),
    (["diff", "-q", "-j", "list.rsl", "list.rsl"], "--json and --quiet cannot be combined", TRY),
    (["lint", "-q", "-j", "a.list"], "--json and --quiet cannot be combined", TRY),
    (["report", "--file", "x.list", "empty"], "--file requires --diff", TRY),
    (["export", "json", "--certificate", "ROOT.pem", "Corp Root", "list.rsl"],
     "--certificate has no meaning for json", "Try 'rootscope help export'"),
    (["trust", "--file", "x.list", "ROOT.pem"], "--file has no meaning without NAME", TRY),
    ([*ADD, "-n", "corp.example"], "--no-compile cannot be combined with --output", TRY),
    (["compile", "--check", "-o", "new.rsl"], "--check cannot be combined with --output", TRY),
    (["survey", "http://log.example/#last"], "http://log.example/#last: after #, the first and",
     "expected, such as #0-2047"),
    (["survey", "empty", "https://log.example#5-2"], "the range ends before it begins", TRY),
    # A certificate
    (["add", "nosuch.pem", "corp.example"], "nosuch.pem: No such file or directory", None),
    (["add", "corp.example", "ROOT.pem"], "corp.example: no such file",
     "the certificate comes before the names: ROOT.pem"),
    (["trust", "corp.example", "ROOT.pem"], "corp.example: no such file",
     "the certificate comes before the names: ROOT.pem"),
    (["add", "key.pem", "corp.example"], "it is a private key", "give the CA's certificate"),
    (["add", "ca.csr", "corp.example"], "it is a certificate request", "give the CA's certificate"),
    (["add", "page.html", "corp.example"], "it is a web page", "download the certificate itself"),
    (["add", "ca.b64", "corp.example"], "it is base64 without a BEGIN line", "run base64 -di"),
    (["add", "empty", "corp.example"], "it is empty", None),
    (["add", ".", "corp.example"], "it is a folder", "give one of its files"),
    (["add", "two.pem", "corp.example"], "2 of them are roots", "give a file with one root"),
    (["add", "a.list", "corp.example"], "no certificate in it", "-----BEGIN CERTIFICATE-----"),
    # Names
    ([*ADD, "corp.example", "exclude", "hr.corp.example"], "exclude is not a name",
     "did you mean --exclude"),
    ([*ADD, "mode", "test"], "mode is not a name", "did you mean --mode"),
    ([*ADD, "*.corp.example"], "is not a suffix", 'write ".corp.example"'),
    ([*ADD, "10.0.0.0/8"], "address without a form", "write ip:10.0.0.0/8"),
    ([*ADD, "joe@corp.example"], "mailbox without a form", "write email:joe@corp.example"),
    ([*ADD, "ip:10.0.0.1/8"], "10.0.0.1/8", "10.0.0.0/8"),
    ([*ADD, "https://corp.example/"], "it is a URL", "give its host: corp.example"),
    ([*ADD, "corp.example:443"], "a name has no port", "give corp.example"),
    ([*ADD, "corp.example,partner.example"], "it has a comma", "give each name as a word"),
    ([*ADD, "corp example"], '" " in the host name', "expected letters, digits"),
    ([*ADD, "frob:corp.example"], 'unknown form "frob:"', "expected dns:, email:"),
    ([*ADD, "corp..example"], "empty label", "one dot between labels"),
    ([*ADD, ""], '""', "a name is expected, such as corp.example"),
    ([*ADD, "a\x1b[2J"], "a\\x1b[2J: a name has no control characters", None),
    ([*ADD, "--exclude", "*.corp.example"], "is not a suffix", 'write ".corp.example"'),
    ([*ADD, "--mode", "off", "corp.example"], "--mode must be test or enforce: off",
     "Try 'rootscope help add'"),
    ([*ADD, "--file", "corp.conf", "corp.example"], "--file must be a name that ends in .list",
     "Try 'rootscope help add'"),
    # Roots
    (["permit", "Corp", "a.example"], "no source lists the root Corp", "give its label, or 8 or"),
    (["permit", "abab", "a.example"], "no source lists the root abab", "8 or more digits"),
    (["exclude", "corp root", "a.example"], "no source lists the root corp root",
     "listed: Corp Root"),
    (["remove", "ROOT.pem"], "no source lists the root ROOT.pem", "give its label"),
    (["permit", "default", "a.example"], "no source lists the root default", "listed: Corp Root"),
    (["set-mode", "Corp Root", "test"], "must be enforce, test or off: Corp Root",
     "Try 'rootscope help set-mode'"),
    (["set-mode", "test", "Corp Root", "--until", "tomorrow"], "--until must be a date, YYYY-MM-DD",
     "Try 'rootscope help set-mode'"),
    (["set-mode", "off", "--all", "Corp Root"], "--all cannot be combined with ROOT", TRY),
    (["show", "--root", "Nobody", "list.rsl"], "list.rsl has no root Nobody", "give its label"),
    # Lists, sources, folders
    (["show", "a.list"], "a.list is not a compiled list", "rootscope compile -o FILE.rsl a.list"),
    (["check", "--list", "ROOT.pem", "ROOT.pem"], "ROOT.pem is not a compiled list",
     "rootscope compile"),
    (["check", *LIST, "https://corp.example/"], "it is a URL", "give HOST or HOST:PORT"),
    (["check", *LIST, "key.pem"], "it is a private key", "give the CA's certificate"),
    (["compile", "--check", "list.rsl"], "it is a compiled list", "rootscope show"),
    (["compile", "--check", "--shipped", "none", "--local", "none"], "no *.list in none or none",
     "`rootscope add CERT NAME` writes one"),
    (["compile", "--check", "."], ".: it is a folder", "--local"),
    (["compile", "--check", "ROOT.pem"], "unknown statement", "expected mode, root"),
    (["compile", "--check", "nosuch.list"], "nosuch.list: No such file or directory", None),
    (["edit", "openssl.cnf"], "a source has a name that ends in .list", "and is in"),
    (["diff", "list.rsl", "nosuch.rsl"], "nosuch.rsl: No such file or directory", None),
    (["export", "extension", "Nobody", "list.rsl"], "list.rsl has no root Nobody", "its label"),
    (["report", "--since", "yesterday", "empty"], "--since must be 2026-11-22", TRY),
    (["status", "curl"], "put -- before the program: curl", "Try 'rootscope help status'"),
]
SOURCES = ("add", "permit", "exclude", "remove", "set-mode", "edit")


@pytest.fixture(scope="module")
def here(pki, rootscope, tmp_path_factory):
    """A folder with files of all kinds, with a local source and a compiled list."""
    here = tmp_path_factory.mktemp("here")
    pem = pki.root.pem.read_text()
    files = {
        "ROOT.pem": pem, "key.pem": pki.root.key.read_text(), "empty": "",
        "two.pem": pem + pki.ca("Other Root").pem.read_text(),
        "page.html": "<!DOCTYPE html><html></html>\n", "openssl.cnf": "[a]\n",
        "ca.b64": base64.encodebytes(pki.root.der()).decode(),
        "ca.csr": openssl("req", "-new", "-key", pki.root.key, "-subj", "/CN=x").decode(),
        "a.list": f'root spki-sha256:{CORP} "Corp Root"\n    permit corp.example\n',
    }
    for name, text in files.items():
        (here / name).write_text(text)
    (here / "local").mkdir()
    (here / "local" / "a.list").write_text(files["a.list"])
    rootscope("compile", "-q", "-o", here / "list.rsl", here / "a.list", check=True)
    return here


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("words, what, action", ROWS, ids=[" ".join(r[0]) for r in ROWS])
def test_what_is_wrong_is_said_and_what_to_do(rootscope, here, words, what, action):
    before = contents(here)
    options = ["--shipped", "none", "--local", "local", "-o", "new.rsl"]
    words = [words[0], *(options if words[0] in SOURCES else []), *words[1:]]
    done = rootscope(*words, cwd=here, env={"VISUAL": "false"})
    assert done.returncode in (2, 3) and done.stdout == "", done.output
    assert what in done.stderr and (action or "") in done.stderr, done.stderr
    assert contents(here) == before and sorted(os.listdir(here)) == sorted(
        {path.relative_to(here).parts[0] for path in before})


def test_there_are_forty_of_them():
    assert len(ROWS) >= 40
