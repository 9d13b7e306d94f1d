# SPDX-License-Identifier: Apache-2.0
from measured import Client


class TestCurl(Client):
    program = "curl"
    binary = "curl"
    partial_chains = True

    def visit(self, port):
        return self.run("curl", "-q", "-sS", "-o", "/dev/null", "--noproxy", "*",
                        "--cacert", self.ca.pem, f"https://localhost:{port}/")
