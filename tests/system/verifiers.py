# SPDX-License-Identifier: Apache-2.0
"""
Verifiers that know nothing of the module, each with the trust store of a file that `rootscope
export bundle` wrote, or with any other file of certificates.

A chain is a file with the certificate, and those above it without the root. A verifier has a name,
missing() (why it cannot be asked here; None if it can), version() in two numbers, and
verify(trusted, chain), a programs.Outcome. All their files are in the folder that they are given.
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


class OpenSsl(Verifier):
    name, programs = "OpenSSL", ("openssl",)

    @staticmethod
    def version():
        return two_numbers(programs.run("openssl", "version", check=True).stdout)

    @staticmethod
    def verify(trusted, chain):
        done = programs.run("openssl", "verify", "-CAfile", trusted, "-untrusted", chain, chain)
        return programs.Outcome.of(done.returncode == 0, done.output)


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
        """Of each chain, by one process."""
        done = programs.run(self._program, input="".join(f"{trusted} {c}\n" for c in chains),
                            check=True, timeout=300)
        return [programs.Outcome(line == "ok", line) for line in done.stdout.splitlines()]


class Nss(Verifier):
    """
    The first certificate of a file is trusted, and the others are there without trust: a bundle
    begins with its super-root. `trust_all`: each is trusted.
    """
    name, programs = "NSS", ("certutil", "vfychain", "tstclnt")

    @staticmethod
    def version():
        words = programs.run(programs.PYTHON, "-I", "-c",
                             "import ctypes; f = ctypes.CDLL('libnss3.so').NSS_GetVersion; "
                             "f.restype = ctypes.c_char_p; print(f().decode())", check=True).stdout
        return two_numbers(words)

    def database(self, trusted, trust_all=False):
        content = hashlib.sha256(trusted.read_bytes()).hexdigest()[:16]
        path = self.folder / f"{content}{'-all' * trust_all}"
        if not (path / "cert9.db").exists():
            path.mkdir(exist_ok=True)
            self._certutil(path, "-N", "--empty-password")
            for number, certificate in enumerate(certificates_in(trusted)):
                trust = "C,C,C" if trust_all or number == 0 else ",,"
                self._certutil(path, "-A", "-n", f"ca-{number}", "-t", trust, "-a",
                               input=certificate)
        return path

    def verify(self, trusted, chain, usage=1):
        """`usage`: 0 for a client, 1 for a server."""
        files = []
        for number, certificate in enumerate(certificates_in(chain)):
            files += ["-a", self.folder / f"{number}.pem"]
            files[-1].write_text(certificate)
        done = programs.run("vfychain", "-d", self.database(trusted), "-u", usage, *files)
        return programs.Outcome(done.returncode == 0, done.output)

    @staticmethod
    def _certutil(path, *words, **more):
        programs.run("certutil", "-d", path, *words, check=True, **more)


VERIFIERS = (OpenSsl, GnuTls, Go, Nss)
