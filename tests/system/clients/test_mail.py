# SPDX-License-Identifier: Apache-2.0
"""Clients for mail: the server greets, and refuses the login."""

import programs
from measured import Client
from peer import Peer, say

# What the client says of a login that failed, once it trusted the server.
REFUSED = "no such user here"
IMAP = say("* OK ready", "* CAPABILITY IMAP4rev1\r\n{tag} OK done", "{tag} NO " + REFUSED)


class MailClient(Client):
    configuration_file = None

    def peer(self, leaf):
        return Peer(leaf, IMAP)

    def write_configuration(self, text):
        path = self.tmp_path / "rc"
        path.write_text(text)
        path.chmod(0o600)
        return path


class TestFetchmail(MailClient):
    program = "fetchmail"
    binary = "fetchmail"
    remark = "It sets a verify callback of its own."

    def visit(self, port):
        path = self.write_configuration(
            f"poll localhost service {port} proto IMAP auth password user me password secret "
            f"ssl sslproto 'auto' sslcertck sslcertfile {self.ca.pem} "
            f"sslcertpath {self.tmp_path}\n")
        done = self.run("fetchmail", "-v", "--nosyslog", "-f", path, "--pidfile",
                        self.tmp_path / "pid", env={"HOME": self.tmp_path, "USER": "me"})
        return programs.Outcome.of(REFUSED in done.output, done.output)


class TestMbsync(MailClient):
    program = "mbsync"
    binary = "mbsync"
    remark = "It asks SSL_get_verify_result() after the handshake."

    def visit(self, port):
        path = self.write_configuration(
            f"IMAPStore far\nHost localhost\nPort {port}\nUser me\nPass secret\nSSLType IMAPS\n"
            f"AuthMechs LOGIN\nSystemCertificates no\nCertificateFile {self.ca.pem}\n\n"
            f"MaildirStore near\nPath {self.tmp_path}/\nInbox {self.tmp_path}/inbox\n\n"
            "Channel all\nFar :far:\nNear :near:\nPatterns *\n")
        done = self.run("mbsync", "-V", "-c", path, "-a", env={"HOME": self.tmp_path})
        return programs.Outcome.of(REFUSED in done.output, done.output)
