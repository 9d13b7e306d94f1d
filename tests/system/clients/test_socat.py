# SPDX-License-Identifier: Apache-2.0
from measured import Client


class TestSocat(Client):
    program = "socat"
    binary = "socat"
    shows_reason = False

    def visit(self, port):
        return self.run("socat", "-", f"OPENSSL:localhost:{port},cafile={self.ca.pem}",
                        input="GET / HTTP/1.0\r\n\r\n")
