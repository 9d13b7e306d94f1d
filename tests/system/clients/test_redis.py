# SPDX-License-Identifier: Apache-2.0
import programs
from daemons import Daemon, OnFreePort


class Redis(Daemon):
    needs = ("redis-server", "redis-cli")
    shows_reason = False

    def start(self, port, certificate, environment, clients):
        return programs.Background(
            "redis-server", "--bind", "127.0.0.1", "--port", 0, "--tls-port", port,
            "--tls-cert-file", certificate.chain, "--tls-key-file", certificate.key,
            "--tls-ca-cert-file", self.trusted_for("client"), "--tls-auth-clients", clients,
            "--save", "", "--dir", self.tmp_path,
            env=environment, ready="Ready to accept connections")

    def connect(self, run, port, certificate):
        return run("redis-cli", "-h", "127.0.0.1", "-p", port, "--tls",
                   "--cacert", self.trusted_for("server"), "--cert", certificate.chain,
                   "--key", certificate.key, "ping")


class TestRedisCli(Redis):
    program = "redis-cli (--tls)"
    binary = "redis-cli"
    package = "redis-tools"

    def ask(self, leaf):
        with OnFreePort(lambda port: self.start(port, leaf, programs.environment(),
                                                "no")) as server:
            return self.outcome(self.connect(self.run, server.port, self.pki.good), server)


class TestRedisServer(Redis):
    program = "redis-server (tls-auth-clients)"
    verifies = "client"
    binary = "redis-server"
    package = "redis-tools"  # the program, as Debian cuts it

    def ask(self, leaf):
        with OnFreePort(lambda port: self.start(port, self.pki.good, self.environment(),
                                                "yes")) as server:
            return self.outcome(self.connect(programs.run, server.port, leaf), server)
