# SPDX-License-Identifier: Apache-2.0
from measured import Client


class TestNcat(Client):
    program = "ncat"
    binary = "ncat"

    def visit(self, port):
        return self.run("ncat", "-v", "--ssl-verify", "--ssl-trustfile", self.ca.pem, "localhost",
                        port, input="GET / HTTP/1.0\r\n\r\n")
