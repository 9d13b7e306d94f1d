# SPDX-License-Identifier: Apache-2.0
"""A program of another architecture; ROOTSCOPE_I386 names the folder of its unpacked packages."""

import os
import pathlib

import programs
from measured import Measured


class TestI386(Measured):
    program = "openssl verify, i386"
    covered = False
    remark = "Beside an amd64 module, which it cannot load."

    def command(self):
        folder = pathlib.Path(os.environ.get("ROOTSCOPE_I386", "/nonexistent"))
        libraries = f"{folder}/lib/i386-linux-gnu:{folder}/usr/lib/i386-linux-gnu"
        return folder / "lib/ld-linux.so.2", "--library-path", libraries, folder / "usr/bin/openssl"

    def missing(self):
        try:
            programs.run(*self.command(), "version", check=True)
        except OSError as error:
            return f"no i386 program runs here: {error.strerror}"
        return None

    def version(self):
        return programs.run(*self.command(), "version", check=True).stdout.split()[1]

    def library_of(self, traced):
        return "libcrypto.so.3", "OpenSSL " + self.version()

    def ask(self, leaf):
        done = self.run(*self.command(), "verify", "-CAfile", self.ca.pem, "-untrusted",
                        leaf.untrusted, leaf.pem)
        return programs.Outcome.of(done.returncode == 0, done.output)
