# SPDX-License-Identifier: Apache-2.0
"""
Verifiers that know nothing of the module, each with the trust store of a file that `rootscope
export bundle` wrote, or with any other file of certificates.

A chain is a file with the certificate, and those above it without the root. A verifier has a name,
missing() (why it cannot be asked here; None if it can), version() in two numbers, and
verify(trusted, chain), a programs.Outcome; verify_all(trusted, chains) is a list of these. All
their files are in the folder that they are given.
"""

import hashlib
import re
import shutil

import go_programs
import programs
from pki import certificates_in


def two_numbers(text):
    return re.search(r"\d+\.\d+", text)[0]


class Verifier:
    programs = ()

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    @classmethod
    def missing(cls):
        absent = [name for name in cls.programs if not shutil.which(name)]
        return f"{absent[0]} is not installed" if absent else None

    def verify_all(self, trusted, chains, **more):
        return [self.verify(trusted, chain, **more) for chain in chains]


class OpenSsl(Verifier):
    name, programs = "OpenSSL", ("openssl",)

    @staticmethod
    def version():
        return two_numbers(programs.run("openssl", "version", check=True).stdout)

    @staticmethod
    def verify(trusted, chain):
        done = programs.run("openssl", "verify", "-CAfile", trusted, "-untrusted", chain, chain)
        return programs.Outcome.of(done.returncode == 0, done.output)


    @staticmethod
    def verify_all(trusted, chains, *options):
        """By one process; of a chain only the first certificate is read."""
        done = programs.run("openssl", "verify", *options, "-CAfile", trusted, *chains, timeout=300)
        good = set(re.findall(r"^(.*): OK$", done.stdout, re.M))
        return [programs.Outcome(str(chain) in good, done.stderr) for chain in chains]


class GnuTls(Verifier):
    name, programs = "GnuTLS", ("certtool",)

    @staticmethod
    def version():
        return two_numbers(programs.run("certtool", "--version", check=True).stdout)

    @staticmethod
    def verify(trusted, chain):
        done = programs.run("certtool", "--verify", "--load-ca-certificate", trusted, "--infile",
                            chain)
        return programs.Outcome(done.returncode == 0, done.output)


class Go(Verifier):
    name, programs = "Go", ("go",)

    def __init__(self, folder):
        super().__init__(folder)
        self._program = go_programs.build("verify", folder)

    @staticmethod
    def version():
        return two_numbers(go_programs.version())

    def verify(self, trusted, chain):
        return self.verify_all(trusted, [chain])[0]

    def verify_all(self, trusted, chains):
        """By one process."""
        done = programs.run(self._program, input="".join(f"{trusted} {c}\n" for c in chains),
                            check=True, timeout=300)
        return [programs.Outcome(line == "ok", line) for line in done.stdout.splitlines()]


class Nss(Verifier):
    """
    Each certificate of a file is trusted. Without trust in a twin, NSS refuses what a server sends
    with a newer certificate of the same root: it takes the newest for the issuer.
    """
    name, programs = "NSS", ("certutil", "vfychain", "tstclnt")

    @staticmethod
    def version():
        words = programs.run(programs.PYTHON, "-I", "-c",
                             "import ctypes; f = ctypes.CDLL('libnss3.so').NSS_GetVersion; "
                             "f.restype = ctypes.c_char_p; print(f().decode())", check=True).stdout
        return two_numbers(words)

    def database(self, trusted):
        content = hashlib.sha256(trusted.read_bytes()).hexdigest()[:16]
        path = self.folder / content
        if not path.exists():
            path.mkdir()
            programs.run("certutil", "-N", "-d", path, "--empty-password", check=True)
            commands = []
            for number, certificate in enumerate(certificates_in(trusted)):
                (path / f"{number}.pem").write_text(certificate)
                commands.append(f"-A -n ca-{number} -t C,C,C -a -i {path}/{number}.pem\n")
            (path / "commands").write_text("".join(commands))
            programs.run("certutil", "-B", "-d", path, "-i", path / "commands", check=True)
        return path

    def verify(self, trusted, chain, usage=1):
        """`usage`: 0 for a client, 1 for a server, 3 for a CA of servers."""
        files = []
        for number, certificate in enumerate(certificates_in(chain)):
            files += ["-a", self.folder / f"{number}.pem"]
            files[-1].write_text(certificate)
        done = programs.run("vfychain", "-d", self.database(trusted), "-u", usage, *files)
        return programs.Outcome(done.returncode == 0, done.output)


VERIFIERS = (OpenSsl, GnuTls, Go, Nss)
