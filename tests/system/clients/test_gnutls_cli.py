# SPDX-License-Identifier: Apache-2.0
from measured import Client


class TestGnutlsCli(Client):
    program = "gnutls-cli"
    binary = "gnutls-cli"
    covered = False
    library = "libgnutls.so"

    def visit(self, port):
        return self.run("gnutls-cli", f"--x509cafile={self.ca.pem}", "-p", port, "localhost",
                        input="")
