# SPDX-License-Identifier: Apache-2.0
import programs
from measured import Client
from peer import Peer

# LDAP's response to the first request, a bind: invalidCredentials, and nothing else in it.
REFUSED = bytes.fromhex("300c02010161070a013104000400")


def refuse(connection):
    if connection.recv(4096):
        connection.sendall(REFUSED)


class Ldapsearch(Client):
    binary = "ldapsearch"
    links = "/usr/bin/ldapsearch"

    def peer(self, leaf):
        return Peer(leaf, refuse)

    def visit(self, port):
        """
        What counts is whether it sent its password. It takes localhost for the machine's name.
        """
        done = self.run("ldapsearch", "-x", "-H", f"ldaps://127.0.0.1:{port}", "-D", "cn=me",
                        "-w", "secret", env={"LDAPTLS_CACERT": self.ca.pem})
        return programs.Outcome.of("Invalid credentials" in done.output, done.output)


class TestLdapsearchGnutls(Ldapsearch):
    program = "ldapsearch, libldap linked with GnuTLS"
    covered = False
    library = "libgnutls.so"
    remark = "Debian 12 and older."


class TestLdapsearchOpenssl(Ldapsearch):
    program = "ldapsearch, libldap linked with OpenSSL"
    shows_reason = False
    remark = "From Debian 13."
