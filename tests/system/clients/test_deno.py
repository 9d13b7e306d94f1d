# SPDX-License-Identifier: Apache-2.0
"""A program with a rustls of today; ROOTSCOPE_DENO names it."""

import os
import re

import programs
from measured import Client

SCRIPT = "console.log((await fetch('https://localhost:{port}/')).status)"


class TestDeno(Client):
    program = "Deno, npm's"
    binary = os.environ.get("ROOTSCOPE_DENO", "deno")
    covered = False
    library = None
    remark = "Written in Rust with rustls. DENO_TLS_CA_STORE=system makes it read SSL_CERT_FILE."

    def version(self):
        return re.search(r"deno (\S+)", programs.run(self.binary, "--version").stdout)[1]

    def library_of(self, traced):
        return "rustls", ""

    def visit(self, port):
        return self.run(self.binary, "eval", SCRIPT.format(port=port),
                        env={"DENO_TLS_CA_STORE": "system", "SSL_CERT_FILE": self.ca.pem,
                             "SSL_CERT_DIR": self.tmp_path / "none", "DENO_NO_UPDATE_CHECK": 1,
                             "HOME": self.tmp_path})
