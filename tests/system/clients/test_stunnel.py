# SPDX-License-Identifier: Apache-2.0
import programs
from daemons import Daemon

CONFIGURATION = """\
foreground = yes
pid =
syslog = no
debug = notice
[service]
verifyChain = yes
CAfile = {ca}
"""


class Stunnel(Daemon):
    binary = "stunnel4"
    remark = "Its own callback keeps the verdict."

    def start(self, lines):
        path = self.tmp_path / "stunnel.conf"
        path.write_text(CONFIGURATION.format(ca=self.ca.pem) + lines)
        return programs.Background(self.binary, path, env=self.environment(),
                                   ready="Configuration successful")


class TestStunnelAsClient(Stunnel):
    program = "stunnel (client, verifyChain)"

    def ask(self, leaf):
        with programs.Server(leaf) as backend, self.start(f"""
client = yes
accept = {self.tmp_path}/http
connect = 127.0.0.1:{backend.port}
checkHost = localhost
""") as stunnel:
            return self.outcome(self.curl(self.tmp_path / "http", "http://localhost/"), stunnel)


class TestStunnelAsServer(Stunnel):
    program = "stunnel (server, verifyChain)"
    verifies = "client"

    def ask(self, leaf):
        with self.start(f"""
accept = {self.tmp_path}/tls
cert = {self.pki.good.chain}
key = {self.pki.good.key}
requireCert = yes
exec = /bin/echo
""") as stunnel:
            peer = programs.run(programs.OPENSSL, "s_client", "-quiet", "-unix",
                                self.tmp_path / "tls", "-cert", leaf.pem, "-key", leaf.key,
                                "-cert_chain", leaf.untrusted)
            return self.outcome(peer, stunnel)
