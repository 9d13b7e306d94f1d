# SPDX-License-Identifier: Apache-2.0
import programs
from measured import Client


class TestSClient(Client):
    program = "openssl s_client"
    binary = programs.OPENSSL

    def visit(self, port):
        return self.run(programs.OPENSSL, "s_client", "-connect", f"localhost:{port}",
                        "-verify_hostname", "localhost", "-CAfile", self.ca.pem,
                        "-verify_return_error", input="")
