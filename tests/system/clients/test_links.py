# SPDX-License-Identifier: Apache-2.0
import programs
from measured import Client
from peer import Peer, http


class TestLinks(Client):
    program = "links"
    binary = "links"
    shows_reason = False
    remark = "It asks SSL_get_verify_result() after the handshake."

    def peer(self, leaf):
        return Peer(leaf, http("200 OK", "this page\n"))

    def visit(self, port):
        """It exits with 0 whatever happens; the page tells."""
        done = self.run("links", "-ssl.certificates", "2", "-dump", f"https://localhost:{port}/",
                        env={"SSL_CERT_FILE": self.ca.pem, "HOME": self.tmp_path})
        return programs.Outcome.of("this page" in done.stdout, done.output)
