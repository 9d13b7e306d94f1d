# SPDX-License-Identifier: Apache-2.0
"""
Every example of the manual's pages of commands, run as it is printed, on a machine of its own.

A page's examples run one after the other. This machine has a root of the company, "Corp Root",
limited to corp.example, and "Lab CA", and the files that FILES makes.
"""

import base64
import json
import os
import pathlib
import re
import shutil

import pytest

from pki import Pki

HERE = pathlib.Path(__file__).resolve().parent
PAGES = sorted(path.name[:-len(".in")] for path in (HERE.parents[1] / "docs").glob("*.1.in"))

# What an example ends with, if that is not 0: the beginning of its line, and the exit statuses.
STATUSES = {
    "rootscope check www.example.org": (1,),  # refused, as the page says
    "rootscope check --starttls smtp mail.example.org": (1,),
    "rootscope lint": (0, 1),  # what is in the trust store is up to the machine
    "rootscope export extension": (1,),  # no extension says all that a closed stanza says
    "rootscope export bundle": (0, 1),  # the same, if the machine trusts a listed root
    "rootscope propose old.db": (2,),  # all certificates of this machine are newer
    "rootscope status --processes": (0, 1),  # which processes there are is up to the machine
    # Without root, no other user can be tried.
    "rootscope trust": (0,) if os.geteuid() == 0 else (2,),
    # Roots in mode test are a warning. In a user namespace it cannot become nobody.
    "rootscope status": (0, 1) if os.geteuid() == 0 else (0, 1, 2),
}
# Pages of commands that look at a machine on which the module is switched on.
SWITCHED_ON = ["rootscope-status.1", "rootscope-trust.1"]
TOOLS = ["curl", "jq", "less", "patch", "update-ca-certificates"]

CHECKS = ('{"rootscope":1,"event":"checks","time":"2026-11-22T00:17:34Z","program":"curl","pid":1,'
          '"root":"spki-sha256:%s","label":"Corp Root","mode":"enforce","checked":1000,'
          '"permitted":995,"violated":5,"unverified":0}\n')
VIOLATION = ('{"rootscope":1,"event":"violation","time":"2026-11-22T00:12:34Z","program":"curl",'
             '"pid":1,"root":"spki-sha256:%s","label":"Corp Root","mode":"enforce",'
             '"verdict":"denied","depth":0,"form":"dns","reason":"not-permitted","error":47,'
             '"reference":true,"suffix":"partner.example","signatures":"valid","peer":"server",'
             '"count":5}\n')


def examples(page):
    """The command lines of a page as a reader types them."""
    text = page.read_text().partition(".SH EXAMPLES\n")[2].partition("\n.SH ")[0]
    text = text.replace("\\-", "-").replace("\\(aq", "'").replace("\\(dq", '"').replace("\\e", "\\")
    lines = []
    for block in re.findall(r"^\.EX\n(.*?)^\.EE$", text, re.M | re.S):
        for line in block.splitlines():
            if re.match("[#$] ", line):
                lines.append(line[2:])
            else:
                lines[-1] += "\n" + line
    return lines


@pytest.fixture
def files(tmp_path):
    """The files that the examples name; returns what makes the others on the machine."""
    work = tmp_path / "work"
    work.mkdir()
    pki = Pki(work)
    pki.ca("Lab Root")
    pki.ca("Partner Root")
    pki.ca("Constrained CA", extensions="nameConstraints = critical, permitted;DNS:ca.example\n")
    leaf = pki.leaf("www.example.org", ["DNS:www.example.org", "DNS:mail.example.org"])
    shutil.copy(leaf.chain, tmp_path / "server.chain")
    shutil.copy(leaf.key, tmp_path / "server.key")
    (tmp_path / "hosts").write_text("127.0.0.1 localhost www.example.org mail.example.org\n")
    root = pki.root.spki_sha256()
    (work / "partners.list").write_text("root pem:lab-root.pem\n    permit partner.example\n")
    for number, name in (1, "a.example"), (2, "b.example"):
        (work / f"list-{number}.list").write_text(
            f"root pem:lab-root.pem\n    permit {name}\n")
    (work / ".local/share/mkcert").mkdir(parents=True)
    shutil.copy(work / "partner-root.pem", work / ".local/share/mkcert/rootCA.pem")
    (work / "IncludedCACertificateReportPEMCSV.csv").write_text(
        '"SHA-256 Fingerprint","Mozilla Applied Constraints"\n' f'"{"2" * 64}","*.tr"\n')
    shutil.copy(pki.intermediate.pem, work / "cas.pem")
    chain = [base64.b64encode(one.der()).decode() for one in (leaf, pki.intermediate)]
    (work / "chains.jsonl").write_text(json.dumps({"chain": chain}) + "\n")
    for name in "log-1", "log-2":
        (work / name).mkdir()
        shutil.copy(leaf.chain, work / name / "chain.pem")
    (work / "logs").mkdir()
    (work / "logs" / "a.jsonl").write_text(CHECKS % root + VIOLATION % root)
    return f"""
openssl req -new -key lab-root.key -subj "/CN=Lab CA" -out lab.csr
mkdir -p /etc/rootscope /etc/myservice /usr/local/share/ca-certificates
rm -rf /etc/ca-certificates/update.d/*
cp corp-root.pem /etc/ssl/certs/$(openssl x509 -in corp-root.pem -noout -hash).0
cat >/etc/rootscope/local.list <<END
root spki-sha256:{root} "Corp Root"
    permit corp.example
root spki-sha256:{"1" * 64} "Lab CA"
    permit lab.corp.example
END
rootscope compile --quiet
rootscope compile --quiet -o /var/lib/rootscope/partner.rsl partners.list
cp logs/a.jsonl /var/log/rootscope.log
"""


@pytest.mark.parametrize("page", PAGES)
def test_examples_of_a_page(page, manual, files, machine):
    lines = examples(manual / page)
    assert lines, f"{page} has no examples"
    if page in SWITCHED_ON:
        files += "cat /usr/local/share/doc/rootscope/examples/openssl-system.cnf" \
                 " >>/etc/ssl/openssl.cnf\n"
    for line, done in zip(lines, machine(lines, files, TOOLS), strict=True):
        expected = [statuses for begin, statuses in STATUSES.items() if line.startswith(begin)]
        assert done["status"] in (expected or [(0,)])[0], f"{line}\n{done['output']}"
