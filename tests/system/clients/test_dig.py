# SPDX-License-Identifier: Apache-2.0
import programs
from measured import Client
from peer import Peer


def answer(connection):
    """DNS over TLS: the query comes back as a response without a record."""
    with connection.makefile("rwb") as stream:
        query = stream.read(int.from_bytes(stream.read(2), "big"))
        header = query[:2] + b"\x81\x80\x00\x01" + bytes(6)
        question = query[12:query.index(b"\0", 12) + 5]
        response = header + question
        stream.write(len(response).to_bytes(2, "big") + response)


class TestDig(Client):
    program = "dig"
    binary = "dig"
    remark = "DNS over TLS."

    def peer(self, leaf):
        return Peer(leaf, answer, alpn=["dot"])

    def visit(self, port):
        done = self.run("dig", "@127.0.0.1", "-p", port, "+tls", f"+tls-ca={self.ca.pem}",
                        "+tls-hostname=localhost", "+tries=1", "+time=10", "name.example")
        return programs.Outcome.of("status: NOERROR" in done.stdout, done.output)
