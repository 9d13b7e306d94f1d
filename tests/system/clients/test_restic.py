# SPDX-License-Identifier: Apache-2.0
import programs
from measured import Client
from peer import Peer, http


class TestRestic(Client):
    program = "restic"
    binary = "restic"
    covered = False
    library = None
    remark = "Written in Go, which verifies by itself."

    def library_of(self, traced):
        return "Go's crypto/tls", ""

    def peer(self, leaf):
        return Peer(leaf, http("404 Not Found"))

    def visit(self, port):
        """
        The server has no repository: what counts is whether restic came to look for it. Newer
        versions try for a quarter of an hour if they are not stopped.
        """
        done = self.run("timeout", "10", "restic", "--no-cache", "--cacert", self.ca.pem, "-r",
                        f"rest:https://localhost:{port}/none", "snapshots",
                        env={"RESTIC_PASSWORD": "none"})
        return programs.Outcome.of("does not exist" in done.output, done.output)
