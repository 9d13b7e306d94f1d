# SPDX-License-Identifier: Apache-2.0
"""Programs with a constrained trust store, beside the same ones with the store as it is."""

import hashlib
import pathlib
import re
import ssl
import subprocess
import sys

from table import Row
from world import ROOT, Missing, median, need, say

sys.path.append(str(ROOT / "tests/system"))

import go_programs  # noqa: E402 (found by the line above)
import programs  # noqa: E402
import verifiers  # noqa: E402
from pki import Pki, certificates_in  # noqa: E402

STORE = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")
# Of each root: how many, and of which form of names.
SUFFIXES = (1, ""), (10, ""), (10, "dns:")
# Valgrind does not survive the signals by which Go interrupts its own threads.
COUNTABLE = {"GODEBUG": "asyncpreemptoff=1", "GOMAXPROCS": "1"}


def stores(world, pki, suffixes, form):
    """(the trust store as it is, a compiled list that limits each of its roots, how many)"""
    if not STORE.exists():
        raise Missing(f"there is no {STORE}")
    store, source = world.folder / "store.pem", world.folder / "bundle.list"
    store.write_text(STORE.read_text() + pki.root.pem.read_text())
    with open(source, "w") as out:
        found = certificates_in(store)
        for number, root in enumerate(found):
            sha256 = hashlib.sha256(ssl.PEM_cert_to_DER_cert(root)).hexdigest()
            out.write(f"root cert-sha256:{sha256}\n")
            out.writelines(f"    permit {form}s{i}.root{number}.example\n"
                           for i in range(suffixes))
        out.write("    permit localhost\n    permit corp.example\n    permit ip:127.0.0.0/8\n")
    return store, world.compiled(source), len(found)


def clients(world, port):
    """For each program at hand: its name, and its command line and environment for a store."""
    database = verifiers.Nss(world.folder / "nss").database
    connect = {
        "openssl s_client": (verifiers.OpenSsl, lambda s: (
            f"openssl s_client -connect localhost:{port} -verify_return_error -CAfile {s}", {})),
        "gnutls-cli": (verifiers.GnuTls, lambda s: (
            f"gnutls-cli --x509cafile={s} -p {port} localhost", {})),
        "tstclnt (NSS)": (verifiers.Nss, lambda s: (
            f"tstclnt -h 127.0.0.1 -a localhost -p {port} -d {database(s)} -Q", {})),
    }
    if not go_programs.missing():
        visit = go_programs.build("visit", world.folder)
        connect["a program in Go"] = (verifiers.Go, lambda s: (
            f"{visit} localhost:{port}", {"SSL_CERT_FILE": str(s), "SSL_CERT_DIR": "/nonexistent",
                                          **COUNTABLE}))
    for name, (verifier, command) in connect.items():
        if verifier.missing():
            say(f"bundle: {verifier.missing()}")
            continue
        yield name, lambda store, command=command: command(store)


def instructions(world, words, environment):
    """Of a program from its start to its end."""
    need("valgrind")
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                           *words.split()], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, env=environment)
    counted = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not counted:
        raise RuntimeError(f"{words}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return int(counted[1])


def pairs(world, pki, made):
    """For each program (its name, instructions with the roots, the same with the bundle)."""
    with programs.Server(pki.good) as server:
        for name, command in clients(world, server.port):
            say(f"bundle: {name}")
            counted = []
            for trusted in made:
                words, more = command(trusted)
                counted.append(instructions(world, words, world.environment(world.bare, **more)))
            yield name, *counted


def bundle(world, quick):
    """A constrained trust store of all roots: writing it, and what it costs other programs."""
    rows, pki = [], Pki(world.folder)
    for suffixes, form in SUFFIXES:
        store, image, count = stores(world, pki, suffixes, form)
        made = world.folder / "bundle.pem"
        what = f"{count} roots, {suffixes} {form} suffix{'es' * (suffixes > 1)} each"
        what = what.replace("  ", " ")
        # It exits with 1: constraints say less than the list.
        write = ["sh", "-c", f"{world.command} export bundle --store {store} -o {made} {image}; "
                             "[ $? -le 1 ]"]
        say(f"bundle: {what}")
        seconds = median(world.processor_times([(write, world.environment(world.bare))], 9)[0])
        rows.append(Row(f"export bundle of {what}", "", f"{seconds / 1e6:.2f} s", "≤ 1 s",
                        seconds <= 1e6))
        for name, plain, limited in pairs(world, pki, (store, made)):
            ratio = limited / plain - 1
            rows.append(Row(f"{name}, start and handshake with this bundle",
                            f"with the roots: {plain / 1e6:.0f} million instructions",
                            f"{ratio * 100:+.1f} %", "≤ +5 %", ratio <= 0.05))
    return rows
