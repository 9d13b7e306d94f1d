# SPDX-License-Identifier: Apache-2.0
import programs
from daemons import Daemon

CONFIGURATION = """\
global
    log stderr format raw local0
defaults
    mode http
    log global
    retries 0
    timeout connect 10s
    timeout client 10s
    timeout server 10s
"""


class Haproxy(Daemon):
    binary = "/usr/sbin/haproxy"
    package = "haproxy"
    remark = "Its own callback keeps the verdict."

    def start(self, lines):
        path = self.tmp_path / "haproxy.cfg"
        path.write_text(CONFIGURATION + lines)
        # In debug mode it tells its events, the start among them.
        return programs.Background(self.binary, "-db", "-V", "-f", path, env=self.environment(),
                                   ready="Using \\w+\\(\\) as the polling mechanism")


class TestHaproxyAsProxy(Haproxy):
    program = "HAProxy (server verify required)"
    shows_reason = False

    def ask(self, leaf):
        with programs.Server(leaf) as backend, self.start(f"""
frontend http
    bind unix@{self.tmp_path}/http
    default_backend tls
backend tls
    server tls 127.0.0.1:{backend.port} ssl verify required verifyhost localhost \
ca-file {self.ca.pem}
""") as haproxy:
            return self.outcome(self.curl(self.tmp_path / "http", "http://localhost/"), haproxy)


class TestHaproxyAsServer(Haproxy):
    program = "HAProxy (bind verify required)"
    verifies = "client"
    refusal = "verify error 47"

    def ask(self, leaf):
        certificate = self.tmp_path / "server.pem"
        certificate.write_text(self.pki.good.chain.read_text() + self.pki.good.key.read_text())
        with self.start(f"""
frontend https
    bind unix@{self.tmp_path}/https ssl crt {certificate} verify required \
ca-file {self.ca.pem}
    error-log-format "verify error %[ssl_c_err]"
    http-request return status 200
""") as haproxy:
            return self.outcome(self.curl(self.tmp_path / "https", "https://localhost/",
                                          *self.curl_certificate(leaf)), haproxy)
