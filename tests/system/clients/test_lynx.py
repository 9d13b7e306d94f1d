# SPDX-License-Identifier: Apache-2.0
from measured import Client


class TestLynx(Client):
    program = "lynx"
    binary = "lynx"
    covered = False
    library = "libgnutls.so"
    remark = "Debian links it with GnuTLS."

    def visit(self, port):
        return self.run("lynx", "-dump", f"https://localhost:{port}/",
                        env={"SSL_CERT_FILE": self.ca.pem, "HOME": self.tmp_path})
