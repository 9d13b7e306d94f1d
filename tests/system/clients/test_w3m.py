# SPDX-License-Identifier: Apache-2.0
import programs
from measured import Client


class TestW3m(Client):
    program = "w3m"
    binary = "w3m"

    def visit(self, port):
        """It exits with 0 whatever happens; s_server's page names the cipher."""
        done = self.run("w3m", "-o", "ssl_verify_server=1", "-o",
                        f"ssl_ca_file={self.ca.pem}", "-o", "ssl_ca_default=0",
                        "-dump", f"https://localhost:{port}/", env={"HOME": self.tmp_path})
        return programs.Outcome.of("Ciphers supported" in done.stdout, done.output)
