# SPDX-License-Identifier: Apache-2.0
from measured import Client


class TestWget(Client):
    program = "wget"
    binary = "wget"
    covered = False
    library = "libgnutls.so"
    remark = "Debian links it with GnuTLS."

    def visit(self, port):
        return self.run("wget", "--no-config", "-q", "-O", "/dev/null", "--tries=1", "--no-proxy",
                        f"--ca-certificate={self.ca.pem}", f"https://localhost:{port}/")
